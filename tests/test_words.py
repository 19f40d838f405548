"""Prose, strings and comments are in plain English: the phrases listed here stay out.

`python tests/test_words.py [FILE OR FOLDER]...` lists the phrases of other files.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, islice
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent

PROSE = [
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "docs",
    "examples",
    "tests/clients/README.md",
]
PAGES = [
    "web/index.html",
    "web/explore.html",
    "web/graphiql",
    "web/explorer",
    "server/pages/missing.html",
]
CODE = [
    ".ci",
    "hatch_build.py",
    "bench",
    "datastore",
    "etl",
    "resolvers",
    "schema",
    "schema.graphql",
    "server",
    "tests",
]

TEXT_FILES = {".md", ".html", ".ts", ".tsx", ".graphql"}
# Titles and reviews of the demo dataset, and this list.
EXEMPT = [
    ROOT / "etl" / "demo" / f"{name}.py" for name in ("canon", "inventions", "names", "phrases")
]
EXEMPT.append(Path(__file__))

_THING = (
    "(?:batch|byte|character|client|column|command|connection|cpu second|developer|entry|event|"
    "field|file|game|genre|item|key|line|minute|name|noun|number|option|page|pair|player|process|record|"
    "request|review|round|row|score|second|setting|snapshot|table|text|user|value|weight|word|year)"
)

# Patterns (a blank matches any whitespace) and what to write instead.
PHRASES: dict[str, str] = {
    r"\banew\b": "again, from scratch",
    r"(?<!there )\b(?:is|are|was|were) no (?!longer\b|more\b|less\b|later\b|earlier\b|better\b"
    r"|worse\b|larger\b|smaller\b|slower\b|faster\b|such\b|different\b|one\b|(?:[a-z]+ )?way\b)"
    r"\w+": "is not a ..., invalid ...",
    r"(?<!there )(?-i:\b(?:is|are|was|were) none\b(?! of))": "is missing, is not given",
    r"\b(?:what|that|which|who|before it) (?:serves|served)\b(?! the\b)": "the live snapshot",
    r"\b(?:snapshot|model|lists|factors|one) that serve\b": "the live ...",
    r"\b(?:a|of|the) serving (?:snapshot|one|model|data)\b": "the live snapshot, the live model",
    r"\bgo(?:es)? on (?:serving|from|with|to)\b": "stays live, continues",
    r"\bgo(?:es)? over to\b": "switches to",
    rf"\b(?:one|an?|\d+|every) (?:\w+ )?{_THING}s? an? {_THING}\b": "... per ...",
    r"\b(?:bytes|entries|games|hours|requests|reviews|rows|texts|values|weights) an? "
    rf"{_THING}\b": "... per ...",
    r"\bstands? (?:above|apart|at|below|beside|for|in|on|once|there|twice)\b": "is, occurs, means",
    r"\btells? (?:how|of|that|what|whether|which|who|whose|why)\b": "reports",
    r"\b(?:is|are|was|were) told\b": "is reported, is logged",
    r"\bsays? (?:nothing|so|whose|why)\b": "reports, describes",
    r"\bwhich is said\b": "and a message reports it",
    r"\btime and again\b": "repeatedly",
    r"\bof old\b": "older, long-standing",
    r"\bfor ever\b": "permanently",
    r"\b(?:is|are) at work\b": "is running",
    r"\bthe (?:snapshot|model|version|build|one) before\b": "the previous ...",
    r"\bof before\b": "previous",
    r"\bto come\b": "future, later",
    r"\bnot all (?:was|were)\b": "Some ... failed",
    r"\b(?:is|are) not ours\b": "is not available",
    r"\bwho(?:so)?ever\b": "anyone who, the user, the process that",
    r"[.;:¶] (?:What|Who|Whose|Whatever|Whoever) [^.?!]*[.!]": "a noun as the subject",
    r"[.;:¶] Of (?:an?|the|two|several|users|games|those|each|both|its|their|\d+)\b[^.]*": "the "
    "subject first",
    r", for (?:it|they|there)\b": ", because ...",
    r"\bthe same of\b": "does the same for",
    r"\b(?:let|lets) (?:it|\S+) (?:be|serve)\b": "set, raise, make ... live",
    r"\b(?:data|dataset|file|reader|catalogue|snapshot) (?:knows|does not know)\b": "holds",
    r"\bwhite spaces?\b": "whitespace",
    r"\b(?:at the ends|blanks|white ?space) aside\b": "ignoring whitespace",
    r"\b(?:training|evaluation|imports|case|noise of floats) (?:apart|aside)\b": "without",
    r"\b(?:origins|pages|clients) (?:that |which )?(?:may|can) ask\b": "allowed origins",
    r"\bfor want of\b": "for lack of, without",
    r"\bnothing but\b": "only",
    r"\bbut for\b": "except for",
    r"\bbeside\b": "next to, with, besides",
    r"\ball else\b": "everything else",
    r"\bwhich there are\b": "list ...",
    r"\bin the mean\b": "on average",
    r"\bas long as no\b": "until",
    r"\bso many\b": "a number of, at most n",
    r"\ball the same\b": "anyway, still",
    r"\btak(?:e|es|en|ing) \w+ for\b|\btaken for\b": "treated as",
    r"\bfound anew\b": "searched again",
    r"\bmend(?:s|ed|ing)?\b": "fix, repair",
    r"\blies? in\b": "is in",
    r"\bmakes of\b": "builds from",
    r"\bcomes? of\b": "results from",
    r"\bhow it is (?:reached|spoken)\b": "the HTTP layer, the GraphQL layer",
    r"\bleaves? (?:it|that) open\b": "does not specify",
    r"\bcatalogs?\b": "catalogue",
}
#: Fifty times as fast as the modules ast and tokenize.
_STRING_OR_COMMENT = re.compile(
    r"""\#[:\ ]*(?P<comment>[^\n]*)
    |(?P<kind>\b[bfru]{1,2}|)(?:
        (?P<quotes>\"{3}|'{3})(?P<long>(?:\\.|.)*?)(?P=quotes)
        |(?P<quote>["'])(?P<short>(?:\\.|(?!(?P=quote)).)*?)(?P=quote)
    )""",
    re.DOTALL | re.IGNORECASE | re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"\n": "", "n": "\n", "t": "\t", '"': '"', "'": "'", "\\": "\\"}
_INSERTED = re.compile(r"\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}")
_PARAGRAPHS = re.compile(r"\s*\n\s*\n\s*")
_WORD = re.compile(r"(?!¶\s)\S+")
#: What no pattern matches, between texts that are searched at once.
_BETWEEN = " § "
# Patterns for the start of a sentence need its capital.
_COMPILED = [(re.compile(p, 0 if p[0] == "[" else re.IGNORECASE), b) for p, b in PHRASES.items()]
# Patterns that begin with a word are written in lower case: one look for any of them at a text in
# lower case takes a tenth of the time of a look for each.
_WORDS = [pattern for pattern in PHRASES if pattern.startswith((r"\b", "(?<!"))]
_ANY_WORDS = re.compile(rf"\b(?:{'|'.join(_WORDS)})")
_OTHERS = [(pattern, better) for pattern, better in _COMPILED if pattern.pattern not in _WORDS]


class Finding(NamedTuple):
    path: Path
    line: int
    phrase: str
    better: str

    def __str__(self) -> str:
        path = self.path.relative_to(ROOT) if self.path.is_relative_to(ROOT) else self.path
        return f"{path}:{self.line}: {self.phrase!r}; better: {self.better}"


def phrases_of_texts(texts: Sequence[str]) -> Iterator[tuple[int, int, str, str]]:
    """Number of the text, line (from 0), phrase and better wording of every listed phrase, across
    line ends."""
    flat = [" ¶ ".join(" ".join(p.split()) for p in _PARAGRAPHS.split(text)) for text in texts]
    starts = list(accumulate((len(text) + len(_BETWEEN) for text in flat), initial=0))
    together = _BETWEEN.join(flat)
    for pattern, better in _COMPILED if _ANY_WORDS.search(together.lower()) else _OTHERS:
        for found in pattern.finditer(f" {together} "):
            number = bisect_right(starts, found.end() - 2) - 1
            before = flat[number][: found.end() - 1 - starts[number]]
            words = len([word for word in before.split() if word != "¶"])
            last = next(islice(_WORD.finditer(texts[number]), words - 1, None))
            yield number, texts[number].count("\n", 0, last.start()), found[0], better


def texts_of_python(source: str) -> Iterator[tuple[int, str]]:
    """Line (from 1) and text of every string literal and of every comment; `…` for what an f-string
    inserts. Successive literals are one text, and so are comments on successive lines."""
    literals, comments = (1, ""), (1, "")
    line, at, end = 1, 0, 0
    for token in _STRING_OR_COMMENT.finditer(source):
        line += source.count("\n", at, token.start())
        at = token.start()
        follows, end = not source[end:at].strip(" \n\\"), token.end()
        if token["comment"] is not None:
            first, text = comments
            if line != first + text.count("\n") + 1:
                yield comments
                comments = line, token["comment"]
            else:
                comments = first, f"{text}\n{token['comment']}"
        elif "b" not in (kind := token["kind"].lower()):
            text = token["long"] if token["short"] is None else token["short"]
            if "r" not in kind:
                text = _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[0]), text)
            if "f" in kind:
                text = text.replace("{{", "").replace("}}", "")
                for inserted in _INSERTED.findall(text):
                    yield from ((line, inside) for _, inside in texts_of_python(inserted))
                text = _INSERTED.sub("…", text)
            if follows:
                literals = literals[0], literals[1] + text
            else:
                yield literals
                literals = line, text
    yield literals
    yield comments


def findings(path: Path) -> Iterator[Finding]:
    """The listed phrases in a file."""
    source = path.read_text(encoding="utf-8")
    found = list(texts_of_python(source)) if path.suffix == ".py" else [(1, source)]
    lines, texts = zip(*found, strict=True)
    for number, line, phrase, better in phrases_of_texts(texts):
        yield Finding(path, lines[number] + line, phrase, better)


def files(names: Iterable[str]) -> list[Path]:
    """The files to read: those named, and those in the folders named."""
    paths: list[Path] = []
    for path in (ROOT / name for name in names):
        inside = [path] if path.is_file() else sorted(path.rglob("*"))
        paths += [
            file
            for file in inside
            if file.suffix in TEXT_FILES | {".py"}
            and file not in EXEMPT
            and not {"node_modules", "static", ".venv"} & set(file.parts[len(ROOT.parts) :])
        ]
    return paths


@pytest.mark.parametrize("name", PROSE + PAGES + CODE)
def test_the_listed_phrases_stay_out(name: str) -> None:
    paths = files([name])
    assert paths
    found = sorted(str(finding) for path in paths for finding in findings(path))
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize(
    "text",
    [
        "it is no cursor of this API",
        "one record a line",
        "the snapshot before goes on\n    serving",
        "Train anew: byte-identical",
        "Port 80 is not ours",
        "Not all was taken; the reasons stand above",
        "Read first. What was found is kept.",
        "128 weights a game",
    ],
)
def test_a_listed_phrase_is_found(text: str) -> None:
    assert list(phrases_of_texts([text]))


def test_patterns_of_words_are_in_lower_case() -> None:
    assert not [pattern for pattern in _WORDS if re.search(r"(?<!\\)[A-Z]", pattern)]
    assert list(phrases_of_texts(["TRAIN ANEW"]))


@pytest.mark.parametrize(
    "text",
    [
        "There is no snapshot yet",
        "one record per line",
        "the previous snapshot stays live",
        "the file is no longer read",
        "What is in a snapshot?",
    ],
)
def test_plain_english_is_not_found(text: str) -> None:
    assert list(phrases_of_texts([text])) == []


def test_strings_and_comments_of_python_are_found_with_their_lines(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text(
        '"""First line.\n\nThe model is trained anew.\n"""\n'
        "# Begins\n# anew.\n"
        'name = "x"\n'
        'message = f"{name} is no cursor"\n'
    )
    assert [(found.line, found.phrase) for found in sorted(findings(module))] == [
        (3, "anew"),
        (6, "anew"),
        (8, "is no cursor"),
    ]


if __name__ == "__main__":
    for shown in (finding for path in files(sys.argv[1:] or PROSE) for finding in findings(path)):
        print(shown)  # noqa: T201

"""Lines as objects: the fast translations never differ from `ast.literal_eval`, nor from `json`."""

from __future__ import annotations

import ast
import json
import math
import random
import re
import tracemalloc
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from etl.games import library_reader, reviews
from etl.raw.literals import Unreadable, decode
from thorough import examples, some

from ..conftest import real_lines

ANY: msgspec.json.Decoder[Any] = msgspec.json.Decoder(Any)
REFUSED = "refused"


def ours(line: str, decoder: Any = ANY) -> Any:
    try:
        return decode(line.encode("utf-8", "surrogatepass"), decoder)
    except Unreadable:
        return REFUSED


def joined(value: Any) -> Any:
    """Lists for tuples, and pairs of surrogates as one character."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list | tuple):
        return [joined(item) for item in value]
    if isinstance(value, dict):
        return {joined(key): joined(item) for key, item in value.items()}
    return value


class JsonWords(ast.NodeTransformer):
    """JSON's words are read in Python literals as well."""

    words: ClassVar = {"true": True, "false": False, "null": None, "nan": None, "NaN": None,
                       "inf": math.inf, "Infinity": math.inf}  # fmt: skip

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Constant(self.words[node.id]) if node.id in self.words else node


def reference(line: str) -> Any:
    if re.match(r'\{\s*["}]|\[', line, re.ASCII):
        try:
            constants = {"NaN": None, "Infinity": math.inf, "-Infinity": -math.inf}
            return joined(json.loads(line, parse_constant=constants.get))
        except (ValueError, RecursionError):
            pass
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(line.lstrip(" \t"), mode="eval")
            return joined(ast.literal_eval(JsonWords().visit(tree)))
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        return REFUSED


def agree(line: str) -> None:
    # By repr: 1, 1.0 and True are equal, -0.0 and 0.0, too.
    assert repr(ours(line)) == repr(reference(line))


# ---------------------------------------------------------------- literals, spelled in every way

PIECES = [
    "a", "é", "♥", "😀", " ", "\t", "\x7f", "\u2028", "True", "None", "null", "true", "u", "#",
    "//", "': '", '", "', "': \"", "{", "}", "[", ",", "'", '"', "''", '""', "u'", 'u"', "\\\\",
    "\\'", '\\"', "\\n", "\\r", "\\t", "\\b", "\\f", "\\v", "\\a", "\\0", "\\08", "\\12", "\\377",
    "\\400",
    "\\x41", "\\xe9", "\\x00", "\\u2665", "\\ud83d", "\\ude00", "\\ud83d\\ude00", "\\U0001F600",
    "\\U0000d83d", "\\N{BULLET}", "\\d", "\\/", "\\\n",
]  # fmt: skip


@st.composite
def string_literals(draw: Callable[..., Any]) -> str:
    quote = draw(st.sampled_from("'\""))
    pieces = draw(st.lists(st.sampled_from(PIECES), max_size=6))
    body = "".join(
        piece if piece.startswith("\\") else piece.replace(quote, "\\" + quote) for piece in pieces
    )
    return f"{draw(st.sampled_from(['', '', '', 'u', 'U']))}{quote}{body}{quote}"


WORDS = ["True", "False", "None", "0", "-0", "-0.0", "1.", ".5", "1e5", "-2.5E-3", "1e999"]
ODD = [
    "1_000", "0x10", "1j", "+5", "007", "b'x'", "r'\\x'", "f'x'", "'a' 'b'", "(1, 2)", "(1,)", "()",
    "{1, 2}", "set()", "true", "null", "NaN", "nan", "...", "1 + 2j", "--1", "not True", "[1,]",
    "'''x'''", "''''''", "1 # one", "[*()]", "__import__('os')", "{1: 2}", "{None: 1}", "Noneu'a'",
]  # fmt: skip
NUMBERS = st.one_of(
    st.integers().map(repr),
    st.integers(-(10**40), 10**40).map(repr),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
)


def nested(leaves: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, max_size=4).map(lambda parts: f"[{', '.join(parts)}]"),
            st.lists(st.tuples(string_literals(), inner), max_size=4).map(
                lambda pairs: "{" + ", ".join(f"{k}: {v}" for k, v in pairs) + "}"
            ),
        ),
        max_leaves=8,
    )


COMMON = st.one_of(string_literals(), st.sampled_from(WORDS), NUMBERS)


@given(nested(COMMON))
@settings(max_examples=examples(150))
def test_every_spelling_of_a_literal_is_read_like_python_reads_it(line: str) -> None:
    agree(line)


@given(nested(st.one_of(COMMON, st.sampled_from(ODD))))
@settings(max_examples=examples(150))
def test_what_json_has_no_word_for_is_read_like_python_reads_it_or_refused_by_both(
    line: str,
) -> None:
    agree(line)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=10,
)


@given(st.dictionaries(st.text(max_size=4), VALUES, min_size=1))
@settings(max_examples=examples(60))
def test_what_python_shows_comes_back_as_it_was(record: dict[str, Any]) -> None:
    if "inf" not in repr(record):
        assert repr(ours(repr(record))) == repr(record)
        assert repr(ours(ascii(record))) == repr(record)


@given(st.dictionaries(st.text(max_size=4), VALUES, min_size=1), st.booleans())
@settings(max_examples=examples(60))
def test_what_json_shows_comes_back_as_it_was(record: dict[str, Any], ascii_only: bool) -> None:
    assert repr(ours(json.dumps(record, ensure_ascii=ascii_only))) == repr(record)


SEEDS = [
    "{u'a': u'it\\'s \"x\"', 'b': True, \"c\": [1, -2.5e+3, None]}",
    "{'user_id': 'u', 'items': [{'item_id': '10', 'item_name': \"it's\", 'playtime_forever': 6}]}",
    '{"user_id": "u", "items": [], "y": true, "z": NaN}',
    "{'user_id': 'u', 'reviews': [{'item_id': '5', 'recommend': True, 'review': u'\\u2665\\n'}]}",
]


@given(st.sampled_from(SEEDS), st.integers(0, 2**32))
@settings(max_examples=examples(500))
def test_lines_that_were_tampered_with_are_read_alike_or_refused_by_both(
    line: str, seed: int
) -> None:
    rng = random.Random(seed)
    tokens = [*PIECES, *ODD, *WORDS, *"{}[](),:+-.09eExbrf_\r\n\x00\x0c"]
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(line) + 1)
        line = line[:at] + rng.choice(tokens) + line[at + rng.choice([0, 0, 1, 2, 5]) :]
    agree(line)
    for decoder in (library_reader._decoder, reviews._decoder):
        read = ours(line, decoder)
        if isinstance(read, msgspec.Struct):  # what a typed decoder skips must be sound as well
            known = msgspec.to_builtins(read)
            whole = reference(line)
            assert whole["user_id"] == known["user_id"]
            rows = known.get("items", known.get("reviews"))
            raw = whole["items" if "items" in known else "reviews"]
            assert [row["item_id"] for row in rows] == [row["item_id"] for row in raw]


@given(st.text(alphabet=st.sampled_from(list("{}[],:'\"\\u 0a1.eTrueNone\n")), max_size=30))
@example("{'a': \"it's\", 'b': 'say \"hi\"'}")
@example("{'a': '\": True, \"'}")
@example("{'a': 'x \"y\" z', 'b': 'p \"q\" r'}")
@example("{'a': \"true\", 'b': True}")
@example('{"a": true}')
@example("{'a': true}")
@example("{'a': 'x' 'y'}")
@example("{'a': 1, 'a': 2}")
@example(f"{{'a': {2**64}}}")
@example(f"{{'a': {'9' * 4299}}}")
@example(f"{{'a': {'9' * 5000}}}")
@example("{'a': 123456789012345678901234567890.5}")
@example("{'a': 1}{'b': 2}")
@example("{\"a\": '\\u0041'}")
@example('{"a": "\\\'"}')
@example("""['", "']""")
@example("""{'a': ['x", "y', 'z']}""")
@example("""{'a": "b': 1}""")
@settings(max_examples=examples(300))
def test_quotes_and_braces_in_any_order_are_read_alike_or_refused_by_both(line: str) -> None:
    agree(line.strip())  # as lines of a file come


# ---------------------------------------------------------------- by example


def test_json_with_nan_has_none_in_its_place() -> None:
    assert ours('{"id": NaN, "tags": [NaN, 1], "price": Infinity}') == {
        "id": None,
        "tags": [None, 1],
        "price": math.inf,
    }


@pytest.mark.parametrize(
    "line",
    ['{ "a" : 1 , "b" : [ true, null ] }', '{\n\t"a": 1,\r\n "b": [true, null]}',
     "{'a': 1, 'b': [true, null]}", '{"a": 1, \'b\': [True, null]}', "{'a': 1, 'b': [true, NaN]}",
     "{ 'a': 1,\n  'b': [true, nan],\n}"],
)  # fmt: skip
def test_json_is_what_parses_and_its_words_mean_the_same_in_single_quotes(line: str) -> None:
    assert ours(line) == {"a": 1, "b": [True, None]}


def test_blanks_do_not_change_what_an_escape_means() -> None:
    for blank in ("", " ", "\n"):
        assert ours(f'{{{blank}"a": "\\/", "b": "\\ud83d", "c": NaN}}') == {
            "a": "/", "b": "\ufffd", "c": None,
        }  # fmt: skip


def test_infinity_is_a_number_in_every_notation() -> None:
    for line in ('{"a": -Infinity}', "{'a': -Infinity}", "{'a': -inf}", "{'a': -1e999}"):
        assert ours(line) == {"a": -math.inf}


def test_the_last_value_of_a_repeated_key_counts() -> None:
    for line in ('{"a": 1, "a": 2}', "{'a': 1, 'a': 2}", '{ "a": 1, "a": NaN, "a": 2}'):
        assert ours(line) == {"a": 2}


def test_a_lone_half_of_a_pair_becomes_a_replacement_character() -> None:
    assert ours("{'a': u'\\ud83d\\ude00 \\ud83d'}") == {"a": "😀 \ufffd"}
    assert ours('{"a": "\\ude00"}') == {"a": "\ufffd"}


@pytest.mark.parametrize(
    "line",
    [
        "__import__('os').system('touch owned')",
        "{'a': __import__('os').getpid()}",
        "{'a': open('owned', 'w')}",
        "{'a': [x for x in (1,)]}",
        "{'a': (lambda: 1)()}",
        "{'a': 'x'.upper()}",
        "{'a': f'{1 + 1}'}",
        "{'a': 2 ** 999999999}",
        "exec('1')",
    ],
)
def test_code_is_never_run(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Unreadable):
        decode(line.encode(), ANY)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("depth", [300, 5_000, 200_000])
@pytest.mark.parametrize(("left", "right"), ["[]", ("{'a':", "}"), ('{"a":', "}"), "()", ("-", "")])
def test_bombs_of_nesting_do_no_harm(left: str, right: str, depth: int) -> None:
    line = left * depth + "1" + right * depth
    read = ours(line)
    while isinstance(read, dict | list):
        read = read["a"] if isinstance(read, dict) else read[0]
    assert read in (1, REFUSED)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"\xff\xfe{", "byte 0 is not UTF-8"),
        (b"{'a': '\xe9'}", "byte 7 is not UTF-8"),
        (b"{'a': 1", "'{' was never closed at character 1"),
        (b"\0\0\0", "a null byte at character 1"),  # of a file that was not written to its end
        (b"{'a': '\xc3\xa9\0'}", "a null byte at character 9"),
        (b"# a comment", "invalid syntax$"),
        (b"{'a': nam}", "not a literal: a name or expression where a value is expected$"),
        (b"{[]: 1}", "not a literal: unhashable type: 'list'$"),
        (b"[" * 150 + b"]" * 149, "'[' was never closed at character 1"),
    ],
)
def test_an_unreadable_record_gives_the_reason(line: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match="^" + reason.replace("[", r"\[")):
        decode(line, ANY)


LONG = "x" * (1 << 19)


@pytest.mark.parametrize(
    "spelled",
    [
        r"'\N{BULLET} \d \a \101 \x41 \ud83d\ude00 \ud83d'",
        "'a\tb\x0c'", "'\\x7f\x7f'", r"u'\U0000d83d'",
        "None", "True", str(2**64), "-1.5e300",
    ],
)  # fmt: skip
def test_a_line_too_long_for_python_is_read_by_translation(spelled: str) -> None:
    assert ours(f"{{'a': {spelled}, 'b': '{LONG}'}}") == {**ours(f"{{'a': {spelled}}}"), "b": LONG}
    assert ours(f"{{'a': {spelled}}}") == reference(f"{{'a': {spelled}}}")


@pytest.mark.parametrize("element", some(["(0,)", "0x0", "'' ''", "{0}"], 2))
def test_a_line_for_which_python_would_need_gigabytes_is_refused(element: str) -> None:
    line = f"[{', '.join([element] * (1 << 17))}]".encode()
    tracemalloc.start()
    with pytest.raises(Unreadable, match=r"^it has more than 524,288 bytes and is"):
        decode(line, ANY)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100 * len(line)


@pytest.mark.parametrize("text", some(["''", "'\\n'", '""'], 2))
def test_millions_of_strings_in_a_line_take_little_memory(text: str) -> None:
    line = f"{{'user_id': 'u', 'items': [], 'other': [{', '.join([text] * 140_000)}]}}".encode()
    tracemalloc.start()
    assert isinstance(decode(line, library_reader._decoder), msgspec.Struct)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10 * len(line)


def test_more_digits_than_python_reads_are_refused_in_a_field_that_nobody_reads() -> None:
    for digits, read in (4300, True), (4301, False):
        line = f"{{'user_id': 'u', 'items': [], 'other': {'9' * digits}}}"
        for shown in (line, line.replace("'", '"')):
            assert (ours(shown, library_reader._decoder) != REFUSED) is read
            assert (reference(shown) != REFUSED) is read


def test_a_byte_that_is_no_utf_8_is_found_in_a_field_that_nobody_reads() -> None:
    line = b"{'user_id': 'u', 'items': [], 'other': '\xff'}"
    with pytest.raises(Unreadable, match="byte 40 is not UTF-8"):
        decode(line, library_reader._decoder)


def test_a_line_that_does_not_fit_the_types_comes_as_plain_objects() -> None:
    line = "{'user_id': 7, 'items': []}"
    assert ours(line, library_reader._decoder) == {"user_id": 7, "items": []}


# ---------------------------------------------------------------- the real dumps


@pytest.mark.raw
@pytest.mark.parametrize(
    ("name", "step"),
    [
        ("steam_games.json.gz", 10),
        ("output_steam_games.json.gz", 14),
        ("user_reviews.json.gz", 10),
        ("users_items.json.gz", 10),
        ("users_items_partial.json.gz", 62),
    ],
)
def test_real_lines_are_read_like_python_reads_them(name: str, step: int) -> None:
    for line in real_lines(name, step):
        assert repr(decode(line, ANY)) == repr(reference(line.decode()))

"""README.es.md keeps step with README.md: the same sections, commands, code, links and figures.

With PLAYGRAPH_UPDATE_DOCS=1 the test writes the table of speed, whose figures change most often.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ENGLISH = ROOT / "README.md"
SPANISH = ROOT / "README.es.md"

_BLOCK = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?-->")
_CODE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)|<(https?://[^>\s]+)>")
_NUMBER = re.compile(r"\d[\d,.]*\d|\d")
#: A number, but no version: those have two points, or come after a name.
_AMOUNT = re.compile(r"(?<![\d.,])(?<!Python )\d+(?:,\d{3})*(?:\.\d+)?(?![.,]?\d)")
_SWAPPED = str.maketrans(",.", ".,")
_SPEED = re.compile(r"(?<=<!-- speed -->\n).*?(?=<!-- end of speed -->)", re.DOTALL)

#: What the table of speed says in words; the rest of it is figures and names.
SPEED_WORDS = {
    "fixed bytes on uvicorn": "bytes fijos en uvicorn",
    "page of 100 with developer, genres, similar games": "página de 100 con desarrolladora, "
    "géneros y juegos similares",
    "repeated page of 50": "página de 50 repetida",
    "page of 50": "página de 50",
    "repeated point query": "consulta puntual repetida",
    "point query": "consulta puntual",
    "similar games": "juegos similares",
    "user with ten recommendations": "usuario con diez recomendaciones",
    "1,000 documents of one shape": "1,000 documentos de una misma forma",
    "documents never sent before": "documentos nunca enviados",
    "filtered, ordered search": "búsqueda filtrada y ordenada",
    "200 by GET": "200 por GET",
    "304 by GET": "304 por GET",
    "Latency at 200 requests per second on one connection, p50 / p99 in ms:": "Latencia con 200 "
    "peticiones por segundo en una conexión, p50 / p99 en ms:",
    " cores,": " núcleos,",
}


#: Numbers that are written out, but one, which is also an article in Spanish.
_ENGLISH = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
_SPANISH = ["dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez"]
NUMBER_WORDS = dict(zip(_SPANISH, _ENGLISH, strict=True)) | {word: word for word in _ENGLISH}


def read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def in_spanish(text: str) -> str:
    """A text with its numbers as Spanish writes them, such as 1.234,5; versions stay."""
    return _AMOUNT.sub(lambda match: match[0].translate(_SWAPPED), text)


def sections(text: str) -> list[str]:
    """The text from the title to the first heading, then from each heading to the next."""
    return re.split(r"^(?=## )", text, flags=re.MULTILINE)


def differences(english: Counter[str], spanish: Counter[str]) -> list[str]:
    """What one of both has and the other has not, or less often."""
    missing = sorted((english - spanish).elements())
    added = sorted((spanish - english).elements())
    return [f"missing in Spanish: {entry}" for entry in missing] + [
        f"in Spanish only: {entry}" for entry in added
    ]


def prose(text: str) -> str:
    """Text without code and addresses."""
    return _LINK.sub("", _CODE.sub("", _COMMENT.sub("", _BLOCK.sub("", text))))


def test_the_table_of_speed_is_that_of_the_english_page() -> None:
    (table,) = _SPEED.findall(read(ENGLISH))
    for english, spanish in SPEED_WORDS.items():
        table = table.replace(english, spanish)
    table = in_spanish(table)
    table = re.sub(r"(?<=\S) {2,}(?=\|)|(?<=\|) {2,}(?=\S)", " ", table)
    if os.environ.get("PLAYGRAPH_UPDATE_DOCS"):
        SPANISH.write_text(_SPEED.sub(lambda _: table, read(SPANISH)), encoding="utf-8")
    assert _SPEED.findall(read(SPANISH)) == [table], (
        "run: PLAYGRAPH_UPDATE_DOCS=1 pytest tests/test_readme_es.py"
    )


def test_both_have_the_same_headings() -> None:
    levels = [
        re.findall(r"^(#+) ", _BLOCK.sub("", read(page)), re.MULTILINE)
        for page in (ENGLISH, SPANISH)
    ]
    assert levels[0] == levels[1]


def test_code_and_commands_are_the_same_in_the_same_order() -> None:
    english, spanish = (_BLOCK.findall(read(page)) for page in (ENGLISH, SPANISH))
    assert differences(Counter(english), Counter(spanish)) == []
    assert spanish == english


@pytest.mark.parametrize("number", range(len(sections(read(ENGLISH)))))
def test_a_section_has_the_same_links_names_and_figures(number: int) -> None:
    if number >= len(sections(read(SPANISH))):
        pytest.fail(f"missing in Spanish: {sections(read(ENGLISH))[number].splitlines()[0]}")
    english, spanish = (sections(read(page))[number] for page in (ENGLISH, SPANISH))
    found: list[list[str]] = []
    for text, written in ((english, in_spanish), (spanish, str)):
        plain = _BLOCK.sub("", text)
        links = [a or b for a, b in _LINK.findall(_CODE.sub("", plain))]
        found.append(
            [link for link in links if link not in ("README.md", "README.es.md")]
            + _CODE.findall(plain)
            + _NUMBER.findall(written(prose(text)))
            + [
                NUMBER_WORDS[word]
                for word in re.findall(r"\w+", prose(text).lower())
                if word in NUMBER_WORDS
            ]
            + _COMMENT.findall(text)
        )
    assert differences(Counter(found[0]), Counter(found[1])) == [], english.splitlines()[0]


def test_each_links_the_other() -> None:
    assert "](README.es.md)" in read(ENGLISH)
    assert "](README.md)" in read(SPANISH)


def test_every_row_of_the_table_of_speed_has_a_translation() -> None:
    (table,) = _SPEED.findall(read(ENGLISH))
    labels = {row.split("|")[1].strip() for row in table.splitlines() if row.startswith("|")}
    labels |= set(re.findall("^[A-Z][^|]*:$", table, re.MULTILINE))
    assert {label for label in labels if label.strip("-")} - set(SPEED_WORDS) == set()


def test_a_missing_command_and_a_changed_figure_would_be_found() -> None:
    assert differences(Counter(["1 %", "a"]), Counter(["2 %"])) == [
        "missing in Spanish: 1 %",
        "missing in Spanish: a",
        "in Spanish only: 2 %",
    ]
    assert _NUMBER.findall("1,234.5 and 10, 20.") == ["1,234.5", "10", "20"]


def test_numbers_are_written_as_in_spanish_and_versions_as_they_are() -> None:
    english = "1,234.5 of 30,000, then 0.42 (1.9 ms)."
    assert in_spanish(english) == "1.234,5 of 30.000, then 0,42 (1,9 ms)."
    same = "Python 3.11, uvicorn 0.54.0, 2026-11-29, 24 GiB, Linux 6.18.44-fc-v857"
    assert in_spanish(same) == same

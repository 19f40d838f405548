"""The demo's lines: gzip without a time, Python 2 and Python 3 literals."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demo_world import GAMES, USERS, World
from etl.demo import write_demo
from etl.demo.dump import python2_literal
from thorough import examples


def test_the_gzip_header_has_neither_time_nor_name(tmp_path: Path) -> None:
    header = write_demo(tmp_path, games=GAMES, users=USERS).items.read_bytes()[:10]
    assert header[3] == 0
    assert header[4:8] == bytes(4)


def test_every_catalogue_line_is_what_python_2_would_have_written(world: World) -> None:
    for line, record in zip(world.lines["games"], world.games, strict=True):
        assert line.isascii()
        assert not re.search(r"(?<![u\\\w])'[A-Za-z_]+': ", line)
        assert (
            line
            == "{"
            + ", ".join(f"u'{key}': {python2_literal(value)}" for key, value in record.items())
            + "}\n"
        )


@pytest.mark.parametrize("name", ["reviews", "items"])
def test_every_other_line_is_what_python_3_would_have_written(world: World, name: str) -> None:
    for line in world.lines[name]:
        assert line == repr(ast.literal_eval(line)) + "\n"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Half-Life", "u'Half-Life'"),
        ("Garry's Mod", 'u"Garry\'s Mod"'),
        ('Nan\'s "Secret"', "u'Nan\\'s \"Secret\"'"),
        ("é™年🍕", "u'\\xe9\\u2122\\u5e74\\U0001f355'"),
        (["a", "b"], "[u'a', u'b']"),
        (4.99, "4.99"),
        (True, "True"),
        (None, "None"),
    ],
)
def test_python_2_literals(value: Any, text: str) -> None:
    assert python2_literal(value) == text


@given(st.text(max_size=50))
@settings(max_examples=examples(50))
def test_a_python_2_literal_reads_back_as_itself(text: str) -> None:
    assert ast.literal_eval(python2_literal(text)) == text

"""Texts of others, made safe to show."""

from __future__ import annotations

import re
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datastore.base.visible import INVISIBLE, visible

EXPLORER = Path(__file__).parents[3] / "web" / "explorer" / "src" / "visible.ts"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Portal 2", "Portal 2"),
        ("東方 – Ōkami™\N{NO-BREAK SPACE}2", "東方 – Ōkami™\N{NO-BREAK SPACE}2"),
        ("می\N{ZERO WIDTH NON-JOINER}خواهم", "می\N{ZERO WIDTH NON-JOINER}خواهم"),
        ("a\x00b", r"a\u0000b"),
        ("a\x1b[2Jb\x9bc\x7f", r"a\u001b[2Jb\u009bc\u007f"),
        ("gpj.\N{RIGHT-TO-LEFT OVERRIDE}exe", r"gpj.\u202eexe"),
        ("a\N{ZERO WIDTH SPACE}b\N{ZERO WIDTH NO-BREAK SPACE}", r"a\u200bb\ufeff"),
        ("a\N{LINE SEPARATOR}b\r\n\tc", r"a\u2028b\u000d\u000a\u0009c"),
        ("\udce9", r"\udce9"),
        ("\N{TAG LATIN SMALL LETTER A}", r"\U000e0061"),
    ],
)
def test_what_nobody_sees_is_written_as_its_code(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_the_lines_of_a_message_stay_but_nothing_goes_back_to_their_beginning() -> None:
    assert visible("a\n\tb\rc", lines=True) == "a\n\tb\\u000dc"


@given(st.text())
def test_nothing_invisible_is_left_and_nothing_else_is_changed(text: str) -> None:
    shown = visible(text)
    assert visible(shown) == shown
    assert not any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in shown)
    if not re.search(f"[{INVISIBLE}]", text):
        assert shown == text


def test_what_python_calls_printable_is_never_escaped() -> None:
    for code in range(sys.maxunicode + 1):
        if chr(code).isprintable():
            assert not re.match(f"[{INVISIBLE}]", chr(code))


def test_the_explorer_escapes_or_leaves_out_the_same_characters() -> None:
    written, without_width = re.findall(r"/\[(.+)\]/g;", EXPLORER.read_text(encoding="utf-8"))
    for code in range(0x10000):
        character = chr(code)
        # Ends of lines and tabs are blanks on a page; browsers show halves of pairs themselves.
        if character in "\t\n\r" or 0xD800 <= code < 0xE000:
            continue
        escaped = bool(re.match(f"[{written}]", character))
        assert escaped == (visible(character) != character), code
        assert escaped or not re.match(f"[{without_width}]", character), code

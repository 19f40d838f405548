"""The searchable form of names."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from datastore.base.names import fold
from datastore.base.search_keys import search_key


@given(text=st.text(st.characters(max_codepoint=127)))
@example("A_b &amp; C\x1f9\x7f")
def test_of_ascii_names_letters_and_digits_stay_and_a_blank_stands_between(text: str) -> None:
    letters = "".join(c if c.isalnum() else " " for c in fold(text))
    assert search_key(text) == " ".join(letters.split())


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Café: “Crème” Brûlée®", "cafe creme brulee"),
        ("Ⅷ_Straße", "viii strasse"),
        ("Half-Life™ 2", "half lifetm 2"),
        ("日本 & 中", "日本 中"),
        (" - ", ""),
    ],
)
def test_case_accents_and_signs_do_not_count(name: str, key: str) -> None:
    assert search_key(name) == key
    assert search_key(key) == key

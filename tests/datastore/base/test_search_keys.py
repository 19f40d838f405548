"""The searchable form of names."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from datastore.base.names import fold
from datastore.base.search_keys import initial, search_key, with_digits


@given(text=st.text(st.characters(max_codepoint=127, exclude_characters="&'")))
@example("A_b \x1f9\x7f")
def test_ascii_names_keep_letters_and_digits_with_a_blank_between(text: str) -> None:
    letters = "".join(c if c.isalnum() else " " for c in fold(text))
    assert search_key(text) == " ".join(letters.split())


@given(text=st.text(st.characters(max_codepoint=0x2122)))
@example("A_b &amp; C\x1f9\x7f")
@example("a'b&c’d'e'f")
def test_a_searchable_form_is_words_of_letters_and_digits_and_its_own(text: str) -> None:
    key = search_key(text)
    assert key == " ".join(key.split())
    assert all(c.isalnum() or c == " " or not c.isascii() for c in key)
    assert search_key(key) == key


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Café: “Crème” Brûlée®", "cafe creme brulee"),
        ("Ⅷ_Straße", "viii strasse"),
        ("Half-Life™ 2", "half life 2"),
        ("日本 & 中", "日本 and 中"),
        ("Heroes &amp; Generals", "heroes and generals"),
        ("& Sons &", "sons"),
        ("Don't", "dont"),
        ("Garry’s Mod", "garrys mod"),
        ("L'Âge d'Or", "l age dor"),
        ("rock 'n' roll", "rock n roll"),
        (" - ", ""),
    ],
)
def test_case_accents_and_signs_do_not_count(name: str, key: str) -> None:
    assert search_key(name) == key
    assert search_key(key) == key


@pytest.mark.parametrize(
    ("words", "digits"),
    [
        ("final fantasy xiv", "final fantasy 14"),
        ("half life 2 episode two", "half life 2 episode 2"),
        ("saints row the third", "saints row the 3"),
        ("i ix x xx xxxix xl civ mix", "1 9 10 20 39 xl civ mix"),
    ],
)
def test_numerals_and_small_numbers_are_written_in_digits(words: str, digits: str) -> None:
    assert with_digits(words.split()) == digits.split()
    assert with_digits(digits.split()) == digits.split()


def test_initials_keep_numbers_and_the_word_and() -> None:
    assert [initial(word) for word in ["mount", "and", "xiv", "2033", "v2", "éa"]] == [
        "m", "and", "xiv", "2033", "v2", "é",
    ]  # fmt: skip

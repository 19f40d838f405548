"""Texts of answers in octets: one character for each byte of UTF-8."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.execution.encoding import octets, utf_8


@given(st.lists(st.text(), max_size=5))
def test_octets_are_the_bytes_of_the_texts(texts: list[str]) -> None:
    made, size = octets(texts)
    assert [text.encode("latin-1") for text in made] == [text.encode() for text in texts]
    assert size == len("".join(texts).encode())


@pytest.mark.parametrize("texts", [[], ["", "a"], ("a", "b")])
def test_texts_of_ascii_are_octets_as_they_are(texts: Sequence[str]) -> None:
    assert octets(texts)[0] is texts


def test_lone_surrogates_become_question_marks() -> None:
    assert utf_8("a\ud800") == b"a?"
    assert octets(["é", "a\ud800"]) == (["\xc3\xa9", "a?"], 4)


def test_texts_that_are_none_are_refused() -> None:
    with pytest.raises(TypeError):
        octets(["a", None])  # type: ignore[list-item]

"""Words of descriptions."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from etl.titles.words import description_words, words_of


def test_words_are_those_that_say_something_each_once() -> None:
    text = "in 1999, the world's end – and the world’s “rock'n” end of it. é? été"
    assert description_words(text) == ["world", "end", "rock'n", "été"]


def test_words_of_one_description_are_left_out_and_the_others_are_sorted() -> None:
    words = words_of(["zebra river", None, "river zebra lonely", ""])
    assert words.names == ["river", "zebra"]
    assert words.offsets.tolist() == [0, 2, 2, 4, 4]
    assert words.values.tolist() == [1, 0, 0, 1]
    assert words.counts.tolist() == [2, 2]


def test_without_descriptions_there_are_no_words() -> None:
    words = words_of([None, ""])
    assert words.names == []
    assert words.offsets.tolist() == [0, 0, 0]


@given(st.lists(st.one_of(st.none(), st.text(alphabet="abc' -é1", max_size=30)), max_size=6))
def test_each_title_keeps_its_words_that_others_have_too(texts: list[str | None]) -> None:
    words = words_of(texts)
    own = [description_words(text or "") for text in texts]
    titles = Counter(word for each in own for word in each)
    for row, each in enumerate(own):
        kept = words.values[words.offsets[row] : words.offsets[row + 1]]
        assert [words.names[word] for word in kept] == [w for w in each if titles[w] > 1]
    assert words.counts.tolist() == [titles[name] for name in words.names]
    assert words.names == sorted(words.names)

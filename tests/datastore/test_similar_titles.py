"""Words that two descriptions share: what similar titles are about comes first."""

from __future__ import annotations

import numpy as np

from datastore.similar_titles import SimilarTitles

WORDS = ["led", "space", "station", "ship"]
#: Words of each description. "led" and "ship" are the rarest.
DESCRIPTIONS = [[0, 1, 2, 3], [0, 1, 2, 3], [1, 2], [1, 2], [1], []]
NEIGHBOURS = [[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2], [0, 1, -1], [-1, -1, -1]]


def world() -> SimilarTitles:
    text = "".join(WORDS).encode()
    lengths = [len(word) for word in WORDS]
    entries = [word for words in DESCRIPTIONS for word in words]
    return SimilarTitles(
        {
            "similar_titles": np.array(NEIGHBOURS, np.int32),
            "similar_title_scores": np.full((6, 3), 0.5, np.float32),
            "title_words_text": np.frombuffer(text, np.uint8),
            "title_words_offsets": np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32),
            "title_words_titles": np.bincount(entries, minlength=4).astype(np.int32),
            "description_offsets": np.concatenate(
                [[0], np.cumsum([len(words) for words in DESCRIPTIONS])]
            ),
            "description_words": np.array(entries, np.int32),
        }
    )


def test_a_word_that_recurs_among_similar_titles_comes_before_a_rare_coincidence() -> None:
    # idf times uses: station log(6/4) * 3, led and ship log(6/2) * 1, space log(6/5) * 3.
    assert world().words(0, 1) == ["station", "led", "ship", "space"]


def test_titles_without_common_words_share_none() -> None:
    assert world().words(0, 5) == []
    assert world().words(4, 0) == ["space"]


def test_neighbours_end_where_nothing_is_similar() -> None:
    similar = world()
    ends, nothing = similar.places([4, 5], 5)
    assert similar.row[ends].tolist() == [0, 1]
    assert {similar.owner(place) for place in ends} == {4}
    assert nothing == []

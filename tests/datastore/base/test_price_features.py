"""What the price models know of a game, as numbers."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest

from datastore.base.price_features import KEY_CODES, Details, Vocabulary, features
from market import VOCABULARY


def test_words_are_genres_then_tags_then_features() -> None:
    assert VOCABULARY.words(Details([2, 0], [3], [1, 1])) == [0, 2, 6, 8]
    assert [VOCABULARY.label(word) for word in (0, 6, 8)] == [
        "genre: Action",
        "tag: Indie",
        "feature: Downloadable Content",
    ]


def test_games_that_belong_to_others_are_recognised_in_any_spelling() -> None:
    assert VOCABULARY.content == 8
    assert Vocabulary([], [], ["Co-op", "DOWNLOADABLE  content"]).content == 1
    assert Vocabulary([], [], ["Co-op"]).content == -1
    games = features([Details([], [], [0]), Details([], [], [0, 1])], VOCABULARY)
    assert games.content.tolist() == [False, True]


def test_a_game_without_anything_has_no_words_keys_or_numbers() -> None:
    games = features([Details([], [], [])], VOCABULARY)
    assert len(games) == 1
    assert games.words.tolist() == []
    assert games.keys.tolist() == [[0] * len(KEY_CODES)]
    assert isnan(games.year[0]) and isnan(games.metascore[0]) and isnan(games.early_access[0])


def test_no_games_have_features_of_no_games() -> None:
    games = features([], VOCABULARY)
    assert len(games) == 0
    assert games.keys.shape == (0, len(KEY_CODES))


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (Details([], [], [], "a", "b", year=2001.0), [True] * 5),
        (Details([], [], [], "a", "b", year=2002.0), [True, True, True, True, False]),
        (Details([], [], [1], "a", "b", year=2001.0), [True, True, False, False, False]),
        (Details([], [], [], "b", "b", year=2001.0), [False, True, False, True, False]),
    ],
)
def test_keys_compare_developer_publisher_kind_and_year(other: Details, same: list[bool]) -> None:
    this = Details([], [], [], "a", "b", year=2001.0)
    keys = features([this, other], VOCABULARY).keys
    assert (keys[0] == keys[1]).tolist() == same
    assert len(set(keys[0].tolist())) == len(KEY_CODES)


def test_a_set_of_genres_has_one_key_in_any_order() -> None:
    games = features([Details(g, [], []) for g in ([1, 2], [2, 1, 1], [1], [])], VOCABULARY)
    first, second, third, fourth = games.genre_sets.tolist()
    assert first == second
    assert len({first, third, fourth}) == 3


def test_some_games_keep_their_features() -> None:
    three = [Details([0], [1, 2], []), Details([], [], []), Details([1], [3], [0], year=2000.0)]
    taken = features(three, VOCABULARY).take(np.array([2, 0]))
    expected = features([three[2], three[0]], VOCABULARY)
    for part in ("offsets", "words", "sizes", "genre_sets", "keys", "content"):
        assert getattr(taken, part).tolist() == getattr(expected, part).tolist()
    assert taken.year[0] == 2000.0 and isnan(taken.year[1])

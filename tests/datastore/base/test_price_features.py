"""What the price models know of a game, as numbers."""

from __future__ import annotations

from dataclasses import fields
from math import isnan
from typing import Any

import numpy as np
import pytest

from datastore.base.price_features import (
    DETAILS,
    KEY_CODES,
    Details,
    Vocabulary,
    features,
    name_keys,
)
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
        (Details([], [], [0], "a", "b", year=2001.0), [True] * 5),
        (Details([], [], [0], "a", "b", year=2002.0), [True, True, True, True, False]),
        (Details([], [], [1], "a", "b", year=2001.0), [True, True, False, False, False]),
        (Details([], [], [0], "b", "b", year=2001.0), [False, True, False, True, False]),
    ],
)
def test_keys_compare_developer_publisher_kind_and_year(other: Details, same: list[bool]) -> None:
    this = Details([], [], [0], "a", "b", year=2001.0)
    keys = features([this, other], VOCABULARY).keys
    assert (keys[0] == keys[1]).tolist() == same
    assert len(set(keys[0].tolist())) == len(KEY_CODES)


@pytest.mark.parametrize(
    ("details", "known"),
    [
        (Details([], [], [], "a", "b", year=2001.0), [True, True, False, False, False]),
        (Details([], [], [0], "a", "b"), [True, True, True, True, False]),
        (Details([], [], [0], "", "b", year=2001.0), [False, True, False, True, False]),
    ],
)
def test_a_key_has_no_unknown_part(details: Details, known: list[bool]) -> None:
    assert (features([details], VOCABULARY).keys[0] != 0).tolist() == known


def test_names_have_the_keys_of_the_games_that_have_them() -> None:
    game = features([Details([], [], [0], "a", "b", year=2001.0)], VOCABULARY)
    assert name_keys("a", "b") == game.keys[0, :2].tolist()
    assert name_keys("", "") == [0, 0]


def test_hidden_details_are_as_if_they_had_never_been_known() -> None:
    game = Details([0, 1], [3], [1], "a", "b", 0.0, 2001.0, 70.0)
    unknown: dict[str, Any] = Details()._asdict()
    for hidden in range(2**DETAILS):
        hide = [bool(hidden >> place & 1) for place in range(DETAILS)]
        names = (name for name, hides in zip(Details._fields, hide, strict=True) if hides)
        without = game._replace(**{name: unknown[name] for name in names})
        expected = features([without, game], VOCABULARY)
        found = features([game, game], VOCABULARY).hidden(np.array([hide, [False] * DETAILS]))
        for part in fields(expected):
            np.testing.assert_array_equal(getattr(found, part.name), getattr(expected, part.name))


def test_a_game_of_which_nothing_is_known_is_put_behind_others() -> None:
    games = [Details([0], [3], [1], "a", "b", 0.0, 2001.0, 70.0)]
    expected = features([*games, Details()], VOCABULARY)
    found = features(games, VOCABULARY).with_nothing()
    for part in fields(expected):
        np.testing.assert_array_equal(getattr(found, part.name), getattr(expected, part.name))


def test_a_mark_of_a_list_that_is_not_known_is_not_known() -> None:
    games = features([Details([0], [], [1])], VOCABULARY)
    marks = games.marks(np.array([8, 0, 1, 4]))[0]
    np.testing.assert_array_equal(marks, [1.0, 1.0, 0.0, np.nan])


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

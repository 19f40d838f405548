"""Genres, tags and specs: each name once a game, and the games of each name."""

from __future__ import annotations

import pyarrow as pa

from etl.games.labels import Labels

COLUMN = pa.array([["Action", "RPG"], [], ["rpg", "RPG ", "Action"]])


def test_names_are_numbered_by_their_folded_form_and_a_game_has_each_once() -> None:
    labels = Labels.of(COLUMN, 4)
    assert labels.names.shown == ["Action", "RPG"]
    assert labels.column.to_pylist() == [[0, 1], [], [1, 0], []]


def test_the_games_of_each_name_are_in_order() -> None:
    assert Labels.of(COLUMN, 4).members().to_pylist() == [[0, 2], [0, 2]]


def test_words_are_the_folded_names_and_the_numbers_of_each_game() -> None:
    words = Labels.of(COLUMN, 4).words
    assert words.names == ["action", "rpg"]
    assert words.offsets.tolist() == [0, 2, 2, 4, 4]
    assert words.numbers.tolist() == [0, 1, 1, 0]


def test_no_games_have_no_names() -> None:
    labels = Labels.of(pa.array([], pa.list_(pa.string())), 0)
    assert (labels.names.shown, labels.column.to_pylist()) == ([], [])

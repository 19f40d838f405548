"""What games share by their making."""

from __future__ import annotations

import numpy as np
import pytest

from etl.recommender.kin import Kin
from etl.recommender.parameters import Parameters

KIN = Kin.of(
    ["half-life 2", "half-life", "portal", ""],
    np.array([0, 0, 0, -1], np.int32),
    ["valve", "sierra", "valve", ""],
)
WEIGHTS = Parameters(title_weight=1.0, developer_weight=0.1, publisher_weight=0.01)
EVERY = np.arange(4)


def test_a_score_adds_titles_developers_and_publishers() -> None:
    scores = KIN.scores(EVERY, EVERY, WEIGHTS)
    assert scores[0].tolist() == pytest.approx([1.11, 1.1, 0.11, 0])
    assert scores[1].tolist() == pytest.approx([1.1, 1.11, 0.1, 0])


def test_unknown_ones_are_not_the_same() -> None:
    assert not KIN.scores(EVERY, EVERY, WEIGHTS)[3].any()


def test_namesakes_are_of_one_series_or_share_half_of_the_words() -> None:
    titles = ["worms reloaded", "worms: forts under siege", "don't starve", "don't starve together",
              "heart & slash", "", "slash"]  # fmt: skip
    kin = Kin(titles, *np.full((2, len(titles)), -1, np.int32))
    every = np.arange(len(titles))
    rows, columns = np.nonzero(kin.namesakes(every, every))
    pairs = {(row, column) for row, column in zip(rows, columns, strict=True) if row < column}
    assert pairs == {(2, 3), (4, 6)}
    assert not kin.namesakes(every, every)[5].any()


def test_some_rows_and_columns_are_those_of_the_whole() -> None:
    whole = KIN.scores(EVERY, EVERY, WEIGHTS)
    rows, columns = np.array([2, 0]), np.array([1, 3, 0])
    assert np.array_equal(KIN.scores(rows, columns, WEIGHTS), whole[np.ix_(rows, columns)])
    part = KIN.of_games(np.array([2, 0]))
    assert np.array_equal(part.scores(EVERY[:2], EVERY[:2], WEIGHTS), whole[np.ix_(rows, rows)])


def test_games_of_one_series_have_its_number() -> None:
    half_life, same, portal, none = KIN.series.tolist()
    assert half_life == same != portal
    assert none == -1

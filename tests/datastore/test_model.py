"""The trained model: percentiles of playtimes, compared with a count of all of a game's players."""

from __future__ import annotations

import numpy as np
import pytest

from datastore.base import scoring
from datastore.store import Store


@pytest.mark.parametrize("hours", [0.2, 1.0, 2.5, 40.0, 1e6, float("inf")])
def test_confidence_counts_shorter_playtimes_and_half_of_the_equal_ones(
    demo_store: Store, hours: float
) -> None:
    model, games = demo_store.model, demo_store.games
    alpha = demo_store.manifest.parameters.model["alpha"]
    columns = np.arange(len(model.games))
    # Minutes that somebody has played, and minutes between those of two players.
    median = [np.median(demo_store.users.owners(games.play_rows(g))[1]) for g in model.games]
    minutes = np.where(columns % 2, median, hours * 60)
    played, confidence = model.confidence(columns, minutes)
    assert played.tolist() == columns.tolist()
    percentiles = []
    for game, playtime in zip(model.games.tolist(), minutes.tolist(), strict=True):
        _, others = demo_store.users.owners(games.play_rows(game))
        percentiles.append(
            ((others < playtime).sum() + (others == playtime).sum() / 2) / len(others)
        )
    expected = scoring.confidence(model._rarity, np.array(percentiles), alpha)
    assert confidence.tolist() == expected.tolist()


def test_unplayed_games_have_no_confidence(demo_store: Store) -> None:
    played, confidence = demo_store.model.confidence(np.arange(3), np.array([0, 60, 0]))
    assert (played.tolist(), len(confidence)) == ([1], 1)

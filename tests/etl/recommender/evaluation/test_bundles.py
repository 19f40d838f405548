"""Similar games are right by the bundles that games are sold in."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from datastore.base.reader import SnapshotReader
from etl.recommender.evaluation.bundles import bundle_hits, bundle_metrics


def test_a_list_is_right_if_it_has_a_game_of_one_of_the_games_bundles() -> None:
    lists = np.array([[1, 5], [2, 3], [1, 4], [0, -1], [5, 0], [0, 1], [3, 3]], np.int32)
    # 0 is in two bundles; no bundle has 3 and 4, or 6.
    assert bundle_hits(lists, [{0, 1, 2}, {0, 3}, {4, 2}]).tolist() == [1, 1, 1, 1, 0]


def test_games_that_cannot_be_in_lists_are_not_asked_for(demo_data_dir: Path) -> None:
    (snapshot,) = (demo_data_dir / "snapshots").iterdir()
    reader = SnapshotReader(snapshot)
    ids, players = reader.column("games", "app_id"), reader.column("games", "players")
    reasons, lists = reader.column("games", "unlisted_reason"), reader.array("similar_games")
    best = np.argsort(players)[::-1].tolist()
    played = [row for row in best if reasons[row] is None]
    game, stranger = played[0], next(row for row in played[1:] if row not in lists[played[0], :5])
    nobody = next(row for row in best if not players[row])
    unlisted = next(row for row in best if reasons[row] is not None and players[row])
    mate = int(lists[game, 0])
    bundles = [[ids[game], ids[mate]], [ids[game], ids[nobody]], [ids[unlisted], ids[mate], "?"]]
    found = bundle_metrics(snapshot, bundles, 0)
    assert found is not None
    assert (found.bundles, found.games) == (1, 2)
    assert found.hit_at_5.value in (0.5, 1)
    missed = bundle_metrics(snapshot, [[ids[game], ids[stranger]]], 0)
    assert missed is not None
    assert missed.hit_at_5.value in (0, 0.5)
    assert bundle_metrics(snapshot, [[ids[game], ids[nobody]], [ids[unlisted]], []], 0) is None

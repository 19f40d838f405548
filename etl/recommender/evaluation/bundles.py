"""etl.recommender.evaluation: judges similar games by the bundles of a store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from datastore.base.evaluation import BundleMetrics, Estimate
from datastore.base.reader import SnapshotReader
from etl.recommender.evaluation.metrics import mean_of

__all__ = ["bundle_hits", "bundle_metrics"]

Ints = npt.NDArray[np.int32]

#: Similar games of each game that are judged: as many as the page of a game shows.
_SHOWN = 5


def bundle_metrics(
    snapshot: Path, bundles: Iterable[Sequence[str]], seed: int
) -> BundleMetrics | None:
    """How often the lists of a snapshot have a game of the same bundle.

    Only listed games that somebody has played are asked for, because no others are in lists. None
    if no bundle has two of them.
    """
    reader = SnapshotReader(snapshot)
    rows = {app_id: row for row, app_id in enumerate(reader.column("games", "app_id"))}
    unlisted = [reason is not None for reason in reader.column("games", "unlisted_reason")]
    players = reader.column("games", "players")
    numbered = (
        {row for app_id in bundle if (row := rows.get(app_id)) is not None} for bundle in bundles
    )
    listed = [{row for row in own if players[row] and not unlisted[row]} for own in numbered]
    pairs = [own for own in listed if len(own) > 1]
    if not pairs:
        return None
    hits = bundle_hits(reader.array("similar_games")[:, :_SHOWN], pairs)
    share = mean_of(hits, seed)
    return BundleMetrics(
        len(pairs), len(hits), Estimate(share.value, max(share.low, 0), min(share.high, 1))
    )


def bundle_hits(lists: Ints, bundles: Sequence[set[int]]) -> npt.NDArray[np.float64]:
    """Of each game in a bundle, ascending: 1 if its list has a game of one of its bundles, else
    0."""
    mates: dict[int, set[int]] = {}
    for bundle in bundles:
        for game in bundle:
            mates.setdefault(game, set()).update(bundle - {game})
    hits = [not own.isdisjoint(lists[game].tolist()) for game, own in sorted(mates.items())]
    return np.array(hits, np.float64)

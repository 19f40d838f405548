"""etl.games: what became of served recommendations, by the events that followed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from math import sqrt
from pathlib import Path

import numpy as np

from datastore.base.evaluation import Estimate, Feedback
from datastore.base.reader import SnapshotReader
from etl.games.events import Event

__all__ = ["feedback"]

_FIRST = 10


def feedback(events: Iterable[Event], snapshot: Path) -> Feedback | None:
    """The hit rate of a snapshot's lists; None when no event is about a new game of one of its
    users. Raises SnapshotError when it is damaged.
    """
    reader = SnapshotReader(snapshot)
    users = {user_id: row for row, user_id in enumerate(reader.column("users", "user_id"))}
    games = {app_id: row for row, app_id in enumerate(reader.column("games", "app_id"))}
    offsets, library, served, popular = (
        reader.array(name)
        for name in ("library_offsets", "library_games", "user_games", "popular_games")
    )
    chosen: defaultdict[int, set[int]] = defaultdict(set)
    for event in events:
        user = users.get(event.user_id)
        if user is not None and event.value:  # 0 minutes, and advice against, choose nothing
            chosen[user].add(games.get(event.app_id, -1))
    cases = hits = by_popularity = 0
    for user, chosen_games in chosen.items():
        owned = library[offsets[user] : offsets[user + 1]]
        new = chosen_games - set(owned.tolist())
        if new:
            cases += 1
            hits += bool(new & set(served[user, :_FIRST].tolist()) - {-1})
            popular_head = popular[: len(owned) + _FIRST]
            by_popularity += bool(
                new & set(popular_head[~np.isin(popular_head, owned)][:_FIRST].tolist())
            )
    if not cases:
        return None
    return Feedback(snapshot.name, cases, hits, _share(hits, cases), _share(by_popularity, cases))


def _share(hits: int, cases: int) -> Estimate:
    """A share with its 95 % Wilson score interval, which is right for few cases, too.

    E. B. Wilson, Probable inference, the law of succession, and statistical inference (1927). The
    same as `scipy.stats.binomtest(...).proportion_ci(method="wilson")`, which costs an update 49 MB
    and 0.35 s to load.
    """
    share, z = hits / cases, 1.96
    middle = (share + z * z / (2 * cases)) / (1 + z * z / cases)
    half = z / (1 + z * z / cases) * sqrt(share * (1 - share) / cases + (z / (2 * cases)) ** 2)
    return Estimate(share, max(0.0, middle - half), min(1.0, middle + half))

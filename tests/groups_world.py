"""Raw dumps of players in groups, each with a taste of its own: the least that a model is learned
from. A second stage needs more players."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from etl.release.build import Inputs

__all__ = ["USERS", "write"]

USERS, GROUPS, GAMES = 180, 6, 12


def write(folder: Path, *, taste: bool = True) -> Inputs:
    """Write dumps of players who each play 8 games: of the twelve of their group, or without a
    taste, of any."""
    rng = np.random.default_rng(3)
    folder.mkdir(exist_ok=True)
    games = [
        {"id": str(game + 1), "app_name": f"Game {game}", "genres": ["Action"]}
        for game in range(GROUPS * GAMES)
    ]
    items: list[dict[str, Any]] = []
    for user in range(USERS):
        group = np.arange(GAMES) + GAMES * (user % GROUPS) if taste else np.arange(GROUPS * GAMES)
        own = rng.choice(group, 8, replace=False).tolist()
        rows = [
            {"item_id": str(g + 1), "item_name": f"Game {g}", "playtime_forever": 60} for g in own
        ]
        items.append({"user_id": f"user {user:03}", "items_count": 8, "items": rows})
    review = {"item_id": "1", "recommend": True, "review": "Fine.", "posted": "Posted May 1, 2012."}
    reviews = [{"user_id": "user 000", "reviews": [review]}]
    records = {"games": games, "reviews": reviews, "items": items}
    for kind, lines in records.items():
        (folder / kind).write_text("".join(f"{line!r}\n" for line in lines), "utf-8")
    return Inputs(**{kind: folder / kind for kind in records})

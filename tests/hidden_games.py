"""Real complete libraries, a fifth of the core's played games hidden before the build."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from dataclasses import dataclass
from math import log2
from pathlib import Path
from random import Random
from typing import Any

from etl.raw.lines import RawFile
from etl.raw.literals import parse

__all__ = ["HiddenGames", "hide", "ndcg_at_10"]

#: Fewest games per user and users per game in the core.
SUPPORT = 5

Pairs = dict[str, set[str]]


@dataclass(frozen=True)
class HiddenGames:
    """Played games of the users of the core: what the build may see, and what is hidden."""

    known: Pairs
    hidden: Pairs


def hide(items: Path, visible: Path, seed: int = 7) -> HiddenGames:
    """Write the libraries without the hidden games, one line per user."""
    libraries: dict[str, dict[str, Any]] = {}
    for _, line in RawFile(items, 1 << 26).lines():
        assert isinstance(line, bytes)
        record = parse(line)
        library = libraries.setdefault(record["user_id"], {})
        for item in record["items"]:
            former = library.setdefault(item["item_id"], item)
            if item["playtime_forever"] > former["playtime_forever"]:
                library[item["item_id"]] = item
    played = _core(
        {
            user: {game for game, item in library.items() if item["playtime_forever"]}
            for user, library in libraries.items()
        }
    )
    rng = Random(seed)
    hidden = {
        user: set(rng.sample(sorted(games), max(1, round(len(games) / 5))))
        for user, games in sorted(played.items())
    }
    with gzip.open(visible, "wt", encoding="utf-8", compresslevel=1) as file:
        for user, library in libraries.items():
            left_out = hidden.get(user, set())
            rows = [item for game, item in library.items() if game not in left_out]
            line = {"user_id": user, "items_count": len(rows), "items": rows}
            file.write(json.dumps(line) + "\n")
    return HiddenGames({user: games - hidden[user] for user, games in played.items()}, hidden)


def _core(played: Pairs) -> Pairs:
    """Users and games with enough of each other."""
    while True:
        players = Counter(game for games in played.values() for game in games)
        kept = {
            user: {game for game in games if players[game] >= SUPPORT}
            for user, games in played.items()
        }
        kept = {user: games for user, games in kept.items() if len(games) >= SUPPORT}
        if kept == played:
            return kept
        played = kept


def ndcg_at_10(ranking: list[str], relevant: set[str]) -> float:
    """NDCG of the first ten, binary relevance."""
    gain = sum(1 / log2(place + 2) for place, game in enumerate(ranking[:10]) if game in relevant)
    return gain / sum(1 / log2(place + 2) for place in range(min(10, len(relevant))))

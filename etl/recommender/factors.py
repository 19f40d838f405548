"""etl.recommender: latent factors of users and games, trained or read from a snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from datastore.base.errors import SnapshotError
from datastore.base.reader import SnapshotReader

__all__ = ["Factors", "read_factors"]

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Factors:
    """float32, users x factors and games x factors."""

    users: Floats
    games: Floats


def read_factors(snapshot: Path, user_ids: list[str], app_ids: list[str]) -> Factors:
    """Factors of the snapshot's model: users x factors and games x factors, in the order of these
    ids; NaN for those that it does not know. Raises SnapshotError when it is damaged."""
    reader = SnapshotReader(snapshot)
    try:
        users, games, placed = (
            reader.array(name) for name in ("user_factors", "item_factors", "model_games")
        )
        known_users = reader.column("users", "user_id")
        known_games = reader.column("games", "app_id")
        of_game = [known_games[at] for at in placed.tolist()]
        return Factors(_ordered(users, known_users, user_ids), _ordered(games, of_game, app_ids))
    except (ValueError, IndexError) as error:
        raise SnapshotError(f"Snapshot {snapshot} is damaged ({error}): build again.") from error


def _ordered(factors: Floats, known: list[str], ids: list[str]) -> Floats:
    row = {key: at for at, key in enumerate(known)}
    place = np.array([row.get(key, -1) for key in ids], np.int64)
    found = np.full((len(ids), factors.shape[1]), np.nan, np.float32)
    found[place >= 0] = factors[place[place >= 0]]
    return found

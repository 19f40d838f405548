"""etl.recommender: latent factors of users and games, trained or read from a snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from datastore.base.errors import SnapshotError
from datastore.base.reader import SnapshotReader
from etl.recommender.users import Part, Users

__all__ = ["Factors", "put_factors", "read_factors"]

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
        users, games, model_games = (
            reader.array(name) for name in ("user_factors", "item_factors", "model_games")
        )
        known_users = reader.column("users", "user_id")
        known_games = reader.column("games", "app_id")
        model_game_ids = [known_games[game] for game in model_games.tolist()]
        return Factors(
            _ordered(users, known_users, user_ids), _ordered(games, model_game_ids, app_ids)
        )
    except (ValueError, IndexError) as error:
        raise SnapshotError(f"Snapshot {snapshot} is damaged ({error}): build again.") from error


def put_factors(users: Users, snapshot: Path, name: str, app_ids: list[str]) -> Floats:
    """Put the users' factors of the snapshot's model on the shelves; returns the games', in the
    order of these ids. NaN for those that it does not know."""
    users.run(partial(_put_factors, snapshot, name), "previous factors")
    return read_factors(snapshot, [], app_ids).games


def _put_factors(snapshot: Path, name: str, part: Part) -> None:
    part.shelf[name] = read_factors(snapshot, part.ids, []).users


def _ordered(factors: Floats, known: list[str], ids: list[str]) -> Floats:
    row = {id_: number for number, id_ in enumerate(known)}
    source = np.array([row.get(id_, -1) for id_ in ids], np.int64)
    ordered = np.full((len(ids), factors.shape[1]), np.nan, np.float32)
    ordered[source >= 0] = factors[source[source >= 0]]
    return ordered

"""etl.recommender.evaluation: part of each player's games is held out.

All games that were started recently are, and of the others a part chosen by a hash: whether a pair
is held out depends on the seed, the user and the user's games, not on the order of the rows or on
other users. Only the users and games that take part depend on all data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import numpy.typing as npt
from scipy import sparse

from datastore.base.library import Library
from etl.recommender.sample import mixed

__all__ = ["Split", "split"]

Ints = npt.NDArray[np.int32]
Hashes = npt.NDArray[np.uint64]

#: Played pairs that a user and a game need to take part.
_SUPPORT = 5
#: Share of a user's played games that is held out, at least one.
_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Split:
    """The users and games that take part, renumbered, and the parts of their libraries.

    `users[i]` and `games[i]` are the library's numbers of row i and column i, ascending.
    `known` is the training part: all that these users own, played or not, but what is held out.
    `played`, `owned` (of the training part), `held_out` and `recent` (held out because they were
    started recently) are users x games, 1 where it is so.
    `draw` is a number of each user that depends on the seed and the user's id alone.
    """

    users: Ints
    games: Ints
    known: Library
    played: sparse.csr_matrix
    owned: sparse.csr_matrix
    held_out: sparse.csr_matrix
    recent: sparse.csr_matrix
    draw: Hashes

    def history(self, unplayed: float) -> sparse.csr_matrix:
        """Users x games of the training part: 1 for a played game, `unplayed` for one only
        owned."""
        return (self.played + unplayed * (self.owned - self.played)).tocsr().astype(np.float32)

    def sample(self, most: int) -> npt.NDArray[np.intp]:
        """At most `most` users, ascending: those with the smallest draws."""
        return np.sort(np.argsort(self.draw, kind="stable")[:most])


def split(
    library: Library,
    user_ids: Sequence[str],
    app_ids: Sequence[str],
    seed: int,
    recent_starts: Sequence[int] | Ints = (),
) -> Split:
    """Hold out the played games that were started recently (rows of the library), and a fifth of
    what else each user played, at least one game."""
    played = _core(library)
    users, games = (
        np.unique(numbers[played]).astype(np.int32) for numbers in (library.user, library.game)
    )
    row = _places(users, len(user_ids))
    column = _places(games, len(app_ids))
    owner = library.user
    pairs = np.flatnonzero((row[owner] >= 0) & (column[library.game] >= 0))
    user, game = row[owner[pairs]], column[library.game[pairs]]
    del owner
    minutes = library.minutes[pairs]
    chosen = np.zeros(len(pairs), dtype=bool)
    draw = _hashes([user_ids[number] for number in users.tolist()], seed, b"user")
    recent = (minutes > 0) & np.isin(pairs, recent_starts)
    took_part = np.flatnonzero((minutes > 0) & ~recent)
    chosen[took_part] = _chosen(
        user[took_part],
        game[took_part],
        draw,
        _hashes([app_ids[number] for number in games.tolist()], seed, b"game"),
    )

    def matrix(mask: npt.NDArray[np.bool_]) -> sparse.csr_matrix:
        values = np.ones(int(mask.sum()), np.float32)
        result = sparse.csr_matrix((values, (user[mask], game[mask])), (len(users), len(games)))
        result.sort_indices()
        return result

    kept = ~chosen & ~recent
    counts = np.bincount(user[kept], minlength=len(users))
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    known = Library(offsets, game[kept], minutes[kept])
    return Split(
        users,
        games,
        known,
        played=matrix(kept & (minutes > 0)),
        owned=matrix(kept),
        held_out=matrix(chosen),
        recent=matrix(recent),
        draw=draw,
    )


def _core(library: Library) -> npt.NDArray[np.intp]:
    """Rows of the played pairs that are left when every user and every game has enough of them."""
    rows = np.flatnonzero(library.minutes > 0)
    owner = library.user
    while True:
        user, game = owner[rows], library.game[rows]
        enough = (np.bincount(user)[user] >= _SUPPORT) & (np.bincount(game)[game] >= _SUPPORT)
        if enough.all():
            return rows
        rows = rows[enough]


def _places(numbers: Ints, size: int) -> Ints:
    """Position of each number among the given ones, -1 for the others."""
    positions = np.full(size, -1, np.int32)
    positions[numbers] = np.arange(len(numbers), dtype=np.int32)
    return positions


def _hashes(keys: list[str], seed: int, kind: bytes) -> Hashes:
    salt = seed.to_bytes(16, "little", signed=True)
    raw = b"".join(
        blake2b(
            key.encode("utf-8", "surrogatepass"), digest_size=8, salt=salt, person=kind
        ).digest()
        for key in keys
    )
    return np.frombuffer(raw, np.uint64)


def _chosen(user: Ints, game: Ints, of_user: Hashes, of_game: Hashes) -> npt.NDArray[np.bool_]:
    """The pairs with the smallest hashes of each user; at least one pair of each is left. `user` is
    ascending."""
    order = np.lexsort((mixed(of_user[user] + of_game[game]), user))
    counts = np.bincount(user, minlength=len(of_user))
    starts = np.concatenate([[0], np.cumsum(counts)])
    rank = np.empty(len(user), np.int64)
    rank[order] = np.arange(len(user)) - starts[user[order]]
    held_out = np.minimum(np.maximum(1, np.rint(_SHARE * counts)), np.maximum(counts - 1, 0))
    chosen: npt.NDArray[np.bool_] = rank < held_out[user]
    return chosen

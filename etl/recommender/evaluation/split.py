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
from etl.process.engine import Arrays
from etl.recommender.sample import mixed
from etl.recommender.users import Part, Users

__all__ = ["Split", "core", "hashes", "places", "split", "split_by"]

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
    games = core(Users.of(library), len(app_ids))
    draws = hashes([app_ids[game] for game in games.tolist()], seed, b"game")
    return split_by(library, user_ids, places(games, len(app_ids)), draws, seed, recent_starts)


def core(users: Users, games: int) -> Ints:
    """The games, of this number, that are left when every user and every game has enough played
    pairs with the others."""
    kept = np.ones(games, np.bool_)
    while True:
        players = users.sum(_Core(kept), "users and games that take part")["players"]
        enough = players >= _SUPPORT
        if np.array_equal(enough, kept):
            return np.flatnonzero(kept).astype(np.int32)
        kept = enough


@dataclass(frozen=True, slots=True)
class _Core:
    """The players of some games among the users of a part who have enough of these."""

    kept: npt.NDArray[np.bool_]

    def __call__(self, part: Part) -> Arrays:
        library = part.library
        rows = np.flatnonzero((library.minutes > 0) & self.kept[library.game])
        user, game = library.user[rows], library.game[rows]
        enough = np.bincount(user, minlength=part.size)[user] >= _SUPPORT
        return {"players": np.bincount(game[enough], minlength=len(self.kept))}


def split_by(
    library: Library,
    user_ids: Sequence[str],
    column: Ints,
    draws: Hashes,
    seed: int,
    recent_starts: Sequence[int] | Ints,
) -> Split:
    """The split of some of the users: `column` is the place of each game among those that take
    part, -1 for others, and `draws` are their hashes."""
    games = np.flatnonzero(column >= 0).astype(np.int32)
    owner = library.user
    took_part = (library.minutes > 0) & (column[library.game] >= 0)
    played = np.bincount(owner[took_part], minlength=len(library.offsets) - 1)
    users = np.flatnonzero(played >= _SUPPORT).astype(np.int32)
    row = places(users, len(library.offsets) - 1)
    pairs = np.flatnonzero((row[owner] >= 0) & (column[library.game] >= 0))
    user, game = row[owner[pairs]], column[library.game[pairs]]
    del owner, took_part
    minutes = library.minutes[pairs]
    chosen = np.zeros(len(pairs), dtype=bool)
    draw = hashes([user_ids[number] for number in users.tolist()], seed, b"user")
    recent = (minutes > 0) & np.isin(pairs, recent_starts)
    asked = np.flatnonzero((minutes > 0) & ~recent)
    chosen[asked] = _chosen(user[asked], game[asked], draw, draws)

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


def places(numbers: Ints, size: int) -> Ints:
    """Position of each number among the given ones, -1 for the others."""
    positions = np.full(size, -1, np.int32)
    positions[numbers] = np.arange(len(numbers), dtype=np.int32)
    return positions


def hashes(keys: list[str], seed: int, kind: bytes) -> Hashes:
    """Hashes of ids of one kind."""
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

"""etl.recommender.evaluation: which held-out games rankings are asked for, and of whom."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from datastore.base.evaluation import RECENT
from etl.recommender.content import GameWords
from etl.recommender.evaluation.split import Split

__all__ = ["Task", "cold_starts", "genres", "main", "only", "recent_starts"]

Indices = npt.NDArray[np.intp]

#: Most played games of the training part that make a user's taste hard to know.
_FEW_GAMES = 10
#: Most players in the training part that make a game hard to recommend.
_FEW_PLAYERS = 20
#: Genres by which the quality of lists is shown.
_MOST_GENRES = 12


@dataclass(frozen=True, slots=True)
class Task:
    """Held-out games to find (users x games), by the lists of some users without `owned` games."""

    name: str
    description: str
    users: Indices
    held_out: sparse.csr_matrix
    owned: sparse.csr_matrix

    @property
    def pairs(self) -> int:
        """The number of held-out pairs of the users."""
        return int(self.held_out[self.users].nnz)


def main(part: Split, listed: npt.NDArray[np.bool_], most: int) -> Task:
    """The held-out games that are listed, of at most this number of users."""
    measured = part.sample(most)
    held_out = only(part.held_out, listed)
    users = measured[np.diff(held_out.indptr)[measured] > 0]
    return Task("", "", users, held_out, _sum(part.owned, part.recent))


def recent_starts(part: Split, listed: npt.NDArray[np.bool_], most: int) -> Task | None:
    """The listed games that were started recently, of users of whom others are known; None if there
    are none."""
    held_out = only(part.recent, listed)
    asked = (np.diff(held_out.indptr) > 0) & (np.diff(part.played.indptr) > 0)
    users = np.flatnonzero(asked)
    users = np.sort(users[np.argsort(part.draw[users], kind="stable")[:most]])
    if not len(users):
        return None
    return Task(
        RECENT,
        "Held-out games whose playtime is all of the last two weeks, or that the newest events "
        "started.",
        users,
        held_out,
        _sum(part.owned, part.held_out),
    )


def cold_starts(task: Task, part: Split, players: npt.NDArray[np.int64]) -> list[Task]:
    """The same for users with few games, and for games with few players."""
    rare = only(task.held_out, players <= _FEW_PLAYERS)
    return [
        Task(
            "users with few games",
            f"Users with at most {_FEW_GAMES} played games in the training part.",
            task.users[np.diff(part.played.indptr)[task.users] <= _FEW_GAMES],
            task.held_out,
            task.owned,
        ),
        Task(
            "games with few players",
            f"Held-out games with at most {_FEW_PLAYERS} players in the training part; all other "
            "games stay candidates.",
            task.users[np.diff(rare.indptr)[task.users] > 0],
            rare,
            task.owned,
        ),
    ]


def genres(task: Task, words: GameWords) -> list[Task]:
    """The same for the games of each of the genres with most held-out ones."""
    pairs = np.bincount(task.held_out[task.users].indices, minlength=len(words))
    found = []
    for number, name in enumerate(words.genres):
        of_genre = words.games_with(len(words.tags) + number)
        found.append((int(pairs[of_genre].sum()), name, of_genre))
    found.sort(key=lambda row: (-row[0], row[1]))
    tasks = []
    for count, name, of_genre in found[:_MOST_GENRES]:
        if not count:
            break
        held_out = only(task.held_out, of_genre)
        users = task.users[np.diff(held_out.indptr)[task.users] > 0]
        tasks.append(Task(name, "Held-out games of this genre.", users, held_out, task.owned))
    return tasks


def only(pairs: sparse.csr_matrix, games: npt.NDArray[np.bool_]) -> sparse.csr_matrix:
    """The pairs of some games."""
    kept = sparse.csr_matrix(pairs, copy=True)
    kept.data *= games[kept.indices]
    kept.eliminate_zeros()
    return kept


def _sum(one: sparse.csr_matrix, other: sparse.csr_matrix) -> sparse.csr_matrix:
    total = (one + other).tocsr()
    total.sort_indices()
    return total

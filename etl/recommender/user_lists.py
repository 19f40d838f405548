"""etl.recommender: games for each user, down the ladder.

Players get the best games by ALS and EASE, ordered by the second stage (HYBRID). Owners who have
played none of their games get EASE alone (COPLAY). Owners of games that the model cannot place get
games with similar tags and genres (CONTENT). The rest of every list is filled with the most played
games (POPULAR).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import sparse

from datastore.base import scoring
from datastore.base.codes import CONTENT, COPLAY, HYBRID, POPULAR
from datastore.base.library import Library
from etl.recommender import neighbours
from etl.recommender.content import GameWords, Popularity
from etl.recommender.lists import Lists
from etl.recommender.model import Model
from etl.recommender.second_stage import ranked

__all__ = ["for_users"]


def for_users(
    library: Library, words: GameWords, model: Model, popularity: Popularity, jobs: int
) -> Lists:
    """A list for every user, without the games that the user owns."""
    lists = Lists.empty(len(library.offsets) - 1, model.parameters.most)
    _by_model(lists, model, jobs)
    _by_content(lists, library, words, model, popularity, jobs)
    _by_popularity(lists, library, popularity)
    return lists


def _by_model(lists: Lists, model: Model, jobs: int) -> None:
    history, games = model.history, model.data.games
    placed = np.flatnonzero(np.diff(history.indptr))
    plays = model.players

    def block(part: slice) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float32]]:
        return ranked(model, placed[part], model.parameters.most)

    parts = neighbours.in_blocks(len(placed), jobs, block)
    for part, (columns, scores) in zip(neighbours.blocks(len(placed)), parts, strict=True):
        rows, width = placed[part], columns.shape[1]
        # COPLAY scores of 0 or less carry no information; an owned game is never new.
        valid = np.isfinite(scores) & (plays[rows, None] | (scores > 0))
        lists.games[rows, :width] = np.where(valid, games[columns], -1)
        lists.scores[rows, :width] = np.where(valid, scores, 0)
        lists.sources[rows, :width] = np.where(plays[rows, None], HYBRID, COPLAY)


def _by_content(
    lists: Lists,
    library: Library,
    words: GameWords,
    model: Model,
    popularity: Popularity,
    jobs: int,
) -> None:
    """Cosine of the tags and genres of all that the user has, a played game counting 1."""
    rows = lists.short
    rows = rows[np.diff(library.offsets)[rows] > 0]
    if not len(rows):
        return
    tags = neighbours.tag_vectors(words)
    candidates = popularity.known
    vectors = tags[candidates].T.astype(np.float64)
    column = np.full(len(words), -1, np.int32)
    column[candidates] = np.arange(len(candidates), dtype=np.int32)

    def scored(users: npt.NDArray[np.intp]) -> npt.NDArray[np.float32]:
        spans = [slice(library.offsets[user], library.offsets[user + 1]) for user in users]
        games = np.concatenate([library.game[part] for part in spans])
        minutes = np.concatenate([library.minutes[part] for part in spans])
        weight = np.where(minutes > 0, 1, model.parameters.owned_weight).astype(np.float32)
        ends = np.concatenate([[0], np.cumsum([part.stop - part.start for part in spans])])
        shape = (len(users), len(words))
        profiles = neighbours.normalised(sparse.csr_matrix((weight, games, ends), shape) @ tags)
        scores = scoring.ranked(profiles @ vectors)
        owner = np.repeat(np.arange(len(users)), np.diff(ends))
        known = column[games] >= 0
        scores[owner[known], column[games[known]]] = 0
        return scores

    lists.fill(rows, candidates, CONTENT, jobs, scored)


def _by_popularity(lists: Lists, library: Library, popularity: Popularity) -> None:
    share = popularity.share
    most = lists.games.shape[1]
    nobody = np.flatnonzero(np.diff(library.offsets) == 0)  # many, and all alike
    order = popularity.listed
    leaders = order[:most]
    lists.games[nobody, : len(leaders)] = leaders
    lists.scores[nobody, : len(leaders)] = share[leaders]
    lists.sources[nobody, : len(leaders)] = POPULAR
    owners = np.diff(library.offsets) > 0
    for row in lists.short[owners[lists.short]]:
        owned = library.game[library.offsets[row] : library.offsets[row + 1]]
        games = order[: 2 * most + len(owned)]
        lists.append(row, games, share[games], POPULAR, owned)

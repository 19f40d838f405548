"""etl.recommender: games similar to each game.

A list comes from the first of these that can place the game, and the next ones fill it up: HYBRID
(ALS cosine, shared tags, co-play), COPLAY, CONTENT, POPULAR.
"""

from __future__ import annotations

from collections.abc import Sequence

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

__all__ = ["shared_players", "similar"]

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]


def similar(
    library: Library,
    words: Sequence[GameWords],
    model: Model,
    popularity: Popularity,
    jobs: int,
) -> list[tuple[Lists, Floats]]:
    """A list for every game, and the co-play cosine of each entry, NaN where none counted.

    Once for each of `words`: the players are the same.
    """
    most = model.parameters.most
    vectors = neighbours.coplay(model.data.minutes, model.parameters.coplay_shrink)
    tags = [neighbours.tag_vectors(own) for own in words]
    found = []
    for own in words:
        lists = Lists.empty(len(own), most)
        found.append((lists, np.full(lists.games.shape, np.nan, np.float32)))
    _hybrid(found, model, vectors, [own[model.data.games] for own in tags], jobs)
    for (lists, coplay), own_words, own_tags in zip(found, words, tags, strict=True):
        _coplay(lists, coplay, library, model, vectors, jobs)
        _content(lists, own_tags, popularity.known, jobs)
        _popular_in_genre(lists, own_words, popularity)
    return found


def _hybrid(
    found: list[tuple[Lists, Floats]],
    model: Model,
    vectors: sparse.csr_matrix,
    tags: list[Floats],
    jobs: int,
) -> None:
    """Rows of the games that the model places: a weighted mean of three cosines."""
    games, parameters = model.data.games, model.parameters
    directions = neighbours.normalised(model.factors.games)
    gram = neighbours.Gram(vectors)
    total = 1 + parameters.tag_weight + parameters.coplay_weight
    count = min(parameters.most, len(games) - 1)

    def block(part: slice) -> None:
        rows, shared = games[part], gram.block(part)
        crowd = directions[part] @ directions.T
        crowd += np.float32(parameters.coplay_weight) * shared
        for (lists, coplay), own in zip(found, tags, strict=True):
            scores = own[part] @ own.T
            scores *= np.float32(parameters.tag_weight)
            scores += crowd
            scores /= np.float32(total)
            scores[np.arange(len(rows)), np.arange(part.start, part.stop)] = -np.inf
            columns = neighbours.best(scores, count)
            lists.games[rows, :count] = games[columns]
            lists.scores[rows, :count] = np.take_along_axis(scores, columns, 1)
            lists.sources[rows, :count] = HYBRID
            coplay[rows, :count] = np.take_along_axis(shared, columns, 1)

    neighbours.in_blocks(len(games), jobs, block)


def _coplay(
    lists: Lists,
    coplay: Floats,
    library: Library,
    model: Model,
    vectors: sparse.csr_matrix,
    jobs: int,
) -> None:
    """Rows of games with fewer players than the model asks for: what those players play."""
    missing, parameters = lists.short, model.parameters
    rare = np.isin(library.game, missing) & (library.minutes > 0)
    column = np.full(len(lists.games), -1, np.int64)
    column[missing] = np.arange(len(missing))
    users = len(library.offsets) - 1
    own = sparse.csr_matrix(
        (np.ones(int(rare.sum()), np.float32), (column[library.game[rare]], library.user[rare])),
        shape=(len(missing), users),
    )
    weight = neighbours.player_weights(model.data.minutes)
    own.data = weight[own.indices]
    of_row = np.repeat(np.arange(len(missing)), np.diff(own.indptr))
    squares = np.bincount(of_row, own.data**2, len(missing))
    length = np.sqrt(squares + parameters.coplay_shrink).astype(np.float32)
    rows = np.flatnonzero(np.diff(own.indptr))

    def block(part: slice) -> tuple[npt.NDArray[np.intp], Floats]:
        scores = (own[rows[part]] @ vectors).toarray() / length[rows[part], None]
        columns = neighbours.best(scores, lists.games.shape[1])
        return columns, np.take_along_axis(scores, columns, 1)

    parts = neighbours.in_blocks(len(rows), jobs, block)
    for part, (columns, scores) in zip(neighbours.blocks(len(rows)), parts, strict=True):
        for row, own_columns, values in zip(missing[rows[part]], columns, scores, strict=True):
            kept = values > 0
            used = int(np.count_nonzero(lists.games[row] >= 0))
            lists.append(row, model.data.games[own_columns[kept]], values[kept], COPLAY, row)
            end = int(np.count_nonzero(lists.games[row] >= 0))
            coplay[row, used:end] = lists.scores[row, used:end]


def _content(lists: Lists, tags: Floats, candidates: Ints, jobs: int) -> None:
    """Fill up with games that share tags and genres, of equal ones those with more players."""
    missing = lists.short
    missing = missing[tags[missing].any(axis=1)]
    vectors = tags[candidates].T.astype(np.float64)
    column = np.full(len(tags), -1, np.int32)
    column[candidates] = np.arange(len(candidates), dtype=np.int32)

    def scored(rows: npt.NDArray[np.intp]) -> Floats:
        scores = scoring.ranked(tags[rows].astype(np.float64) @ vectors)
        known = np.flatnonzero(column[rows] >= 0)
        scores[known, column[rows[known]]] = 0  # a game is not similar to itself
        return scores

    lists.fill(missing, candidates, CONTENT, jobs, scored)


def _popular_in_genre(lists: Lists, words: GameWords, popularity: Popularity) -> None:
    """Fill up with the games most played in the first genre, then with those most played."""
    most, known, share = lists.games.shape[1], popularity.known, popularity.share
    leaders: dict[int | None, Ints] = {None: known[: 2 * most + 1]}
    for row in lists.short:
        genre = words.first_genre(row)
        if genre is not None and genre not in leaders:
            leaders[genre] = known[words.games_with(genre)[known]][: 2 * most + 1]
        for games in (leaders[genre], leaders[None]):
            lists.append(row, games, share[games], POPULAR, row)


def shared_players(library: Library, similar: Ints, jobs: int) -> Ints:
    """Users who played both games of every pair: one bit a user, counted where both are set."""
    played = library.minutes > 0
    game = library.game[played]
    order = np.argsort(game, kind="stable")
    user, starts = (
        library.user[played][order],
        np.searchsorted(game[order], np.arange(len(similar) + 1)),
    )
    del played, game, order
    shared = np.zeros(similar.shape, np.int32)
    rows = np.flatnonzero(np.diff(starts))

    def block(part: slice) -> None:
        flags = np.zeros(len(library.offsets) - 1, dtype=bool)
        for row in rows[part].tolist():
            flags[user[starts[row] : starts[row + 1]]] = True
            for place, other in enumerate(similar[row].tolist()):
                if other >= 0:
                    both = flags[user[starts[other] : starts[other + 1]]]
                    shared[row, place] = np.count_nonzero(both)
            flags[user[starts[row] : starts[row + 1]]] = False

    neighbours.in_blocks(len(rows), jobs, block)
    return shared

"""etl.recommender: games similar to each game.

A list comes from the first of these that can place the game, and the next ones fill it up: HYBRID
(ALS cosine, shared tags, co-play), COPLAY, CONTENT, POPULAR.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import sparse

from datastore.base.codes import CONTENT, COPLAY, HYBRID, POPULAR
from etl.frames import Library
from etl.recommender import neighbours
from etl.recommender.content import Catalogue, Popularity
from etl.recommender.lists import Lists
from etl.recommender.model import Model

__all__ = ["shared_players", "similar"]

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]


def similar(
    library: Library, catalogue: Catalogue, model: Model, popularity: Popularity, jobs: int
) -> tuple[Lists, Floats]:
    """A list for every game; and beside each entry its co-play cosine, NaN where none counted."""
    most = model.parameters.most
    lists = Lists.empty(len(catalogue), most)
    coplay = np.full(lists.games.shape, np.nan, np.float32)
    tags = neighbours.tag_vectors(catalogue.words)
    vectors = neighbours.coplay(model.data.minutes, model.parameters.coplay_shrink)
    _hybrid(lists, coplay, model, vectors, tags[model.data.games], jobs)
    _coplay(lists, coplay, library, model, vectors, jobs)
    _content(lists, tags, popularity.known, jobs)
    _popular_in_genre(lists, catalogue, popularity)
    return lists, coplay


def _hybrid(
    lists: Lists, coplay: Floats, model: Model, vectors: sparse.csr_matrix, tags: Floats, jobs: int
) -> None:
    """Rows of the games that the model places: a weighted mean of three cosines."""
    games, parameters = model.data.games, model.parameters
    directions = neighbours.normalised(model.factors.games)
    coplayed = vectors.T.tocsr()
    total = 1 + parameters.tag_weight + parameters.coplay_weight

    def block(part: slice) -> tuple[npt.NDArray[np.intp], Floats, Floats]:
        scores = directions[part] @ directions.T
        scores += parameters.tag_weight * (tags[part] @ tags.T)
        shared = (coplayed[part] @ vectors).toarray()
        scores += parameters.coplay_weight * shared
        scores /= total
        scores[np.arange(len(scores)), np.arange(part.start, part.stop)] = -np.inf
        columns = neighbours.best(scores, min(parameters.most, len(directions) - 1))
        return (
            columns,
            np.take_along_axis(scores, columns, 1),
            np.take_along_axis(shared, columns, 1),
        )

    parts = neighbours.in_blocks(len(games), jobs, block)
    for part, (columns, scores, shared) in zip(neighbours.blocks(len(games)), parts, strict=True):
        rows, width = games[part], columns.shape[1]
        lists.games[rows, :width] = games[columns]
        lists.scores[rows, :width] = scores
        lists.sources[rows, :width] = HYBRID
        coplay[rows, :width] = shared


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
    vectors = tags[candidates]
    most = lists.games.shape[1]

    def block(part: slice) -> tuple[npt.NDArray[np.intp], Floats]:
        scores = tags[missing[part]] @ vectors.T
        columns = neighbours.best(scores, 2 * most)
        return columns, np.take_along_axis(scores, columns, 1)

    parts = neighbours.in_blocks(len(missing), jobs, block)
    for part, (columns, scores) in zip(neighbours.blocks(len(missing)), parts, strict=True):
        for row, own, values in zip(missing[part], columns, scores, strict=True):
            kept = values > 0
            lists.append(row, candidates[own[kept]], values[kept], CONTENT, row)


def _popular_in_genre(lists: Lists, catalogue: Catalogue, popularity: Popularity) -> None:
    """Fill up with the games most played in the first genre, then with those most played."""
    most, known, share = lists.games.shape[1], popularity.known, popularity.share
    leaders = {"": known[: 2 * most + 1]}
    for row in lists.short:
        genre = catalogue.genre(row)
        if genre not in leaders:
            inside = [game for game in known.tolist() if genre in catalogue.words[game]]
            leaders[genre] = np.array(inside[: 2 * most + 1], np.int32)
        for games in (leaders[genre], leaders[""]):
            lists.append(row, games, share[games], POPULAR, row)


def shared_players(library: Library, similar: Ints) -> Ints:
    """Users who played both games of every pair: one bit a user, counted where both are set."""
    played = library.minutes > 0
    user, game = library.user[played], library.game[played]
    order = np.argsort(game, kind="stable")
    user, game = user[order], game[order]
    starts = np.searchsorted(game, np.arange(len(similar) + 1))
    flags = np.zeros(len(library.offsets) - 1, dtype=bool)
    shared = np.zeros(similar.shape, np.int32)
    for row in np.flatnonzero(np.diff(starts)).tolist():
        others = similar[row][similar[row] >= 0]
        flags[user[starts[row] : starts[row + 1]]] = True
        parts = [flags[user[starts[other] : starts[other + 1]]] for other in others.tolist()]
        shared[row, : len(parts)] = [int(np.count_nonzero(part)) for part in parts]
        flags[user[starts[row] : starts[row + 1]]] = False
    return shared

"""etl.recommender: from libraries to what is served: neighbours, recommendations, and fallbacks.

A game gets neighbours from the first of these that can place it, and the next ones fill up a
list that is too short: HYBRID (ALS cosine, shared tags, co-play), COPLAY, CONTENT, POPULAR.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from scipy import sparse

from datastore.base.codes import CONTENT, COPLAY, HYBRID, POPULAR
from etl.frames import Library
from etl.progress import Stage
from etl.recommender import als, ease, neighbours
from etl.recommender.interactions import Interactions, confidence, interactions
from etl.recommender.parameters import Parameters

__all__ = ["Catalogue", "Recommendations", "blend", "recommend"]

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]


class _Options(Protocol):
    @property
    def seed(self) -> int: ...
    @property
    def jobs(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What the catalogue says of each game: its tags and genres (folded, by kind)."""

    words: list[list[str]]


@dataclass(frozen=True, slots=True)
class Recommendations:
    """Arrays of the snapshot's contract, and the facts for the manifest."""

    arrays: dict[str, npt.NDArray[Any]]
    facts: dict[str, Any]


@dataclass(slots=True)
class _Lists:
    """Rows x most: game (-1 where the list ends), score and source."""

    games: Ints
    scores: Floats
    sources: npt.NDArray[np.uint8]

    @classmethod
    def empty(cls, rows: int, most: int) -> _Lists:
        return cls(
            np.full((rows, most), -1, np.int32),
            np.zeros((rows, most), np.float32),
            np.zeros((rows, most), np.uint8),
        )

    def append(self, row: int, games: npt.NDArray[Any], scores: Floats, source: int) -> None:
        """Fill up one list with games that it does not hold yet, best first."""
        used = int(np.count_nonzero(self.games[row] >= 0))
        fresh = ~np.isin(games, self.games[row, :used]) & (games != row)
        games, scores = games[fresh], scores[fresh]
        stop = min(used + len(games), self.games.shape[1])
        self.games[row, used:stop] = games[: stop - used]
        self.scores[row, used:stop] = scores[: stop - used]
        self.sources[row, used:stop] = source


def recommend(
    library: Library,
    catalogue: Catalogue,
    parameters: Parameters,
    options: _Options,
    stage: Stage,
) -> Recommendations:
    """Train the model and precompute every list that is served."""
    games = len(catalogue.words)
    data = interactions(library, games, parameters)
    factors = als.train(
        confidence(data.minutes, parameters.alpha),
        parameters,
        options.seed,
        options.jobs,
        lambda: stage.advance(1),
    )
    played = sparse.csr_matrix(data.minutes, copy=True)
    played.data = np.ones_like(played.data)
    popular = _popular(library, games)
    vectors = neighbours.coplay(played, parameters.coplay_shrink)
    similar = _similar(library, catalogue, data, factors, vectors, popular, parameters, options)
    users = _for_users(data, _history(data.owned, played, parameters), factors, parameters, options)
    stage.rows(int(played.nnz), "played pairs")
    facts = {
        "games": len(data.games),
        "players": int(np.count_nonzero(np.diff(played.indptr))),
        "interactions": int(played.nnz),
    }
    arrays: dict[str, npt.NDArray[Any]] = {
        "similar_games": similar.games,
        "similar_scores": similar.scores,
        "similar_sources": similar.sources,
        "similar_shared": _shared(library, similar.games),
        "user_games": users.games,
        "user_scores": users.scores,
        "user_sources": users.sources,
        "item_factors": factors.games,
        "model_games": data.games,
        "popular_games": popular,
    }
    return Recommendations(arrays, facts)


def _popular(library: Library, games: int) -> Ints:
    """All games, most players first, then most owners, then by row."""
    players = np.bincount(library.game[library.minutes > 0], minlength=games)
    owners = np.bincount(library.game, minlength=games)
    return np.lexsort((np.arange(games), -owners, -players)).astype(np.int32)


def _similar(
    library: Library,
    catalogue: Catalogue,
    data: Interactions,
    factors: als.Factors,
    vectors: sparse.csr_matrix,
    popular: Ints,
    parameters: Parameters,
    options: _Options,
) -> _Lists:
    most = parameters.most
    lists = _Lists.empty(len(catalogue.words), most)
    tags = neighbours.tag_vectors(catalogue.words)
    _hybrid(lists, data, factors, vectors, tags[data.games], parameters, options)
    missing = np.flatnonzero(lists.games[:, -1] < 0)
    _coplay(lists, missing, library, data, vectors, parameters, options)
    missing = np.flatnonzero(lists.games[:, -1] < 0)
    players = np.bincount(library.game[library.minutes > 0], minlength=len(catalogue.words))
    # An unknown game helps nobody, unless there is nothing else.
    known = popular[: int(np.count_nonzero(players))]
    candidates = known if len(known) > 1 else popular
    _content(lists, missing, tags, candidates, options)
    share = (players / max(1, players.max(initial=0))).astype(np.float32)
    _popular_in_genre(lists, catalogue, candidates, share)
    return lists


def _hybrid(
    lists: _Lists,
    data: Interactions,
    factors: als.Factors,
    vectors: sparse.csr_matrix,
    tags: Floats,
    parameters: Parameters,
    options: _Options,
) -> None:
    """Rows of the games that the model places: a weighted mean of three cosines."""
    directions = neighbours.normalised(factors.games)
    coplayed = vectors.T.tocsr()
    total = 1 + parameters.tag_weight + parameters.coplay_weight

    def block(part: slice) -> tuple[npt.NDArray[np.intp], Floats]:
        scores = directions[part] @ directions.T
        scores += parameters.tag_weight * (tags[part] @ tags.T)
        scores += parameters.coplay_weight * (coplayed[part] @ vectors).toarray()
        scores /= total
        scores[np.arange(len(scores)), np.arange(part.start, part.stop)] = -np.inf
        columns = neighbours.best(scores, min(parameters.most, len(directions) - 1))
        return columns, np.take_along_axis(scores, columns, 1)

    parts = neighbours.in_blocks(len(data.games), options.jobs, block)
    for part, (columns, scores) in zip(neighbours.blocks(len(data.games)), parts, strict=True):
        rows, width = data.games[part], columns.shape[1]
        lists.games[rows, :width] = data.games[columns]
        lists.scores[rows, :width] = scores
        lists.sources[rows, :width] = HYBRID


def _coplay(
    lists: _Lists,
    missing: npt.NDArray[np.intp],
    library: Library,
    data: Interactions,
    vectors: sparse.csr_matrix,
    parameters: Parameters,
    options: _Options,
) -> None:
    """Rows of games with fewer players than the model asks for: what those players play."""
    played = library.minutes > 0
    rare = np.isin(library.game, missing) & played
    column = np.full(len(lists.games), -1, np.int64)
    column[missing] = np.arange(len(missing))
    users = len(library.offsets) - 1
    own = sparse.csr_matrix(
        (np.ones(int(rare.sum()), np.float32), (column[library.game[rare]], library.user[rare])),
        shape=(len(missing), users),
    )
    weight = neighbours.player_weights(data.minutes)
    own.data = weight[own.indices]
    squares = np.bincount(_rows(own), own.data**2, len(missing))
    length = np.sqrt(squares + parameters.coplay_shrink).astype(np.float32)
    rows = np.flatnonzero(np.diff(own.indptr))

    def block(part: slice) -> tuple[npt.NDArray[np.intp], Floats]:
        scores = (own[rows[part]] @ vectors).toarray() / length[rows[part], None]
        columns = neighbours.best(scores, lists.games.shape[1])
        return columns, np.take_along_axis(scores, columns, 1)

    parts = neighbours.in_blocks(len(rows), options.jobs, block)
    for part, (columns, scores) in zip(neighbours.blocks(len(rows)), parts, strict=True):
        for row, own_columns, values in zip(missing[rows[part]], columns, scores, strict=True):
            kept = values > 0
            lists.append(int(row), data.games[own_columns[kept]], values[kept], COPLAY)


def _content(
    lists: _Lists,
    missing: npt.NDArray[np.intp],
    tags: Floats,
    popular: Ints,
    options: _Options,
) -> None:
    """Fill up with games that share tags and genres, of equal ones those with more players."""
    missing = missing[tags[missing].any(axis=1)]
    candidates = tags[popular]
    most = lists.games.shape[1]

    def block(part: slice) -> tuple[npt.NDArray[np.intp], Floats]:
        scores = tags[missing[part]] @ candidates.T
        columns = neighbours.best(scores, 2 * most)
        return columns, np.take_along_axis(scores, columns, 1)

    parts = neighbours.in_blocks(len(missing), options.jobs, block)
    for part, (columns, scores) in zip(neighbours.blocks(len(missing)), parts, strict=True):
        for row, own, values in zip(missing[part].tolist(), columns, scores, strict=True):
            kept = values > 0
            lists.append(row, popular[own[kept]], values[kept], CONTENT)


def _popular_in_genre(lists: _Lists, catalogue: Catalogue, popular: Ints, share: Floats) -> None:
    """Fill up with the games most played in the first genre, then with those most played."""
    most = lists.games.shape[1]
    genre = [next((w for w in own if w.startswith("g:")), "") for own in catalogue.words]
    leaders = {"": popular[: 2 * most + 1]}
    for row in np.flatnonzero(lists.games[:, -1] < 0).tolist():
        name = genre[row]
        if name not in leaders:
            inside = [game for game in popular.tolist() if name in catalogue.words[game]]
            leaders[name] = np.array(inside[: 2 * most + 1], np.int32)
        for games in (leaders[name], leaders[""]):
            lists.append(row, games, share[games], POPULAR)


def _history(
    owned: sparse.csr_matrix, played: sparse.csr_matrix, parameters: Parameters
) -> sparse.csr_matrix:
    """What users have, as EASE counts it: 1 for a played game, less for one only owned."""
    unplayed = parameters.owned_weight
    history: sparse.csr_matrix = (unplayed * owned + (1 - unplayed) * played).astype(np.float32)
    return history.tocsr()


def _for_users(
    data: Interactions,
    history: sparse.csr_matrix,
    factors: als.Factors,
    parameters: Parameters,
    options: _Options,
) -> _Lists:
    """Rows of users with a game that the model places: ALS and EASE, as z-scores (HYBRID).

    Users who own such games but played none get what goes with those, by EASE alone (COPLAY).
    All other rows stay empty; the popular games stand in for them.
    """
    lists = _Lists.empty(data.minutes.shape[0], parameters.most)
    if len(data.games) < 2:
        return lists
    weights = ease.weights(history, parameters)
    played = np.flatnonzero(np.diff(data.minutes.indptr))
    unplayed = np.setdiff1d(np.flatnonzero(np.diff(history.indptr)), played)

    def hybrid(part: slice) -> tuple[npt.NDArray[np.intp], Floats]:
        users = played[part]
        scores = blend(
            factors.users[users] @ factors.games.T,
            (history[users] @ weights).toarray(),
            parameters,
        )
        return _top(scores, history[users], parameters.most)

    def coplayed(part: slice) -> tuple[npt.NDArray[np.intp], Floats]:
        own = history[unplayed[part]]
        return _top((own @ weights).toarray(), own, parameters.most)

    for users, work, source in ((played, hybrid, HYBRID), (unplayed, coplayed, COPLAY)):
        parts = neighbours.in_blocks(len(users), options.jobs, work)
        for part, (columns, scores) in zip(neighbours.blocks(len(users)), parts, strict=True):
            rows, width = users[part], columns.shape[1]
            # In a COPLAY row a score of 0 or less says nothing; an owned game is never new.
            valid = np.isfinite(scores) & ((source == HYBRID) | (scores > 0))
            lists.games[rows, :width] = np.where(valid, data.games[columns], -1)
            lists.scores[rows, :width] = np.where(valid, scores, 0)
            lists.sources[rows, :width] = source
    return lists


def blend(als_scores: Floats, ease_scores: Floats, parameters: Parameters) -> Floats:
    """Both scores as z-scores over all games, added with the weight of EASE; users x games."""
    return _standard(als_scores) + parameters.ease_weight * _standard(ease_scores)


def _standard(scores: Floats) -> Floats:
    scores -= scores.mean(axis=1, keepdims=True)
    deviation = scores.std(axis=1, keepdims=True)
    np.divide(scores, deviation, out=scores, where=deviation > 0)
    return scores


def _top(
    scores: Floats, owned: sparse.csr_matrix, most: int
) -> tuple[npt.NDArray[np.intp], Floats]:
    scores[_rows(owned), owned.indices] = -np.inf
    columns = neighbours.best(scores, most)
    return columns, np.take_along_axis(scores, columns, 1)


def _rows(matrix: sparse.csr_matrix) -> npt.NDArray[np.intp]:
    """Row number of each entry."""
    return np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))


def _shared(library: Library, similar: Ints) -> Ints:
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

"""etl.recommender: the similar games of each game.

A list starts with the first source that can place the game, and the next sources fill it: HYBRID
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
    """A list for every game, and the co-play cosine of each entry (NaN where it was not used).

    One result for each of `words`; co-play is computed once for all of them.
    """
    length = model.parameters.most
    players = neighbours.coplay(model.data.minutes, model.parameters.coplay_shrink)
    tags = [neighbours.tag_vectors(game_words) for game_words in words]
    results = []
    for game_words in words:
        lists = Lists.empty(len(game_words), length)
        results.append((lists, np.full(lists.games.shape, np.nan, np.float32)))
    _hybrid(results, model, players, [vectors[model.data.games] for vectors in tags], jobs)
    for (lists, coplay), game_words, vectors in zip(results, words, tags, strict=True):
        _coplay(lists, coplay, library, model, players, jobs)
        _content(lists, vectors, popularity.known, jobs)
        _popular_in_genre(lists, game_words, popularity)
    return results


def _hybrid(
    results: list[tuple[Lists, Floats]],
    model: Model,
    players: sparse.csr_matrix,
    tags: list[Floats],
    jobs: int,
) -> None:
    """Lists of the games that the model places: by a weighted mean of three cosines."""
    games, parameters = model.data.games, model.parameters
    directions = neighbours.normalised(model.factors.games)
    gram = neighbours.Gram(players)
    total_weight = 1 + parameters.tag_weight + parameters.coplay_weight
    count = min(parameters.most, len(games) - 1)

    def block(part: slice) -> None:
        rows, coplay_cosines = games[part], gram.block(part)
        without_tags = directions[part] @ directions.T
        without_tags += np.float32(parameters.coplay_weight) * coplay_cosines
        for (lists, coplay), vectors in zip(results, tags, strict=True):
            scores = vectors[part] @ vectors.T
            scores *= np.float32(parameters.tag_weight)
            scores += without_tags
            scores /= np.float32(total_weight)
            scores[np.arange(len(rows)), np.arange(part.start, part.stop)] = -np.inf
            columns = neighbours.best(scores, count)
            lists.games[rows, :count] = games[columns]
            lists.scores[rows, :count] = np.take_along_axis(scores, columns, 1)
            lists.sources[rows, :count] = HYBRID
            coplay[rows, :count] = np.take_along_axis(coplay_cosines, columns, 1)

    neighbours.in_blocks(len(games), jobs, block)


def _coplay(
    lists: Lists,
    coplay: Floats,
    library: Library,
    model: Model,
    players: sparse.csr_matrix,
    jobs: int,
) -> None:
    """Lists of games with too few players for the model: the games that those players play."""
    unplaced, parameters = lists.short, model.parameters
    is_unplaced = np.isin(library.game, unplaced) & (library.minutes > 0)
    row_of_game = np.full(len(lists.games), -1, np.int64)
    row_of_game[unplaced] = np.arange(len(unplaced))
    pairs = row_of_game[library.game[is_unplaced]], library.user[is_unplaced]
    unplaced_players = sparse.csr_matrix(
        (np.ones(int(is_unplaced.sum()), np.float32), pairs),
        shape=(len(unplaced), len(library.offsets) - 1),
    )
    weight = neighbours.player_weights(model.data.minutes)
    unplaced_players.data = weight[unplaced_players.indices]
    row_of_entry = np.repeat(np.arange(len(unplaced)), np.diff(unplaced_players.indptr))
    squares = np.bincount(row_of_entry, unplaced_players.data**2, len(unplaced))
    length = np.sqrt(squares + parameters.coplay_shrink).astype(np.float32)
    rows = np.flatnonzero(np.diff(unplaced_players.indptr))

    def block(part: slice) -> tuple[npt.NDArray[np.intp], Floats]:
        scores = (unplaced_players[rows[part]] @ players).toarray() / length[rows[part], None]
        columns = neighbours.best(scores, lists.games.shape[1])
        return columns, np.take_along_axis(scores, columns, 1)

    parts = neighbours.in_blocks(len(rows), jobs, block)
    for part, (columns, scores) in zip(neighbours.blocks(len(rows)), parts, strict=True):
        for game, game_columns, cosines in zip(unplaced[rows[part]], columns, scores, strict=True):
            similar_games = model.data.games[game_columns[cosines > 0]]
            used = int(np.count_nonzero(lists.games[game] >= 0))
            lists.append(game, similar_games, cosines[cosines > 0], COPLAY, game)
            end = int(np.count_nonzero(lists.games[game] >= 0))
            coplay[game, used:end] = lists.scores[game, used:end]


def _content(lists: Lists, tags: Floats, candidates: Ints, jobs: int) -> None:
    """Fill lists with games that share tags and genres; ties by number of players."""
    short = lists.short
    short = short[tags[short].any(axis=1)]
    vectors = tags[candidates].T.astype(np.float64)
    column = np.full(len(tags), -1, np.int32)
    column[candidates] = np.arange(len(candidates), dtype=np.int32)

    def scored(rows: npt.NDArray[np.intp]) -> Floats:
        scores = scoring.ranked(tags[rows].astype(np.float64) @ vectors)
        known = np.flatnonzero(column[rows] >= 0)
        scores[known, column[rows[known]]] = 0  # a game is not similar to itself
        return scores

    lists.fill(short, candidates, CONTENT, jobs, scored)


def _popular_in_genre(lists: Lists, words: GameWords, popularity: Popularity) -> None:
    """Fill lists with the most played games of the first genre, then with the most played ones."""
    most, known, share = lists.games.shape[1], popularity.known, popularity.share
    leaders: dict[int | None, Ints] = {None: known[: 2 * most + 1]}
    for row in lists.short:
        genre = words.first_genre(row)
        if genre is not None and genre not in leaders:
            leaders[genre] = known[words.games_with(genre)[known]][: 2 * most + 1]
        for games in (leaders[genre], leaders[None]):
            lists.append(row, games, share[games], POPULAR, row)


def shared_players(library: Library, similar: Ints, jobs: int) -> Ints:
    """Number of users who played both games of each pair (game, entry of its list)."""
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
        plays_game = np.zeros(len(library.offsets) - 1, dtype=bool)
        for row in rows[part].tolist():
            players = user[starts[row] : starts[row + 1]]
            plays_game[players] = True
            for position, other in enumerate(similar[row].tolist()):
                if other >= 0:
                    other_players = user[starts[other] : starts[other + 1]]
                    shared[row, position] = np.count_nonzero(plays_game[other_players])
            plays_game[players] = False

    neighbours.in_blocks(len(rows), jobs, block)
    return shared

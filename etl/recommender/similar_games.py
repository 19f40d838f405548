"""etl.recommender: the similar games of each game.

A list starts with the first source that can place the game, and the next sources fill it: HYBRID
(ALS cosine, shared tags, co-play, kin), CONTENT, COPLAY, which is by fewer players than the model
needs, POPULAR. Behind it are the most similar of
the games that are left out of lists.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from datastore.base import scoring
from datastore.base.codes import CONTENT, COPLAY, HYBRID, POPULAR
from datastore.base.game_arrays import UNLISTED_PLACES
from etl.process.engine import Arrays, Shared
from etl.recommender import neighbours
from etl.recommender.content import GameWords, Popularity
from etl.recommender.coplay import Coplay
from etl.recommender.kin import Kin
from etl.recommender.lists import Lists
from etl.recommender.model import Model
from etl.recommender.parameters import Parameters
from etl.recommender.series_cap import spread
from etl.recommender.users import Part, Users

__all__ = ["SimilarGames", "shared_players", "similar"]

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class SimilarGames:
    """A list for every game, and another of the most similar games that are left out of it; with
    the co-play cosine of each entry, NaN where it was not used."""

    listed: Lists
    coplay: Floats
    unlisted: Lists
    unlisted_coplay: Floats

    @classmethod
    def empty(cls, games: int, most: int) -> SimilarGames:
        """Empty lists."""
        listed, unlisted = Lists.empty(games, most), Lists.empty(games, UNLISTED_PLACES)
        return cls(listed, _unknown(listed), unlisted, _unknown(unlisted))


def _unknown(lists: Lists) -> Floats:
    return np.full(lists.games.shape, np.nan, np.float32)


def similar(
    users: Users,
    words: Sequence[GameWords],
    kin: Kin,
    model: Model,
    popularity: Popularity,
    jobs: int,
) -> list[SimilarGames]:
    """The similar games of every game: a result for each of `words`; co-play is computed once for
    all of them."""
    tags = [neighbours.tag_vectors(game_words) for game_words in words]
    results = [SimilarGames.empty(len(game_words), model.parameters.most) for game_words in words]
    with Coplay.of(users, model.axis, model.parameters.coplay_shrink, jobs) as coplay:
        _hybrid(results, model, coplay, _of(model.axis.games, tags), kin, popularity.unlisted, jobs)
        for result, game_words, vectors in zip(results, words, tags, strict=True):
            lists = result.listed
            _content(lists, vectors, kin, model.parameters, popularity.known, jobs)
            _coplay(lists, result.coplay, model, coplay, popularity.unlisted, jobs)
            _popular_in_genre(lists, game_words, popularity)
            spread(lists, result.coplay, kin.series)
    return results


def _of(games: Ints, tags: list[Floats]) -> list[Floats]:
    """The rows of some games; if these are all, the same arrays, which take 20 MB each."""
    return [vectors if len(games) == len(vectors) else vectors[games] for vectors in tags]


def _hybrid(
    results: list[SimilarGames],
    model: Model,
    coplay: Coplay,
    tags: list[Floats],
    kin: Kin,
    unlisted: npt.NDArray[np.bool_],
    jobs: int,
) -> None:
    """Lists of the games that the model places: by a weighted mean of three cosines and of what
    they share by their making. Only games with players in common."""
    games, parameters = model.axis.games, model.parameters
    directions = neighbours.normalised(model.factors.games)
    own = kin.of_games(games)
    total_weight = (
        1 + parameters.tag_weight + parameters.coplay_weight + parameters.title_weight
        + parameters.developer_weight + parameters.publisher_weight
    )  # fmt: skip
    columns_of = np.flatnonzero(~unlisted[games]), np.flatnonzero(unlisted[games])
    every = np.arange(len(games))

    def fill(stripe: slice, cosines: Floats) -> None:
        def block(some: slice) -> None:
            part = slice(stripe.start + some.start, stripe.start + some.stop)
            rows, coplay_cosines = games[part], cosines[some]
            without_tags = directions[part] @ directions.T
            without_tags += np.float32(parameters.coplay_weight) * coplay_cosines
            without_tags += own.scores(every[part], every, parameters)
            without_tags[coplay_cosines <= 0] = -np.inf
            without_tags[np.arange(len(rows)), every[part]] = -np.inf
            for result, vectors in zip(results, tags, strict=True):
                scores = vectors[part] @ vectors.T
                scores *= np.float32(parameters.tag_weight)
                scores += without_tags
                scores /= np.float32(total_weight)
                for lists, coplay, columns in (
                    (result.listed, result.coplay, columns_of[0]),
                    (result.unlisted, result.unlisted_coplay, columns_of[1]),
                ):
                    chosen = columns[neighbours.best(scores[:, columns], lists.games.shape[1])]
                    count = chosen.shape[1]
                    found = np.take_along_axis(scores, chosen, 1)
                    valid = np.isfinite(found)
                    lists.games[rows, :count] = np.where(valid, games[chosen], -1)
                    lists.scores[rows, :count] = np.where(valid, found, 0)
                    lists.sources[rows, :count] = np.where(valid, HYBRID, 0)
                    listed_cosines = np.take_along_axis(coplay_cosines, chosen, 1)
                    coplay[rows, :count] = np.where(valid, listed_cosines, np.nan)

        neighbours.in_blocks(len(cosines), jobs, block)

    for stripe, cosines in coplay.cosines():
        fill(stripe, cosines)


def _coplay(
    lists: Lists,
    listed_cosines: Floats,
    model: Model,
    coplay: Coplay,
    unlisted: npt.NDArray[np.bool_],
    jobs: int,
) -> None:
    """Lists of games with too few players for the model: the games that those players play."""
    placed = model.axis.games
    for games, scores in coplay.cosines_of(lists.short):
        scores[:, unlisted[placed]] = 0
        best = partial(_best, scores, lists.games.shape[1])
        parts = neighbours.in_blocks(len(games), jobs, best)
        for game, columns, own in zip(games, np.concatenate(parts), scores, strict=True):
            cosines = own[columns]
            used = int(np.count_nonzero(lists.games[game] >= 0))
            known = cosines > 0
            lists.append(game, placed[columns[known]], cosines[known], COPLAY, game)
            end = int(np.count_nonzero(lists.games[game] >= 0))
            listed_cosines[game, used:end] = lists.scores[game, used:end]


def _best(scores: Floats, count: int, rows: slice) -> npt.NDArray[np.intp]:
    return neighbours.best(scores[rows], count)


def _content(
    lists: Lists, tags: Floats, kin: Kin, parameters: Parameters, candidates: Ints, jobs: int
) -> None:
    """Fill lists with namesakes and games that share tags and genres, by these and by what games
    share by their making; ties by number of players."""
    short, parameters = lists.short, parameters.without_players
    vectors = tags[candidates].T.astype(np.float64)
    column = np.full(len(tags), -1, np.int32)
    column[candidates] = np.arange(len(candidates), dtype=np.int32)
    total_weight = parameters.tag_weight + (
        parameters.title_weight + parameters.developer_weight + parameters.publisher_weight
    )

    def scored(rows: npt.NDArray[np.intp]) -> Floats:
        cosines = tags[rows].astype(np.float64) @ vectors
        scores = parameters.tag_weight * cosines + kin.scores(rows, candidates, parameters)
        scores[(cosines <= 0) & ~kin.namesakes(rows, candidates)] = 0
        ranked = scoring.ranked(scores / total_weight)
        known = np.flatnonzero(column[rows] >= 0)
        ranked[known, column[rows[known]]] = 0  # a game is not similar to itself
        return ranked

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


def shared_players(users: Users, similar: Ints, jobs: int) -> Ints:
    """Number of users who played both games of each pair (game, entry of its list)."""
    with users.share(similar) as lists:
        work = _Shared(lists, users.threads(jobs))
        shared: Ints = users.sum(work, "players in common")["shared"]
    return shared


@dataclass(frozen=True, slots=True)
class _Shared:
    """The players that games have in common with those of their lists, in a part."""

    similar: Shared[Ints]
    threads: int

    def __call__(self, part: Part) -> Arrays:
        similar, library = self.similar.value, part.library
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

        def block(some: slice) -> None:
            plays_game = np.zeros(part.size, dtype=bool)
            for row in rows[some].tolist():
                players = user[starts[row] : starts[row + 1]]
                plays_game[players] = True
                for position, other in enumerate(similar[row].tolist()):
                    if other >= 0:
                        other_players = user[starts[other] : starts[other + 1]]
                        shared[row, position] = np.count_nonzero(plays_game[other_players])
                plays_game[players] = False

        neighbours.in_blocks(len(rows), self.threads, block)
        return {"shared": shared}

"""etl.recommender: the trained model, and its scores of every game for every user.

The first stage blends ALS and EASE; `etl.recommender.second_stage` trains the order of the second.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import sparse

from datastore.base.library import Library
from datastore.base.ordering import Order
from datastore.base.signals import StageGames, WordRows
from etl.process.memory import release
from etl.process.threads import one_thread
from etl.recommender import als, ease, neighbours
from etl.recommender.confidence import put_confidence
from etl.recommender.content import GameWords
from etl.recommender.ease import Partners
from etl.recommender.factors import Factors
from etl.recommender.interactions import MINUTES, OWNED, Axis, Counts, Interactions, Popular
from etl.recommender.parameters import Parameters, Recipe
from etl.recommender.users import Part, Users

__all__ = ["Model", "fit", "trained"]

Floats = npt.NDArray[np.float32]

#: Parameters that ALS and EASE depend on, apart from the data and the seed.
_ALS = ("alpha", "regularization", "factors", "iterations")
_EASE = ("owned_weight", "ease_regularization", "ease_games", "ease_weights", "ease_tags")


@dataclass(frozen=True, slots=True)
class Model:
    """ALS factors and EASE weights over the games with enough players, and the users of one part,
    or none."""

    parameters: Parameters
    axis: Axis
    counts: Counts
    data: Interactions
    factors: Factors
    gram: npt.NDArray[np.float64]  # factors x factors: Y'Y of the games' factors Y
    mean: npt.NDArray[np.float64]  # of the games' factors
    history: sparse.csr_matrix  # users x model games, as EASE counts them
    weights: sparse.csr_matrix  # model games x model games
    partners: Partners  # of the model games
    tags: sparse.csr_matrix  # model games x words; rows of length 1, or 0 for a game without any
    stage: StageGames  # what the second stage knows of the model games
    order: Order
    unlisted: npt.NDArray[np.bool_]  # model games: whether it is left out of lists

    def of(self, part: Part) -> Model:
        """The same with the users of a part."""
        data = Interactions.of(part, self.axis)
        return replace(
            self,
            data=data,
            factors=Factors(part.shelf[als.USER_FACTORS], self.factors.games),
            history=data.history(self.parameters.owned_weight),
        )

    @property
    def players(self) -> npt.NDArray[np.bool_]:
        """Whether each user has played a game of the model."""
        plays: npt.NDArray[np.bool_] = np.diff(self.data.minutes.indptr) > 0
        return plays

    def scores(self, users: npt.NDArray[np.intp]) -> Floats:
        """Users x model games, by the first stage: for players, the sum of the z-scores of ALS and
        EASE over all model games, EASE with its weight; for others, EASE alone."""
        scores, by_ease = self.standard_scores(users)
        weight = np.where(self.players[users], self.parameters.ease_weight, 1)
        by_ease *= weight[:, None].astype(np.float32)
        scores += by_ease
        return scores

    def standard_scores(self, users: npt.NDArray[np.intp]) -> tuple[Floats, Floats]:
        """Users x model games twice: the z-scores of ALS and of EASE over all model games; for
        users without a played game, 0 and EASE as it is.

        Means and deviations are computed from the Gram matrix and the sparse products, so the dense
        scores are written only once.
        """
        user_factors, games = self.factors.users[users].astype(np.float64), len(self.data.games)
        by_ease = (self.history[users] @ self.weights).tocsr()
        counts = np.diff(by_ease.indptr)
        als_mean = user_factors @ self.mean
        als_square = np.einsum("uf,uf->u", user_factors @ self.gram, user_factors) / games
        ease_mean = _sums(by_ease.data, by_ease.indptr) / games
        ease_square = _sums(by_ease.data**2, by_ease.indptr) / games
        plays = self.players[users]
        als_scale = np.where(plays, 1 / _deviation(als_mean, als_square), 0)
        ease_scale = np.where(plays, 1 / _deviation(ease_mean, ease_square), 1)
        by_als: Floats = (user_factors * als_scale[:, None]).astype(
            np.float32
        ) @ self.factors.games.T
        by_als -= (als_mean * als_scale)[:, None].astype(np.float32)
        by_ease.data *= np.repeat(ease_scale.astype(np.float32), counts)
        ease_scores: Floats = by_ease.toarray()
        ease_scores -= np.where(plays, ease_mean * ease_scale, 0)[:, None].astype(np.float32)
        return by_als, ease_scores


def _sums(values: Floats, indptr: npt.NDArray[np.integer]) -> npt.NDArray[np.float64]:
    """Sums of the rows of a sparse matrix."""
    sums = np.zeros(len(indptr) - 1)
    filled = np.flatnonzero(np.diff(indptr))
    sums[filled] = np.add.reduceat(values, indptr[filled], dtype=np.float64)
    return sums


def _deviation(
    mean: npt.NDArray[np.float64], square: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Standard deviations from means and mean squares; 1 where there is none."""
    variance = square - mean**2
    return np.sqrt(np.where(variance > 1e-12 * square, variance, 1))


def trained(
    users: Users,
    words: GameWords,
    recipe: Recipe,
    unlisted: npt.NDArray[np.bool_] | None = None,
    on_iteration: als.OnIteration | None = None,
    like: Model | None = None,
    start: Floats | None = None,
) -> Model:
    """Train the first stage on all users with the games of `words`, of which none is left out of
    lists but those that are `unlisted`. The model knows no users: see `Model.of`.

    Parts of `like`, a model of the same users and seed, are reused where their parameters are
    the same. ALS starts from `start` (all games x factors) if given, and from the users' factors on
    the shelves; see `als.train`.
    """
    parameters, jobs = recipe.parameters, recipe.jobs
    popular = Popular.of(users, len(words))
    axis = Axis.of(popular.players, parameters.min_players)
    counts = Counts.of(users, axis, popular)
    games = len(axis.games)
    tags = like.tags if like else sparse.csr_matrix(neighbours.tag_vectors(words)[axis.games])
    if like and _same(_ALS, like.parameters, parameters):
        factors = like.factors.games
    else:
        put_confidence(users, axis, counts, parameters.alpha)
        users.drop(MINUTES, OWNED)  # the solver needs the memory
        release()
        known = None if start is None else start[axis.games]
        factors = als.train(
            users, (counts.users_playing, games), parameters, recipe.seed, jobs, on_iteration, known
        )
        release()
    if like and _same(_EASE, like.parameters, parameters):
        weights, partners = like.weights, like.partners
    else:
        unplayed = parameters.owned_weight
        kept = ease.taking_part(counts.owners if unplayed else counts.players, parameters)
        work = ease.Pairs(axis, unplayed, kept, users.threads(jobs))
        pairs = users.sum(work, "EASE")["pairs"]
        known_users = counts.users_owning if unplayed else counts.users_playing
        weights, partners = ease.weights(pairs, kept, (known_users, games), parameters, tags)
        del pairs
        release()
        players = counts.players.astype(np.float64)
        owning = players + unplayed**2 * (counts.owners - players)
        with users.share(partners.games) as shared:
            counted = ease.Plays(axis, unplayed, kept, shared, users.threads(jobs))
            plays = users.sum(counted, "partners")["plays"]
        partners = partners.with_plays(plays, owning)
    with one_thread("blas"):  # the same bits on any number of cores
        gram = factors.T.astype(np.float64) @ factors
    return Model(
        parameters,
        axis,
        counts,
        Interactions.of_nobody(axis),
        Factors(np.zeros((0, parameters.factors), np.float32), factors),
        gram,
        factors.sum(axis=0, dtype=np.float64) / max(games, 1),
        sparse.csr_matrix((0, games), dtype=np.float32),
        weights,
        partners,
        tags,
        _stage(counts, partners, tags, words.years[axis.games]),
        Order.none(),
        np.zeros(games, np.bool_) if unlisted is None else unlisted[axis.games],
    )


def _stage(
    counts: Counts, partners: Partners, tags: sparse.csr_matrix, years: Floats
) -> StageGames:
    """What the second stage knows of the games: counts, partners, words and years."""
    played = tags.T @ counts.players.astype(np.float64)
    length = float(np.linalg.norm(played))
    return StageGames(
        partners.games,
        partners.shares,
        partners.plays,
        counts.log_owners,
        counts.played_share,
        counts.mean_minutes,
        np.asarray(tags @ played / (length or 1.0), np.float32),
        years,
        WordRows(tags.indptr, tags.indices, tags.data, tags.shape[1]),
    )


def fit(
    library: Library,
    words: GameWords,
    recipe: Recipe,
    unlisted: npt.NDArray[np.bool_] | None = None,
) -> Model:
    """The first stage trained on a library, with its users: see `trained`."""
    part = Part.of(library)
    return trained(Users([part]), words, recipe, unlisted).of(part)


def _same(names: tuple[str, ...], one: Parameters, other: Parameters) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in names)

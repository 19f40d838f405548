"""etl.recommender: the second stage: the best games by the blend, ordered by a learned model.

A game that each of some players has played is hidden, the first stage is trained on the rest, and
curves are fitted so that the hidden games come first among the candidates: listwise, by the softmax
loss (Cao and others 2007, ListNet), which is convex in the values of the curves.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

from datastore.base.library import Library
from datastore.base.second_stage import KNOTS, SIGNALS, Curves, lift
from etl.process.engine import Shared
from etl.process.memory import release
from etl.process.threads import one_thread
from etl.recommender import model as models
from etl.recommender import neighbours
from etl.recommender.content import GameWords
from etl.recommender.interactions import Popular
from etl.recommender.model import Model
from etl.recommender.parameters import Recipe
from etl.recommender.sample import Drawn, gathered, mixed, sample
from etl.recommender.users import Part, Users

__all__ = ["FEWEST_PLAYERS", "Candidates", "candidates", "ranked", "with_second_stage"]

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]

#: Players with a hidden game among the candidates below whom nothing is learned.
FEWEST_PLAYERS = 200
#: Played games of a player that takes part. One of them is hidden: if more were, the game that a
#: hidden one comes with would often be hidden, too.
_FEWEST_GAMES = 5
#: Regularisation: the sum of squares of the curves' values, times this.
_L2 = 1e-4
#: Quantiles at which a curve has its points: most of them in the tail, where the best games are.
_LEVELS = (0, 0.25, 0.5, 0.75, 0.9, 0.97, 0.99, 1)
#: The loss hardly changes after half as many steps.
_STEPS = 100
#: Least distance of two points, as a share of the whole range.
_CLOSEST = 0.005


class Candidates(NamedTuple):
    """Users x candidates, best first by the blend: columns, scores (-inf for none), signals."""

    columns: Indices
    scores: Floats
    signals: dict[str, Floats]


def with_second_stage(model: Model, users: Users, words: GameWords, recipe: Recipe) -> Model:
    """The model with curves trained on the libraries of some of its users. It stays as it is when
    too few players have enough games."""
    unlisted = np.zeros(len(words), np.bool_)
    unlisted[model.axis.games] = model.unlisted
    curves = _trained(users, words, recipe, unlisted)
    release()
    return replace(model, curves=curves) if curves else model


def ranked(model: Model, users: Indices, count: int) -> tuple[Indices, Floats]:
    """The best games of each user, best first, without owned and unlisted ones: columns and scores,
    -inf where there are no more. The curves order the candidates of players."""
    found = candidates(model, users, count)
    plays = model.players[users]
    if plays.any():
        size = model.parameters.candidates
        kept = {name: places[plays, :size] for name, places in found.signals.items()}
        scores = found.scores[plays, :size] + model.curves.total(kept).astype(np.float32)
        order = np.argsort(-scores, axis=1, kind="stable")
        found.scores[plays, :size] = np.take_along_axis(scores, order, 1)
        found.columns[plays, :size] = np.take_along_axis(found.columns[plays, :size], order, 1)
    return found.columns[:, :count], found.scores[:, :count]


def candidates(model: Model, users: Indices, count: int = 0) -> Candidates:
    """The candidates of users and their signals; the `count` best games if these are more."""
    size = model.parameters.candidates
    by_als, by_ease = model.standard_scores(users)
    weight = np.where(model.players[users], model.parameters.ease_weight, 1).astype(np.float32)
    blended = by_als + weight[:, None] * by_ease
    history = model.history[users]
    owner = np.repeat(np.arange(len(users)), np.diff(history.indptr))
    blended[owner, history.indices] = -np.inf
    blended[:, model.unlisted] = -np.inf
    columns = neighbours.best(blended, max(size, count))
    scores = np.take_along_axis(blended, columns, 1)
    last = np.where(np.isfinite(scores[:, :size]), scores[:, :size], np.inf).min(
        axis=1, keepdims=True, initial=np.inf
    )
    owns = np.zeros((len(users), blended.shape[1] + 1), np.bool_)  # the last column is for -1
    owns[owner, history.indices] = True
    partners = model.partners.games[columns]
    missing = ~owns[np.arange(len(users))[:, None, None], partners]
    together, plays = (
        np.where(missing, np.float32(0), shares[columns]).max(axis=2)
        for shares in (model.partners.shares, model.partners.plays)
    )
    owners = model.owners[columns]
    profiles = neighbours.normalised((history @ model.tags).toarray())
    signals = {
        "als": np.take_along_axis(by_als, columns, 1),
        "ease": np.take_along_axis(by_ease, columns, 1),
        "lead": np.where(np.isfinite(scores), scores - last, 0),
        "together": together,
        "lift": lift(together, owners),
        "plays": plays,
        "tags": _cosines(profiles, model.tags, columns),
        "owners": owners,
        "played": model.played[columns],
    }
    return Candidates(columns, scores, signals)


def _cosines(profiles: Floats, tags: sparse.csr_matrix, columns: Indices) -> Floats:
    """Cosine of each user's profile with each of the user's columns."""
    users, size = columns.shape
    rows = tags[columns.ravel()]
    entry = np.repeat(np.arange(users * size), np.diff(rows.indptr))
    parts = rows.data * profiles[entry // max(size, 1), rows.indices]
    sums = np.bincount(entry, parts, users * size).reshape(columns.shape)
    return sums.astype(np.float32)


class _Hidden(NamedTuple):
    """Libraries of some users without the hidden games, and these: users x games."""

    known: Library
    games: sparse.csr_matrix


def _trained(
    users: Users, words: GameWords, recipe: Recipe, unlisted: npt.NDArray[np.bool_]
) -> Curves | None:
    """Curves fitted to hidden games; None if there are too few."""
    hidden = _hide(users, len(words), recipe)
    if hidden is None:
        return None
    model = models.fit(hidden.known, words, recipe.for_training_part(), unlisted)
    release()
    players = np.flatnonzero(np.diff(hidden.games.indptr))
    hidden_columns = hidden.games[:, model.data.games]

    def block(part: slice) -> tuple[Candidates, npt.NDArray[np.bool_]]:
        rows = players[part]
        found = candidates(model, rows)
        is_hidden = hidden_columns[rows].toarray() > 0
        hits = np.take_along_axis(is_hidden, found.columns, 1) & np.isfinite(found.scores)
        has_hits = hits.any(axis=1)
        signals = {name: places[has_hits] for name, places in found.signals.items()}
        kept = Candidates(found.columns[has_hits], found.scores[has_hits], signals)
        return kept, hits[has_hits]

    parts = neighbours.in_blocks(len(players), recipe.jobs, block)
    hits = np.concatenate([hits for _, hits in parts])[: recipe.parameters.stage_players]
    if len(hits) < FEWEST_PLAYERS:
        return None
    scores = np.concatenate([found.scores for found, _ in parts])[: len(hits)]
    signals = {
        name: np.concatenate([found.signals[name] for found, _ in parts])[: len(hits)]
        for name in SIGNALS
    }
    del parts
    with one_thread("blas"):  # the same bits on any number of cores
        return fitted(signals, scores, hits)


def _hide(users: Users, games: int, recipe: Recipe) -> _Hidden | None:
    """Hide one of the played games of some users with enough, chosen at random. Only games are
    hidden that others still play often enough."""
    enough = Popular.of(users, games).players >= recipe.parameters.min_players
    with users.share(enough) as shared:
        drawn = _Drawn(shared, recipe.seed)
        taken, number = sample(users, drawn, recipe.parameters.stage_users, "sample of players")
    if number < FEWEST_PLAYERS:
        return None
    library = gathered(users, taken, "libraries of the sample")
    user, counted = library.user, _counted(library, enough)
    plays = np.bincount(user[counted], minlength=len(taken))
    chosen = np.random.default_rng(recipe.seed).integers(plays)
    starts = np.cumsum(plays) - plays
    hidden = np.zeros(len(user), np.bool_)
    hidden[np.flatnonzero(counted)[starts + chosen]] = True
    kept = np.bincount(user[~hidden], minlength=len(taken))
    known = Library(
        np.concatenate([[0], np.cumsum(kept)]).astype(np.int64),
        library.game[~hidden],
        library.minutes[~hidden],
    )
    pairs = user[hidden], library.game[hidden]
    shape = len(taken), games
    return _Hidden(known, sparse.csr_matrix((np.ones(len(pairs[0]), np.float32), pairs), shape))


def _counted(library: Library, enough: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Whether each row may be hidden."""
    return (library.minutes > 0) & enough[library.game]


@dataclass(frozen=True, slots=True)
class _Drawn:
    """The users of a part with enough played games, and their draws."""

    enough: Shared[npt.NDArray[np.bool_]]
    seed: int

    def __call__(self, part: Part) -> Drawn:
        library = part.library
        counted = _counted(library, self.enough.value)
        running = np.concatenate([[0], np.cumsum(counted)])
        plays = running[library.offsets[1:]] - running[library.offsets[:-1]]
        users = np.flatnonzero(plays >= _FEWEST_GAMES)
        seeded = mixed(np.array([self.seed], np.int64).view(np.uint64))
        return Drawn(users, mixed(seeded + (users + part.first + 1).astype(np.uint64)))


def fitted(signals: dict[str, Floats], scores: Floats, hits: npt.NDArray[np.bool_]) -> Curves:
    """The curves that put the hits first among the candidates of each player.

    Arrays are players x candidates; a score of -inf means no candidate.
    """
    valid = np.isfinite(scores)
    from scipy.optimize import minimize  # a sixth of a second, not needed by few players

    points, matrix = _basis(signals, valid)
    transposed = matrix.T  # the same numbers, seen the other way round
    start = np.where(valid, scores, -1e9).astype(np.float64)
    target = hits / hits.sum(axis=1, keepdims=True)

    def loss(values: Doubles) -> tuple[float, Doubles]:
        total = start + (matrix @ values).reshape(start.shape)
        total -= total.max(axis=1, keepdims=True)
        power = np.exp(total)
        sums = power.sum(axis=1, keepdims=True)
        mean = -float((target * (total - np.log(sums))).sum()) / len(hits)
        slope = transposed @ ((power / sums - target).ravel() / len(hits))
        return mean + _L2 * float(values @ values), slope + 2 * _L2 * values

    found = minimize(
        loss, np.zeros(matrix.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": _STEPS}
    ).x.reshape(len(SIGNALS), KNOTS)
    used = np.array([len(own) for own in points])
    knots = np.stack(
        [np.append(own, own[-1] + np.arange(1, KNOTS - len(own) + 1)) for own in points]
    )
    last = np.take_along_axis(found, used[:, None] - 1, 1)
    level = np.arange(KNOTS) >= used[:, None]  # behind the last point of a signal of few values
    return Curves(knots, np.where(level, last, found))


def _basis(
    signals: dict[str, Floats], valid: npt.NDArray[np.bool_]
) -> tuple[list[Doubles], sparse.csr_matrix]:
    """The points of each curve; and a matrix that interpolates between the values of all points,
    entries x (signals x points)."""
    entries, sides = valid.size, 2 * len(signals)
    columns = np.empty((entries, sides), np.int32)
    shares = np.empty((entries, sides), np.float32)
    all_points = []
    for number, places in enumerate(signals.values()):
        points = _points(places[valid].astype(np.float64))
        flat = np.clip(places.ravel().astype(np.float64), points[0], points[-1])
        left = np.clip(np.searchsorted(points, flat, side="right") - 1, 0, max(len(points) - 2, 0))
        right = np.minimum(left + 1, len(points) - 1)
        width = np.maximum(points[right] - points[left], 1e-12)
        side = slice(2 * number, 2 * number + 2)
        shares[:, side.start + 1] = (flat - points[left]) / width
        shares[:, side.start] = 1 - shares[:, side.start + 1]
        columns[:, side] = np.stack([left, right], axis=1) + number * KNOTS
        all_points.append(points)
    rows = np.arange(entries + 1, dtype=np.int32) * sides
    shape = entries, len(signals) * KNOTS
    # Doubles of the rounded shares: products with doubles would convert all of them each time.
    doubles = shares.ravel().astype(np.float64)
    matrix = sparse.csr_matrix((doubles, columns.ravel(), rows), shape)
    return all_points, matrix


def _points(places: Doubles) -> Doubles:
    """Quantiles of a signal, ascending, without those too close to the previous one: a steep curve
    would tell apart what differs by rounding only."""
    points = np.quantile(places, _LEVELS)
    kept = points[:1]
    for point in points[1:]:
        if point - kept[-1] > _CLOSEST * (points[-1] - points[0]):
            kept = np.append(kept, point)
    return kept

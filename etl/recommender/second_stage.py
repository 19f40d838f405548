"""etl.recommender: the second stage: the best games by the blend, ordered by a learned model.

Some games that each of some players has played are hidden, and the first stage is trained on the
rest. Each hidden game is then asked for by the library without it alone. Curves are fitted so that
the hidden games come first among the candidates: listwise, by the softmax loss (Cao and others
2007, ListNet), which is convex in the values of the curves. Trees then correct the curves: see
`etl.recommender.boosting`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from datastore.base.library import Library
from datastore.base.ordering import Order
from datastore.base.second_stage import SIGNALS, TREE_SIGNALS, Curves, tree_rows
from datastore.base.signals import Libraries, Ordered
from etl.process.engine import Shared
from etl.process.memory import release
from etl.process.threads import one_thread
from etl.recommender import als, neighbours
from etl.recommender import model as models
from etl.recommender.boosting import boosted
from etl.recommender.confidence import put_confidence
from etl.recommender.content import GameWords
from etl.recommender.curves import Listed, fitted, refined
from etl.recommender.interactions import MINUTES, OWNED, Popular
from etl.recommender.model import Model
from etl.recommender.parameters import Recipe
from etl.recommender.sample import Drawn, gathered, mixed, sample, some
from etl.recommender.users import Part, Users

__all__ = ["FEWEST_PLAYERS", "Candidates", "candidates", "ranked", "with_second_stage"]

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]
Numbers = npt.NDArray[np.int64]

#: Players with enough games, and hidden games among the candidates, below which nothing is learned.
FEWEST_PLAYERS = 200
#: Played games of a player that takes part.
_FEWEST_GAMES = 5
#: Hidden games whose candidates are held at once. The curves are fitted to the first ones, at most
#: to this number of hidden games among the candidates.
_AT_ONCE, _OF_CURVES = 7_000, 5_000
#: Candidates that all learn from: those behind hardly ever reach the first ten.
_NEAR = 50


class Candidates(NamedTuple):
    """Users x candidates, best first by the blend: columns, scores (-inf for none), signals."""

    columns: Indices
    scores: Floats
    signals: dict[str, Floats]


def with_second_stage(model: Model, users: Users, words: GameWords, recipe: Recipe) -> Model:
    """The model with an order trained on the libraries of some of its users. It stays as it is when
    too few players have enough games."""
    unlisted = np.zeros(len(words), np.bool_)
    unlisted[model.axis.games] = model.unlisted
    users.drop(MINUTES, OWNED)  # training needs the memory
    order = _trained(users, words, recipe, unlisted)
    release()
    return replace(model, order=order) if order else model


def ranked(model: Model, users: Indices, count: int) -> tuple[Indices, Floats]:
    """The best games of each user, best first, without owned and unlisted ones: columns and scores,
    -inf where there are no more. The second stage orders the candidates of players."""
    found, scores = _best(model, users, count)
    columns, plays = found.columns, np.flatnonzero(model.players[users])
    if len(plays):
        part = plays, slice(model.parameters.candidates)
        own = Ordered(columns[part], found.als[part], found.ease[part], found.lead[part])
        signals = model.stage.signals(_libraries(model, users[plays]), own)
        ordered = scores[part] + model.order.total(signals).astype(np.float32)
        places = np.argsort(-ordered, axis=1, kind="stable")
        scores[part] = np.take_along_axis(ordered, places, 1)
        columns[part] = np.take_along_axis(own.columns, places, 1)
    return columns[:, :count], scores[:, :count]


def candidates(model: Model, users: Indices) -> Candidates:
    """The candidates of users and their signals."""
    found, scores = _best(model, users)
    signals = model.stage.signals(_libraries(model, users), found)
    return Candidates(found.columns, scores, signals)


def _best(model: Model, users: Indices, count: int = 0) -> tuple[Ordered, Floats]:
    """The candidates of users by the first stage and their scores, -inf where there are no more;
    the `count` best games if these are more."""
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
    als, ease = (np.take_along_axis(values, columns, 1) for values in (by_als, by_ease))
    return Ordered(columns, als, ease, np.where(np.isfinite(scores), scores - last, 0)), scores


def _libraries(model: Model, users: Indices) -> Libraries:
    """The libraries of users."""
    owned = model.data.owned[users]
    played = owned.data > 0
    weights = np.where(played, 1, model.parameters.owned_weight).astype(np.float32)
    return Libraries(owned.indptr, owned.indices, weights, played)


class _Hidden(NamedTuple):
    """Libraries of some users; and their rows that are hidden at a time: one of each of some users,
    then another one of each, and so on."""

    library: Library
    rows: list[Numbers]


class _Examples(NamedTuple):
    """Hidden games among the candidates; and the signals of the trees, a row for each of their
    candidates, hidden game by hidden game, in parts."""

    listed: Listed
    rows: list[Floats]


def _trained(
    users: Users, words: GameWords, recipe: Recipe, unlisted: npt.NDArray[np.bool_]
) -> Order | None:
    """An order learned from hidden games; None if there are too few."""
    hidden = _hide(users, len(words), recipe)
    nearest = list[_Examples]()
    curves: Curves | None = None
    for some_rows in hidden.rows:
        for examples in _examples(hidden.library, some_rows, words, recipe, unlisted):
            if curves is None:
                if len(examples.listed.hits) < FEWEST_PLAYERS:
                    return None
                curves = _curves(examples.listed)
            nearest.append(_near_the_top(examples, curves))
            del examples
            release()
    if curves is None:
        return None
    del hidden
    whole = [_with_signals(near) for near in nearest]
    with one_thread("blas"):
        curves = refined(curves, whole)
    start = np.concatenate([part.scores + curves.total(part.signals) for part in whole])
    hits = np.concatenate([part.hits for part in whole])
    rows = [part for near in nearest for part in near.rows]
    del nearest, whole
    trees = boosted(rows, start, hits, recipe.parameters.stage_trees, recipe.seed)
    return Order.of(curves, trees)


def _curves(listed: Listed) -> Curves:
    first = slice(_OF_CURVES)
    signals = {name: places[first] for name, places in listed.signals.items()}
    with one_thread("blas"):  # the same bits on any number of cores
        return fitted(signals, listed.scores[first], listed.hits[first])


def _near_the_top(examples: _Examples, curves: Curves) -> _Examples:
    """What all learn from: the best candidates with the curves, where the hidden game is one of
    them. The rows take the place of the examples'; signals are left out that they have."""
    listed, rows = examples
    start = listed.scores + curves.total(listed.signals)
    near = np.sort(np.argsort(-start, axis=1, kind="stable")[:, :_NEAR], axis=1)

    def nearest(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        return np.take_along_axis(values, near, 1)

    scores, hits = nearest(listed.scores), nearest(listed.hits)
    found = np.asarray(hits.any(axis=1), np.bool_)
    is_near = np.zeros(start.shape, np.bool_)
    np.put_along_axis(is_near, near, np.isfinite(scores) & found[:, None], 1)
    first, kept = 0, is_near.ravel()
    for number, part in enumerate(rows):
        rows[number] = part[kept[first : first + len(part)]]
        first += len(part)
    signals = {
        name: nearest(places)[found]
        for name, places in listed.signals.items()
        if name not in TREE_SIGNALS
    }
    return _Examples(Listed(scores[found], hits[found], signals), rows)


def _with_signals(near: _Examples) -> Listed:
    """The candidates with the signals that the rows have, 0 where there is no candidate."""
    listed, rows = near
    valid = np.isfinite(listed.scores)
    signals = dict(listed.signals)
    for column, name in enumerate(TREE_SIGNALS):
        if name in SIGNALS:
            signals[name] = places = np.zeros(valid.shape, np.float32)
            places[valid] = np.concatenate([part[:, column] for part in rows])
    return listed._replace(signals={name: signals[name] for name in SIGNALS})


def _examples(
    library: Library,
    hidden: Numbers,
    words: GameWords,
    recipe: Recipe,
    unlisted: npt.NDArray[np.bool_],
) -> Iterator[_Examples]:
    """The candidates of the players whose games are hidden, by a first stage that knows none of
    these games, for a library that lacks one of them: some after the others."""
    known = Users.of(_without(library, hidden))
    model = models.trained(known, words, recipe.for_training_part(), unlisted)
    del known
    release()
    asking = Users.of(_asking(library, hidden))
    put_confidence(asking, model.axis, model.counts, recipe.parameters.alpha)
    players = model.counts.users_playing
    als.fold_in(asking, players, model.factors.games, recipe.parameters, recipe.jobs)
    model = model.of(asking.parts[0])
    sought = model.axis.column[library.game[hidden]]

    def block(start: int, part: slice) -> _Examples:
        some_users = np.arange(start + part.start, start + part.stop)
        found = candidates(model, some_users)
        hits = (found.columns == sought[some_users, None]) & np.isfinite(found.scores)
        kept = hits.any(axis=1)
        signals = {name: found.signals[name][kept] for name in SIGNALS}
        rows = tree_rows({name: found.signals[name][kept] for name in TREE_SIGNALS})
        return _Examples(Listed(found.scores[kept], hits[kept], signals), [rows])

    for start in range(0, len(hidden), _AT_ONCE):
        size = min(_AT_ONCE, len(hidden) - start)
        parts = neighbours.in_blocks(size, recipe.jobs, partial(block, start))
        listed = Listed(
            np.concatenate([own.listed.scores for own in parts]),
            np.concatenate([own.listed.hits for own in parts]),
            {name: np.concatenate([own.listed.signals[name] for own in parts]) for name in SIGNALS},
        )
        yield _Examples(listed, [rows for own in parts for rows in own.rows])
        del parts


def _hide(users: Users, games: int, recipe: Recipe) -> _Hidden:
    """The libraries of a sample of the users with enough played games; and some of these games of
    one half of them, chosen at random, then of the other half, then others of the first half, and
    so on, until they are many. Only games are hidden that others still play often enough. Of too
    few users, nothing is hidden."""
    parameters = recipe.parameters
    enough = Popular.of(users, games).players >= parameters.min_players
    with users.share(enough) as shared:
        drawn = _Drawn(shared, recipe.seed)
        taken, number = sample(users, drawn, parameters.stage_users, "sample of players")
    library = gathered(users, taken, "libraries of the sample")
    if number < FEWEST_PLAYERS:
        return _Hidden(library, [])
    generator = np.random.default_rng(recipe.seed)
    counted = np.flatnonzero(_counted(library, enough))
    user = library.user[counted]
    counted = counted[np.lexsort((generator.random(len(counted)), user))]
    place = np.arange(len(user)) - np.searchsorted(user, user)  # among those of the same user
    turns, nth = place // parameters.stage_games, place % parameters.stage_games
    halves = np.array_split(generator.permutation(len(taken)), 2)
    found, left = list[Numbers](), parameters.stage_hidden
    for turn in range(parameters.stage_turns):
        for half in halves:
            hiding = np.isin(user, half[: left // parameters.stage_games]) & (turns == turn)
            rows = np.flatnonzero(hiding)
            if len(rows):
                found.append(counted[rows[np.argsort(nth[rows], kind="stable")]])
            left -= len(rows)
    return _Hidden(library, found)


def _without(library: Library, rows: Numbers) -> Library:
    """The libraries without some rows."""
    kept = np.ones(len(library.game), np.bool_)
    kept[rows] = False
    running = np.concatenate([[0], np.cumsum(kept, dtype=np.int64)])
    return Library(running[library.offsets], library.game[kept], library.minutes[kept])


def _asking(library: Library, hidden: Numbers) -> Library:
    """For each hidden row the library of its user without it alone."""
    users = library.user[hidden]
    asking = some(library, users.astype(np.int64))
    return _without(asking, asking.offsets[:-1] + hidden - library.offsets[users])


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

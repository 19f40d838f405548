"""datastore: the trained model: scores of every game for anybody's library, and why.

The arithmetic is that of `datastore.base.scoring`; the build makes its lists by the same.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from datastore.base import scoring
from datastore.base.playtimes import Playtimes
from datastore.base.snapshot import Manifest

__all__ = ["Contributions", "Model", "Player"]

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Rows = npt.NDArray[np.integer]


class Player:
    """A player's library as the model represents it; derived values are cached."""

    def __init__(
        self, model: Model, games: Rows, minutes: npt.NDArray[Any], user: int | None
    ) -> None:
        self._model = model
        #: All own games, known to the model or not, and of each 1 where it was played, else less.
        self.games = games
        self.history = np.where(minutes > 0, 1.0, model.unplayed).astype(np.float32)
        #: Columns of those that the model knows, and their entries of `history`.
        self.columns, known = model.columns(games)
        self.weights = self.history[known]
        #: Columns of those that were played, and the confidence of each.
        self.played, self.confident = model.confidence(self.columns, minutes[known])
        self._user = user

    @cached_property
    def own(self) -> Doubles:
        """Factors of the played games."""
        found: Doubles = self._model.factors[self.played].astype(np.float64)
        return found

    @cached_property
    def system(self) -> Doubles:
        """What the factors solve: A of `scoring.system`."""
        return scoring.system(self._model.gram, self.own, self.confident, self._model.l2)

    @cached_property
    def factors(self) -> Floats:
        """Those of training for a user, else folded in; zeros where nothing was played."""
        if self._user is not None:
            return np.asarray(self._model.user_factors[self._user])
        if not len(self.played):
            return np.zeros(self._model.factors.shape[1], np.float32)
        return scoring.fold_in(self.system, self.own, self.confident)

    @cached_property
    def by_als(self) -> Floats:
        """Score of every column."""
        return self._model.factors @ self.factors

    @cached_property
    def by_ease(self) -> Floats:
        """Score of every column."""
        columns, parts, _ = self.ease
        return np.bincount(columns, parts, len(self._model.games)).astype(np.float32)

    @cached_property
    def ease(self) -> tuple[npt.NDArray[np.intp], Doubles, Rows]:
        """All that the own games weigh in EASE, game by game: columns scored, what is added to
        each, and where each own game's stretch ends."""
        offsets, games, weights = self._model.ease
        starts, stops = offsets[self.columns], offsets[self.columns + 1]
        stretches = [slice(*pair) for pair in zip(starts.tolist(), stops.tolist(), strict=True)]
        # Stretches are copied whole: picking single entries takes three times as long.
        # The empty one in front is for an empty library.
        columns = np.concatenate([games[:0], *(games[at] for at in stretches)], dtype=np.intp)
        parts = np.concatenate([weights[:0], *(weights[at] for at in stretches)], dtype=np.float64)
        parts *= np.repeat(self.weights, stops - starts)
        return columns, parts, np.cumsum(stops - starts)


class Contributions(NamedTuple):
    """What each own game adds to each score: targets x own games; and what all scores start at.

    A score is the sum of its row and of `baseline`.
    """

    games: Rows
    parts: Doubles
    baseline: float


class Model:
    """ALS factors and EASE weights of the games with enough players: the model's columns."""

    def __init__(
        self, manifest: Manifest, arrays: dict[str, npt.NDArray[Any]], playtimes: Playtimes
    ) -> None:
        parameters = manifest.parameters["model"]
        self._alpha = float(parameters["alpha"])
        self._ease_weight = float(parameters["ease_weight"])
        #: What an unplayed game counts.
        self.unplayed = float(parameters["owned_weight"])
        self.l2 = scoring.penalty(
            float(parameters["regularization"]), int(manifest.model["players"])
        )
        #: Game of each column, ascending.
        self.games = arrays["model_games"]
        self._rarity = arrays["model_rarity"]
        #: ALS: columns x factors, factors x factors, users x factors.
        self.factors = arrays["item_factors"]
        self.gram = arrays["item_gram"]
        self.user_factors = arrays["user_factors"]
        #: EASE as a sparse matrix, owned columns x columns: offsets, columns, weights.
        self.ease = tuple(arrays[f"ease_{name}"] for name in ("offsets", "games", "weights"))
        self._offsets = arrays["game_offsets"]
        self._rows = arrays["game_rows"]
        self._playtimes = playtimes

    def player(self, games: Rows, minutes: npt.NDArray[Any], user: int | None = None) -> Player:
        """A library of distinct games with minutes; folded in, unless it is that of a user."""
        return Player(self, games, minutes, user)

    def scores(self, player: Player) -> Floats:
        """Of every column: for who has played one, ALS and EASE blended, else EASE alone."""
        if not len(player.played):
            return player.by_ease
        als_mean, als_deviation = scoring.standard(player.by_als)
        ease_mean, ease_deviation = scoring.standard(player.by_ease)
        found = (player.by_als - als_mean) / als_deviation
        found += self._ease_weight * (player.by_ease - ease_mean) / ease_deviation
        return found.astype(np.float32)

    def contributions(self, player: Player, games: Rows) -> Contributions:
        """What each own game that the model knows adds to the scores of some of its games.

        ALS is linear in the played games: the score of y is y' A^-1 Y' c, with A of
        `scoring.system` (Hu, Koren, Volinsky 2008, section 5); EASE is linear in all of them.
        """
        targets = np.searchsorted(self.games, games)
        place = np.full(len(self.games), -1)
        place[targets] = np.arange(len(targets))
        columns, values, ends = player.ease
        placed = place[columns]
        hit = np.flatnonzero(placed >= 0)
        parts = np.zeros((len(targets), len(player.columns)))
        parts[placed[hit], np.searchsorted(ends, hit, side="right")] = values[hit]
        if not len(player.played):
            return Contributions(self.games[player.columns], parts, 0.0)
        als_mean, als_deviation = scoring.standard(player.by_als)
        ease_mean, ease_deviation = scoring.standard(player.by_ease)
        ease_share = self._ease_weight / float(ease_deviation[0])
        parts *= ease_share
        solved = np.linalg.solve(player.system, self.factors[targets].astype(np.float64).T)
        order = np.argsort(player.columns)
        at = order[np.searchsorted(player.columns, player.played, sorter=order)]
        by_als = (solved.T @ player.own.T) * player.confident / float(als_deviation[0])
        parts[:, at] += by_als
        baseline = -float(als_mean[0]) / float(als_deviation[0]) - ease_share * float(ease_mean[0])
        return Contributions(self.games[player.columns], parts, baseline)

    def directions(self, games: Rows) -> Floats:
        """ALS factors of games, of length 1; of length 0 for a game that the model cannot place."""
        columns, known = self.columns(games)
        own = self.factors[columns]
        length = np.linalg.norm(own, axis=1, keepdims=True)
        found = np.zeros((len(games), self.factors.shape[1]), np.float32)
        found[known] = own / np.where(length > 0, length, 1)
        return found

    def knows(self, game: int) -> bool:
        """Whether the game has a column: enough players to be in the model."""
        return bool(self.columns(np.array([game]))[1][0])

    def columns(self, games: Rows) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.bool_]]:
        """Columns of the games that have one, and which those are."""
        if not len(self.games):
            return np.zeros(0, np.intp), np.zeros(len(games), bool)
        found = np.minimum(np.searchsorted(self.games, games), len(self.games) - 1)
        known = self.games[found] == games
        return found[known], known

    def confidence(
        self, columns: Rows, minutes: npt.NDArray[Any]
    ) -> tuple[npt.NDArray[Any], Floats]:
        """Those of the columns that were played, and the confidence of each."""
        played = minutes > 0
        columns, minutes = columns[played], minutes[played]
        percentiles = self._percentiles(self.games[columns], minutes)
        return columns, scoring.confidence(self._rarity[columns], percentiles, self._alpha)

    def _percentiles(self, games: Rows, minutes: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
        """Place of each playtime among those of its game: shorter ones and half of the equal."""
        start, stop = self._offsets[games], self._offsets[games + 1]
        # Stored minutes are whole numbers: shorter than 2.5 means at most 2.
        limits = np.concatenate([np.floor(minutes), np.ceil(minutes) - 1])
        places = self._first(np.tile(start, 2), np.tile(stop, 2), limits)
        longer, not_shorter = np.split(places, 2)
        equal = not_shorter - longer
        return np.asarray((stop - not_shorter + equal / 2) / (stop - start))

    def _first(
        self,
        low: npt.NDArray[np.int64],
        high: npt.NDArray[np.int64],
        limits: npt.NDArray[Any],
    ) -> npt.NDArray[np.int64]:
        """In each stretch of `game_rows`, most minutes first: the first entry within the limit.

        All stretches are bisected at once, in place: `low` is the answer.
        """
        while len(undecided := np.flatnonzero(low < high)):
            middle = (low.take(undecided) + high.take(undecided)) // 2
            minutes = self._playtimes.of_played_rows(self._rows.take(middle))
            within = minutes <= limits.take(undecided)
            high[undecided[within]] = middle[within]
            low[undecided[~within]] = middle[~within] + 1
        return low

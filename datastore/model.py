"""datastore: the trained model: scores of every game for anybody's library, and why.

The arithmetic is that of `datastore.base.scoring`; the build makes its lists by the same.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from datastore.base import scoring
from datastore.base.snapshot import Manifest

__all__ = ["Contributions", "Model", "Player"]

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.integer]


class Player(NamedTuple):
    """Somebody's library, and how the model sees it."""

    games: Rows  # all of them, known to the model or not
    history: Floats  # of each: 1 for a played game, less for one only owned
    columns: Rows  # of those that the model knows, its columns
    weights: Floats  # and their entries of `history`
    played: Rows  # columns of those that were played
    confident: Floats  # confidence of the played ones
    factors: Floats


class Contributions(NamedTuple):
    """What each own game adds to each score: targets x own games; and what all scores start at.

    A score is the sum of its row and of `baseline`.
    """

    games: Rows
    parts: npt.NDArray[np.float64]
    baseline: float


class Model:
    """ALS factors and EASE weights of the games with enough players: the model's columns."""

    def __init__(self, manifest: Manifest, arrays: dict[str, npt.NDArray[Any]]) -> None:
        parameters = manifest.parameters["model"]
        self._alpha = float(parameters["alpha"])
        self._unplayed = float(parameters["owned_weight"])
        self._ease_weight = float(parameters["ease_weight"])
        self._l2 = scoring.penalty(
            float(parameters["regularization"]), int(manifest.model["players"])
        )
        #: Game of each column, ascending.
        self.games = arrays["model_games"]
        self._rarity = arrays["model_rarity"]
        self._factors = arrays["item_factors"]
        self._gram = arrays["item_gram"]
        self._users = arrays["user_factors"]
        self._ease = tuple(arrays[f"ease_{name}"] for name in ("offsets", "games", "weights"))
        self._offsets = arrays["game_offsets"]
        self._rows = arrays["game_rows"]
        self._minutes = arrays["library_minutes"]

    def player(self, games: Rows, minutes: npt.NDArray[Any], user: int | None = None) -> Player:
        """A library of distinct games with minutes; folded in, unless it is that of a user."""
        history = np.where(minutes > 0, 1.0, self._unplayed).astype(np.float32)
        columns, known = self._columns(games)
        weights, own_minutes = history[known], minutes[known]
        played = own_minutes > 0
        confident = scoring.confidence(
            self._rarity[columns[played]],
            self._percentiles(self.games[columns[played]], own_minutes[played]),
            self._alpha,
        )
        own = self._factors[columns[played]]
        if user is not None:
            factors = self._users[user]
        elif len(own):
            factors = scoring.fold_in(self._gram, own, confident, self._l2)
        else:
            factors = np.zeros(self._factors.shape[1], np.float32)
        return Player(games, history, columns, weights, columns[played], confident, factors)

    def scores(self, player: Player) -> Floats:
        """Of every column: for who has played one, ALS and EASE blended, else EASE alone."""
        by_ease = self._by_ease(player)
        if not len(player.played):
            return by_ease
        by_als = self._factors @ player.factors
        als_mean, als_deviation = scoring.standard(by_als)
        ease_mean, ease_deviation = scoring.standard(by_ease)
        found = (by_als - als_mean) / als_deviation
        found += self._ease_weight * (by_ease - ease_mean) / ease_deviation
        return found.astype(np.float32)

    def contributions(self, player: Player, games: Rows) -> Contributions:
        """What each own game that the model knows adds to the scores of some of its games.

        ALS is linear in the played games: the score of y is y' A^-1 Y' c, with A of
        `scoring.system` (Hu, Koren, Volinsky 2008, section 5); EASE is linear in all of them.
        """
        targets = np.searchsorted(self.games, games)
        place = np.full(len(self.games), -1)
        place[targets] = np.arange(len(targets))
        columns, owner, values = self._weights(player)
        hit = place[columns] >= 0
        parts = np.zeros((len(targets), len(player.columns)))
        parts[place[columns[hit]], owner[hit]] = values[hit]
        if not len(player.played):
            return Contributions(self.games[player.columns], parts, 0.0)
        by_als = self._factors @ player.factors
        als_mean, als_deviation = scoring.standard(by_als)
        ease_mean, ease_deviation = scoring.standard(self._by_ease(player))
        ease_share = self._ease_weight / float(ease_deviation[0])
        parts *= ease_share
        own = self._factors[player.played].astype(np.float64)
        system = scoring.system(self._gram, own, player.confident, self._l2)
        solved = np.linalg.solve(system, self._factors[targets].astype(np.float64).T)
        order = np.argsort(player.columns)
        at = order[np.searchsorted(player.columns, player.played, sorter=order)]
        parts[:, at] += (solved.T @ own.T) * player.confident / float(als_deviation[0])
        baseline = -float(als_mean[0]) / float(als_deviation[0]) - ease_share * float(ease_mean[0])
        return Contributions(self.games[player.columns], parts, baseline)

    def directions(self, games: Rows) -> Floats:
        """ALS factors of games, of length 1; of length 0 for a game that the model cannot place."""
        columns, known = self._columns(games)
        own = self._factors[columns]
        length = np.linalg.norm(own, axis=1, keepdims=True)
        found = np.zeros((len(games), self._factors.shape[1]), np.float32)
        found[known] = own / np.where(length > 0, length, 1)
        return found

    def places(self, game: int) -> bool:
        """Whether a game has enough players."""
        return bool(self._columns(np.array([game]))[1][0])

    def _columns(self, games: Rows) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.bool_]]:
        """Columns of the games that have one, and which those are."""
        if not len(self.games):
            return np.zeros(0, np.intp), np.zeros(len(games), bool)
        found = np.minimum(np.searchsorted(self.games, games), len(self.games) - 1)
        known = self.games[found] == games
        return found[known], known

    def _weights(self, player: Player) -> tuple[Rows, Rows, Floats]:
        """Of all weights of EASE from the own games: column scored, place of the own game, part."""
        offsets, games, weights = self._ease
        start, stop = offsets[player.columns], offsets[player.columns + 1]
        owner = np.repeat(np.arange(len(start)), stop - start)
        firsts = np.cumsum(stop - start) - (stop - start)
        at = np.arange(len(owner)) + (start - firsts)[owner]
        return games[at], owner, weights[at] * player.weights[owner]

    def _by_ease(self, player: Player) -> Floats:
        columns, _, values = self._weights(player)
        return np.bincount(columns, values, len(self.games)).astype(np.float32)

    def _percentiles(self, games: Rows, minutes: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
        """Place of each playtime among those of its game: shorter ones and half of the equal."""
        start, stop = self._offsets[games], self._offsets[games + 1]
        longer = self._first(start, stop, lambda found: found <= minutes)
        not_shorter = self._first(start, stop, lambda found: found < minutes)
        equal = not_shorter - longer
        return np.asarray((stop - not_shorter + equal / 2) / (stop - start))

    def _first(self, start: Rows, stop: Rows, is_past: Any) -> npt.NDArray[np.int64]:
        """Bisect every game's players, most minutes first, at once."""
        low, high = start.astype(np.int64), stop.astype(np.int64)
        while (open_ := low < high).any():
            middle = (low + high) // 2
            rows = self._rows[np.minimum(middle, max(len(self._rows) - 1, 0))]
            past = is_past(self._minutes[rows])
            high = np.where(open_ & past, middle, high)
            low = np.where(open_ & ~past, middle + 1, low)
        return low

"""datastore: the trained model: scores of all its games for any library, and their reasons.

The arithmetic is in `datastore.base.scoring`, which the build uses, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from datastore.base import scoring
from datastore.base.playtimes import Playtimes
from datastore.base.snapshot import Manifest

__all__ = ["Model", "Parts", "Player"]

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Rows = npt.NDArray[np.integer]

#: Entries of the EASE matrix that are processed at once.
_BLOCK = 32_768


class Player:
    """A player's library as the model represents it; derived values are cached."""

    def __init__(
        self, model: Model, games: Rows, minutes: npt.NDArray[Any], user: int | None
    ) -> None:
        self._model = model
        #: All games of the library, and the weight of each: 1 if played, else `unplayed`.
        self.games = games
        self.history = np.where(minutes > 0, 1.0, model.unplayed).astype(np.float32)
        #: Columns of the games that the model knows, and their entries in `history`.
        self.columns, known = model.columns(games)
        self.weights = self.history[known]
        #: Columns of the played games, and the confidence of each.
        self.played, self.confident = model.confidence(self.columns, minutes[known])
        self._user = user

    @cached_property
    def own(self) -> Doubles:
        """Factors of the played games: games x factors."""
        factors: Doubles = self._model.factors[self.played].astype(np.float64)
        return factors

    @cached_property
    def system(self) -> Doubles:
        """Left side of the equations for the player's factors: see `scoring.system`."""
        return scoring.system(self._model.gram, self.own, self.confident, self._model.l2)

    @cached_property
    def factors(self) -> Floats:
        """The player's factors: from training for a user, else folded in; 0 if nothing is
        played."""
        if self._user is not None:
            return np.asarray(self._model.user_factors[self._user])
        if not len(self.played):
            return np.zeros(self._model.factors.shape[1], np.float32)
        return scoring.fold_in(self.system, self.own, self.confident)

    @cached_property
    def by_als(self) -> Floats:
        """ALS score of each column."""
        scores = self._model.factors @ self.factors
        self._model.between_steps()
        return scores

    @cached_property
    def by_ease(self) -> Floats:
        """EASE score of each column."""
        total = np.zeros(len(self._model.games))
        for _, columns, parts in self.ease():
            total += np.bincount(columns, parts, len(total))
        self._model.between_steps()
        return total.astype(np.float32)

    @cached_property
    def standard_als(self) -> Floats:
        """z-score of the ALS score of each column."""
        return _standard(self.by_als)

    @cached_property
    def standard_ease(self) -> Floats:
        """z-score of the EASE score of each column."""
        return _standard(self.by_ease)

    def ease(self) -> Iterator[tuple[Rows, Rows, Doubles]]:
        """EASE weights of the player's games: for each entry the position of the game in `columns`,
        the scored column, and the value added to it. In blocks, because fresh memory for all
        entries of a large library would take most of the time."""
        offsets, games, weights = self._model.ease
        starts = offsets[self.columns]
        sizes = offsets[self.columns + 1] - starts
        before = np.concatenate([[0], np.cumsum(sizes)])
        first = 0
        while first < len(sizes):
            stop = int(np.searchsorted(before, before[first] + _BLOCK, side="right")) - 1
            block = slice(first, max(stop, first + 1))
            lengths = sizes[block]
            own = np.repeat(np.arange(block.start, block.stop), lengths)
            entries = np.arange(len(own))
            entries += np.repeat(starts[block] - before[block] + before[first], lengths)
            yield own, games.take(entries), weights.take(entries) * self._exact_weights.take(own)
            first = block.stop

    @cached_property
    def _exact_weights(self) -> Doubles:
        return self.weights.astype(np.float64)


def _standard(scores: Floats) -> Floats:
    mean, deviation = scoring.standard(scores)
    return np.asarray((scores - mean) / deviation, np.float32)


class Parts(NamedTuple):
    """What each of the player's games adds to the standard scores by ALS and by EASE: targets x
    games. A score is its `start` plus the sum of its row."""

    by_als: Doubles
    by_ease: Doubles
    als_start: float
    ease_start: float


class Model:
    """ALS factors and EASE weights of the games with enough players: the model's columns."""

    def __init__(
        self,
        manifest: Manifest,
        arrays: dict[str, npt.NDArray[Any]],
        playtimes: Playtimes,
        between_steps: Callable[[], None] = lambda: None,
    ) -> None:
        """`between_steps` is called after each step that touches many pages of the arrays."""
        self.between_steps = between_steps
        parameters = manifest.parameters.model
        self._alpha = float(parameters["alpha"])
        #: Weight of EASE in the blend; that of ALS is 1.
        self.ease_weight = float(parameters["ease_weight"])
        #: Weight of an owned but unplayed game, relative to a played one.
        self.unplayed = float(parameters["owned_weight"])
        self.l2 = scoring.penalty(
            float(parameters["regularization"]), int(manifest.subjects["games"].facts["players"])
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
        """A player with a library of distinct games; `user` is the row of a user of the snapshot,
        None for anyone else, whose factors are folded in."""
        self.between_steps()
        return Player(self, games, minutes, user)

    def scores(self, player: Player) -> Floats:
        """Score of each column: ALS and EASE blended, or EASE alone if nothing is played."""
        if not len(player.played):
            return player.by_ease
        blended = player.standard_als + np.float32(self.ease_weight) * player.standard_ease
        return blended.astype(np.float32)

    def parts(self, player: Player, games: Rows) -> Parts:
        """Parts of the standard scores of `games`, one for each of the player's columns.

        ALS is linear in the played games: the score of y is y' A^-1 Y' c, with A of
        `scoring.system` (Hu, Koren, Volinsky 2008, section 5). EASE is linear in all games. If
        nothing is played, there is only EASE, not standardised.
        """
        targets = np.searchsorted(self.games, games)
        target_rows = np.full(len(self.games), -1)
        target_rows[targets] = np.arange(len(targets))
        by_als, by_ease = np.zeros((2, len(targets), len(player.columns)))
        for own, columns, values in player.ease():
            rows = target_rows.take(columns)
            hits = np.flatnonzero(rows >= 0)
            by_ease[rows[hits], own[hits]] = values[hits]
        if not len(player.played):
            return Parts(by_als, by_ease, 0.0, 0.0)
        als_mean, als_deviation = (float(value[0]) for value in scoring.standard(player.by_als))
        ease_mean, ease_deviation = (float(value[0]) for value in scoring.standard(player.by_ease))
        by_ease /= ease_deviation
        solved = np.linalg.solve(player.system, self.factors[targets].astype(np.float64).T)
        order = np.argsort(player.columns)
        played = order[np.searchsorted(player.columns, player.played, sorter=order)]
        by_als[:, played] = (solved.T @ player.own.T) * player.confident / als_deviation
        return Parts(by_als, by_ease, -als_mean / als_deviation, -ease_mean / ease_deviation)

    def directions(self, games: Rows) -> Floats:
        """ALS factors of games, scaled to length 1; 0 for a game that the model does not know."""
        columns, known = self.columns(games)
        factors = self.factors[columns]
        length = np.linalg.norm(factors, axis=1, keepdims=True)
        directions = np.zeros((len(games), self.factors.shape[1]), np.float32)
        directions[known] = factors / np.where(length > 0, length, 1)
        return directions

    def knows(self, game: int) -> bool:
        """Whether the game has a column: enough players to be in the model."""
        return bool(self.columns(np.array([game]))[1][0])

    def columns(self, games: Rows) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.bool_]]:
        """Columns of the games that the model knows, and a mask of those games."""
        if not len(self.games):
            return np.zeros(0, np.intp), np.zeros(len(games), bool)
        candidates = np.minimum(np.searchsorted(self.games, games), len(self.games) - 1)
        known = self.games[candidates] == games
        return candidates[known], known

    def confidence(
        self, columns: Rows, minutes: npt.NDArray[Any]
    ) -> tuple[npt.NDArray[Any], Floats]:
        """The columns that were played, and the confidence of each."""
        played = minutes > 0
        columns, minutes = columns[played], minutes[played]
        percentiles = self._percentiles(self.games[columns], minutes)
        self.between_steps()
        return columns, scoring.confidence(self._rarity[columns], percentiles, self._alpha)

    def _percentiles(self, games: Rows, minutes: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
        """Percentile of each playtime among its game's: share of shorter ones and half of equal
        ones."""
        start, stop = self._offsets[games], self._offsets[games + 1]
        # Stored minutes are whole numbers: shorter than 2.5 means at most 2.
        limits = np.concatenate([np.floor(minutes), np.ceil(minutes) - 1])
        firsts = self._first(np.tile(start, 2), np.tile(stop, 2), limits)
        longer, not_shorter = np.split(firsts, 2)
        equal = not_shorter - longer
        return np.asarray((stop - not_shorter + equal / 2) / (stop - start))

    def _first(
        self,
        low: npt.NDArray[np.int64],
        high: npt.NDArray[np.int64],
        limits: npt.NDArray[Any],
    ) -> npt.NDArray[np.int64]:
        """The first entry within the limit, in each span of `game_rows` (most minutes first).

        Bisects all spans at once and in place; returns `low`.
        """
        while len(undecided := np.flatnonzero(low < high)):
            middle = (low.take(undecided) + high.take(undecided)) // 2
            minutes = self._playtimes.of_played_rows(self._rows.take(middle))
            within = minutes <= limits.take(undecided)
            high[undecided[within]] = middle[within]
            low[undecided[~within]] = middle[~within] + 1
        return low

"""datastore: the second stage of a player's list, and the reasons of its order.

`datastore.base.signals` and `datastore.base.ordering` have the arithmetic; the build orders the
stored lists in the same way.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from datastore.base import scoring
from datastore.base.ordering import Order
from datastore.base.second_stage import TREE_SIGNALS, lift, tree_rows
from datastore.base.signals import Libraries, Ordered, Pairs, StageGames
from datastore.base.snapshot import Manifest
from datastore.content import Content
from datastore.games import Games
from datastore.model import Model, Player

__all__ = ["Contributions", "SecondStage"]

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Rows = npt.NDArray[np.integer]
Mask = npt.NDArray[np.bool_]


class Contributions(NamedTuple):
    """Contribution of each of the player's games to each score: targets x games.

    A score is its `baseline` plus the sum of its row of `parts`.
    """

    games: Rows
    parts: Doubles
    baseline: Doubles


#: Signals of the trees that are about the words of the player's games, and about single ones.
_OF_WORDS = ("tags", "played_tags", "taste")
_OF_PARTNERS = (
    *("together", "lift", "plays", "back", "likeness"),
    *("together_played", "plays_played"),
)


class SecondStage:
    """Orders the best games by the blend of ALS and EASE, for players."""

    def __init__(
        self,
        manifest: Manifest,
        arrays: dict[str, npt.NDArray[Any]],
        model: Model,
        content: Content,
        games: Games,
    ) -> None:
        parameters = manifest.parameters.model
        self._most = int(parameters["most"])
        self._candidates = max(int(parameters["candidates"]), self._most)
        self._model, self._content, self._games = model, content, games
        self._arrays = arrays

    @cached_property
    def order(self) -> Order:
        """Curves and trees."""
        return Order.read(self._arrays)

    @cached_property
    def games(self) -> StageGames:
        """What is known of the model's games."""
        array = self._arrays
        return StageGames(
            array["partner_games"],
            array["partner_shares"],
            array["partner_plays"],
            array["model_owners"],
            array["model_played"],
            array["model_minutes"],
            array["model_typical"],
            np.nan_to_num(self._games.years[self._model.games]).astype(np.float32),
            self._content.word_rows(self._model.games),
        )

    def ranked(self, player: Player, allowed: Mask) -> tuple[Rows, Floats]:
        """The best of the allowed games for someone who has played a game of the model, and their
        scores. `allowed` has an entry for each game; the player's own games must not be allowed.

        A game's score does not depend on what is allowed. Where too few of the candidates are
        allowed for the longest list, the next best games by the blend take part, too.
        """
        blended = self._model.scores(player)
        last = self._last(player, blended)
        blended = np.where(allowed[self._model.games], blended, -np.inf)
        columns = scoring.best(blended, max(self._most, int(np.count_nonzero(blended >= last))))
        columns = columns[np.isfinite(blended[columns])]
        signals = self._signals(player, columns, blended, last)
        scores = blended[columns] + self.order.total(signals)[0].astype(np.float32)
        order = np.argsort(-scores, kind="stable")
        return self._model.games[columns[order]], scores[order]

    def contributions(self, player: Player, games: Rows) -> Contributions:
        """Contributions of the player's games that the model knows to the scores of `games`.

        The predictions of ALS and EASE and the cosine of tags are sums over the player's games, so
        each game gets its share of a curve by the curve's mean slope; `together`, `lift` and
        `plays` belong to one game each. The sum of the trees is divided among signals along the
        path of the game, and then among own games by their shares in the signal: see `_by_trees`.
        The rest, what a game brings itself, is in the baseline.
        """
        model, curves = self._model, self.order.curves
        own_games = model.games[player.columns]
        found = model.parts(player, games)
        if not len(player.played):
            return Contributions(own_games, found.by_ease, np.zeros(len(games)))
        weight = model.ease_weight
        blended = model.scores(player)
        last = self._last(player, blended)
        start = found.als_start + weight * found.ease_start
        als_end = found.als_start + found.by_als.sum(axis=1)
        ease_end = found.ease_start + found.by_ease.sum(axis=1)
        lead = curves.slope("lead", start - last, als_end + weight * ease_end - last)
        als = curves.slope("als", found.als_start, als_end)
        ease = curves.slope("ease", found.ease_start, ease_end)
        parts = found.by_als * (1 + lead + als)[:, None]
        parts += found.by_ease * (weight * (1 + lead) + ease)[:, None]
        cosines = self._cosines(player, games)
        parts += cosines * curves.slope("tags", 0.0, cosines.sum(axis=1))[:, None]
        columns = np.searchsorted(model.games, games)
        owners = self.games.owners[columns]
        nobody = lift(np.zeros_like(owners), owners)
        pairs = self._pairs(player, columns)
        together, nearest = _greatest(pairs, pairs.shares, columns)
        plays, nearest_played = _greatest(pairs, pairs.plays, columns)
        for signal, values, without, own in (
            ("together", together, np.zeros_like(owners), nearest),
            ("lift", lift(together, owners), nobody, nearest),
            ("plays", plays, np.zeros_like(owners), nearest_played),
        ):
            rise = curves.at(signal, values) - curves.at(signal, without)
            found_one = np.flatnonzero(values > without)
            parts[found_one, own[found_one]] += rise[found_one]
        fixed = sum(
            float(curves.at(signal, value))
            for signal, value in (
                ("als", found.als_start),
                ("ease", found.ease_start),
                ("lead", start - last),
                ("together", 0.0),
                ("plays", 0.0),
                ("tags", 0.0),
            )
        )
        baseline = start + fixed + curves.at("owners", owners) + curves.at("lift", nobody)
        baseline += curves.at("played", self.games.played[columns])
        linked, single = np.zeros((2, *parts.shape))
        linked[pairs.candidate, pairs.own] = pairs.shares
        with_partner = np.flatnonzero(together)
        single[with_partner, nearest[with_partner]] = 1
        by_own_games = {"ease": found.by_ease, "shares": linked}
        by_own_games |= dict.fromkeys(_OF_WORDS, cosines) | dict.fromkeys(_OF_PARTNERS, single)
        signals = self._signals(player, columns, blended, last)
        moved, fixed_moves = self._by_trees(tree_rows(signals), by_own_games)
        return Contributions(own_games, parts + moved, baseline + fixed_moves)

    def _by_trees(self, rows: Floats, by_own_games: dict[str, Doubles]) -> tuple[Doubles, Doubles]:
        """What the trees add to each score: by own games, and without them.

        Each signal is given the change of the mean value where a tree compares it, along the path
        of the game (Saabas 2014). Own games that raise the signal share it in proportion; what no
        own game raises, and signals of no single games, are the rest.
        """
        trees = self.order.trees
        by_signal = trees.parts(rows.astype(np.float64))
        rest = by_signal.sum(axis=1) + trees.baseline
        moved: Doubles = np.zeros(next(iter(by_own_games.values())).shape)
        for column, signal in enumerate(TREE_SIGNALS):
            if signal in by_own_games:
                raising = by_own_games[signal].clip(min=0)
                sums = raising.sum(axis=1)
                known = sums > 0
                shared = np.divide(by_signal[:, column], sums, out=np.zeros_like(sums), where=known)
                moved += raising * shared[:, None]
                rest[known] -= by_signal[known, column]
        return moved, rest

    def _last(self, player: Player, blended: Floats) -> float:
        """The blended score of the last candidate, of all listed games that the player does not
        own."""
        scores = blended.copy()
        scores[self._games.unlisted[self._model.games]] = -np.inf
        scores[player.columns] = -np.inf
        best = scores[scoring.best(scores, self._candidates)]
        best = best[np.isfinite(best)]
        return float(best[-1]) if len(best) else 0.0

    def _signals(
        self, player: Player, columns: npt.NDArray[np.intp], blended: Floats, last: float
    ) -> dict[str, Floats]:
        """All signals of some columns, 1 x columns."""
        of_columns = player.standard_als, player.standard_ease, blended - last
        found = Ordered(columns[None], *(values[columns][None] for values in of_columns))
        return self.games.signals(_library(player), found)

    def _pairs(self, player: Player, columns: Rows) -> Pairs:
        """The player's games that are partners of columns, by their place in the library."""
        place = np.zeros(len(self._model.games), np.intp)
        place[player.columns] = np.arange(len(player.columns))
        pairs = self.games.pairs(_library(player), columns[None])
        return pairs._replace(own=place[pairs.own])

    def _cosines(self, player: Player, games: Rows) -> Doubles:
        """Share of each of the player's games in the cosine of tags with each of `games`."""
        own_vectors = self._content.vectors(self._model.games[player.columns])
        length = float(np.linalg.norm(player.weights @ own_vectors))
        shares = self._content.vectors(games) @ own_vectors.T
        return np.asarray(shares * player.weights / (length or 1.0), np.float64)


def _library(player: Player) -> Libraries:
    """The games that the model knows, in the order in which the build adds them up."""
    order = np.argsort(player.columns)
    columns = player.columns[order]
    played = np.isin(columns, player.played)
    return Libraries(np.array([0, len(columns)]), columns, player.weights[order], played)


def _greatest(pairs: Pairs, values: Floats, columns: Rows) -> tuple[Floats, Rows]:
    """The greatest of some values of the pairs of each column, and the own game of it; 0 and the
    first own game without any."""
    order = np.lexsort((pairs.own, -values, pairs.candidate))
    column, first = np.unique(pairs.candidate[order], return_index=True)
    greatest, own = np.zeros(len(columns), np.float32), np.zeros(len(columns), np.intp)
    greatest[column], own[column] = values[order[first]], pairs.own[order[first]]
    return greatest, own

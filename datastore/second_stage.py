"""datastore: the second stage of a player's list, and the exact reasons of its order.

`datastore.base.second_stage` has the curves; the build orders the stored lists in the same way.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from datastore.base import scoring
from datastore.base.second_stage import Curves, lift
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
        self.curves = Curves(arrays["curve_knots"], arrays["curve_values"])
        #: Columns x partners: games whose owners own a game, the shares of those owners, and the
        #: shares of those who play it.
        self.partners, self.shares = arrays["partner_games"], arrays["partner_shares"]
        self.plays = arrays["partner_plays"]
        self.owners, self.played = arrays["model_owners"], arrays["model_played"]

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
        owned = self._owned_partners(player, columns)
        together, _ = self._greatest(self.shares[columns], owned)
        plays, _ = self._greatest(self.plays[columns], owned)
        _, own, length = self._profile(player)
        cosines = self._content.vectors(self._model.games[columns]) @ (own / (length or 1.0))
        signals = {
            "als": player.standard_als[columns],
            "ease": player.standard_ease[columns],
            "lead": blended[columns] - last,
            "together": together,
            "lift": lift(together, self.owners[columns]),
            "plays": plays,
            "tags": cosines,
            "owners": self.owners[columns],
            "played": self.played[columns],
        }
        scores = blended[columns] + self.curves.total(signals).astype(np.float32)
        order = np.argsort(-scores, kind="stable")
        return self._model.games[columns[order]], scores[order]

    def contributions(self, player: Player, games: Rows) -> Contributions:
        """Contributions of the player's games that the model knows to the scores of `games`.

        The predictions of ALS and EASE and the cosine of tags are sums over the player's games, so
        each game gets its share of a curve by the curve's mean slope; `together`, `lift` and
        `plays` belong to one game each. The rest, what a game brings itself, is in the baseline.
        """
        model, curves = self._model, self.curves
        own_games = model.games[player.columns]
        found = model.parts(player, games)
        if not len(player.played):
            return Contributions(own_games, found.by_ease, np.zeros(len(games)))
        weight = model.ease_weight
        last = self._last(player, model.scores(player))
        start = found.als_start + weight * found.ease_start
        als_end = found.als_start + found.by_als.sum(axis=1)
        ease_end = found.ease_start + found.by_ease.sum(axis=1)
        lead = curves.slope("lead", start - last, als_end + weight * ease_end - last)
        als = curves.slope("als", found.als_start, als_end)
        ease = curves.slope("ease", found.ease_start, ease_end)
        parts = found.by_als * (1 + lead + als)[:, None]
        parts += found.by_ease * (weight * (1 + lead) + ease)[:, None]
        own_vectors, _, length = self._profile(player)
        cosines = (self._content.vectors(games) @ own_vectors.T) * player.weights / (length or 1.0)
        parts += cosines * curves.slope("tags", 0.0, cosines.sum(axis=1))[:, None]
        columns = np.searchsorted(model.games, games)
        owners = self.owners[columns]
        nobody = lift(np.zeros_like(owners), owners)
        place = np.zeros(len(model.games), np.intp)
        place[player.columns] = np.arange(len(player.columns))
        owned = self._owned_partners(player, columns)
        together, nearest = self._greatest(self.shares[columns], owned)
        plays, nearest_played = self._greatest(self.plays[columns], owned)
        for signal, values, without, partner in (
            ("together", together, np.zeros_like(owners), nearest),
            ("lift", lift(together, owners), nobody, nearest),
            ("plays", plays, np.zeros_like(owners), nearest_played),
        ):
            rise = curves.at(signal, values) - curves.at(signal, without)
            found_one = np.flatnonzero(values > without)
            parts[found_one, place[partner[found_one]]] += rise[found_one]
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
        baseline += curves.at("played", self.played[columns])
        return Contributions(own_games, parts, baseline)

    def _last(self, player: Player, blended: Floats) -> float:
        """The blended score of the last candidate, of all listed games that the player does not
        own."""
        scores = blended.copy()
        scores[self._games.unlisted[self._model.games]] = -np.inf
        scores[player.columns] = -np.inf
        best = scores[scoring.best(scores, self._candidates)]
        best = best[np.isfinite(best)]
        return float(best[-1]) if len(best) else 0.0

    def _owned_partners(self, player: Player, columns: Rows) -> tuple[Rows, Mask]:
        """The partners of columns, and which of them the player owns."""
        owns = np.zeros(len(self._model.games) + 1, np.bool_)  # the last entry is for -1
        owns[player.columns] = True
        partners: Rows = self.partners[columns]
        return partners, owns[partners]

    def _greatest(self, shares: Floats, owned: tuple[Rows, Mask]) -> tuple[Floats, Rows]:
        """For each column, the greatest share of an own game's owners, 0 if there is none; and the
        column of that own game. `owned` are the partners, and which of them the player owns."""
        partners, is_owned = owned
        shares = np.where(is_owned, shares, np.float32(0))
        nearest = shares.argmax(axis=1)
        rows = np.arange(len(partners))
        return shares[rows, nearest], partners[rows, nearest]

    def _profile(self, player: Player) -> tuple[Floats, Floats, float]:
        """Vectors of the player's games of the model, their weighted sum, and its length."""
        vectors = self._content.vectors(self._model.games[player.columns])
        profile = player.weights @ vectors
        return vectors, profile, float(np.linalg.norm(profile))

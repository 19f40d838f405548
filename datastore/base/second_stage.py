"""datastore.base: the second stage of a player's list: the best games by the blend of ALS and EASE
are ordered again by a learned model.

The score of a game is its blended score, plus one curve of each of some signals, plus small trees
of more signals. Curves are piecewise linear: a generalised additive model (Hastie and Tibshirani
1986), so each signal has an exact share. The trees correct it where signals depend on each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["KNOTS", "PARTNERS", "SIGNALS", "TREE_SIGNALS", "Curves", "lift", "tree_rows"]

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]

#: The signals, in the order of the curves.
SIGNALS = {
    "als": "z-score of the ALS prediction over all games of the model",
    "ease": "z-score of EASE over all games of the model",
    "lead": "blended score minus that of the last candidate",
    "together": "greatest share of a game's owners who own this game, over the player's games",
    "lift": "how much greater that share is than that of all users, as a logarithm",
    "plays": "greatest share of a game's owners who play this game, over the player's games",
    "tags": "cosine of tags and genres with those of the player's games",
    "owners": "natural logarithm of the share of the users who own the game",
    "played": "share of the game's owners who have played it",
}
#: The signals of the trees, in the order of their columns. They are counts and what is computed
#: from counts: predictions by ALS differ by rounding, and a tree would turn that into a jump.
TREE_SIGNALS = {
    **{name: SIGNALS[name] for name in ("ease", "together", "lift", "plays", "tags", "owners")},
    "played": SIGNALS["played"],
    "shares": "sum of the shares of which `together` is the greatest",
    "back": "greatest share of this game's owners who own a game, over the player's games",
    "likeness": "greatest cosine of the owners of two games, over the player's games",
    "together_played": "the same as `together` over the games that the player has played",
    "plays_played": "the same as `plays` over the games that the player has played",
    "owned_games": "games of the model that the player owns",
    "played_games": "games of the model that the player has played",
    "played_part": "the share of the former that the latter are",
    "usual_owners": "mean of `owners` over the games that the player has played",
    "rarer": "`owners` minus `usual_owners`",
    "players": "natural logarithm of the share of the users who have played the game",
    "longer": "mean logarithm of its players' minutes, minus the mean of the games played",
    "played_tags": "cosine of tags and genres with those of the games that the player has played",
    "taste": "`played_tags` minus the cosine with the games that everybody has played",
    "year": "year of release, 0 if unknown",
    "newer": "`year` minus its mean over the games that the player has played, 0 if unknown",
}
#: Points of each curve.
KNOTS = 8
#: Games of which `together` and `plays` are known, for each game: those whose owners own it most
#: often.
PARTNERS = 128
#: Added to `together` before its logarithm is taken: below, shares are chance.
_LEAST_SHARE = np.float32(0.01)


def lift(together: Floats, owners: Floats) -> Floats:
    """The signal `lift` from the signals `together` and `owners` of some games."""
    lifts: Floats = np.log(together + _LEAST_SHARE) - owners
    return lifts


def tree_rows(signals: Mapping[str, Floats]) -> Floats:
    """The signals as rows of the trees: candidates, row by row, x TREE_SIGNALS."""
    rows = np.stack([signals[name].reshape(-1) for name in TREE_SIGNALS], axis=1)
    return rows.astype(np.float32, copy=False)


@dataclass(frozen=True, slots=True)
class Curves:
    """Points of the curves, signals x points: `knots` ascending, and the `values` there."""

    knots: Doubles
    values: Doubles

    @classmethod
    def flat(cls) -> Curves:
        """Curves that are 0 everywhere: the order of the blend stays."""
        shape = len(SIGNALS), KNOTS
        return cls(np.tile(np.arange(KNOTS, dtype=np.float64), (shape[0], 1)), np.zeros(shape))

    def at(self, signal: str, places: npt.NDArray[np.floating] | float) -> Doubles:
        """Values of one curve, which is level outside of its points."""
        row = list(SIGNALS).index(signal)
        values: Doubles = np.interp(places, self.knots[row], self.values[row])
        return values

    def total(self, signals: Mapping[str, npt.NDArray[np.floating]]) -> Doubles:
        """Sum of all curves, in the order of SIGNALS."""
        first, *others = SIGNALS
        total = self.at(first, signals[first])
        for signal in others:
            total += self.at(signal, signals[signal])
        return total

    def slope(self, signal: str, start: Doubles | float, end: Doubles) -> Doubles:
        """Mean slope of a curve between two places, 0 where they are the same.

        A signal that is a sum moves from `start` to `end` as its parts are added; each part's share
        of the curve is its size times this slope (Aumann and Shapley 1974), and shares add up.
        """
        width = np.asarray(end - start, np.float64)
        rise = self.at(signal, end) - self.at(signal, start)
        return np.divide(rise, width, out=np.zeros_like(width), where=np.abs(width) > 1e-9)

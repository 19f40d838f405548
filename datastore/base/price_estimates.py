"""datastore.base: estimates of prices, and the amounts by which a game's details moved them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple, Protocol, Self

import numpy as np
import numpy.typing as npt

from datastore.base.price_features import OTHER_WORDS, UNKNOWN, WORDS, Features

__all__ = [
    "MOST_REASONS",
    "Arrays",
    "Estimates",
    "PriceModel",
    "Strongest",
    "codes_of_words",
    "strongest",
    "sums_by_code",
]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Arrays = Mapping[str, npt.NDArray[Any]]

#: Most reasons of an estimate, and the least amount of one, in USD.
MOST_REASONS, _LEAST_AMOUNT = 8, 0.005


class Estimates(NamedTuple):
    """Prices of games in USD, and the amount by which each code of `price_features` moved them:
    games x codes. `baseline`, the price of a game of which nothing is known, and the amounts of a
    game add up to its price."""

    price: Floats
    baseline: Floats
    amounts: Floats


class PriceModel(Protocol):
    """One method, trained."""

    method: ClassVar[str]

    @classmethod
    def of(cls, arrays: Arrays) -> Self:
        """The model in the arrays of a snapshot."""
        ...

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """The model as arrays of a snapshot."""
        ...

    def estimates(self, games: Features, codes: int) -> Estimates:
        """The estimates of games; `codes` is the number of codes."""
        ...


def codes_of_words(marks: Floats, words: Ints) -> Ints:
    """The code by which each mark of some words counts: the word if the game has it, else
    OTHER_WORDS, or UNKNOWN. See `Features.marks`."""
    absent = np.where(np.isnan(marks), UNKNOWN, OTHER_WORDS)
    return np.where(marks == 1, WORDS + words, absent)


def sums_by_code(parts: Floats, named: Ints, codes: int) -> Floats:
    """Sums of the parts of each game that have the same code: games x codes."""
    cells = np.arange(len(parts))[:, None] * codes + named
    sums = np.bincount(cells.ravel(), parts.ravel(), len(parts) * codes).astype(np.float64)
    return sums.reshape(len(parts), codes)


class Strongest(NamedTuple):
    """What moved estimates most, most first: codes (-1 for none) and amounts in USD, each games x
    MOST_REASONS."""

    codes: npt.NDArray[np.int16]
    amounts: Floats


def strongest(amounts: Floats) -> Strongest:
    """What moved estimates most, of amounts that are games x codes; less than a cent is nothing."""
    game, code = np.nonzero(abs(amounts) >= _LEAST_AMOUNT)
    amount = amounts[game, code]
    order = np.lexsort((-abs(amount), game))  # of equal ones the lowest code first
    game, code, amount = game[order], code[order], amount[order]
    place = np.arange(len(game)) - np.searchsorted(game, game)
    kept = place < MOST_REASONS
    cells = game[kept], place[kept]
    found = Strongest(
        np.full((len(amounts), MOST_REASONS), -1, np.int16), np.zeros((len(amounts), MOST_REASONS))
    )
    found.codes[cells], found.amounts[cells] = code[kept], amount[kept]
    return found

"""datastore.base: `prices.json`: how well the price models estimate prices they have not seen."""

from __future__ import annotations

from typing import Any

import msgspec

__all__ = ["PRICES", "Errors", "MethodErrors", "PriceCard", "Trial"]

#: Name of the file.
PRICES = "prices.json"


class Errors(msgspec.Struct, frozen=True):
    """Errors on held-out games, in USD. `coverage` is the share of prices within the interval."""

    games: int
    rmse: float
    mae: float
    median_absolute_error: float
    coverage: float


class MethodErrors(msgspec.Struct, frozen=True):
    """Errors of one method on a fifth of the games at random, and on the newest fifth by a model of
    the older ones; of both, those up to 100 USD. None where there is no such game."""

    method: str
    random: Errors | None
    random_up_to_100: Errors | None
    newest: Errors | None
    newest_up_to_100: Errors | None


class Trial(msgspec.Struct, frozen=True):
    """Parameters that were tried, and the mean absolute error on the validation games in USD."""

    method: str
    parameters: dict[str, Any]
    mae: float
    chosen: bool


class PriceCard(msgspec.Struct, frozen=True):
    """Figures of all methods, and how parameters were chosen: by `validation_games` that are
    neither trained on nor held out. `best` has the lowest MAE on held-out games at random; `games`
    have a known price above 0."""

    seed: int
    games: int
    best: str
    methods: list[MethodErrors]
    validation_games: int
    trials: list[Trial]
    #: Standard error of the MAE of `best`.
    noise: float

"""datastore: price estimates of games, stored and on demand."""

from __future__ import annotations

from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from datastore.base.price_boosting import Boosting
from datastore.base.price_card import Errors, PriceCard
from datastore.base.price_estimates import PriceModel, strongest
from datastore.base.price_features import (
    WORDS,
    Details,
    Vocabulary,
    features,
    find_keys,
    name_keys,
)
from datastore.base.price_intervals import Intervals
from datastore.base.price_models import METHODS, MODELS
from datastore.games import Games

__all__ = ["Estimate", "Prices"]

Arrays = dict[str, npt.NDArray[Any]]


class Estimate(NamedTuple):
    """An estimate of a method in USD, its 80 % interval, and what moved it most from the baseline:
    codes of `price_features` and amounts in USD."""

    method: str
    price: float
    low: float
    high: float
    baseline: float
    reasons: list[tuple[int, float]]


class Prices:
    """Estimates of all catalogue games, and the models for any other game. `best` is the method
    with the lowest error on held-out games; `card` is None if the figures cannot be read."""

    def __init__(
        self, arrays: Arrays, games: Games, genres: list[str], best: str, card: PriceCard | None
    ) -> None:
        self.best = best
        self.card = card
        self.vocabulary = Vocabulary(genres, games.tag_names, games.spec_names)
        self._games = games
        self._arrays = arrays
        self._estimates = arrays["price_estimates"]
        self._reasons = arrays["price_reasons"]
        self._amounts = arrays["price_amounts"]
        self._intervals = Intervals(arrays["price_edges"], arrays["price_ratios"])
        #: Whether there is a model: some game has a price above 0.
        self.trained = bool(len(arrays["price_overall"]))

    def errors(self, method: str) -> Errors | None:
        """Errors of a method on held-out games at random; None if they were not measured."""
        methods = self.card.methods if self.card else []
        return next((errors.random for errors in methods if errors.method == method), None)

    def of_game(self, game: int, method: str) -> Estimate | None:
        """The estimate of a catalogue game, by a model that has not seen its price; None for other
        games, and without a model."""
        if not self.trained or game >= len(self._estimates):
            return None
        number = METHODS.index(method)
        price, low, high, baseline = self._estimates[game, number].tolist()
        codes, amounts = self._reasons[game, number], self._amounts[game, number]
        pairs = zip(codes.tolist(), amounts.tolist(), strict=True)
        reasons = [(code, amount) for code, amount in pairs if code >= 0]
        return Estimate(method, price, low, high, baseline, reasons)

    def estimate(self, details: Details, method: str) -> Estimate | None:
        """The estimate of a game with these details; None without a model."""
        if not self.trained:
            return None
        game = features([details], self.vocabulary)
        found = self._models[method].estimates(game, WORDS + len(self.vocabulary))
        known_prices = self._boosting.known_prices(game)
        low, high = self._intervals.around(METHODS.index(method), found.price, known_prices)
        kept = strongest(found.amounts)
        pairs = zip(kept.codes[0].tolist(), kept.amounts[0].tolist(), strict=True)
        return Estimate(
            method,
            float(found.price[0]),
            float(low[0]),
            float(high[0]),
            float(found.baseline[0]),
            [(code, amount) for code, amount in pairs if code >= 0],
        )

    def known_prices(self, developer: str, publisher: str) -> tuple[int, int]:
        """Number of known prices above 0 of a developer and of a publisher, by folded name."""
        keys = np.array(name_keys(developer, publisher))
        places, known = find_keys(self._arrays["price_keys"], keys)
        of_developer, of_publisher = (
            int(self._arrays["price_key_counts"][place]) if there else 0
            for place, there in zip(places.tolist(), known.tolist(), strict=True)
        )
        return of_developer, of_publisher

    def words(self, game: int) -> list[int]:
        """The words of a game: see `Vocabulary`."""
        games = self._games
        columns = (games.genres, games.tag_rows, games.spec_rows)
        return self.vocabulary.words(Details(*(column.row(game).tolist() for column in columns)))

    @cached_property
    def _models(self) -> dict[str, PriceModel]:
        return {method: MODELS[method].of(self._arrays) for method in METHODS}

    @cached_property
    def _boosting(self) -> Boosting:
        return Boosting.of(self._arrays)

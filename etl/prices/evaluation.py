"""etl.prices: trains the methods on parts of the games and measures them on the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from datastore.base.price_card import Errors, MethodErrors
from datastore.base.price_estimates import MOST_REASONS, strongest
from datastore.base.price_features import WORDS, Features
from datastore.base.price_models import METHODS
from etl.prices.data import FOLDS, Catalogue
from etl.prices.folds import Folds
from etl.prices.intervals import calibrate
from etl.prices.models import Models, Parameters, fit, folds_of

__all__ = ["HELD_OUT", "Estimated", "Trainer", "cross_fit", "held_out_games", "measure"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

#: The fold that is measured.
HELD_OUT = 0
#: Most games that are estimated at once, for the sake of memory.
_AT_ONCE = 4_000
#: Above this, errors of a few simulators and devices outweigh all others.
_USUAL = 100.0


@dataclass(frozen=True, slots=True)
class Trainer:
    """Trains all methods on some of the priced games of a catalogue."""

    catalogue: Catalogue
    parameters: Parameters
    seed: int

    def folds(self, rows: Ints) -> Folds:
        """Games of the catalogue in folds, by their place in `rows`."""
        words = len(self.catalogue.vocabulary)
        return folds_of(self.catalogue.sample(rows), words, self.parameters.boosting)

    def fit(self, folds: Folds, left_out: int | None = None) -> Models:
        """All methods, trained on the games of all folds but one."""
        genres = len(self.catalogue.vocabulary.genres)
        return fit(folds, genres, self.parameters, self.seed, left_out)


class Estimated(NamedTuple):
    """Estimates of games by each method, in the order of METHODS: price and baseline in USD
    (methods x games), what moved them most (methods x games x MOST_REASONS; see `strongest`), and
    the number of known prices of each game's developer."""

    price: Floats
    baseline: Floats
    codes: npt.NDArray[np.int16]
    amounts: Floats
    known_prices: Ints

    @classmethod
    def of(cls, size: int) -> Estimated:
        """Nothing is estimated yet."""
        methods = len(METHODS)
        return cls(
            np.full((methods, size), np.nan),
            np.full((methods, size), np.nan),
            np.full((methods, size, MOST_REASONS), -1, np.int16),
            np.zeros((methods, size, MOST_REASONS)),
            np.zeros(size, np.int64),
        )

    def estimate(self, models: Models, games: Features, rows: Ints, codes: int) -> None:
        """Estimate the games of some rows."""
        for start in range(0, len(rows), _AT_ONCE):
            part = rows[start : start + _AT_ONCE]
            own = games.take(part)
            for number, model in enumerate(models.all):
                found = model.estimates(own, codes)
                self.price[number, part], self.baseline[number, part] = found.price, found.baseline
                kept = strongest(found.amounts)
                self.codes[number, part], self.amounts[number, part] = kept.codes, kept.amounts
            self.known_prices[part] = models.boosting.known_prices(own)


def cross_fit(trainer: Trainer) -> tuple[Estimated, Models]:
    """Estimates of all games of the catalogue: of a priced game by models that were trained on the
    other folds, of any other by models of all priced games. Returns these models as well.

    A single priced game has no others: it is estimated by what was trained on it.
    """
    catalogue = trainer.catalogue
    games, priced, fold = catalogue.games, catalogue.priced, catalogue.fold
    codes = WORDS + len(catalogue.vocabulary)
    estimated = Estimated.of(len(games))
    folds = trainer.folds(priced)
    models = trainer.fit(folds)
    others = np.setdiff1d(np.arange(len(games)), priced)
    estimated.estimate(models, games, others, codes)
    for number in range(FOLDS if len(priced) > 1 else 0):
        own = priced[fold == number]
        if len(own):
            estimated.estimate(trainer.fit(folds, number), games, own, codes)
    if len(priced) == 1:
        estimated.estimate(models, games, priced, codes)
    return estimated, models


def held_out_games(catalogue: Catalogue) -> Ints:
    """The games that are measured; none if no model could be trained without them."""
    priced: Ints = catalogue.priced
    return priced[catalogue.fold == HELD_OUT] if len(priced) > 1 else priced[:0]


def measure(trainer: Trainer, estimated: Estimated) -> list[MethodErrors]:
    """Errors of each method. The fold that is measured decides neither parameters nor intervals;
    the newest fifth of the priced games is estimated by models of the older ones."""
    catalogue = trainer.catalogue
    price, priced, fold = catalogue.price, catalogue.priced, catalogue.fold
    others = priced[fold != HELD_OUT]
    random = _errors(price, estimated, held_out_games(catalogue), others)
    dated = priced[~np.isnan(catalogue.day[priced])]
    dated = dated[np.argsort(catalogue.day[dated], kind="stable")]
    old, new = np.split(dated, [len(dated) - len(dated) // FOLDS])
    later = _errors(price, _estimated_by_age(trainer, estimated, old, new), new, old)
    return [
        MethodErrors(method, *of_random, *of_later)
        for method, of_random, of_later in zip(METHODS, random, later, strict=True)
    ]


def _estimated_by_age(trainer: Trainer, estimated: Estimated, old: Ints, new: Ints) -> Estimated:
    """The estimates, those of newer games by models of older ones."""
    by_age = Estimated(
        estimated.price.copy(),
        estimated.baseline.copy(),
        estimated.codes.copy(),
        estimated.amounts.copy(),
        estimated.known_prices.copy(),
    )
    if len(new):
        catalogue = trainer.catalogue
        codes = WORDS + len(catalogue.vocabulary)
        by_age.estimate(trainer.fit(trainer.folds(old)), catalogue.games, new, codes)
    return by_age


def _errors(
    price: Floats, estimated: Estimated, held_out: Ints, others: Ints
) -> list[tuple[Errors | None, Errors | None]]:
    """Errors of each method on held-out games: on all, and on those up to 100 USD. Intervals are
    those of the other games."""
    intervals = calibrate(price[others], estimated.price[:, others], estimated.known_prices[others])
    truth = price[held_out]
    usual = truth <= _USUAL
    errors = []
    for number in range(len(METHODS)):
        estimate = estimated.price[number, held_out]
        low, high = intervals.around(number, estimate, estimated.known_prices[held_out])
        error, covered = estimate - truth, (low <= truth) & (truth <= high)
        errors.append((_figures(error, covered), _figures(error[usual], covered[usual])))
    return errors


def _figures(error: Floats, covered: npt.NDArray[np.bool_]) -> Errors | None:
    if not len(error):
        return None
    absolute = abs(error)
    return Errors(
        len(error),
        float(np.sqrt(np.mean(error**2))),
        float(np.mean(absolute)),
        float(np.median(absolute)),
        float(np.mean(covered)),
    )

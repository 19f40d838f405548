"""etl.prices: trains, measures and writes the price models."""

from __future__ import annotations

from math import sqrt

import numpy as np
import numpy.typing as npt

from datastore.base.plural import counted
from datastore.base.price_averages import MEAN
from datastore.base.price_card import MethodErrors, PriceCard, Trial
from datastore.base.price_intervals import Intervals
from datastore.base.price_models import METHODS
from datastore.base.price_tables import ARRAYS
from datastore.base.reader import SnapshotReader
from etl.prices.data import Catalogue, read
from etl.prices.evaluation import HELD_OUT, Estimated, Trainer, cross_fit, held_out_games, measure
from etl.prices.intervals import calibrate
from etl.prices.models import Models, Parameters
from etl.prices.search import search
from etl.process.threads import one_thread
from etl.snapshot.writer import SnapshotWriter
from etl.subject import Fitted, Task

__all__ = ["fit"]

#: The fold by which parameters are chosen.
_VALIDATION = 1


def fit(reader: SnapshotReader, writer: SnapshotWriter, task: Task) -> Fitted:
    """Train the methods, measure them, and write their arrays and the estimates of all games."""
    catalogue = read(reader, task.seed)
    if not len(catalogue.priced):
        return _without_prices(catalogue, writer, task.seed)
    # Faster than several threads, as the parts are small; and sums are the same everywhere.
    with one_thread():
        parameters, trials = _search(catalogue, task.seed)
        task.stage.say("parameters chosen")
        trainer = Trainer(catalogue, parameters, task.seed)
        estimated, models = cross_fit(trainer)
        task.stage.say("games estimated")
        methods = measure(trainer, estimated)
    priced = catalogue.priced
    intervals = calibrate(
        catalogue.price[priced], estimated.price[:, priced], estimated.known_prices[priced]
    )
    _write(writer, models, intervals, estimated)
    task.stage.say(f"{counted(len(priced), 'game')} with a price")
    best = _best(methods)
    card = PriceCard(
        seed=task.seed,
        games=len(priced),
        best=best,
        methods=methods,
        validation_games=int((catalogue.fold == _VALIDATION).sum()) if trials else 0,
        trials=trials,
        noise=_noise(catalogue, estimated, METHODS.index(best)),
    )
    return Fitted(facts={"games": len(priced), "best": best}, evaluation=card)


def _write(
    writer: SnapshotWriter, models: Models, intervals: Intervals, estimated: Estimated
) -> None:
    """Write the arrays of the models and of the estimates."""
    for model in models.all:
        for name, array in model.arrays().items():
            writer.array(name, array)
    writer.array("price_edges", intervals.edges)
    writer.array("price_ratios", intervals.ratios)
    ends = [
        intervals.around(number, estimated.price[number], estimated.known_prices)
        for number in range(len(METHODS))
    ]
    low, high = (np.stack(side) for side in zip(*ends, strict=True))
    values = np.stack([estimated.price, low, high, estimated.baseline], axis=-1)
    writer.array("price_estimates", values.swapaxes(0, 1))
    writer.array("price_reasons", estimated.codes.swapaxes(0, 1))
    writer.array("price_amounts", estimated.amounts.swapaxes(0, 1))


def _search(catalogue: Catalogue, seed: int) -> tuple[Parameters, list[Trial]]:
    fold, priced = catalogue.fold, catalogue.priced
    training = catalogue.sample(priced[(fold != HELD_OUT) & (fold != _VALIDATION)])
    validation = catalogue.sample(priced[fold == _VALIDATION])
    vocabulary = catalogue.vocabulary
    return search(training, validation, len(vocabulary.genres), len(vocabulary), seed)


def _best(methods: list[MethodErrors]) -> str:
    """The method with the lowest MAE on held-out games, the first of equals; MEAN if there are
    none."""
    measured = [(errors.random.mae, errors.method) for errors in methods if errors.random]
    return min(measured, key=lambda pair: pair[0])[1] if measured else MEAN


def _noise(catalogue: Catalogue, estimated: Estimated, method: int) -> float:
    """Standard error of the MAE of a method; 0 if nothing was held out."""
    held_out = held_out_games(catalogue)
    if not len(held_out):
        return 0.0
    error = abs(estimated.price[method, held_out] - catalogue.price[held_out])
    return float(error.std() / sqrt(len(error)))


def _without_prices(catalogue: Catalogue, writer: SnapshotWriter, seed: int) -> Fitted:
    """Arrays without a model: no game has a price above 0."""
    shapes = {
        "price_estimates": (len(catalogue.games), len(METHODS), 4),
        "price_reasons": (len(catalogue.games), len(METHODS), 0),
        "price_amounts": (len(catalogue.games), len(METHODS), 0),
    }
    for name, array in ARRAYS.items():
        dtype: npt.DTypeLike = array.dtype
        fill = np.nan if name == "price_estimates" else 0
        writer.array(name, np.full(shapes.get(name, 0), fill, dtype))
    none = [MethodErrors(method, None, None, None, None) for method in METHODS]
    return Fitted(
        facts={"games": 0, "best": MEAN}, evaluation=PriceCard(seed, 0, MEAN, none, 0, [], 0.0)
    )

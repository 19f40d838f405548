"""etl.prices: the model stage of prices, and its part of the release gate."""

from __future__ import annotations

from math import sqrt

import msgspec

from datastore.base.price_card import PRICES, PriceCard
from datastore.base.price_tables import ARRAYS
from datastore.base.reader import SnapshotReader
from etl.prices.data import digest
from etl.snapshot.writer import SnapshotWriter
from etl.subject import Fitted, ModelStage, Quality, Task

__all__ = ["STAGE", "judge"]

#: Standard errors by which an MAE must be higher to be worse.
_CLEARLY = 2.0
#: Fewest held-out games for a verdict.
_FEWEST = 100


def judge(new: bytes, live: bytes | None) -> str:
    """Whether the best method is clearly worse than the live one's on games it has not seen."""
    if live is None:
        return ""
    before, now = (msgspec.json.decode(card, type=PriceCard) for card in (live, new))
    was, is_now = (
        next(errors.random for errors in card.methods if errors.method == card.best)
        for card in (before, now)
    )
    if was is None or is_now is None or min(was.games, is_now.games) < _FEWEST:
        return ""
    limit = was.mae + _CLEARLY * sqrt(before.noise**2 + now.noise**2)
    if is_now.mae <= limit:
        return ""
    return (
        f"price estimates are off by {is_now.mae:.2f} USD on average ({now.best}), those of the "
        f"live snapshot by {was.mae:.2f} USD ({before.best}); up to {limit:.2f} may be chance."
    )


def _fit(reader: SnapshotReader, writer: SnapshotWriter, task: Task) -> Fitted:
    from etl.prices.build import fit  # with scikit-learn, not needed to know the stage

    return fit(reader, writer, task)


def _quality(card: bytes) -> Quality:
    """The errors of each method on held-out games at random."""
    figures = msgspec.json.decode(card, type=PriceCard)
    return Quality(
        figures.best,
        {
            errors.method: {
                "RMSE (USD)": errors.random.rmse,
                "MAE (USD)": errors.random.mae,
                "median error (USD)": errors.random.median_absolute_error,
                "in 80 % interval": errors.random.coverage,
            }
            for errors in figures.methods
            if errors.random is not None
        },
    )


STAGE = ModelStage(
    name="prices",
    arrays=tuple(ARRAYS),
    evaluation=PRICES,
    inputs=digest,
    fit=_fit,
    judge=judge,
    quality=_quality,
)

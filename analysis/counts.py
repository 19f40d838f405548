"""analysis: arithmetic that several sections of the report share."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.charts import Chart

__all__ = ["Bins", "by_year", "first_and_last", "top", "years_of"]

Values = npt.NDArray[Any]


class Bins:
    """Numbers of values in named intervals: each from its lower bound up to the next."""

    def __init__(self, bounds: Sequence[float], labels: Sequence[str]) -> None:
        self._bounds = np.asarray(bounds, np.float64)
        self._labels = labels

    @classmethod
    def of_counts(cls, *bounds: int) -> Bins:
        """Intervals of whole numbers, such as `1`, `2–5` and `6+`."""
        labels = [
            f"{low:,}" if high == low + 1 else f"{low:,}–{high - 1:,}"
            for low, high in pairwise(bounds)
        ]
        return cls(bounds, [*labels, f"{bounds[-1]:,}+"])

    @classmethod
    def of_measures(
        cls, *bounds: float, names: Sequence[str] = (), step: float | None = None
    ) -> Bins:
        """Intervals of other numbers, such as `1 to <2`, or `1–1.99` for multiples of a `step`, and
        `5+`. The first ones have `names`."""
        labels = [
            f"{low:,} to <{high:,}" if step is None else f"{low:,}–{high - step:,}"
            for low, high in pairwise(bounds)
        ]
        return cls(bounds, [*names, *labels[len(names) :], f"{bounds[-1]:,}+"])

    def chart(self, values: Values, unit: str, label: str) -> Chart:
        """Columns with the number of values per interval, up to the last that has any; NaN is not
        counted."""
        known = values[~np.isnan(values)] if values.dtype.kind == "f" else values
        places = np.searchsorted(self._bounds, known, side="right") - 1
        counts = np.bincount(places[places >= 0]).tolist()
        return Chart("columns", self._labels[: len(counts)], {unit: counts}, unit, label)


def years_of(*columns: Values) -> range:
    """All years from the first to the last of these columns; NaN is no year."""
    known = np.concatenate([column[~np.isnan(column)] for column in columns])
    return range(int(known.min()), int(known.max()) + 1) if len(known) else range(0)


def by_year(years: Values, span: range) -> list[int]:
    """The number of entries in each year."""
    known = years[~np.isnan(years)].astype(np.int64)
    known = known[(known >= span.start) & (known < span.stop)]
    return np.bincount(known - span.start, minlength=len(span)).tolist() if len(span) else []


def top(counts: Values, limit: int) -> list[int]:
    """The rows with the largest counts above 0, largest first, then by row."""
    order = np.argsort(-counts, kind="stable")[:limit]
    return [int(row) for row in order if counts[row] > 0]


def first_and_last(
    labels: Sequence[str], values: Sequence[float | None]
) -> tuple[str, float, str, float] | None:
    """The first and the last label with a value, and their values; None without two of them."""
    known = [(name, value) for name, value in zip(labels, values, strict=True) if value is not None]
    return (*known[0], *known[-1]) if len(known) > 1 else None

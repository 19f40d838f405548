"""server.observe: counts and distributions of requests, which cost little to add to.

A tenth of what the classes of the library cost, which lock each number: one thread at a time may
add, while any may read.
"""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Iterable, Sequence

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

__all__ = ["Distribution", "Tally"]


class Tally(Collector):
    """A counter by labels."""

    def __init__(
        self, registry: CollectorRegistry, name: str, text: str, labels: Sequence[str]
    ) -> None:
        self._name, self._text, self._labels = name, text, labels
        self._counts: dict[tuple[str, ...], int] = {}
        self._created: dict[tuple[str, ...], float] = {}
        registry.register(self)

    def add(self, *labels: str, times: int = 1) -> None:
        """Count one more, or several."""
        try:
            self._counts[labels] += times
        except KeyError:
            self._created[labels] = time.time()
            self._counts[labels] = times

    def describe(self) -> Iterable[Metric]:
        """The metric without values."""
        return [CounterMetricFamily(self._name, self._text, labels=self._labels)]

    def collect(self) -> Iterable[Metric]:
        """The metric."""
        metric = CounterMetricFamily(self._name, self._text, labels=self._labels)
        for labels, count in list(self._counts.items()):
            metric.add_metric(labels, count, created=self._created[labels])
        yield metric


class Distribution(Collector):
    """A histogram by labels; `bounds` are the upper bounds of its buckets, without infinity."""

    def __init__(
        self,
        registry: CollectorRegistry,
        name: str,
        text: str,
        bounds: Sequence[float],
        labels: Sequence[str] = (),
    ) -> None:
        self._name, self._text, self._labels, self._bounds = name, text, labels, bounds
        #: By labels, the numbers of values in the buckets, and at the end the sum of the values.
        self._rows: dict[tuple[str, ...], list[float]] = {}
        if not labels:
            self._rows[()] = self._empty()
        registry.register(self)

    def add(self, values: Iterable[float], *labels: str) -> None:
        """Count more values."""
        row = self._rows.get(labels)
        if row is None:
            row = self._rows[labels] = self._empty()
        bounds = self._bounds
        for value in values:
            row[bisect_left(bounds, value)] += 1
            row[-1] += value

    def describe(self) -> Iterable[Metric]:
        """The metric without values."""
        return [HistogramMetricFamily(self._name, self._text, labels=self._labels)]

    def collect(self) -> Iterable[Metric]:
        """The metric, with cumulative buckets."""
        metric = HistogramMetricFamily(self._name, self._text, labels=self._labels)
        names = [*map(floatToGoString, self._bounds), "+Inf"]
        for labels, row in list(self._rows.items()):
            *counts, total = row.copy()
            buckets, below = [], 0.0
            for name, count in zip(names, counts, strict=True):
                below += count
                buckets.append((name, below))
            metric.add_metric(labels, buckets, total)
        yield metric

    def _empty(self) -> list[float]:
        return [0.0] * (len(self._bounds) + 2)

"""server.observe: metrics of the live snapshot, read when they are asked for."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from datastore.store import Store
from server.snapshots.holder import Holder

__all__ = ["SnapshotFigures"]


class SnapshotFigures(Collector):
    """Collects version, age and format of the live snapshot, and the quality of its models."""

    def __init__(self, holder: Holder) -> None:
        self._holder = holder

    def describe(self) -> Iterable[Metric]:
        """The metrics without values."""
        return [
            _loaded(),
            _quarantined(),
            _degraded(),
            _verified(),
            _info(),
            _built(),
            _age(),
            _format(),
            _rows(),
            _quality(),
        ]

    def collect(self) -> Iterable[Metric]:
        """The metrics; only those about loading while no snapshot is loaded."""
        loaded = _loaded()
        loaded.add_metric([], float(self._holder.ready))
        yield loaded
        quarantined, degraded = _quarantined(), _degraded()
        quarantined.add_metric([], self._holder.quarantine.count)
        degraded.add_metric([], float(bool(self._holder.problem)))
        yield quarantined
        yield degraded
        if not self._holder.ready:
            return
        store = self._holder.store
        manifest = store.manifest
        info, built, age, format_, rows = _info(), _built(), _age(), _format(), _rows()
        demo = str(manifest.demo).lower()
        info.add_metric([], {"version": manifest.version, "demo": demo})
        seconds = datetime.fromisoformat(manifest.built_at).astimezone(UTC).timestamp()
        built.add_metric([], seconds)
        age.add_metric([], time.time() - seconds)
        format_.add_metric([], manifest.format)
        for subject in manifest.subjects.values():
            for noun, count in subject.counts.items():
                rows.add_metric([noun], count)
        verified = _verified()
        verified.add_metric([], float(self._holder.verified))
        yield from (verified, info, built, age, format_, rows)
        quality = _quality()
        for model, metric, value in _measured(store):
            quality.add_metric([model, metric], value)
        yield quality


def _measured(store: Store) -> Iterator[tuple[str, str, float]]:
    """Model, metric and value of each figure that was measured."""
    evaluation = store.evaluation
    if evaluation is not None and evaluation.users and evaluation.rankings:
        yield "recommender", "ndcg_at_10", evaluation.rankings[0].ndcg_at_10.value
    subjects = store.manifest.subjects
    if "titles" in subjects:
        verdicts = store.verdicts.evaluation
        if verdicts is not None and verdicts.measured:
            best = verdicts.of(verdicts.best)
            yield "verdicts", "rmse", best.rmse.value
            yield "verdicts", "mae", best.mae.value
    if "games" in subjects:
        errors = store.prices.errors(store.prices.best)
        if errors is not None:
            yield "prices", "rmse", errors.rmse
            yield "prices", "mae", errors.mae


def _loaded() -> GaugeMetricFamily:
    return GaugeMetricFamily("playgraph_snapshot_loaded", "1 if a snapshot is loaded, else 0.")


def _quarantined() -> CounterMetricFamily:
    text = "Snapshots that this server has found damaged."
    return CounterMetricFamily("playgraph_snapshots_quarantined", text)


def _degraded() -> GaugeMetricFamily:
    text = "1 if another snapshot should be live, but cannot be served, else 0."
    return GaugeMetricFamily("playgraph_snapshot_degraded", text)


def _verified() -> GaugeMetricFamily:
    text = "1 if every byte of the live snapshot has been checked, else 0."
    return GaugeMetricFamily("playgraph_snapshot_verified", text)


def _info() -> InfoMetricFamily:
    return InfoMetricFamily("playgraph_snapshot", "The live snapshot.")


def _built() -> GaugeMetricFamily:
    text = "When the live snapshot was built, in seconds since 1970."
    return GaugeMetricFamily("playgraph_snapshot_built_timestamp_seconds", text)


def _age() -> GaugeMetricFamily:
    return GaugeMetricFamily("playgraph_snapshot_age_seconds", "Age of the live snapshot.")


def _format() -> GaugeMetricFamily:
    return GaugeMetricFamily("playgraph_snapshot_format", "Format number of the live snapshot.")


def _rows() -> GaugeMetricFamily:
    text = "Entries of the live snapshot, such as games or reviews."
    return GaugeMetricFamily("playgraph_snapshot_entries", text, labels=["noun"])


def _quality() -> GaugeMetricFamily:
    text = "Quality of the live models on held-out data: NDCG@10; RMSE and MAE in stars or USD."
    return GaugeMetricFamily("playgraph_model_quality", text, labels=["model", "metric"])

"""etl.release: whether the data has drifted from the live snapshot (docs/snapshots.md).

Everything is computed from the two snapshots; nothing else is kept between builds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from math import asin, hypot, sqrt
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from datastore.base.errors import SnapshotError
from datastore.base.evaluation import Estimate
from datastore.base.reader import SnapshotReader
from datastore.base.snapshot import Manifest, SubjectData
from etl.snapshot.live_snapshot import LiveSnapshot
from etl.subject import Subject, Values
from etl.subjects import SUBJECTS

__all__ = ["Drift", "Measure", "check", "compare", "index"]

#: Population stability index from which a distribution has changed (Siddiqi 2006, Credit Risk
#: Scorecards, p. 136: below 0.1 no change, above 0.25 a significant one).
_INDEX = 0.1
#: Cohen's h from which two shares differ (Cohen 1988, ch. 6: 0.2 is a small effect): 0 and 1 %,
#: 4 % and 9 %, 50 % and 60 %.
_EFFECT = 0.2
#: Data grows; it shrinks only when something is missing.
_GREW, _SHRANK = 0.5, 0.1
#: Relative change of a metric.
_METRIC = 0.1
#: A change within noise is not drift: chance must exceed it at most once in a thousand. These are
#: the standard deviations, and the quantiles of chi-squared for 1 to 9 degrees of freedom.
_DEVIATIONS = 3.29
_CHI_SQUARED = (10.828, 13.816, 16.266, 18.467, 20.515, 22.458, 24.322, 26.124, 27.877)
#: Fewest users with held-out games for comparing metrics, as in the release gate.
_FEWEST_USERS = 50
#: Values that are sorted into bins at a time.
_SLICE = 1 << 20
_POINTS = (0.1, 0.5, 0.9)


class Measure(msgspec.Struct, frozen=True):
    """One thing that was compared.

    `before` and `after` are counts, shares, metrics, or the values that 10 %, 50 % and 90 % of a
    distribution do not exceed. `change` is a PSI (distribution), Cohen's h (share), relative
    (count) or a difference (metric); one beyond `limit`, either way, is a drift.
    """

    what: str
    kind: str  # distribution, share, count or metric
    before: list[float]
    after: list[float]
    change: float
    limit: float

    @property
    def drifted(self) -> bool:
        return abs(self.change) > self.limit


class Drift(msgspec.Struct, frozen=True):
    """All that was compared with the live snapshot; `etl.release.drift_text` puts it into words."""

    against: str
    measures: list[Measure]
    #: Subjects that the live snapshot lacks: there is nothing to compare them with.
    new: list[str] = []

    @property
    def found(self) -> list[Measure]:
        """What has drifted."""
        return [measure for measure in self.measures if measure.drifted]


def check(
    live: LiveSnapshot, folder: Path, manifest: Manifest, report: dict[str, Any]
) -> Drift | None:
    """Compare what is about to be released in `folder` with the live snapshot.

    None when there is nothing to compare with: nothing is live, it cannot be read, or one of the
    two is the invented demo world.
    """
    if live.folder is None:
        return None
    try:
        before = SnapshotReader(live.folder)
        after = SnapshotReader(folder, manifest=manifest, report=report)
        if before.manifest.demo != manifest.demo:
            return None
        return compare(before, after)
    except SnapshotError:  # it cannot serve, so it is nothing to be compared with
        return None


def compare(before: SnapshotReader, after: SnapshotReader) -> Drift:
    """Measure everything."""
    measures = [
        *_counts(before, after),
        *_coverage(before, after),
        *_rows(before, after),
        *_shares(before, after),
        *_distributions(before, after),
        *_metrics(before, after),
    ]
    live = before.manifest.subjects
    new = [name for name in after.manifest.subjects if name not in live]
    return Drift(before.manifest.version, measures, new)


def _subjects(
    before: SnapshotReader, after: SnapshotReader
) -> Iterator[tuple[Subject, tuple[SubjectData, SubjectData]]]:
    """The subjects that both have, and what each holds of them."""
    old, new = before.manifest.subjects, after.manifest.subjects
    for subject in SUBJECTS:
        if subject.name in old and subject.name in new:
            yield subject, (old[subject.name], new[subject.name])


def _counts(before: SnapshotReader, after: SnapshotReader) -> Iterator[Measure]:
    for _, (old_data, new_data) in _subjects(before, after):
        for what, old in old_data.counts.items():
            new = new_data.counts.get(what, 0)
            if old:
                change = (new - old) / old
                noise = _DEVIATIONS * sqrt(old + new) / old  # as if they came at random: Poisson
                limit = max(_GREW if new > old else _SHRANK, noise)
                name = what.replace("_", " ").capitalize()
                yield Measure(name, "count", [old], [new], change, limit)


def _coverage(before: SnapshotReader, after: SnapshotReader) -> Iterator[Measure]:
    """What is unknown or missing, as a share of its kind: that of the count named in it, else the
    first."""
    for _, (old, new) in _subjects(before, after):
        for name in (name for name in new.coverage if name in old.coverage):
            total = _total(name, list(new.counts))
            yield from _share(
                name.replace("_", " ").capitalize(),
                (old.coverage[name], old.counts[total]),
                (new.coverage[name], new.counts[total]),
            )


def _total(coverage: str, counts: list[str]) -> str:
    """Of which count a coverage is a part: `unplayed_rows` of `play_rows`."""
    named = (count for count in reversed(counts) if count.split("_")[-1] in coverage)
    return next(named, counts[0])


def _rows(before: SnapshotReader, after: SnapshotReader) -> Iterator[Measure]:
    """Rows of each source that were rescued or rejected, reason by reason. Repeated rows are what
    updates are made of, and no drift."""
    (old, old_rows), (new, new_rows) = _fates(before.report), _fates(after.report)
    for fate in sorted(old.keys() | new.keys()):
        source = fate[0]
        yield from _share(
            f"Rows of {source}, {fate[1]} ({fate[2]})",
            (old[fate], old_rows[source]),
            (new[fate], new_rows[source]),
        )


def _fates(report: dict[str, Any]) -> tuple[Counter[tuple[str, str, str]], Counter[str]]:
    fates: Counter[tuple[str, str, str]] = Counter()
    rows: Counter[str] = Counter()
    for source in report["sources"]:
        rows[source["source"]] += source["rows"]
        for what in ("rescued", "rejected"):
            for reason, count in source[what].items():
                fates[source["source"], what, reason] += count
    return fates, rows


def _shares(before: SnapshotReader, after: SnapshotReader) -> Iterator[Measure]:
    for subject, _ in _subjects(before, after):
        for what, part in subject.shares.items():
            yield from _share(what, part(before), part(after))


def _share(what: str, old: tuple[int, int], new: tuple[int, int]) -> Iterator[Measure]:
    """Two parts of two wholes, by Cohen's h, whose variance is 1/n + 1/m whatever the shares."""
    if not old[1] or not new[1]:
        return
    before, after = (min(1.0, part / whole) for part, whole in (old, new))
    change = 2 * asin(sqrt(after)) - 2 * asin(sqrt(before))
    limit = max(_EFFECT, _DEVIATIONS * sqrt(1 / old[1] + 1 / new[1]))
    yield Measure(what, "share", [before], [after], change, limit)


def _distributions(before: SnapshotReader, after: SnapshotReader) -> Iterator[Measure]:
    for subject, _ in _subjects(before, after):
        for what, values in subject.distributions.items():
            yield from _distribution(what, _values(before, values), _values(after, values))


def _values(side: SnapshotReader, values: Values) -> npt.NDArray[Any]:
    if callable(values):
        return values(side)
    table, column = values
    return side.known(table, column)


def _distribution(what: str, old: npt.NDArray[Any], new: npt.NDArray[Any]) -> Iterator[Measure]:
    if len(old) and len(new):
        change, noise = index(old, new)
        limit = max(_INDEX, noise)
        yield Measure(what, "distribution", _points(old), _points(new), change, limit)


def _points(values: npt.NDArray[Any]) -> list[float]:
    points: list[float] = np.quantile(values, _POINTS, method="inverted_cdf").astype(float).tolist()
    return points


def index(old: npt.NDArray[Any], new: npt.NDArray[Any]) -> tuple[float, float]:
    """Population stability index over the old deciles, and its noise limit.

    Sum of (q - p) ln(q / p) over bins, p and q their shares before and after, with half a value
    added to each bin. A value of two or more deciles is a bin by itself, so that a fall from it
    is seen as a rise is, also if all old values are the same. If nothing has changed, the index
    over 1/n + 1/m is chi-squared with bins - 1 degrees of freedom (Yurdakul and Naranjo 2020,
    Journal of Risk Model Validation 14(4)); the second number is its 99.9 % point.
    """
    edges = _edges(np.quantile(old, np.arange(1, 10) / 10, method="inverted_cdf"))
    counts = np.stack([_binned(old, edges), _binned(new, edges)])
    counts = counts[:, counts.any(axis=0)]
    bins = counts.shape[1]
    p, q = (counts + 0.5) / (counts.sum(axis=1, keepdims=True) + 0.5 * bins)
    noise = (1 / len(old) + 1 / len(new)) * _CHI_SQUARED[bins - 2] if bins > 1 else 0.0
    return float(((q - p) * np.log(q / p)).sum()), noise


def _edges(deciles: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """The ends of the bins: the deciles, and what is next below those that occur repeatedly."""
    values, times = np.unique(deciles.astype(np.float64), return_counts=True)
    return np.union1d(values, np.nextafter(values[times > 1], -np.inf))


def _binned(values: npt.NDArray[Any], edges: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """How many values are in each bin; a bin ends with its edge."""
    counts = np.zeros(len(edges) + 1, np.int64)
    for start in range(0, len(values), _SLICE):
        places = np.searchsorted(edges, values[start : start + _SLICE])
        counts += np.bincount(places, minlength=len(counts))
    return counts


def _metrics(before: SnapshotReader, after: SnapshotReader) -> Iterator[Measure]:
    old, new = before.evaluation, after.evaluation
    if not old or not new or min(old.users, new.users) < _FEWEST_USERS:
        return
    names = {
        "ndcg_at_10": "NDCG@10 of the recommender",
        "recall_at_20": "Recall@20 of the recommender",
        "map_at_10": "MAP@10 of the recommender",
        "coverage": "Coverage of the recommender",
        "novelty": "Novelty of the recommender",
        "popularity_bias": "Popularity bias of the recommender",
    }
    for field, what in names.items():
        before_estimate: Estimate = getattr(old.rankings[0], field)
        after_estimate: Estimate = getattr(new.rankings[0], field)
        noise = hypot(
            (before_estimate.high - before_estimate.low) / 2,
            (after_estimate.high - after_estimate.low) / 2,
        )
        limit = max(_METRIC * abs(before_estimate.value), noise)
        yield Measure(
            what,
            "metric",
            [before_estimate.value],
            [after_estimate.value],
            after_estimate.value - before_estimate.value,
            limit,
        )

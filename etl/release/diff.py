"""etl.release: the differences between two snapshots: rows, quality, metrics, answers."""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pandas as pd

from datastore.base.evaluation import Estimate
from datastore.base.reader import SnapshotReader
from datastore.base.snapshot import Manifest
from etl.release.model_quality import quality_of
from etl.subject import ComparedLists, ModelStage
from etl.subjects import SUBJECTS

__all__ = ["Change", "Diff", "Lists", "MetricChange", "Moved", "diff"]

#: Keys whose lists are compared, of those that both snapshots have.
_SAMPLE = 1_000
_SEED = 20160816


class Change(msgspec.Struct, frozen=True):
    """A count in both snapshots."""

    what: str
    before: int
    after: int


class MetricChange(msgspec.Struct, frozen=True):
    """A metric of a model in both snapshots, with its interval if known; None if not measured."""

    what: str
    before: Estimate | float | None
    after: Estimate | float | None


class Moved(msgspec.Struct, frozen=True):
    """A changed answer: its key, and each changed figure before and after."""

    key: str
    name: str | None
    figures: dict[str, tuple[Any, Any]]


class Lists(msgspec.Struct, frozen=True):
    """Lists in both snapshots: the mean share that is in both, in any order."""

    what: str
    entries: str  # what they list: games
    sample: int
    shared: float  # 0 to 1
    same: float  # share of lists with the very same entries


class Diff(msgspec.Struct, frozen=True):
    """From one snapshot to another."""

    before: str
    after: str
    rows: list[Change]
    keys: dict[str, tuple[int, int]]  # new ones and removed ones of each noun with figures
    quality: list[Change]
    metrics: list[MetricChange]
    moved: dict[str, list[Moved]]  # at most `top` of each noun, the one that moved most first
    moved_counts: dict[str, int]  # how many moved at all
    headings: dict[str, str]  # of a table of those that moved
    lists: list[Lists]


def diff(before: SnapshotReader, after: SnapshotReader, top: int) -> Diff:
    """Compare two snapshots; `top` entries of each noun. Raises SnapshotError for a damaged one."""
    keys, moved, counts, headings = {}, {}, {}, {}
    lists = []
    both = before.manifest.subjects.keys() & after.manifest.subjects.keys()
    for comparison in (subject.comparison for subject in SUBJECTS if subject.name in both):
        for noun, figures in comparison.figures.items():
            old, new = figures(before), figures(after)
            gone = old.index.difference(new.index)
            keys[noun] = (len(new.index.difference(old.index)), len(gone))
            counts[noun], moved[noun] = _moved(old, new, top)
            headings[noun] = f"Most-changed {noun}"
        for noun, answers in comparison.answers.items():
            changed = _changed(answers.read(before), answers.read(after))
            counts[noun], moved[noun] = len(changed), changed[:top]
            headings[noun] = answers.heading
        lists += [_lists(compared, before, after) for compared in comparison.lists]
    return Diff(
        before.manifest.version,
        after.manifest.version,
        _rows(before, after),
        keys,
        _quality(before, after),
        _metrics(before, after),
        moved,
        counts,
        headings,
        lists,
    )


def _rows(before: SnapshotReader, after: SnapshotReader) -> list[Change]:
    old, new = before.manifest, after.manifest
    rows = [
        Change(name, old.tables[name].rows if name in old.tables else 0, entry.rows)
        for name, entry in sorted(new.tables.items())
    ]
    counted = sorted(
        {n for side in (old, new) for data in side.subjects.values() for n in data.counts}
    )
    return rows + [
        Change(name.replace("_", " "), _count(old, name), _count(new, name))
        for name in counted
        if name not in new.tables
    ]


def _count(manifest: Manifest, name: str) -> int:
    return next((d.counts[name] for d in manifest.subjects.values() if name in d.counts), 0)


def _quality(before: SnapshotReader, after: SnapshotReader) -> list[Change]:
    """Coverage, and what became of the rows of each source, reason by reason."""
    old, new = (_counts(side) for side in (before, after))
    return [Change(what, old[what], new[what]) for what in sorted(old.keys() | new.keys())]


def _counts(side: SnapshotReader) -> Counter[str]:
    counts = Counter(
        {
            name.replace("_", " "): count
            for data in side.manifest.subjects.values()
            for name, count in data.coverage.items()
        }
    )
    for source in side.report["sources"]:
        for what in ("deduplicated", "rescued", "rejected", "notes"):
            label = "noted" if what == "notes" else what
            for reason, count in source[what].items():
                counts[f"{source['source']}, {label}: {reason}"] += count
    return counts


def _metrics(before: SnapshotReader, after: SnapshotReader) -> list[MetricChange]:
    """Metrics of the recommender, then of the best method of each other model."""
    names = {
        "ndcg_at_10": "NDCG@10",
        "recall_at_20": "Recall@20",
        "map_at_10": "MAP@10",
        "coverage": "coverage",
        "novelty": "novelty",
        "popularity_bias": "popularity bias",
    }
    metrics = [
        MetricChange(what, _metric(before, field), _metric(after, field))
        for field, what in names.items()
    ]
    for stage in (stage for subject in SUBJECTS for stage in subject.models):
        old, new = (_of_best(stage, side) for side in (before, after))
        metrics += [
            MetricChange(f"{stage.name}: {what}", old.get(what), new.get(what))
            for what in old | new
        ]
    return metrics


def _metric(side: SnapshotReader, field: str) -> Estimate | None:
    if side.evaluation is None or not side.evaluation.rankings:
        return None
    estimate: Estimate = getattr(side.evaluation.rankings[0], field)
    return estimate


def _of_best(stage: ModelStage, side: SnapshotReader) -> dict[str, Estimate | float]:
    """The figures of the method that answers; none where the snapshot lacks the model."""
    quality = quality_of(stage, side)
    return quality.methods.get(quality.best, {}) if quality else {}


def _moved(old: pd.DataFrame, new: pd.DataFrame, top: int) -> tuple[int, list[Moved]]:
    """The number of keys with changed figures, and the most changed ones by the sum of the changes,
    each divided by the mean of its figure."""
    both = old.index.intersection(new.index)
    names = new.loc[both, "name"]
    old, new = (side.loc[both].drop(columns="name").astype(float) for side in (old, new))
    differs = (old != new) & ~(old.isna() & new.isna())
    # A figure that becomes known or unknown moves by all of it.
    steps = (new.fillna(0) - old.fillna(0)).abs() / old.abs().mean().replace(0, 1).fillna(1)
    far = steps.sum(axis=1)[differs.any(axis=1)].sort_values(ascending=False, kind="stable")
    moved = [
        Moved(
            str(key),
            names[key],
            {
                figure: (_plain(old.at[key, figure]), _plain(new.at[key, figure]))
                for figure in old.columns[differs.loc[key]]
            },
        )
        for key in far.index[:top]
    ]
    return len(far), moved


def _plain(value: float) -> float | int | None:
    if np.isnan(value):
        return None
    return int(value) if float(value).is_integer() else float(value)


def _changed(old: dict[str, str], new: dict[str, str]) -> list[Moved]:
    return [
        Moved(key, None, {"answer": (old.get(key), new.get(key))})
        for key in sorted(old.keys() | new.keys())
        if old.get(key) != new.get(key)
    ]


def _lists(lists: ComparedLists, before: SnapshotReader, after: SnapshotReader) -> Lists:
    """Compare the lists of a sample of the keys that both snapshots have."""
    entries = lists.entries[0]
    old_keys, new_keys = (_index(side, *lists.keys) for side in (before, after))
    both = old_keys.intersection(new_keys)
    size = min(_SAMPLE, len(both))
    if not size:
        return Lists(lists.what, entries, 0, 1.0, 1.0)
    sample = both[np.sort(np.random.default_rng(_SEED).choice(len(both), size, replace=False))]
    old = before.array(lists.array)[old_keys.get_indexer(sample), : lists.first]
    new = after.array(lists.array)[new_keys.get_indexer(sample), : lists.first]
    # Rows of entries in the new snapshot become rows in the old one; -2 where it lacks the entry.
    rows = _index(before, *lists.entries).get_indexer(_index(after, *lists.entries))
    new = np.where(new < 0, -1, np.where(rows[new] < 0, -2, rows[new]))
    shared = _shared(old, new)
    return Lists(lists.what, entries, size, float(shared.mean()), float((shared == 1).mean()))


def _shared(old: npt.NDArray[Any], new: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Entries of each row that are in both, as a share of the longer list; -1 is an empty entry."""
    common = ((old[:, :, None] == new[:, None, :]) & (old[:, :, None] >= 0)).any(axis=2).sum(axis=1)
    longest = np.maximum((old != -1).sum(axis=1), (new != -1).sum(axis=1))
    return np.where(longest > 0, common / np.maximum(longest, 1), 1.0)


def _index(side: SnapshotReader, noun: str, key: str) -> pd.Index:
    return pd.Index(side.table(noun, key).column(key).to_pylist())

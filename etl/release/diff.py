"""etl.release: the differences between two snapshots: rows, quality, metrics, answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pandas as pd

from datastore.base.codes import DEVELOPER, REVIEW
from datastore.base.evaluation import Estimate
from datastore.base.reader import SnapshotReader
from datastore.base.snapshot import Manifest

__all__ = ["Change", "Diff", "Lists", "MetricChange", "Moved", "diff"]

#: Users and games whose lists are compared, of those that both snapshots have.
_SAMPLE = 1_000
_SEED = 20160816
#: Developers of a year that count as its answer.
_BEST = 3
#: Reviews by sentiment, as people read them.
_CLASSES = {name: f"{name} reviews" for name in ("positive", "neutral", "negative")}


class Change(msgspec.Struct, frozen=True):
    """A count in both snapshots."""

    what: str
    before: int
    after: int


class MetricChange(msgspec.Struct, frozen=True):
    """A metric of the recommender in both snapshots; None if not measured."""

    what: str
    before: Estimate | None
    after: Estimate | None


class Moved(msgspec.Struct, frozen=True):
    """A changed answer: its key, and each changed figure before and after."""

    key: str
    name: str | None
    figures: dict[str, tuple[Any, Any]]


class Lists(msgspec.Struct, frozen=True):
    """Lists of games in both snapshots: the mean share that is in both, in any order."""

    what: str
    sample: int
    shared: float  # 0 to 1
    same: float  # share of lists with the very same games


class Diff(msgspec.Struct, frozen=True):
    """From one snapshot to another."""

    before: str
    after: str
    rows: list[Change]
    keys: dict[str, tuple[int, int]]  # of games, users, developers: new ones, and those gone
    quality: list[Change]
    metrics: list[MetricChange]
    moved: dict[str, list[Moved]]  # at most `top` of each noun, the one that moved most first
    moved_counts: dict[str, int]  # how many moved at all
    lists: list[Lists]


def diff(before: SnapshotReader, after: SnapshotReader, top: int) -> Diff:
    """Compare two snapshots; `top` entries of each noun. Raises SnapshotError for a damaged one."""
    keys, moved, counts = {}, {}, {}
    both = before.manifest.subjects.keys() & after.manifest.subjects.keys()
    for noun, (subject, figures) in _FIGURES.items():
        if subject in both:
            old, new = figures(before), figures(after)
            gone = old.index.difference(new.index)
            keys[noun] = (len(new.index.difference(old.index)), len(gone))
            counts[noun], moved[noun] = _moved(old, new, top)
    for noun, (subject, answers) in _ANSWERS.items():
        if subject in both:
            changed = _changed(answers(before), answers(after))
            counts[noun], moved[noun] = len(changed), changed[:top]
    return Diff(
        before.manifest.version,
        after.manifest.version,
        _rows(before, after),
        keys,
        _quality(before, after),
        _metrics(before, after),
        moved,
        counts,
        [_lists(*lists, before, after) for subject, lists in _LISTS if subject in both],
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
    names = {
        "ndcg_at_10": "NDCG@10",
        "recall_at_20": "Recall@20",
        "map_at_10": "MAP@10",
        "coverage": "coverage",
        "novelty": "novelty",
        "popularity_bias": "popularity bias",
    }
    return [
        MetricChange(what, _metric(before, field), _metric(after, field))
        for field, what in names.items()
    ]


def _metric(side: SnapshotReader, field: str) -> Estimate | None:
    if side.evaluation is None or not side.evaluation.rankings:
        return None
    estimate: Estimate = getattr(side.evaluation.rankings[0], field)
    return estimate


def _games(side: SnapshotReader) -> pd.DataFrame:
    columns = ("app_id", "title", "price", "owners", "players", "minutes")
    games: pd.DataFrame = side.table("games", *columns, *_CLASSES).to_pandas()
    games["hours"] = (games.pop("minutes") / 60).round(1)
    return games.rename(columns={"title": "name", **_CLASSES}).set_index("app_id")


def _users(side: SnapshotReader) -> pd.DataFrame:
    columns = ("user_id", "items", "money", "reviews", "recommended")
    users: pd.DataFrame = side.table("users", *columns).to_pandas()
    return users.assign(name=None, money=users["money"].round(2)).set_index("user_id")


def _developers(side: SnapshotReader) -> pd.DataFrame:
    developers: pd.DataFrame = side.table("developers", "folded", "name", *_CLASSES).to_pandas()
    years = side.table("developer_years", "developer", "items", "free_items").to_pandas()
    sums = years.groupby("developer").sum().reindex(developers.index, fill_value=0)
    sums = sums.rename(columns={"free_items": "free items"})
    return developers.rename(columns=_CLASSES).join(sums).set_index("folded")


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


def _top_players(side: SnapshotReader) -> dict[str, Any]:
    """The player with most hours in each genre."""
    genres = side.table("genres", "name").column("name").to_pylist()
    users = side.table("users", "user_id").column("user_id")
    players = side.table("genre_players", "genre", "user", "minutes").to_pandas()
    first = players.groupby("genre").first()
    return {
        genres[genre]: f"{users[int(row.user)].as_py()} ({row.minutes / 60:,.1f} h)"
        for genre, row in zip(first.index, first.itertuples(), strict=True)
    }


def _best_developers(side: SnapshotReader) -> dict[str, Any]:
    """The best developers of each year in which a review was posted."""
    names = side.table("developers", "name").column("name").to_pylist()
    counts = side.table("review_years", "noun", "basis", "year", "row", "best").to_pandas()
    counts = counts.query(
        "noun == @DEVELOPER and basis == @REVIEW and best > 0",
        local_dict={
            "DEVELOPER": DEVELOPER,
            "REVIEW": REVIEW,
        },
    )
    counts = counts.sort_values(["year", "best", "row"], ascending=[True, False, True])
    return {
        str(year): ", ".join(names[row] for row in group["row"].head(_BEST))
        for year, group in counts.groupby("year")
    }


def _changed(old: dict[str, Any], new: dict[str, Any]) -> list[Moved]:
    return [
        Moved(key, None, {"answer": (old.get(key), new.get(key))})
        for key in sorted(old.keys() | new.keys())
        if old.get(key) != new.get(key)
    ]


def _lists(
    what: str, noun: str, array: str, first: int, before: SnapshotReader, after: SnapshotReader
) -> Lists:
    """Compare lists of a sample of the users or games that both snapshots have."""
    key = {"users": "user_id", "games": "app_id"}[noun]
    old_keys, new_keys = (_index(side, noun, key) for side in (before, after))
    both = old_keys.intersection(new_keys)
    size = min(_SAMPLE, len(both))
    if not size:
        return Lists(what, 0, 1.0, 1.0)
    sample = both[np.sort(np.random.default_rng(_SEED).choice(len(both), size, replace=False))]
    old = before.array(array)[old_keys.get_indexer(sample), :first]
    new = after.array(array)[new_keys.get_indexer(sample), :first]
    # Rows of games in the new snapshot become rows in the old one; -2 where it lacks the game.
    rows = _index(before, "games", "app_id").get_indexer(_index(after, "games", "app_id"))
    new = np.where(new < 0, -1, np.where(rows[new] < 0, -2, rows[new]))
    shared = _shared(old, new)
    return Lists(what, size, float(shared.mean()), float((shared == 1).mean()))


def _shared(old: npt.NDArray[Any], new: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Entries of each row that are in both, as a share of the longer list; -1 is an empty entry."""
    common = ((old[:, :, None] == new[:, None, :]) & (old[:, :, None] >= 0)).any(axis=2).sum(axis=1)
    longest = np.maximum((old != -1).sum(axis=1), (new != -1).sum(axis=1))
    return np.where(longest > 0, common / np.maximum(longest, 1), 1.0)


def _index(side: SnapshotReader, noun: str, key: str) -> pd.Index:
    return pd.Index(side.table(noun, key).column(key).to_pylist())


#: What may have moved, by noun: its subject, and the figures of each entry or the answers.
_FIGURES: dict[str, tuple[str, Callable[[SnapshotReader], pd.DataFrame]]] = {
    "developers": ("games", _developers),
    "games": ("games", _games),
    "users": ("games", _users),
}
_ANSWERS: dict[str, tuple[str, Callable[[SnapshotReader], dict[str, Any]]]] = {
    "genres": ("games", _top_players),
    "years": ("games", _best_developers),
}
#: Lists that are compared: subject, description, noun, array and length.
_LISTS = (
    ("games", ("first 10 recommendations per user", "users", "user_games", 10)),
    ("games", ("first 5 similar games per game", "games", "similar_games", 5)),
)

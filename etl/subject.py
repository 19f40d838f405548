"""etl: what a subject gives the build: its raw kinds, and its stages up to the tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the kinds are wanted without the build
    from datastore.base.evaluation import Feedback
    from datastore.base.snapshot import Dataset
    from etl.process.progress import Reporter
    from etl.raw.counts import SourceReport
    from etl.raw.kinds import RawKind
    from etl.recommender.training_data import TrainingData
    from etl.snapshot.live_snapshot import LiveSnapshot
    from etl.snapshot.writer import SnapshotWriter
    from etl.sources.reader import SourceReader

__all__ = ["Prepared", "Subject", "Trainable", "Workspace"]


@dataclass(frozen=True, slots=True)
class Workspace:
    """What a build hands to the stages of a subject. `jobs` counts processes and threads."""

    reader: SourceReader
    live: LiveSnapshot
    writer: SnapshotWriter
    jobs: int
    reporter: Reporter
    demo: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What the stages of a subject return when its tables are written."""

    sources: list[SourceReport]
    facts: dict[str, Any] = field(default_factory=dict)  # for the manifest's `model`


@dataclass(frozen=True, slots=True, kw_only=True)
class Trainable(Prepared):
    """What the stages of a subject return whose users get recommendations.

    `feedback` is about what the live snapshot recommended, by events that came since.
    """

    dataset: Dataset
    data: TrainingData
    feedback: Feedback | None


@dataclass(frozen=True, slots=True)
class Subject:
    """Raw kinds that are built together, in the order in which they are read and reported.

    `prepare` reads the files of these kinds (there may be none), cleans the rows and writes the
    subject's tables.
    """

    name: str
    kinds: tuple[RawKind, ...]
    prepare: Callable[[Workspace], Prepared]

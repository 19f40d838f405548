"""etl: what a subject gives the build: its raw kinds, its stages up to the tables, its models."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:  # the kinds are wanted without the build
    import msgspec
    import numpy.typing as npt
    import pandas as pd

    from datastore.base.evaluation import Estimate, Feedback
    from datastore.base.reader import SnapshotReader
    from datastore.base.snapshot import SubjectData
    from etl.process.progress import Reporter, Stage
    from etl.raw.counts import SourceReport
    from etl.raw.kinds import RawKind
    from etl.recommender.training_data import TrainingData
    from etl.snapshot.live_snapshot import LiveSnapshot
    from etl.snapshot.writer import SnapshotWriter
    from etl.sources.parts import PartedSources
    from etl.sources.reader import SourceReader

__all__ = [
    "Answers",
    "ComparedLists",
    "Comparison",
    "Fitted",
    "ModelStage",
    "Prepared",
    "Quality",
    "Subject",
    "Task",
    "Trainable",
    "Values",
    "Workspace",
]


#: The values of a distribution: table and column, or a function that returns them.
Values: TypeAlias = "tuple[str, str] | Callable[[SnapshotReader], npt.NDArray[Any]]"


@dataclass(frozen=True, slots=True)
class Workspace:
    """What a build hands to the stages of a subject. `jobs` counts processes and threads.

    The files are read by the `reader`; with an engine of many hosts they have been read into
    `parted` sources instead.
    """

    reader: SourceReader | None
    live: LiveSnapshot
    writer: SnapshotWriter
    jobs: int
    reporter: Reporter
    demo: bool
    parted: PartedSources | None = None

    @property
    def sources(self) -> SourceReader:
        """The reader of a build on this host."""
        assert self.reader is not None
        return self.reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What the stages of a subject return when its tables are written."""

    sources: list[SourceReport]
    data: SubjectData


@dataclass(frozen=True, slots=True, kw_only=True)
class Trainable(Prepared):
    """What the stages of a subject return whose users get recommendations.

    `feedback` is about what the live snapshot recommended, by events that came since.
    """

    training: TrainingData
    feedback: Feedback | None


@dataclass(frozen=True, slots=True)
class Task:
    """How a model is fitted. `jobs` counts threads and does not change the result; `stage` shows
    the progress."""

    seed: int
    jobs: int
    stage: Stage


@dataclass(frozen=True, slots=True)
class Fitted:
    """A model whose arrays are written: facts for the manifest, and its quality figures."""

    facts: dict[str, Any]
    evaluation: msgspec.Struct | None = None


@dataclass(frozen=True, slots=True)
class Quality:
    """How well a model does on data that it has not seen.

    `methods` are its methods by name, each with its figures by name and unit; `best` is the method
    that answers.
    """

    best: str
    methods: dict[str, dict[str, Estimate | float]]


def _always(_new: bytes, _live: bytes | None) -> str:
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelStage:
    """A model that is fitted to the tables and arrays of a snapshot.

    `inputs` is a digest of all that it reads. If it, the recipe and the seed are those of the live
    snapshot, the arrays are taken over and `fit` is not called.
    """

    name: str
    #: Number of the way in which it is fitted: one more after each change of the result.
    recipe: int = 1
    #: The arrays that it writes.
    arrays: tuple[str, ...]
    #: The file of its quality figures; "" if it has none.
    evaluation: str = ""
    inputs: Callable[[SnapshotReader], str]
    fit: Callable[[SnapshotReader, SnapshotWriter, Task], Fitted]
    #: Why it must not be released, by its quality figures and those of the live model (None if
    #: there are none); "" if it may be.
    judge: Callable[[bytes, bytes | None], str] = _always
    #: Its quality figures for people, from the content of `evaluation`; None if it has none.
    #: Raises msgspec.DecodeError if the content is damaged.
    quality: Callable[[bytes], Quality] | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers by key; `heading` is that of a table of the ones that differ."""

    heading: str
    read: Callable[[SnapshotReader], dict[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedLists:
    """Lists of which one per key is in an array, rows of a table, the best first."""

    #: In messages: "first 5 similar games per game".
    what: str
    #: Table and column of the keys, and of the entries.
    keys: tuple[str, str]
    entries: tuple[str, str]
    array: str
    first: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """What `playgraph snapshots diff` compares besides rows and quality.

    `figures` are tables by noun: indexed by key, with a column `name` and columns of numbers.
    """

    figures: Mapping[str, Callable[[SnapshotReader], pd.DataFrame]] = field(default_factory=dict)
    answers: Mapping[str, Answers] = field(default_factory=dict)
    lists: tuple[ComparedLists, ...] = ()


def _no_notices(_data: SubjectData, _sources: Sequence[SourceReport]) -> Iterable[str]:
    return ()


def _no_mismatch(_data: SubjectData, _sources: Sequence[SourceReport]) -> str:
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Raw kinds that are built together, in the order in which they are read and reported.

    `prepare` reads the files of these kinds, cleans the rows and writes the tables that
    `datastore.base.tables` declares for the subject, and all arrays except for those of models.
    """

    name: str
    kinds: tuple[RawKind, ...]
    prepare: Callable[[Workspace], Prepared]
    #: Whether `prepare` returns a `Trainable`.
    has_recommender: bool = False
    models: tuple[ModelStage, ...] = ()
    #: Table and column of the ids by which `playgraph forget` names its users.
    user_ids: tuple[str, str]
    #: What is compared with the live snapshot, by name: distributions, and shares as a part and a
    #: whole.
    distributions: Mapping[str, Values] = field(default_factory=dict)
    shares: Mapping[str, Callable[[SnapshotReader], tuple[int, int]]] = field(default_factory=dict)
    #: What `playgraph snapshots diff` compares.
    comparison: Comparison = field(default_factory=Comparison)
    #: Sentences about limits of its data, by its counts and those of its files.
    notices: Callable[[SubjectData, Sequence[SourceReport]], Iterable[str]] = _no_notices
    #: Why its files do not belong together, by the same counts; "" if they do.
    mismatch: Callable[[SubjectData, Sequence[SourceReport]], str] = _no_mismatch

    @property
    def files(self) -> list[str]:
        """Names of the files about its models, which a snapshot may have."""
        recommender = ["evaluation.json", "tuning.json"] if self.has_recommender else []
        return recommender + [stage.evaluation for stage in self.models if stage.evaluation]

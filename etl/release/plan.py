"""etl.release: which subjects a build prepares, and which it keeps as they are served."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from datastore.base.errors import InputError
from datastore.base.reader import SnapshotReader
from datastore.base.snapshot import BuildParameters, InputFile, Manifest
from datastore.base.tables import SUBJECTS as CONTRACTS
from etl.release.part import Part, kept_part
from etl.snapshot.live_snapshot import LiveSnapshot
from etl.snapshot.writer import SnapshotWriter
from etl.subject import Subject
from etl.subjects import SUBJECTS

__all__ = ["Kept", "Plan", "check_complete", "plan"]


@dataclass(frozen=True, slots=True)
class Kept:
    """The subjects of the live snapshot that a new one takes over unchanged."""

    subjects: tuple[Subject, ...] = ()
    folder: Path | None = None
    manifest: Manifest | None = None

    def __contains__(self, subject: Subject) -> bool:
        return subject in self.subjects

    @property
    def parameters(self) -> BuildParameters | None:
        """Those of the recommender, if it is kept."""
        kept = any(subject.has_recommender for subject in self.subjects)
        return self.manifest.parameters if kept and self.manifest else None

    @property
    def inputs(self) -> list[InputFile]:
        """The files that they were built from."""
        return [] if self.manifest is None else _files_of(self.subjects, self.manifest.inputs)

    def parts(self) -> dict[str, Part]:
        """What the live snapshot holds of each. Raises SnapshotError if it is damaged."""
        if not self.subjects or self.folder is None or self.manifest is None:
            return {}
        reports = SnapshotReader(self.folder).report["sources"]
        return {
            subject.name: kept_part(subject, self.manifest, reports) for subject in self.subjects
        }

    def adopt(self, writer: SnapshotWriter) -> None:
        """Take over their tables, arrays and quality figures."""
        if self.folder is None or self.manifest is None:
            return
        for subject in self.subjects:
            contract = CONTRACTS[subject.name]
            writer.adopt(
                self.folder,
                self.manifest,
                tables=contract.tables,
                arrays=contract.arrays,
                files=subject.files,
            )


@dataclass(frozen=True, slots=True)
class Plan:
    """The subjects that are built, the files of the live snapshot that they are built from, too,
    and the subjects that are kept."""

    built: tuple[Subject, ...]
    earlier: list[InputFile]
    kept: Kept


def plan(
    live: LiveSnapshot, kinds: Collection[str], forgotten: str, *, demo: bool, add: bool
) -> Plan:
    """Plan a build from given files of these kinds, or from those of the live snapshot and the
    given ones to `add`.

    A subject of the live snapshot is kept if no file of it is given. It is built again if a user
    has been forgotten since, and never kept if only one of the two snapshots is the demo dataset.
    """
    manifest = live.manifest
    if manifest is None or live.folder is None or manifest.demo != demo:
        manifest = None
    chosen = tuple(s for s in SUBJECTS if {kind.name for kind in s.kinds} & {*kinds})
    if manifest is None:
        return Plan(chosen, [], Kept())
    served = tuple(s for s in SUBJECTS if s.name in manifest.subjects)
    rebuilt = served if manifest.forgotten != forgotten or not kinds else ()
    built = tuple(s for s in SUBJECTS if s in chosen or s in rebuilt)
    kept = tuple(s for s in served if s not in built)
    again = tuple(s for s in built if add or s not in chosen)
    earlier = _files_of(again, manifest.inputs)
    return Plan(built, earlier, Kept(kept, live.folder, manifest))


def check_complete(subjects: Collection[Subject], files: Collection[InputFile]) -> None:
    """Raise InputError if any of these subjects has some files, but not one of each kind that it
    needs."""
    found = {file.kind for file in files}
    for subject in subjects:
        missing = [f"--{k.name}" for k in subject.kinds if k.required and k.name not in found]
        if missing and any(kind.name in found for kind in subject.kinds):
            raise InputError(
                f"The first build of {subject.name} needs {' and '.join(missing)}, too."
            )


def _files_of(subjects: Collection[Subject], files: Collection[InputFile]) -> list[InputFile]:
    kinds = {kind.name for subject in subjects for kind in subject.kinds}
    return [file for file in files if file.kind in kinds]

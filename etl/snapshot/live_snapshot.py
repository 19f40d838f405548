"""etl.snapshot: the live snapshot of a data folder, which a new one follows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from datastore.base.damage import damage
from datastore.base.errors import DamagedSnapshot, OtherFormat, SnapshotError
from datastore.base.evaluation import Evaluation
from datastore.base.quarantine import quarantined
from datastore.base.reader import SnapshotReader
from datastore.base.snapshot import Manifest, current_version, snapshot_path

__all__ = ["LiveSnapshot", "damaged"]


def damaged(folder: Path, problem: str) -> DamagedSnapshot:
    """The error for a damaged snapshot that nothing can be built upon, and what to do."""
    return DamagedSnapshot(
        f"Snapshot {folder} is damaged: {problem}. Nothing was changed. Build again from all "
        "dumps, or choose another snapshot with playgraph snapshots use VERSION.",
        problem,
    )


@dataclass(frozen=True, slots=True)
class LiveSnapshot:
    """The live snapshot of a data folder, as far as it can be read.

    `folder` is None where nothing has been built. Parts that cannot be read are None, and `damage`
    is the reason: a damaged snapshot can be replaced, but not updated. `other_format` is its format
    if another version of playgraph has written it.
    """

    folder: Path | None = None
    manifest: Manifest | None = None
    evaluation: Evaluation | None = None
    damage: str = ""
    other_format: int | None = None

    @classmethod
    def of(cls, data_dir: Path) -> Self:
        """The live snapshot of a data folder. Never fails: see `damage`."""
        folder, manifest = None, None
        try:
            version = current_version(data_dir)
            if version is None:
                return cls()
            folder = snapshot_path(data_dir, version)
            if problem := quarantined(folder):
                raise damaged(folder, problem)
            reader = SnapshotReader(folder)
            manifest = reader.manifest
            return cls(folder, manifest, reader.evaluation)
        except OtherFormat as error:
            return cls(folder, damage=str(error), other_format=error.format)
        except SnapshotError as error:
            return cls(folder, manifest, None, str(error))

    def require(self, data_dir: Path) -> tuple[Path, Manifest]:
        """Folder and manifest.

        Raises SnapshotError where nothing has been built, or when it cannot be read.
        """
        if self.manifest is None or self.folder is None:
            raise SnapshotError(
                self.damage or f"No snapshot in {data_dir}: run playgraph build, or playgraph demo."
            )
        return self.folder, self.manifest

    def require_whole(self, data_dir: Path) -> tuple[Path, Manifest]:
        """Folder and manifest, after a check of every byte.

        Raises SnapshotError as `require` does, and DamagedSnapshot if anything is damaged.
        """
        folder, manifest = self.require(data_dir)
        for problem in damage(folder, manifest):
            raise damaged(folder, problem.text)
        return folder, manifest

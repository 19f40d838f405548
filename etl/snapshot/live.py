"""etl.snapshot: what serves while a new snapshot is made, as far as it can be read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import msgspec

from datastore.base.errors import SnapshotError
from datastore.base.evaluation import Evaluation
from datastore.base.reader import SnapshotReader
from datastore.base.snapshot import Manifest, current_version, snapshot_path
from etl.recommender.parameters import Parameters

__all__ = ["Serving"]


@dataclass(frozen=True, slots=True)
class Serving:
    """The snapshot that serves from a data folder.

    `snapshot` is None where nothing was built yet. What cannot be read is None, and `damage` says
    why: such a snapshot can be replaced, but not be gone on from.
    """

    snapshot: Path | None = None
    manifest: Manifest | None = None
    evaluation: Evaluation | None = None
    damage: str = ""

    @classmethod
    def of(cls, data_dir: Path) -> Self:
        """Look at a data folder. Never fails: what cannot be read is told."""
        snapshot, manifest = None, None
        try:
            version = current_version(data_dir)
            if version is None:
                return cls()
            snapshot = snapshot_path(data_dir, version)
            reader = SnapshotReader(snapshot)
            manifest = reader.manifest
            return cls(snapshot, manifest, reader.evaluation)
        except SnapshotError as error:
            return cls(snapshot, manifest, None, str(error))

    @property
    def parameters(self) -> Parameters:
        """Those that `playgraph train --tune` has found for it, else the defaults."""
        if self.manifest is None or not self.manifest.parameters["tuned"]:
            return Parameters()
        return msgspec.convert(self.manifest.parameters["model"], Parameters)

    def strangers(self, user_ids: Iterable[str]) -> list[str]:
        """Those of the users whom it does not know; nobody where it cannot be read."""
        if self.snapshot is None or self.manifest is None:
            return []
        known = set(SnapshotReader(self.snapshot).column("users", "user_id"))
        return [user_id for user_id in user_ids if user_id.strip() not in known]

    def seen(self, data_dir: Path) -> tuple[Path, Manifest]:
        """Folder and manifest, for what goes on from it.

        Raises SnapshotError where nothing was built, or when it cannot be read.
        """
        if self.manifest is None or self.snapshot is None:
            raise SnapshotError(
                self.damage or f"No snapshot in {data_dir}: run playgraph build, or playgraph demo."
            )
        return self.snapshot, self.manifest

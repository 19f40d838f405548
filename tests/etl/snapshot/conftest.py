"""A data folder with four small snapshots."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from datastore.base.format import FORMAT
from datastore.base.snapshot import BuildParameters, Manifest
from etl.snapshot.maintenance import use
from etl.snapshot.writer import SnapshotWriter

PARAMETERS = BuildParameters(seed=1, model={}, tuned=False, max_line_bytes=1_000)


def opens(folder: Path) -> None:
    """A snapshot that opens."""


def write(data: Path, version: str, day: int, games: tuple[int, ...] = (1,)) -> Path:
    with SnapshotWriter(data) as writer:
        writer.array("popular_games", np.array(games))
        built = f"2020-01-{day:02}T00:00:00+00:00"
        manifest = Manifest(
            FORMAT,
            version,
            built,
            "0",
            [],
            "",
            {},
            PARAMETERS,
            False,
            {},
            {},
            writer.tables,
            writer.arrays,
        )
        return writer.release(manifest, {"version": version})


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Four snapshots, built in the order of their names; `ab2` serves."""
    for day, version in enumerate(["aa1", "ab2", "ac3", "b4"], 1):
        write(tmp_path, version, day)
    use(tmp_path, "ab2", opens)
    return tmp_path


def versions(data: Path) -> list[str]:
    return sorted(path.name for path in (data / "snapshots").iterdir())

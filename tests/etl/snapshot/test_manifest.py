"""The version of a snapshot names its content."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from datastore.base.snapshot import BuildParameters, ModelEntry
from etl.snapshot.manifest import new_manifest
from etl.snapshot.writer import SnapshotWriter

PARAMETERS = BuildParameters(seed=1, model={}, tuned=False, max_line_bytes=1)


def version(
    data: Path,
    countries: Sequence[str] = ("chile",),
    times: Sequence[int] = (1, 2),
    parameters: BuildParameters = PARAMETERS,
    seconds: float = 1.0,
) -> str:
    """The version of a snapshot of one table and one array."""
    with SnapshotWriter(data) as writer:
        writer.table("countries", {"name": list(countries)})
        writer.array("rating_times", np.array(times))
        models = {"verdicts": ModelEntry("", {"seconds": seconds})}
        return new_manifest([], "", parameters, {}, models, writer, demo=False).version


def test_the_same_content_has_the_same_version_however_long_it_took(tmp_path: Path) -> None:
    assert version(tmp_path / "a") == version(tmp_path / "b", seconds=2.0)


def test_other_values_from_the_same_inputs_have_another_version(tmp_path: Path) -> None:
    # Such as after a change of the code that cleans them.
    parameters = BuildParameters(seed=2, model={}, tuned=False, max_line_bytes=1)
    versions = {
        version(tmp_path),
        version(tmp_path, countries=["peru"]),
        version(tmp_path, times=[1, 3]),
        version(tmp_path, parameters=parameters),
    }
    assert len(versions) == 4

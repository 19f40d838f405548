"""etl.snapshot: the manifest of a new snapshot; its version names the content."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version

import msgspec

from datastore.base.format import FORMAT
from datastore.base.snapshot import (
    BuildParameters,
    InputFile,
    Manifest,
    ModelEntry,
    SubjectData,
)
from etl.snapshot.writer import SnapshotWriter

__all__ = ["libraries", "new_manifest"]

#: Packages whose release changes what a build computes.
_LIBRARIES = (
    *("playgraph", "implicit", "lightgbm", "vaderSentiment", "scikit-learn", "scipy"),
    "numpy",
)


@cache
def libraries() -> dict[str, str]:
    """The installed versions of `_LIBRARIES`."""
    return {name: version(name) for name in _LIBRARIES}


def new_manifest(
    inputs: list[InputFile],
    forgotten: str,
    parameters: BuildParameters,
    subjects: Mapping[str, SubjectData],
    models: Mapping[str, ModelEntry],
    writer: SnapshotWriter,
    *,
    demo: bool,
) -> Manifest:
    """Describe what the writer has written. The version names the tables and arrays themselves,
    together with what they were made from and how."""
    content = {
        "format": FORMAT,
        "inputs": [file.key for file in inputs],
        "forgotten": forgotten,
        "demo": demo,
        "parameters": msgspec.to_builtins(parameters),
        "libraries": libraries(),
        "tables": {name: entry.sha256 for name, entry in writer.tables.items()},
        "arrays": {name: entry.sha256 for name, entry in writer.arrays.items()},
    }
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    return Manifest(
        format=FORMAT,
        version=digest[:16],
        built_at=datetime.now(UTC).isoformat(timespec="seconds"),
        playgraph=version("playgraph"),
        inputs=inputs,
        forgotten=forgotten,
        libraries=libraries(),
        parameters=parameters,
        demo=demo,
        subjects=dict(subjects),
        models=dict(models),
        tables=writer.tables,
        arrays=writer.arrays,
    )

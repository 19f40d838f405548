"""etl.snapshot: the manifest of a new snapshot; its version names the content."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from typing import Any

import msgspec

from datastore.base.snapshot import BuildParameters, Dataset, InputFile, Manifest
from datastore.base.tables import FORMAT
from etl.snapshot.writer import SnapshotWriter

__all__ = ["libraries", "new_manifest"]

#: Packages whose release changes what a build computes.
_LIBRARIES = ("playgraph", "implicit", "vaderSentiment", "scikit-learn", "numpy")


@cache
def libraries() -> dict[str, str]:
    """The installed versions of `_LIBRARIES`."""
    return {name: version(name) for name in _LIBRARIES}


def new_manifest(
    inputs: list[InputFile],
    forgotten: str,
    parameters: BuildParameters,
    dataset: Dataset,
    model: dict[str, Any],
    writer: SnapshotWriter,
) -> Manifest:
    """Describe what the writer has written. `parameters` decide the content, together with
    the inputs and the forgotten users, `model` the facts about the model."""
    content = {
        "format": FORMAT,
        "inputs": [(file.kind, file.sha256) for file in inputs],
        "forgotten": forgotten,
        "demo": dataset.demo,
        "parameters": msgspec.to_builtins(parameters),
        "libraries": libraries(),
    }
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return Manifest(
        format=FORMAT,
        version=digest[:16],
        built_at=now,
        playgraph=version("playgraph"),
        inputs=inputs,
        forgotten=forgotten,
        libraries=libraries(),
        parameters=parameters,
        model=model | {"trained_at": now},
        dataset=dataset,
        tables=writer.tables,
        arrays=writer.arrays,
    )

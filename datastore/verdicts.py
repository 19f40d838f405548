"""datastore: estimates of ratings, with the quality figures of their methods."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import msgspec
import numpy.typing as npt

from datastore.base.checksum import verified
from datastore.base.errors import SnapshotError
from datastore.base.estimates import Estimator, Parameters
from datastore.base.snapshot import Manifest
from datastore.base.verdict_evaluation import FILE, VerdictEvaluation

__all__ = ["Verdicts"]

logger = logging.getLogger("playgraph.snapshots")


class Verdicts:
    """The estimator of a snapshot, and how well it did on held-out ratings (None: unknown)."""

    def __init__(
        self, manifest: Manifest, arrays: dict[str, npt.NDArray[Any]], folder: Path
    ) -> None:
        """Raises SnapshotError if the manifest has no numbers for the estimator."""
        try:
            self.parameters = msgspec.convert(manifest.models["verdicts"].facts, Parameters)
        except (KeyError, msgspec.ValidationError) as error:
            raise SnapshotError(
                f"The manifest of {folder} has no valid facts about verdicts ({error}): build "
                "again."
            ) from error
        self.estimator = Estimator(arrays, self.parameters)
        self.evaluation = _evaluation(folder / FILE)


def _evaluation(path: Path) -> VerdictEvaluation | None:
    try:
        return msgspec.json.decode(verified(path.read_bytes()), type=VerdictEvaluation)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        # No answer except the model card depends on it.
        logger.warning("%s is damaged (%s). titleModel has no metrics until then.", path, error)
        return None

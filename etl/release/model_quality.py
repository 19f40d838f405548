"""etl.release: the quality figures of the models of subjects, read from a snapshot."""

from __future__ import annotations

import msgspec

from datastore.base.checksum import verified
from datastore.base.errors import SnapshotError
from datastore.base.reader import SnapshotReader
from etl.subject import ModelStage, Quality

__all__ = ["quality_of"]


def quality_of(stage: ModelStage, side: SnapshotReader) -> Quality | None:
    """The figures of a model; None if the snapshot lacks it, or if it has none.

    Raises SnapshotError if their file is missing or damaged.
    """
    if stage.quality is None or stage.name not in side.manifest.models:
        return None
    path = side.folder / stage.evaluation
    try:
        return stage.quality(verified(path.read_bytes()))
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SnapshotError(f"{path} is missing or damaged ({error}).") from error

"""etl.release: the models of subjects: fitted to what was written, or taken over and judged."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass, field

import msgspec

from datastore.base.checksum import verified, with_checksum
from datastore.base.errors import DamagedSnapshot
from datastore.base.format import FORMAT
from datastore.base.snapshot import ModelEntry
from etl.process.memory import release
from etl.process.progress import Reporter
from etl.recommender.parameters import Recipe
from etl.snapshot.durable_files import write
from etl.snapshot.live_snapshot import LiveSnapshot
from etl.snapshot.manifest import libraries
from etl.snapshot.writer import SnapshotWriter
from etl.subject import ModelStage, Task

__all__ = ["Models", "fit_models"]


@dataclass(frozen=True, slots=True)
class Models:
    """The models of a snapshot by stage, and why some must not be released."""

    entries: dict[str, ModelEntry]
    refusals: list[str] = field(default_factory=list)


def fit_models(
    stages: Collection[ModelStage],
    writer: SnapshotWriter,
    live: LiveSnapshot,
    recipe: Recipe,
    reporter: Reporter,
) -> Models:
    """Fit the models of a subject whose tables are written. A model of the live snapshot that was
    fitted to the same values with the same seed and packages is taken over."""
    models = Models({})
    for stage in stages:
        inputs = _digest(stage, writer, recipe.seed)
        before = live.manifest.models.get(stage.name) if live.manifest else None
        with reporter.stage(stage.name) as progress:
            if before is not None and before.inputs == inputs and _take_over(stage, writer, live):
                models.entries[stage.name] = before
                progress.say("unchanged, reused")
                continue
            fitted = stage.fit(writer.reader(), writer, Task(recipe.seed, recipe.jobs, progress))
        models.entries[stage.name] = ModelEntry(inputs, fitted.facts)
        if fitted.evaluation is not None:
            content = msgspec.json.format(msgspec.json.encode(fitted.evaluation), indent=2)
            write(writer.folder / stage.evaluation, with_checksum(content))
            if refusal := stage.judge(content, _live_evaluation(stage, live)):
                models.refusals.append(refusal)
        release()  # the next stage needs the memory
    return models


def _digest(stage: ModelStage, writer: SnapshotWriter, seed: int) -> str:
    """Names all that decides the arrays of a stage."""
    content = [FORMAT, libraries(), seed, stage.recipe, stage.inputs(writer.reader())]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _take_over(stage: ModelStage, writer: SnapshotWriter, live: LiveSnapshot) -> bool:
    """Whether the live model could be taken over: it may be damaged."""
    assert live.folder is not None
    assert live.manifest is not None
    files = [stage.evaluation] if stage.evaluation else []
    try:
        writer.adopt(live.folder, live.manifest, arrays=stage.arrays, files=files)
    except DamagedSnapshot:
        return False
    return True


def _live_evaluation(stage: ModelStage, live: LiveSnapshot) -> bytes | None:
    """The quality figures of the live model; None if there are none, or if they are damaged."""
    if live.folder is None or live.manifest is None or stage.name not in live.manifest.models:
        return None
    path = live.folder / stage.evaluation
    try:
        content = verified(path.read_bytes())
        msgspec.json.decode(content)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None
    return content

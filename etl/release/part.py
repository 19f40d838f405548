"""etl.release: what a new snapshot holds of one subject."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from datastore.base.evaluation import Evaluation, Feedback
from datastore.base.snapshot import Manifest, SubjectData
from etl.raw.counts import SourceReport
from etl.release.model_stages import Models
from etl.subject import Subject

__all__ = ["Part", "kept_part", "with_facts"]


@dataclass(frozen=True, slots=True)
class Part:
    """One subject of a new snapshot: its counts and facts, the row counts of its raw files, and its
    models.

    `evaluation` is that of its recommender, None where there is none or where it was taken over.
    `feedback` is about the lists of the live snapshot. `kept` is whether the subject was taken over
    unchanged.
    """

    data: SubjectData
    sources: list[SourceReport]
    models: Models
    evaluation: Evaluation | None = None
    feedback: Feedback | None = None
    kept: bool = False


def kept_part(subject: Subject, manifest: Manifest, reports: list[dict[str, Any]]) -> Part:
    """What a snapshot holds of a subject; `reports` are the row counts in its build report."""
    kinds = {kind.name for kind in subject.kinds}
    return Part(
        manifest.subjects[subject.name],
        [SourceReport.from_json(report) for report in reports if report["source"] in kinds],
        Models({stage.name: manifest.models[stage.name] for stage in subject.models}),
        kept=True,
    )


def with_facts(data: SubjectData, facts: dict[str, Any]) -> SubjectData:
    """The data of a subject with facts about a recommender that was trained now."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return msgspec.structs.replace(data, facts=data.facts | facts | {"trained_at": now})

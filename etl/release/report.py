"""etl.release: the build report: row counts, subjects, models, wall times, drift."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from datastore.base.gate import Gate
from datastore.base.snapshot import ModelEntry, SubjectData
from etl.raw.counts import SourceReport

if TYPE_CHECKING:
    from etl.release.drift import Drift

__all__ = ["BuildReport"]


@dataclass
class BuildReport:
    """The report of one build; `seconds` are wall times by stage, `notices` what to know of the
    data. `added` are the row counts of each file that an update adds; they are not stored."""

    version: str
    sources: list[SourceReport]
    subjects: dict[str, SubjectData]
    models: dict[str, ModelEntry]
    seconds: dict[str, float]
    gate: Gate
    drift: Drift | None = None
    notices: list[str] = field(default_factory=list)
    added: Sequence[SourceReport] = ()

    def as_json(self) -> dict[str, Any]:
        """The content of `report.json`."""
        return {
            "version": self.version,
            "sources": [source.as_json() for source in self.sources],
            "subjects": msgspec.to_builtins(self.subjects),
            "models": msgspec.to_builtins(self.models),
            "seconds": {stage: round(value, 3) for stage, value in self.seconds.items()},
            "gate": msgspec.to_builtins(self.gate),
            "notices": self.notices,
            "drift": msgspec.to_builtins(self.drift),
        }

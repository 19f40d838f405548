"""etl.release: the build report: row counts, coverage, model facts, wall times, drift."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from etl.raw.counts import SourceReport

if TYPE_CHECKING:
    from etl.release.drift import Drift

__all__ = ["BuildReport"]


@dataclass
class BuildReport:
    """The report of one build; `seconds` are wall times by stage, `notices` what to know of the
    data."""

    version: str
    sources: list[SourceReport]
    coverage: dict[str, int]
    model: dict[str, Any]
    seconds: dict[str, float]
    drift: Drift | None = None
    notices: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The content of `report.json`."""
        return {
            "version": self.version,
            "sources": [source.as_json() for source in self.sources],
            "coverage": self.coverage,
            "model": self.model,
            "seconds": {stage: round(value, 3) for stage, value in self.seconds.items()},
            "notices": self.notices,
            "drift": msgspec.to_builtins(self.drift),
        }

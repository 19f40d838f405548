"""etl.release: the build report: row counts, coverage, model facts, wall times, drift."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import msgspec

from etl.raw.counts import RowCounts

if TYPE_CHECKING:
    from etl.release.drift import Drift

__all__ = ["BuildReport", "SourceReport"]


@dataclass(frozen=True, slots=True)
class SourceReport:
    """The files of one raw kind (their paths, separated by commas) and their row counts."""

    source: str
    file: str
    counts: RowCounts

    def as_json(self) -> dict[str, Any]:
        """Plain objects."""
        return {"source": self.source, "file": self.file, **self.counts.as_json()}

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> Self:
        """Read what `as_json` wrote. Raises KeyError for a missing key."""
        return cls(plain["source"], plain["file"], RowCounts.from_json(plain))


@dataclass
class BuildReport:
    """The report of one build; `seconds` are wall times by stage."""

    version: str
    sources: list[SourceReport]
    coverage: dict[str, int]
    model: dict[str, Any]
    seconds: dict[str, float]
    drift: Drift | None = None

    def as_json(self) -> dict[str, Any]:
        """The content of `report.json`."""
        return {
            "version": self.version,
            "sources": [source.as_json() for source in self.sources],
            "coverage": self.coverage,
            "model": self.model,
            "seconds": {stage: round(value, 3) for stage, value in self.seconds.items()},
            "drift": msgspec.to_builtins(self.drift),
        }

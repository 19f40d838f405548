"""etl.raw: row counts: the numbers of lines and rows read, and the outcome of each row."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Generic, Self, TypeVar

__all__ = ["FORGOTTEN", "Counted", "RowCounts", "SourceReport"]

T = TypeVar("T")

#: The note on rows of forgotten users, which are left out.
FORGOTTEN = "rows of forgotten users left out"

_NUMBERS = ("lines", "unreadable", "rows", "kept")
_REASONS = ("deduplicated", "rescued", "rejected", "notes")


@dataclass
class RowCounts:
    """Numbers of lines, of the rows in them, and of rows by outcome and reason.

    `unreadable` counts lines, everything else but `lines` counts rows.
    """

    lines: int = 0
    unreadable: int = 0
    rows: int = 0
    kept: int = 0
    deduplicated: Counter[str] = field(default_factory=Counter)
    rescued: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)

    def __add__(self, other: RowCounts) -> RowCounts:
        """The sums of both counts."""
        total = RowCounts(*(getattr(self, name) + getattr(other, name) for name in _NUMBERS))
        for name in _REASONS:
            for counts in (self, other):
                getattr(total, name).update(getattr(counts, name))
        return total

    def as_json(self) -> dict[str, Any]:
        """Plain objects, reasons sorted by name."""
        numbers = {name: getattr(self, name) for name in _NUMBERS}
        return numbers | {name: dict(sorted(getattr(self, name).items())) for name in _REASONS}

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> Self:
        """Parse `as_json`; other keys are ignored. Raises KeyError if one is missing."""
        return cls(
            *(plain[name] for name in _NUMBERS), *(Counter(plain[name]) for name in _REASONS)
        )


@dataclass(frozen=True, slots=True)
class SourceReport:
    """The files of one raw kind (their paths, comma-separated) and their row counts."""

    source: str
    file: str
    counts: RowCounts

    def as_json(self) -> dict[str, Any]:
        """Plain objects."""
        return {"source": self.source, "file": self.file, **self.counts.as_json()}

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> Self:
        """Parse `as_json`. Raises KeyError for a missing key."""
        return cls(plain["source"], plain["file"], RowCounts.from_json(plain))


@dataclass(frozen=True, slots=True)
class Counted(Generic[T]):
    """The rows returned by a stage, with their row counts."""

    rows: T
    counts: RowCounts

"""etl.raw: what a build found. Counts with their reasons, shown as a table and kept as JSON."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TextIO

import msgspec
from rich.console import Console
from rich.table import Table

from datastore.base.errors import InputError

if TYPE_CHECKING:
    from etl.release.drift import Drift

__all__ = ["BuildReport", "Rejects", "SourceReport"]

#: How much of a rejected line is kept: enough to see what is wrong, and bounded.
_EXCERPT = 1_000
#: Whose line it is, in either notation; nothing that is written with escapes.
_USER = re.compile(rb"""['"]user_?[iI]d['"]\s*:\s*(?:u?(['"])([^'"\\]+)\1|(\d+))""")
_COUNTERS = ("deduplicated", "rescued", "rejected", "notes")


@dataclass
class SourceReport:
    """One raw file, or all of a kind: lines, the rows in them, and what became of each row."""

    source: str
    file: str
    lines: int = 0
    unreadable: int = 0
    rows: int = 0
    kept: int = 0
    deduplicated: Counter[str] = field(default_factory=Counter)
    rescued: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)

    def as_json(self) -> dict[str, Any]:
        """Plain objects, reasons in order of their names."""
        plain = {k: v for k, v in vars(self).items() if k not in _COUNTERS}
        return plain | {k: dict(sorted(getattr(self, k).items())) for k in _COUNTERS}

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> Self:
        """What `as_json` has written."""
        return cls(**plain | {k: Counter(plain[k]) for k in _COUNTERS})

    def add(self, other: SourceReport) -> None:
        """Count another file of the same kind in."""
        self.file = f"{self.file}, {other.file}" if self.file else other.file
        for name in ("lines", "unreadable", "rows", "kept"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in _COUNTERS:
            getattr(self, name).update(getattr(other, name))


@dataclass
class BuildReport:
    """The whole build."""

    version: str
    sources: list[SourceReport]
    coverage: dict[str, int]
    model: dict[str, Any]
    seconds: dict[str, float]
    drift: Drift | None = None

    def as_json(self) -> dict[str, Any]:
        """What stands in `report.json`."""
        return {
            "version": self.version,
            "sources": [source.as_json() for source in self.sources],
            "coverage": self.coverage,
            "model": self.model,
            "seconds": {stage: round(value, 3) for stage, value in self.seconds.items()},
            "drift": msgspec.to_builtins(self.drift),
        }

    def print(self, console: Console) -> None:
        """Show the table of what happened, then the reasons, then what has drifted."""
        table = Table(title="What happened", title_justify="left")
        table.add_column("source")
        for head in ("lines", "rows", "kept", "deduplicated", "rescued", "rejected"):
            table.add_column(head, justify="right")
        for s in self.sources:
            counts = (s.lines, s.rows, s.kept)
            reasons = (s.deduplicated, s.rescued, s.rejected)
            table.add_row(
                s.source,
                *(f"{n:,}" for n in counts),
                *(f"{sum(reason.values()):,}" for reason in reasons),
            )
        console.print(table)
        reasons_table = Table(show_header=True, title="Why", title_justify="left")
        reasons_table.add_column("source")
        reasons_table.add_column("what")
        reasons_table.add_column("reason")
        reasons_table.add_column("count", justify="right")
        for s in self.sources:
            for what in _COUNTERS:
                for reason, count in sorted(getattr(s, what).items()):
                    label = "noted" if what == "notes" else what
                    reasons_table.add_row(s.source, label, reason, f"{count:,}")
        console.print(reasons_table)
        if self.drift is not None:
            console.print(str(self.drift), markup=False, highlight=False, soft_wrap=True)


class Rejects:
    """The lines and rows that could not be used, each with file, line number and reason."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: TextIO = path.open("w", encoding="utf-8")
        self._first: dict[str, str] = {}

    def add(
        self, report: SourceReport, line: int, reason: str, content: object, user: str | None = None
    ) -> None:
        """Write one entry. `content` is the line's bytes or the row, of this user; where none is
        given, the line is searched for whose it may be."""
        users = _users(content) if user is None else [user]
        if isinstance(content, bytes):
            content = content[:_EXCERPT].decode("utf-8", "backslashreplace")
        excerpt = str(content)[:_EXCERPT]
        entry = {
            "file": report.file,
            "line": line,
            "reason": reason,
            "users": users,
            "content": excerpt,
        }
        self._file.write(json.dumps(entry) + "\n")

    def unreadable(self, report: SourceReport, line: int, reason: str, content: object) -> None:
        """Count and write a whole line that cannot be read."""
        report.unreadable += 1
        report.rejected["line cannot be read"] += 1
        self._first.setdefault(report.source, f"line {line:,}: {reason}")
        self.add(report, line, reason, content)

    def check(self, report: SourceReport, max_rejects: float) -> None:
        """Raise InputError when more than this share of the file's lines cannot be read."""
        share = report.unreadable / max(report.lines, 1)  # a product would miss 0.29 of 100
        if share > max_rejects:
            raise InputError(
                f"{report.file}: {report.unreadable:,} of {report.lines:,} lines ({share:.2%}) "
                f"cannot be read; at most {100 * max_rejects:g}% may (--max-rejects). "
                f"The first one is {self._first[report.source]}. "
                f"All of them stand in {{rejects}}."
            )

    def close(self) -> None:
        """Flush and close the file; once more does nothing."""
        self._file.close()


def _users(content: object) -> list[str]:
    """The users that a line names; none where it cannot be known."""
    if not isinstance(content, bytes):
        return []
    found = {quoted or bare for _, quoted, bare in _USER.findall(content)}
    return sorted(user.decode("utf-8", "backslashreplace").strip() for user in found)

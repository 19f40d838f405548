"""etl.raw: the records of a raw file, one per line; unreadable lines are counted and skipped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from etl.process.progress import Stage
from etl.raw.lines import RawFile, TooLong
from etl.raw.literals import Unreadable
from etl.raw.report import Rejects, SourceReport

__all__ = ["records"]

T = TypeVar("T")


def records(
    raw: RawFile,
    report: SourceReport,
    rejects: Rejects,
    stage: Stage,
    decoded: Callable[[bytes, int], T],
) -> Iterator[tuple[int, bytes, T]]:
    """Yield (line number, line, record). `decoded` raises Unreadable for a line it gives up."""
    for number, line in raw.lines(stage.advance):
        report.lines += 1
        if isinstance(line, TooLong):
            rejects.unreadable(report, number, str(line), b"")
        elif not line:
            report.notes["blank line"] += 1
        else:
            try:
                record = decoded(line, number)
            except Unreadable as error:
                rejects.unreadable(report, number, str(error), line)
            else:
                yield number, line, record

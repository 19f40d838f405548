"""etl: the records of a raw file, one a line; what cannot be read is counted and passed over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from etl.lines import RawFile, TooLong
from etl.literals import Unreadable
from etl.progress import Stage
from etl.report import Rejects, SourceReport

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

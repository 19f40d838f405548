"""etl.raw: the records of a raw file, one per line, with row counts and rejects."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from datastore.base.errors import InputError
from etl.process.progress import Stage
from etl.raw.counts import Counted, RowCounts
from etl.raw.lines import RawFile, TooLong
from etl.raw.literals import Unreadable
from etl.raw.rejects import RejectFile

__all__ = ["RecordReader", "read_file"]

T = TypeVar("T")


class RecordReader:
    """One raw file being read: yields its records, counts rows, and writes down the rejects.

    `line` is the number of the current line, from 1, and `content` its bytes. A function that
    reads a raw kind gets one of these, and returns the rows.
    """

    def __init__(self, file: RawFile, rejects: RejectFile, stage: Stage) -> None:
        self.counts = RowCounts()
        self.stage = stage
        self.line = 0
        self.content = b""
        self.first_unreadable = ""
        self._file = file
        self._rejects = rejects

    def records(self, decoded: Callable[[bytes], T]) -> Iterator[T]:
        """Yield what `decoded` makes of each line. A line for which it raises Unreadable is
        counted, written to the rejects and skipped."""
        counts = self.counts
        for number, line in self._file.lines(self.stage.advance):
            counts.lines += 1
            self.line = number
            if isinstance(line, TooLong):
                self.content = b""
                self._unreadable(str(line))
            elif not line:
                counts.notes["blank line"] += 1
            else:
                self.content = line
                try:
                    record = decoded(line)
                except Unreadable as error:
                    self._unreadable(str(error))
                else:
                    yield record

    def reject(self, reason: str, row: object, user: str | None = None) -> None:
        """Count and write a row that is left out. `row` is what it holds, or the whole line."""
        self.counts.rejected[reason] += 1
        self._rejects.add(self.line, reason, row, user)

    def rescue(self, reason: str, row: object, user: str | None = None) -> None:
        """Count and write a row that is kept with a value replaced."""
        self.counts.rescued[reason] += 1
        self._rejects.add(self.line, reason, row, user)

    def _unreadable(self, reason: str) -> None:
        self.counts.unreadable += 1
        self.first_unreadable = self.first_unreadable or f"line {self.line:,}: {reason}"
        self.counts.rejected["line cannot be read"] += 1
        self._rejects.add(self.line, reason, self.content)


def read_file(
    file: RawFile,
    read: Callable[[RecordReader], T],
    rejects: Path,
    stage: Stage,
    max_rejects: float = 1.0,
) -> Counted[T]:
    """Read one raw file by the function of its kind; writes the rejects to a file.

    Raises InputError, which names the rejects, when more than this share of its lines cannot be
    read.
    """
    with RejectFile(rejects, str(file.path)) as reject_file:
        reader = RecordReader(file, reject_file, stage)
        rows = read(reader)
    counts = reader.counts
    share = counts.unreadable / max(counts.lines, 1)  # a product would miss 0.29 of 100
    if share > max_rejects:
        raise InputError(
            f"{file.path}: {counts.unreadable:,} of {counts.lines:,} lines ({share:.2%}) cannot be "
            f"read; at most {100 * max_rejects:g}% may (--max-rejects). The first is "
            f"{reader.first_unreadable}.",
            path=file.path,
            rejects=rejects,
        )
    return Counted(rows, counts)

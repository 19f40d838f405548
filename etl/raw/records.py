"""etl.raw: the records or rows of a raw file, with row counts and rejects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from datastore.base.errors import InputError
from etl.process.progress import Stage
from etl.raw.counts import Counted, RowCounts
from etl.raw.layout import is_unfinished
from etl.raw.lines import RawFile, TooLong
from etl.raw.literals import Unreadable
from etl.raw.rejects import RejectFile
from etl.raw.tables import Batch, batches

__all__ = ["UNREADABLE", "RecordReader", "read_file"]

T = TypeVar("T")

#: The reason for which a whole line is rejected.
UNREADABLE = "line cannot be read"
#: Most keys of rows, and characters of each, that are kept for a message.
_SOME_KEYS = 40


class RecordReader:
    """Reads one raw file: yields its records, counts rows, and writes the rejects.

    `line` is the number of the current line, from 1, and `content` its bytes; `origin` is where the
    file comes from, for kinds that have such. `lacking` counts the
    rows that lack a needed column, and `keys` are the keys that they have instead; `replaced`
    counts the rows that are kept with a value replaced. A function that reads a raw kind gets one
    of these, and returns the rows.
    """

    def __init__(self, file: RawFile, rejects: RejectFile, stage: Stage, origin: str = "") -> None:
        self.counts = RowCounts()
        self.stage = stage
        self.line = 0
        self.content = b""
        self.first_unreadable = ""
        self.lacking: Counter[str] = Counter()
        self.keys: set[str] = set()
        self.replaced: Counter[str] = Counter()
        self.path = file.path
        self.origin = origin
        self._file = file
        self._rejects = rejects

    def records(self, decoded: Callable[[bytes], T]) -> Iterator[T]:
        """Yield the result of `decoded` for each line. A line for which it raises Unreadable is
        counted, written to the rejects and skipped.

        Raises InputError for a file that ends within a record: more of it may be missing.
        """
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
                    if self._file.is_cut and is_unfinished(line):
                        raise self._cut_off() from None
                    self._unreadable(str(error))
                else:
                    yield record

    def _cut_off(self) -> InputError:
        return InputError(
            f"{self.path} is damaged: it ends within the record on line {self.line:,}. Copy or "
            "download the file again, or add a line end to use the records before it.",
            path=self.path,
        )

    def batches(self, columns: Sequence[str]) -> Iterator[Batch]:
        """Yield the rows of a table with these columns, some at a time. An invalid line
        is counted, written to the rejects and skipped."""
        counts = self.counts
        for batch in batches(self._file, columns, self.stage.advance):
            counts.lines += len(batch) + len(batch.broken) + batch.blank
            counts.rows += len(batch)
            if batch.blank:
                counts.notes["blank line"] += batch.blank
            for self.line, self.content, reason in batch.broken:
                self._unreadable(reason)
            yield batch

    def move_to(self, batch: Batch, row: int) -> None:
        """Make this row of a batch the current line."""
        self.line, self.content = batch.line(row), batch.content(row)

    def reject(self, reason: str, row: object, user: str | None = None) -> None:
        """Count and write a rejected row. `row` is its content, or the bytes of the whole line."""
        self.counts.rejected[reason] += 1
        self._rejects.add(self.line, reason, row, user)

    def rescue(self, reason: str, row: object, user: str | None = None) -> None:
        """Count and write a row that is kept with a replaced value."""
        self.counts.rescued[reason] += 1
        self.replaced[reason] += 1
        self._rejects.add(self.line, reason, row, user)

    def lacks(self, column: str, row: Mapping[Any, Any]) -> None:
        """Note that a row lacks a value in a needed column."""
        self.lacking[column] += 1
        self.show_keys(row)

    def show_keys(self, row: Mapping[Any, Any]) -> None:
        """Keep the keys of a row or record that lacks one, for the error message."""
        if len(self.keys) < _SOME_KEYS:
            self.keys.update(str(key)[:_SOME_KEYS] for key in row)

    def _unreadable(self, reason: str) -> None:
        self.counts.unreadable += 1
        self.first_unreadable = self.first_unreadable or f"line {self.line:,}: {reason}"
        self.counts.rejected[UNREADABLE] += 1
        self._rejects.add(self.line, reason, self.content)


def read_file(
    file: RawFile,
    read: Callable[[RecordReader], T],
    rejects: Path,
    stage: Stage,
    check: Callable[[RecordReader], None] | None = None,
    origin: str = "",
    address: str = "",
) -> Counted[T]:
    """Read one raw file with the function of its kind, and write its rejects to a file.

    `origin` is where it comes from; `address` names it in the rejects, by default its path. `check`
    looks at the reader when the file has been read; it may raise InputError.
    """
    with RejectFile(rejects, address or str(file.path)) as reject_file:
        reader = RecordReader(file, reject_file, stage, origin)
        rows = read(reader)
    if check is not None:
        check(reader)
    return Counted(rows, reader.counts)

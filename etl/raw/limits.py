"""etl.raw: limits on rejects: which raw files are too damaged, or too different, to be used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from datastore.base.errors import InputError
from etl.raw.counts import RowCounts
from etl.raw.records import UNREADABLE, RecordReader

__all__ = ["check", "within"]

#: Fewer rejected rows, or rows without a column, may be chance: they fail a build only if they are
#: most of the file, or all of it.
_FEW = 10
#: Share of rows with a value replaced above which the column is of another form than expected.
_MOST = 0.5
#: Longest list of keys in a message.
_SHOWN = 12


def within(counts: RowCounts, max_rejects: float) -> bool:
    """Whether at most this share of the lines is unreadable, and of the rows rejected."""
    return not _too_many_lines(counts, max_rejects) and not _too_many_rows(counts, max_rejects)


def check(reader: RecordReader, needs: Sequence[str], rejects: Path, max_rejects: float) -> None:
    """Check a file that has been read, whose rows need some columns; `rejects` lists what was
    rejected.

    Raises InputError when too many of its lines are unreadable, too many of its rows rejected, or
    most of them kept with a value replaced; when a needed column never occurs; and when no row was
    found.
    """
    counts, path = reader.counts, reader.path
    problem = ""
    if _too_many_lines(counts, max_rejects):
        problem = (
            f"{counts.unreadable:,} of {counts.lines:,} lines "
            f"({counts.unreadable / counts.lines:.2%}) cannot be read; {_limit(max_rejects)}. "
            f"The first is {reader.first_unreadable}"
            f"{'' if reader.lacking else _keys(reader)}"  # else they are keys of rows
        )
    elif missing := _missing_column(reader, needs):
        rows = (
            f"none of its {counts.rows:,} rows has" if counts.rows > 1 else "its row does not have"
        )
        usable = "a usable " if reader.keys & set(missing.split(" or ")) else ""
        problem = f"{rows} {usable}{missing}{_keys(reader)}"
    elif _too_many_rows(counts, max_rejects):
        rejected = _rejected_rows(counts)
        reason, number = (counts.rejected - Counter({UNREADABLE: counts.unreadable})).most_common(
            1
        )[0]
        problem = (
            f"{rejected:,} of {counts.rows:,} rows ({rejected / counts.rows:.2%}) are rejected; "
            f"{_limit(max_rejects)}. Most common reason: {reason} ({number:,} rows)"
        )
    elif reasons := _mostly_replaced(reader, max_rejects):
        reason, number = reasons
        problem = (
            f"{number:,} of {counts.rows:,} rows ({number / counts.rows:.2%}) have an unusable "
            f"value: {reason}; at most {100 * max(_MOST, max_rejects):g}% may (raise it with "
            "--max-rejects)"
        )
    elif _is_empty(counts):
        problem = f"its {counts.lines:,} lines contain no rows: every list or record is empty"
    if problem:
        listed = rejects if counts.rejected or reader.replaced else None
        raise InputError(f"{path}: {problem}.", path=path, rejects=listed)


def _keys(reader: RecordReader) -> str:
    """The keys of the rows that lack one, where some do."""
    shown = ", ".join(sorted(reader.keys)[:_SHOWN])
    return f". Keys found: {shown}" if shown else ""


def _limit(max_rejects: float) -> str:
    return f"the limit is {100 * max_rejects:g}% (--max-rejects)"


def _too_many_lines(counts: RowCounts, max_rejects: float) -> bool:
    # A product would miss 0.29 of 100.
    return counts.unreadable / max(counts.lines, 1) > max_rejects


def _too_many_rows(counts: RowCounts, max_rejects: float) -> bool:
    rejected = _rejected_rows(counts)
    share = rejected / max(counts.rows, 1)
    return share > max_rejects and (rejected >= _FEW or share > 0.5)


def _rejected_rows(counts: RowCounts) -> int:
    return counts.rejected.total() - counts.unreadable


def _missing_column(reader: RecordReader, needs: Sequence[str]) -> str:
    """A needed column that no row has; "" where there is none, or where few rows could have it."""
    rows = reader.counts.rows
    if not rows or (rows < _FEW and _rejected_rows(reader.counts) < rows):
        return ""
    return next((column for column in needs if reader.lacking[column] == rows), "")


def _mostly_replaced(reader: RecordReader, max_rejects: float) -> tuple[str, int] | None:
    """Why most rows have a value replaced, and how many; None where few have."""
    least = max(_FEW - 1, max(_MOST, max_rejects) * reader.counts.rows)
    return next((each for each in reader.replaced.most_common(1) if each[1] > least), None)


def _is_empty(counts: RowCounts) -> bool:
    """Whether records hold no row: one or few users may have empty lists, but not all of many."""
    records = counts.lines - counts.unreadable - counts.notes["blank line"]
    valueless = counts.notes["record without any value"]
    return not counts.rows and (records >= _FEW or 0 < records == valueless)

"""etl.raw: a raw kind: everything that the build knows about one type of raw file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from etl.raw.counts import Counted
from etl.raw.formats import Form
from etl.raw.records import RecordReader

__all__ = ["Origins", "RawKind", "Tables", "Targets", "UserRows"]

#: Tables by name, as they are kept in Parquet files.
Tables = Mapping[str, pa.Table]
#: The number of the range of each user id.
Targets = Callable[[pa.Array], npt.NDArray[np.int64]]


@dataclass(frozen=True, slots=True)
class Origins:
    """Where the files of a raw kind may come from, each from one: the platforms."""

    #: What one of them is, in messages: "platform".
    noun: str
    #: In lower case, as in names of files.
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UserRows:
    """How rows of users are found in the tables of a raw kind, and removed."""

    #: What one row is, in messages: "review".
    noun: str
    #: The table with a column that names them, and that column.
    table: str
    column: str = "user_id"
    #: Its column that counts the rows of a user; None where every entry is one row.
    count: str | None = None
    #: The rows of one file without the users for whom the function returns true.
    without: Callable[[Any, Callable[[str], bool]], Any]
    #: The rows of one file by ranges of users, whose numbers a function returns for ids of users.
    split: Callable[[Any, Targets], Iterator[tuple[int, Any]]]

    def total(self, entries: pa.Table) -> int:
        """The number of rows of all users in entries of the table."""
        if self.count is None:
            return len(entries)
        return pc.sum(entries[self.count]).as_py() or 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RawKind:
    """One type of raw file, such as the catalogue.

    The rows of one file are of a type of the kind's own: what `read` returns, `merge` takes and
    `to_tables` and `from_tables` convert.
    """

    #: Name in the manifest, and of the option: `--games`. One word.
    name: str
    #: Help text of the option, one sentence.
    help: str
    #: In messages: "a catalogue (records with app_name, ...)".
    label: str
    #: A record with any of these keys, or a table with any of these columns, is of this kind.
    marks: frozenset[str]
    #: Columns that rows must have; a file in which one never occurs is refused. The reader reports
    #: each row that lacks one. A table must have all of them in its header.
    needs: tuple[str, ...]
    #: How its files may be written: records, or tables.
    forms: tuple[Form, ...] = (Form.RECORDS,)
    #: Where its files may come from, if that matters.
    origins: Origins | None = None
    #: Whether a first build needs a file of this kind.
    required: bool
    #: Whether its rows change those of other kinds that came before them, as events do.
    changes_others: bool = False
    #: Whether its rows are changed by such rows.
    is_changed: bool = False
    #: The rows of one file.
    read: Callable[[RecordReader], Any]
    #: The rows of all files, oldest first, with those that change them in between.
    merge: Callable[[Sequence[Any]], Counted[Any]]
    #: Compares the rows of all files, as `merge` does. Raises InputError for files that cannot be
    #: merged.
    compare: Callable[[Sequence[Any]], None] | None = None
    #: Converts the rows of one file to tables for the cache.
    to_tables: Callable[[Any], Tables]
    #: The rows of one file from tables. Raises KeyError, ValueError or ArrowException for others.
    from_tables: Callable[[Tables], Any]
    #: The rows of users; None if rows do not name users.
    users: UserRows | None = None

    def __post_init__(self) -> None:
        """Raises ValueError for a name that click would change: its files would be ignored."""
        if not self.name.isidentifier():
            raise ValueError(f"{self.name!r} cannot be the name of a raw kind: use one word.")

    @property
    def is_table(self) -> bool:
        """Whether its files are tables with a header."""
        return Form.CSV in self.forms

    def user_rows(self, rows: Any) -> int:
        """The number of rows of users in the rows of one file; 0 if rows do not name users."""
        return 0 if self.users is None else self.users.total(self.to_tables(rows)[self.users.table])

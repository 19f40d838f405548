"""etl.raw: a raw kind is one record: all that the build knows of one sort of raw file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from etl.raw.counts import Counted
from etl.raw.records import RecordReader

__all__ = ["RawKind", "Tables", "UserRows"]

#: Tables by name, as they are kept in Parquet files.
Tables = Mapping[str, pa.Table]


@dataclass(frozen=True, slots=True, kw_only=True)
class UserRows:
    """How rows of users are found in the tables of a raw kind, and removed."""

    #: What one row is, in messages: "review".
    noun: str
    #: The table whose column `user_id` names them.
    table: str
    #: Its column that counts the rows of a user; None where every entry is one row.
    count: str | None = None
    #: The rows of one file without the users for whom the function returns true.
    without: Callable[[Any, Callable[[str], bool]], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RawKind:
    """One sort of raw file, such as the catalogue.

    The rows of one file are of a type of the kind's own: what `read` returns, `merge` takes and
    `to_tables` and `from_tables` convert.
    """

    #: In the manifest; also the option: `--games`.
    name: str
    #: Of the option, one sentence.
    help: str
    #: In messages: "a catalogue (records with app_name, ...)".
    label: str
    #: A record with any of these keys is of this kind.
    marks: frozenset[str]
    #: Columns that rows must have; a file in which one never occurs is refused. The reader reports
    #: each row that lacks one.
    needs: tuple[str, ...]
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
    #: The rows of one file as tables, to be kept.
    to_tables: Callable[[Any], Tables]
    #: The rows of one file from tables. Raises KeyError, ValueError or ArrowException for others.
    from_tables: Callable[[Tables], Any]
    #: Where its rows name users; None where they name none.
    users: UserRows | None = None

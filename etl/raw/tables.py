"""etl.raw: tables with a header, CSV or Parquet: their columns, and their rows as texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv
import pyarrow.parquet as pq

from datastore.base.errors import InputError
from etl.raw.csv_blocks import Block, Broken, blocks, fields_of
from etl.raw.lines import RawFile

__all__ = ["Batch", "batches", "columns_of"]

_BOM = b"\xef\xbb\xbf"
#: Rows of a Parquet file that are read at once.
_ROWS = 1 << 16
#: Longest name of a column; a longer one is text.
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows of a table: the texts of each column, "" for none.

    `line` and `content` return the line of a row in the file (in Parquet, its number), and its
    bytes. `broken` lists the invalid lines between the rows, `blank` counts blank ones.
    """

    columns: Mapping[str, pa.Array]
    line: Callable[[int], int]
    content: Callable[[int], bytes]
    broken: Sequence[Broken] = ()
    blank: int = 0

    def __len__(self) -> int:
        """The number of rows."""
        return len(next(iter(self.columns.values())))


def columns_of(raw: RawFile) -> list[str] | None:
    """The names of the columns, if the file begins with a header or is Parquet."""
    if raw.parquet:
        return [field.name for field in _parquet(raw).schema_arrow]
    head = _after_marks(raw.head).lstrip()
    if head.startswith((b"{", b"[")):
        return None
    first = next(blocks([head], len(head)), None)
    if first is None or first.records == []:
        return None
    try:
        names = [name.decode().strip() for name in fields_of(first.record(0).content)]
    except UnicodeDecodeError:
        return None
    return names if len(names) > 1 and max(map(len, names)) <= _LONGEST_NAME else None


def batches(
    raw: RawFile, columns: Sequence[str], on_bytes: Callable[[int], None]
) -> Iterator[Batch]:
    """Yield the rows of a file that has these columns: `recognition.check` has seen to that.

    Raises InputError when it is damaged or has no row.
    """
    rows = 0
    read = _parquet_batches if raw.parquet else _csv_batches
    for batch in read(raw, columns, on_bytes):
        rows += len(batch) + len(batch.broken)
        yield batch
    if not rows:
        raise InputError(f"{raw.path} has a header and no rows.", path=raw.path)


# ---------------------------------------------------------------- CSV


def _csv_batches(
    raw: RawFile, columns: Sequence[str], on_bytes: Callable[[int], None]
) -> Iterator[Batch]:
    names = columns_of(raw) or []
    has_header = True
    for block in blocks(_without_bom(raw.pieces(on_bytes)), raw.max_line_bytes):
        if has_header and block.records != []:
            block, has_header = _without_header(block), False
        yield _csv_batch(block, names, columns)


def _without_bom(pieces: Iterator[bytes]) -> Iterator[bytes]:
    yield _after_marks(next(pieces, b""))
    yield from pieces


def _after_marks(text: bytes) -> bytes:
    """A text without the byte order marks at its start: some programs write another one."""
    while text.startswith(_BOM):
        text = text.removeprefix(_BOM)
    return text


def _without_header(block: Block) -> Block:
    if block.records is None:
        text = block.text[block.text.index(b"\n") + 1 :]
        return replace(block, text=text, line=block.line + 1)
    records = block.records[1:]
    return replace(block, records=records, text=b"".join(record.content for record in records))


def _csv_batch(block: Block, names: list[str], columns: Sequence[str]) -> Batch:
    skipped: list[int] = []  # records of another number of fields
    broken = list(block.broken)
    blank = block.blank

    def skip(row: arrow_csv.InvalidRow) -> str:
        nonlocal blank
        skipped.append(row.number - 1)
        if row.text.strip():
            line, content = block.record(row.number - 1)
            fields = f"{row.actual_columns} field{'s' * (row.actual_columns > 1)}"
            reason = f"it has {fields}, the header has {row.expected_columns}"
            broken.append(Broken(line, content.rstrip(b"\r\n"), reason))
        else:
            blank += 1
        return "skip"

    table = _parsed(block.text, names, columns, skip)
    place: Callable[[int], int] = int
    if skipped:
        size = len(table) + len(skipped)
        kept = np.delete(np.arange(size), skipped)

        def place(row: int) -> int:
            return int(kept[row])

    return Batch(
        {name: table[name].combine_chunks() for name in columns},
        lambda row: block.record(place(row)).line,
        lambda row: block.record(place(row)).content.rstrip(b"\r\n"),
        sorted(broken),
        blank,
    )


def _parsed(
    text: bytes,
    names: list[str],
    columns: Sequence[str],
    skip: Callable[[arrow_csv.InvalidRow], str],
) -> pa.Table:
    types = dict.fromkeys(columns, pa.string())
    if not text:
        return pa.schema(types.items()).empty_table()
    return arrow_csv.read_csv(
        pa.BufferReader(text),
        # One thread: only then are rows numbered.
        arrow_csv.ReadOptions(column_names=names, use_threads=False, block_size=len(text) + 1),
        arrow_csv.ParseOptions(
            newlines_in_values=b'"' in text, ignore_empty_lines=False, invalid_row_handler=skip
        ),
        arrow_csv.ConvertOptions(
            column_types=types, include_columns=columns, check_utf8=False, strings_can_be_null=False
        ),
    )


# ---------------------------------------------------------------- Parquet


def _parquet(raw: RawFile) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(raw.path.absolute())  # Arrow treats a:b as an address
    except (OSError, ValueError, pa.ArrowException) as error:
        raise _damaged(raw, error) from error


def _damaged(raw: RawFile, error: Exception) -> InputError:
    return InputError(
        f"{raw.path} is damaged: {error}. Copy or download the file again.", path=raw.path
    )


def _parquet_batches(
    raw: RawFile, columns: Sequence[str], on_bytes: Callable[[int], None]
) -> Iterator[Batch]:
    file = _parquet(raw)
    total = max(file.metadata.num_rows, 1)
    unpacked = sum(
        file.metadata.row_group(group).total_byte_size for group in range(file.num_row_groups)
    )
    raw.check_unpacked(unpacked)
    before = 0
    parts = file.iter_batches(_ROWS, columns=list(columns), use_threads=False)
    while True:
        try:
            part = next(parts, None)
        except (OSError, ValueError, pa.ArrowException) as error:
            raise _damaged(raw, error) from error
        if part is None:
            return
        texts = {name: _texts(part.column(name), name, raw) for name in columns}
        yield Batch(
            texts,
            lambda row, first=before: first + row + 1,  # type: ignore[misc]
            lambda row, part=part: repr(part.slice(row, 1).to_pylist()[0]).encode(),  # type: ignore[misc]
        )
        before += len(part)
        on_bytes(raw.size * len(part) // total)


def _texts(column: pa.Array, name: str, raw: RawFile) -> pa.Array:
    """The values of a column as a CSV file would have them; moments as seconds since 1970."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.dictionary_decode()
        kind = column.type
    if pa.types.is_timestamp(kind):
        column = pc.cast(pc.floor_temporal(column, unit="second"), pa.timestamp("s")).cast(
            pa.int64()
        )
    elif pa.types.is_floating(kind):
        encoded = column.dictionary_encode()
        texts = pa.array([f"{value:.17g}" for value in encoded.dictionary.to_pylist()], pa.string())
        column = texts.take(encoded.indices)
    elif not (
        pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_string_view(kind)
        or pa.types.is_date(kind)
        or pa.types.is_integer(kind)
        or pa.types.is_decimal(kind)
        or pa.types.is_null(kind)
    ):
        raise InputError(
            f"{raw.path} has {kind} in its column {name}: expected texts or numbers.",
            path=raw.path,
        )
    return column.cast(pa.string()).fill_null("")

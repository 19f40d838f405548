"""Tables of parts become the file that one table would have become, byte for byte."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datastore.base.errors import SnapshotError
from etl.parts import joined
from etl.parts.joined import write_joined
from etl.snapshot.writer import _column

SCHEMA = pa.schema(
    {
        "user": pa.int32(),
        "year": pa.int16(),
        "flag": pa.bool_(),
        "text": pa.string(),
        "day": pa.date32(),
        "score": pa.float64(),
    }
)
ROW = st.tuples(
    st.integers(0, 9),
    st.none() | st.integers(1990, 2030),
    st.none() | st.booleans(),
    st.none() | st.text(max_size=4),
    st.none() | st.dates(date(1969, 1, 1), date(2050, 1, 1)),
    st.none() | st.floats(-1, 1),
)


def table(rows: list[tuple[object, ...]]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(SCHEMA)
    return pa.table(
        [
            _column(pa.array(column, field.type), field.type)
            for column, field in zip(columns, SCHEMA, strict=True)
        ],
        schema=SCHEMA,
    )


def whole_file(path: Path, rows: list[tuple[object, ...]]) -> bytes:
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, SCHEMA) as writer:
        writer.write_table(table(rows))
    return path.read_bytes()


@given(parts=st.lists(st.lists(ROW, max_size=20), min_size=1, max_size=5), size=st.integers(1, 7))
def test_a_joined_file_is_the_file_of_one_table(
    tmp_path_factory: pytest.TempPathFactory, parts: list[list[tuple[object, ...]]], size: int
) -> None:
    folder = tmp_path_factory.mktemp("joined")
    tables = [table(rows) for rows in parts]

    def batches() -> Iterator[pa.RecordBatch]:
        return (batch for each in tables for batch in each.to_batches(max_chunksize=size))

    rows = write_joined(folder / "joined.arrow", SCHEMA, batches)
    assert rows == sum(map(len, parts))
    whole = whole_file(folder / "whole.arrow", [row for part in parts for row in part])
    assert (folder / "joined.arrow").read_bytes() == whole


def test_a_slice_of_a_batch_counts_as_what_it_shows(tmp_path: Path) -> None:
    rows = [(n, None, n % 2 == 0, "ä" * n, date(2000, 1, 1 + n), n / 2) for n in range(9)]
    [batch] = table(rows).to_batches()
    write_joined(tmp_path / "joined.arrow", SCHEMA, lambda: [batch.slice(0, 3), batch.slice(3)])
    assert (tmp_path / "joined.arrow").read_bytes() == whole_file(tmp_path / "whole", rows)


def test_columns_of_another_type_are_refused(tmp_path: Path) -> None:
    other = pa.record_batch([pa.array([1], pa.int64())], names=["user"])
    schema = pa.schema({"user": pa.int32()})
    with pytest.raises(TypeError, match="int64 in place of int32"):
        write_joined(tmp_path / "joined.arrow", schema, lambda: [other])


def test_texts_beyond_the_room_of_the_format_are_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(joined, "_MOST_TEXT", 5)
    schema = pa.schema([("name", pa.string())])
    path, batch = tmp_path / "users.arrow", pa.record_batch([["abc"]], schema=schema)
    assert joined.write_joined(path, schema, lambda: [batch]) == 1
    with pytest.raises(SnapshotError, match=r"column name of users\.arrow .* take 6 bytes"):
        joined.write_joined(path, schema, lambda: [batch, batch])

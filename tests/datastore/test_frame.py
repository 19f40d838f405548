"""Columns of a table as Python objects."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from datastore.frame import Frame, Ragged

DAY = date(2015, 2, 28)
COLUMNS = {
    "texts": (pa.string(), ["a", None, "", "ümlaut", None, "b"] * 3),
    "flags": (pa.bool_(), [True, None, False, True, None, False] * 3),
    "days": (pa.date32(), [DAY, None, date(1969, 12, 31), DAY, None, date(1970, 1, 1)] * 3),
    "numbers": (pa.float64(), [0.5, None, 0.0, 1.5, None, -1.0] * 3),
    "lists": (pa.list_(pa.string()), [["a"], None, [], ["b", "c"], None, ["d"]] * 3),
}


def test_equal_values_of_a_column_are_one_object() -> None:
    names = ["Valve Corporation", None, "Valve Corporation", "Other", None]
    frame = Frame("test", pa.table({"publisher": pa.array(names, pa.string())}))
    values = frame.values("publisher")
    assert values == names
    assert values[0] is values[2]
    assert frame.values("publisher") is values


@pytest.mark.parametrize("missing", [True, False])
@pytest.mark.parametrize("start", [0, 1, 9])
@pytest.mark.parametrize("column", COLUMNS)
def test_one_value_is_that_of_the_whole_column(column: str, start: int, missing: bool) -> None:
    kind, objects = COLUMNS[column]
    kept = [each for each in objects if missing or each is not None]
    frame = Frame("test", pa.table({column: pa.array(kept, kind)[start:]}))
    value = frame.lookup(column)
    assert [value(row) for row in range(len(frame))] == kept[start:]
    assert frame.value(column, 0) == kept[start]


@pytest.mark.parametrize("column", COLUMNS)
def test_a_table_without_rows_can_be_looked_up_in(column: str) -> None:
    frame = Frame("test", pa.table({column: pa.array([], COLUMNS[column][0])}))
    assert callable(frame.lookup(column))


def test_lists_of_rows_are_read_one_by_one() -> None:
    rows = Ragged(np.array([0, 2, 2, 3], np.int32), np.array([1, 0, 1], np.int32))
    assert [rows.lists()(row) for row in range(3)] == [[1, 0], [], [1]]
    assert [rows.names(["a", "b"])(row) for row in range(3)] == [["b", "a"], [], ["b"]]
    assert [rows.sizes()(row) for row in range(3)] == [2, 0, 1]

"""Columns of a table as Python objects."""

from __future__ import annotations

import pyarrow as pa

from datastore.frame import Frame


def test_equal_values_of_a_column_are_one_object() -> None:
    names = ["Valve Corporation", None, "Valve Corporation", "Other", None]
    frame = Frame("test", pa.table({"publisher": pa.array(names, pa.string())}))
    values = frame.values("publisher")
    assert values == names
    assert values[0] is values[2]
    assert frame.values("publisher") is values

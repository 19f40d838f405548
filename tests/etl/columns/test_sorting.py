"""Rows of whole numbers are sorted as tuples are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.columns.sorting import in_order


@pytest.mark.parametrize("last", [1, 2, 3])
@given(rows=st.lists(st.tuples(*[st.sampled_from([0, 1, 2, 40, 2**31 - 1])] * 3)))
def test_rows_are_ordered_as_tuples_are_whether_63_bits_hold_them_or_not(
    last: int, rows: list[tuple[int, int, int]]
) -> None:
    columns = [np.array([row[at] for row in rows], np.int32) for at in range(3)]
    most = [int(column.max(initial=0)) for column in columns]
    parts = [tuple(c[some] for c in columns) for some in (slice(2), slice(2, None))]
    found = in_order(len(rows), most, parts, last)
    shown = list(zip(*(column.tolist() for column in found), strict=True))
    assert shown == [row[-last:] for row in sorted(rows)]

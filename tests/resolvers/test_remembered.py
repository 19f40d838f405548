"""Remembered conditions: they are tested for all rows once, and mean what their columns say."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import pytest

from datastore.base.columns import Operator
from datastore.text_column import TextColumn
from resolvers.filters import Rows, Texts
from resolvers.remembered import Conditions, Remembered

SIZE = 6_400
NAMES = [f"name {number % 50}" if number % 7 else "" for number in range(SIZE)]
COLUMN = Texts(TextColumn.of(NAMES))


class Counting(Texts):
    """A column that notes how many rows each test is for."""

    tested: ClassVar[list[int]] = []

    def test(self, operator: Operator, value: Any, rows: Rows) -> Any:
        self.tested.append(len(rows))
        return super().test(operator, value, rows)


@pytest.fixture
def column() -> Remembered:
    Counting.tested.clear()
    return Remembered("name", Counting(COLUMN.folded), SIZE, Conditions())


def some(start: int, count: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    return np.arange(start, start + 3 * count, 3)


@pytest.mark.parametrize(
    ("operator", "value"),
    [
        (Operator.EQ, "name 7"),
        (Operator.IN, ["name 7", "NAME 12", "other"]),
        (Operator.CONTAINS, "4"),
        (Operator.IS_NULL, True),
        (Operator.IS_NULL, False),
    ],
)
def test_a_remembered_condition_holds_for_the_same_rows(
    column: Remembered, operator: Operator, value: Any
) -> None:
    for rows in (some(0, 30), some(50, 60), some(9, 90), range(SIZE), range(40, 900), some(1, 5)):
        expected = COLUMN.test(operator, value, rows)
        assert column.test(operator, value, rows).tolist() == expected.tolist()


def test_a_condition_of_many_lists_is_tested_for_all_rows_once(column: Remembered) -> None:
    for start in range(60):
        column.test(Operator.CONTAINS, "4", some(start, 40))
    assert Counting.tested == [40, 40, SIZE]


def test_conditions_differ_by_operator_and_value(column: Remembered) -> None:
    everything = range(SIZE)
    for value in ("4", "5"):
        column.test(Operator.CONTAINS, value, everything)
        column.test(Operator.EQ, value, everything)
    assert len(Counting.tested) == 4
    assert not column.test(Operator.EQ, "4", everything).any()
    assert column.test(Operator.CONTAINS, "4", everything).any()


def test_a_condition_of_few_rows_is_tested_for_these_only(column: Remembered) -> None:
    column.test(Operator.CONTAINS, "4", some(0, 20))
    assert Counting.tested == [20]


def test_remembered_conditions_take_a_bounded_memory(column: Remembered) -> None:
    known = column.conditions._known
    for number in range(1_500):
        column.test(Operator.EQ, f"{number}" * 20, range(SIZE))
    column.test(Operator.IN, ["x" * 1_000] * 1_000, range(SIZE))
    assert 100 < len(known) < 500
    assert known.currsize <= 500_000
    column.test(Operator.EQ, "0" * 20, range(SIZE))
    assert Counting.tested[-1] == SIZE, "the oldest has been forgotten"

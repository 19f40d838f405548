"""Numbers as findings show them."""

from __future__ import annotations

import pytest

from analysis.charts import dollars, number, share


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (1234, "1,234"), (1234.0, "1,234"), (12.34, "12.3"), (1.234, "1.23"),
     (0.1234, "0.123"), (0.0123, "0.012"), (None, "–")],
)  # fmt: skip
def test_numbers_have_about_three_digits(value: float | None, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(1, 8, "12.5%"), (1, 2, "50%"), (0, 5, "0%"), (5, 5, "100%"), (0, 0, "0%"),
     (1, 100_000, "less than 0.1%")],
)  # fmt: skip
def test_shares_have_one_decimal(part: int, whole: int, text: str) -> None:
    assert share(part, whole) == text


def test_amounts_have_cents() -> None:
    assert dollars(1234.5) == "$1,234.50"

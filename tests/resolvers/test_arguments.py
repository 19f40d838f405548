"""Rules for arguments, and the names that come close to a wrong one."""

from __future__ import annotations

import pytest

from datastore.base.errors import InvalidArgument
from resolvers.arguments import check_first, check_year, shown


def test_a_size_within_the_limits_is_returned() -> None:
    assert [check_first(value, 50) for value in (0, 1, 50)] == [0, 1, 50]


def test_a_size_outside_of_them_names_argument_value_and_rule() -> None:
    with pytest.raises(InvalidArgument) as caught:
        check_first(51, 50, "last")
    assert str(caught.value) == "Argument 'last' is 51: it must be between 0 and 50."
    assert caught.value.extensions() == {
        "code": "INVALID_ARGUMENT",
        "classification": "BAD_REQUEST",
        "argument": "last",
    }


@pytest.mark.parametrize("year", [1, 1998, 9999])
def test_a_year_may_be_any_of_the_calendar(year: int) -> None:
    assert check_year(year) == year


@pytest.mark.parametrize("year", [0, -1, 10_000, 2**31 - 1, -(2**31)])
def test_what_cannot_be_a_year_is_refused(year: int) -> None:
    with pytest.raises(InvalidArgument, match=f"'year' is {year}: "):
        check_year(year)


def test_a_long_value_is_shown_in_part() -> None:
    assert shown("abc") == "'abc'"
    assert len(shown("x" * 10_000)) == 83  # eighty, an ellipsis, and quotes

"""resolvers: checks of arguments; errors name the argument, the value and the rule."""

from __future__ import annotations

from datastore.base.errors import InvalidArgument

__all__ = ["FIRST_YEAR", "LAST_YEAR", "check_first", "check_year", "rounded", "shown"]

FIRST_YEAR, LAST_YEAR = 1, 9999

#: Most decimals that a number can be rounded to.
_MOST_DECIMALS = 10

#: Longest part of a client's value that an error quotes, in characters.
_SHOWN = 80


def check_first(value: int, most: int, argument: str = "first") -> int:
    """Return a number of entries. Raises InvalidArgument unless it is between 0 and `most`."""
    if not 0 <= value <= most:
        raise InvalidArgument(argument, value, f"it must be between 0 and {most}.")
    return value


def check_year(value: int, argument: str = "year") -> int:
    """Return a year. Raises InvalidArgument unless it is between 1 and 9999."""
    if not FIRST_YEAR <= value <= LAST_YEAR:
        rule = f"it must be a year between {FIRST_YEAR} and {LAST_YEAR}."
        raise InvalidArgument(argument, value, rule)
    return value


def rounded(value: float | None, precision: int | None) -> float | None:
    """Return a number rounded to `precision` decimals; unchanged if `precision` is None.

    Raises InvalidArgument unless the precision is between 0 and 10.
    """
    if precision is None:
        return value
    if not 0 <= precision <= _MOST_DECIMALS:
        rule = f"it must be between 0 and {_MOST_DECIMALS}."
        raise InvalidArgument("precision", precision, rule)
    return None if value is None else round(value, precision)


def shown(value: str) -> str:
    """A client's value for an error message: quoted and shortened."""
    return repr(value if len(value) <= _SHOWN else value[:_SHOWN] + "…")

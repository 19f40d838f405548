"""resolvers: filters. Conditions on columns, combined by and, or, not, as masks over rows.

A condition on a row whose value is unknown is false, whatever the operator; `not` turns that into
true. `isNull` asks for unknown values themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from datastore.base.names import fold
from datastore.frame import Ragged

__all__ = [
    "All",
    "Either",
    "Expression",
    "Mask",
    "Names",
    "Not",
    "Numbers",
    "Test",
    "Texts",
    "mask",
    "mentions",
]

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Test:
    """One operator on one field."""

    field: str
    operator: str
    value: Any


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; without parts, always."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one part holds; without parts, never."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Expression


Expression = Test | All | Either | Not


class Column(Protocol):
    """Values of one field, one a row."""

    def test(self, operator: str, value: Any) -> Mask:
        """Rows for which the operator holds."""
        ...


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers or flags; NaN where unknown."""

    values: npt.NDArray[Any]

    def test(self, operator: str, value: Any) -> Mask:
        """Operators eq, in, gte, lte, isNull."""
        match operator:
            case "eq":
                return np.asarray(self.values == value)
            case "in":
                return np.isin(self.values, np.array(value, np.float64))
            case "gte":
                return np.asarray(self.values >= value)
            case "lte":
                return np.asarray(self.values <= value)
            case _:
                return np.asarray(np.isnan(self.values) == value)


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts, compared when folded; `folded` gives them, "" where unknown. `exact` compares ids."""

    folded: Sequence[str]
    exact: bool = False

    def test(self, operator: str, value: Any) -> Mask:
        """Operators eq, in, contains, isNull."""
        key: Callable[[str], str] = str.strip if self.exact else fold
        match operator:
            case "eq":
                wanted = key(value)
                return self._where(lambda text: text == wanted and text != "")
            case "in":
                among = {key(one) for one in value} - {""}
                return self._where(lambda text: text in among)
            case "contains":
                part = key(value)
                return self._where(lambda text: part in text and text != "")
            case _:
                return self._where(lambda text: (text == "") == value)

    def _where(self, holds: Callable[[str], bool]) -> Mask:
        return np.fromiter(map(holds, self.folded), bool, len(self.folded))


@dataclass(frozen=True, slots=True)
class Names:
    """Any number of names a row: `rows` holds numbers of `folded`. One that fits is enough."""

    rows: Ragged
    folded: Sequence[str]

    def test(self, operator: str, value: Any) -> Mask:
        """Operators eq, in, contains, isNull (no name at all)."""
        sizes = np.diff(self.rows.offsets)
        if operator == "isNull":
            return np.asarray((sizes == 0) == value)
        fits = Texts(self.folded).test(operator, value)
        hits = np.concatenate([[0], np.cumsum(fits[self.rows.values])])
        found: Mask = hits[self.rows.offsets[1:]] > hits[self.rows.offsets[:-1]]
        return found


def mask(expression: Expression, columns: Mapping[str, Column], size: int) -> Mask:
    """Rows for which the expression holds."""
    match expression:
        case Test(field, operator, value):
            return columns[field].test(operator, value)
        case Not(part):
            return ~mask(part, columns, size)
        case All(parts):
            result = np.ones(size, bool)
            for part in parts:
                result &= mask(part, columns, size)
            return result
        case Either(parts):
            result = np.zeros(size, bool)
            for part in parts:
                result |= mask(part, columns, size)
            return result


def mentions(expression: Expression, field: str) -> bool:
    """Whether any condition is on this field."""
    match expression:
        case Test(name):
            return name == field
        case Not(part):
            return mentions(part, field)
        case All(parts) | Either(parts):
            return any(mentions(part, field) for part in parts)

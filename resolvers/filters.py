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
Rows = npt.NDArray[np.int64]


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
    """Values of one field, one a row of the noun."""

    def test(self, operator: str, value: Any, rows: Rows) -> Mask:
        """For each of the rows, whether the operator holds."""
        ...


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers or flags; NaN where unknown."""

    values: npt.NDArray[np.float64]

    def test(self, operator: str, value: Any, rows: Rows) -> Mask:
        """Operators eq, in, gte, lte, isNull."""
        values = self.values[rows]
        match operator:
            case "eq":
                return np.asarray(values == value)
            case "in":
                return np.isin(values, np.array(value, np.float64))
            case "gte":
                return np.asarray(values >= value)
            case "lte":
                return np.asarray(values <= value)
            case _:
                return np.asarray(np.isnan(values) == value)


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts, compared when folded; `folded` gives them, "" where unknown. `exact` compares ids."""

    folded: Sequence[str]
    exact: bool = False

    def test(self, operator: str, value: Any, rows: Rows) -> Mask:
        """Operators eq, in, contains, isNull."""
        key: Callable[[str], str] = str.strip if self.exact else fold
        texts = map(self.folded.__getitem__, rows.tolist())
        match operator:
            case "eq" | "in":
                among = {key(one) for one in ([value] if operator == "eq" else value)} - {""}
                holds = [text in among for text in texts]
            case "contains" if part := key(value):
                holds = [part in text for text in texts]
            case "contains":  # a blank text is in every known one
                holds = [text != "" for text in texts]
            case _:
                holds = [(text == "") == value for text in texts]
        return np.array(holds, bool)


@dataclass(frozen=True, slots=True)
class Names:
    """Any number of names a row: `rows` holds numbers of `folded`. One that fits is enough."""

    rows: Ragged
    folded: Sequence[str]

    def test(self, operator: str, value: Any, rows: Rows) -> Mask:
        """Operators eq, in, contains, isNull (no name at all)."""
        names, owners = self.rows.gather(rows)
        found = np.zeros(len(rows), bool)
        if operator == "isNull":
            found[owners] = True
            return np.asarray(found != value)
        texts = Texts(self.folded)
        if len(self.folded) < len(names):  # every name once, instead of every use of it
            fits = texts.test(operator, value, np.arange(len(self.folded)))[names]
        else:
            fits = texts.test(operator, value, names.astype(np.int64))
        found[owners[fits]] = True
        return found


def mask(expression: Expression, columns: Mapping[str, Column], rows: Rows) -> Mask:
    """For each of the rows, whether the expression holds.

    The work grows with the rows, not with the noun; a part that is decided is not tested again.
    """
    match expression:
        case Test(field, operator, value):
            return columns[field].test(operator, value, rows)
        case Not(part):
            return ~mask(part, columns, rows)
        case All(parts):
            result = np.ones(len(rows), bool)
            for part in parts:
                open_ = np.flatnonzero(result)
                result[open_] = mask(part, columns, rows[open_])
            return result
        case Either(parts):
            result = np.zeros(len(rows), bool)
            for part in parts:
                open_ = np.flatnonzero(~result)
                result[open_] = mask(part, columns, rows[open_])
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

"""resolvers: filters: conditions on columns, combined by and, or, not; results are masks of rows.

A condition on an unknown value is false for every operator except IS_NULL, which tests for unknown
values; its negation by `not` is true.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from datastore.base.columns import OPERATORS, Kind, Operator
from datastore.base.names import fold
from datastore.frame import Ragged
from datastore.text_column import TextColumn

__all__ = [
    "FEW",
    "All",
    "Column",
    "Either",
    "Expression",
    "Mask",
    "Names",
    "Not",
    "Numbers",
    "Rows",
    "Test",
    "Texts",
    "at_rows",
    "check",
    "mask",
    "mentions",
    "rows_at",
]

Mask = npt.NDArray[np.bool_]
#: Rows of the noun; a range if they are consecutive, whose values are not copied.
Rows = npt.NDArray[np.int64] | range
Floats = npt.NDArray[np.float64]
T = TypeVar("T", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Test:
    """One operator on one field."""

    field: str
    operator: Operator
    value: Any


@dataclass(frozen=True, slots=True)
class All:
    """Holds if every part holds; always without parts."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """Holds if at least one part holds; never without parts."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Holds if the part does not hold."""

    part: Expression


Expression = Test | All | Either | Not


class Column(Protocol):
    """Values of one field, one per row of the noun."""

    def test(self, operator: Operator, value: Any, rows: Rows) -> Mask:
        """Mask of the rows for which the condition holds."""
        ...


_NUMBERS: Mapping[Operator, Callable[[Floats, Any], Any]] = {
    Operator.EQ: lambda values, value: values == value,
    Operator.IN: lambda values, value: np.isin(values, np.array(value, np.float64)),
    Operator.GT: lambda values, value: values > value,
    Operator.GTE: lambda values, value: values >= value,
    Operator.LT: lambda values, value: values < value,
    Operator.LTE: lambda values, value: values <= value,
    Operator.IS_NULL: lambda values, value: np.isnan(values) == value,
}


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers or flags; NaN if unknown."""

    operators: ClassVar[Collection[Operator]] = _NUMBERS.keys()
    values: Floats

    def test(self, operator: Operator, value: Any, rows: Rows) -> Mask:
        """Mask of the rows for which the condition holds."""
        return np.asarray(_NUMBERS[operator](at_rows(self.values, rows), value))


def _equal(texts: Iterable[str], value: str, key: _Key) -> list[bool]:
    return _among(texts, [value], key)


def _among(texts: Iterable[str], value: Iterable[str], key: _Key) -> list[bool]:
    allowed = {key(text) for text in value} - {""}
    return [text in allowed for text in texts]


def _containing(texts: Iterable[str], value: str, key: _Key) -> list[bool]:
    part = key(value)  # if blank, every known text contains it
    return [part in text and text != "" for text in texts]


def _unknown(texts: Iterable[str], value: bool, key: _Key) -> list[bool]:
    return [(text == "") == value for text in texts]


_Key = Callable[[str], str]
_TEXTS: Mapping[Operator, Callable[[Iterable[str], Any, _Key], list[bool]]] = {
    Operator.EQ: _equal,
    Operator.IN: _among,
    Operator.CONTAINS: _containing,
    Operator.IS_NULL: _unknown,
}


#: The same for a whole column at once.
_WHOLE: Mapping[Operator, Callable[[TextColumn, Any, _Key], Mask]] = {
    Operator.EQ: lambda column, value, key: column.among({key(value)} - {""}),
    Operator.IN: lambda column, value, key: column.among({key(text) for text in value} - {""}),
    Operator.CONTAINS: lambda column, value, key: column.containing(key(value)),
    Operator.IS_NULL: lambda column, value, key: column.blank() == value,
}
#: A part of a column, below which its rows are tested one by one: that is faster then.
FEW = 1 / 64


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts in folded form, "" if unknown. With `exact`, ids that are not folded."""

    operators: ClassVar[Collection[Operator]] = _TEXTS.keys()
    folded: Sequence[str]
    exact: bool = False

    def test(self, operator: Operator, value: Any, rows: Rows) -> Mask:
        """Mask of the rows for which the condition holds."""
        key = str.strip if self.exact else fold
        if isinstance(self.folded, TextColumn) and len(rows) > FEW * len(self.folded):
            return at_rows(_WHOLE[operator](self.folded, value, key), rows)
        numbers = rows if isinstance(rows, range) else rows.tolist()
        texts = map(self.folded.__getitem__, numbers)
        return np.array(_TEXTS[operator](texts, value, key), bool)


@dataclass(frozen=True, slots=True)
class Names:
    """Any number of names per row, as indices of `folded`. A condition holds if it holds for one.

    A row without names is unknown.
    """

    operators: ClassVar[Collection[Operator]] = _TEXTS.keys()
    rows: Ragged
    folded: Sequence[str]
    #: The index of a name, and the rows with each name, if they are known.
    find: Callable[[str], int | None] | None = None
    rows_of: Ragged | None = None

    def test(self, operator: Operator, value: Any, rows: Rows) -> Mask:
        """Mask of the rows for which the condition holds."""
        size = len(self.rows.offsets) - 1
        if operator is Operator.IS_NULL:
            return at_rows((np.diff(self.rows.offsets) == 0) == value, rows)
        if len(rows) > FEW * size:
            return at_rows(self._whole(operator, value, size), rows)
        names, owners = self.rows.gather(np.asarray(rows, np.int64))
        matches = self._names(operator, value, names.astype(np.int64))
        result = np.zeros(len(rows), bool)
        result[owners[matches]] = True
        return result

    def _whole(self, operator: Operator, value: Any, size: int) -> Mask:
        """Mask of all rows for which the condition holds."""
        wanted = {Operator.EQ: (value,), Operator.IN: value}.get(operator)
        if wanted is not None and self.find is not None and self.rows_of is not None:
            result = np.zeros(size, bool)
            for name in map(self.find, wanted):
                if name is not None:
                    result[self.rows_of.row(name)] = True
            return result
        names, uses = range(len(self.folded)), self.rows.values
        if len(names) < len(uses):  # test each name once, not each use of it
            matches = self._names(operator, value, names)[uses]
        else:
            matches = self._names(operator, value, uses.astype(np.int64))
        before = np.zeros(len(matches) + 1, np.int32)
        np.cumsum(matches, out=before[1:])
        return np.diff(before[self.rows.offsets]) > 0

    def _names(self, operator: Operator, value: Any, names: Rows) -> Mask:
        return Texts(self.folded).test(operator, value, names)


#: The column classes that filters of each kind use.
_COLUMNS: Mapping[Kind, Sequence[type[Numbers | Texts | Names]]] = {
    Kind.ID: (Texts,),
    Kind.NAME: (Texts, Names),
    Kind.INT: (Numbers,),
    Kind.FLOAT: (Numbers,),
    Kind.FLAG: (Numbers,),
    Kind.SENTIMENT: (Numbers,),
    Kind.PLATFORM: (Numbers,),
    Kind.TITLE_KIND: (Numbers,),
    Kind.DURATION_TYPE: (Numbers,),
}


def check(operators: Mapping[Kind, Collection[Operator]]) -> None:
    """Raise TypeError if a column class lacks an operator declared for its kind."""
    for kind, declared in operators.items():
        for column in _COLUMNS[kind]:
            if missing := set(declared) - set(column.operators):
                names = ", ".join(sorted(operator.name for operator in missing))
                raise TypeError(f"{column.__name__} cannot test {names}, which {kind} has")


check(OPERATORS)


def mask(expression: Expression, columns: Mapping[str, Column], rows: Rows) -> Mask:
    """Mask of the rows for which the expression holds.

    Only the given rows are tested, unless they are many, and each only until its result is decided.
    """
    match expression:
        case Test(field, operator, value):
            return columns[field].test(operator, value, rows)
        case Not(part):
            return ~mask(part, columns, rows)
        case All(parts) if parts:
            return _decided(parts, columns, rows, until=False)
        case Either(parts) if parts:
            return _decided(parts, columns, rows, until=True)
        case _:
            return np.full(len(rows), isinstance(expression, All))


def _decided(
    parts: Sequence[Expression], columns: Mapping[str, Column], rows: Rows, *, until: bool
) -> Mask:
    """Mask of parts, each of which is tested for the rows without the result `until` only."""
    result = mask(parts[0], columns, rows).copy()  # a column may return what it keeps
    for part in parts[1:]:
        undecided = np.flatnonzero(result != until)
        result[undecided] = mask(part, columns, rows_at(rows, undecided))
    return result


def at_rows(values: npt.NDArray[T], rows: Rows) -> npt.NDArray[T]:
    """The values of some rows."""
    return values[rows.start : rows.stop] if isinstance(rows, range) else values[rows]


def rows_at(rows: Rows, positions: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The rows at some positions."""
    return rows.start + positions if isinstance(rows, range) else rows[positions]


def mentions(expression: Expression, field: str) -> bool:
    """Whether any condition is on this field."""
    match expression:
        case Test(name):
            return name == field
        case Not(part):
            return mentions(part, field)
        case All(parts) | Either(parts):
            return any(mentions(part, field) for part in parts)

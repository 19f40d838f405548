"""resolvers: filters: conditions on columns, combined by and, or, not; results are masks of rows.

A condition on an unknown value is false for every operator except IS_NULL, which tests for unknown
values; its negation by `not` is true.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import numpy as np
import numpy.typing as npt

from datastore.base.columns import OPERATORS, Kind, Operator
from datastore.base.names import fold
from datastore.frame import Ragged
from datastore.text_column import TextColumn

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
    "check",
    "mask",
    "mentions",
]

Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


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

    #: Supported operators.
    operators: ClassVar[Collection[Operator]]

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
        return np.asarray(_NUMBERS[operator](self.values[rows], value))


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
#: A part of a column, below which its texts are tested one by one: that is faster then.
_FEW = 1 / 64


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts in folded form, "" if unknown. With `exact`, ids that are not folded."""

    operators: ClassVar[Collection[Operator]] = _TEXTS.keys()
    folded: Sequence[str]
    exact: bool = False

    def test(self, operator: Operator, value: Any, rows: Rows) -> Mask:
        """Mask of the rows for which the condition holds."""
        key = str.strip if self.exact else fold
        if isinstance(self.folded, TextColumn) and len(rows) > _FEW * len(self.folded):
            return _WHOLE[operator](self.folded, value, key)[rows]
        texts = map(self.folded.__getitem__, rows.tolist())
        return np.array(_TEXTS[operator](texts, value, key), bool)


@dataclass(frozen=True, slots=True)
class Names:
    """Any number of names per row, as indices of `folded`. A condition holds if it holds for one.

    A row without names is unknown.
    """

    operators: ClassVar[Collection[Operator]] = _TEXTS.keys()
    rows: Ragged
    folded: Sequence[str]

    def test(self, operator: Operator, value: Any, rows: Rows) -> Mask:
        """Mask of the rows for which the condition holds."""
        names, owners = self.rows.gather(rows)
        result = np.zeros(len(rows), bool)
        if operator is Operator.IS_NULL:
            result[owners] = True
            return np.asarray(result != value)
        texts = Texts(self.folded)
        if len(self.folded) < len(names):  # test each name once, not each use of it
            matches = texts.test(operator, value, np.arange(len(self.folded)))[names]
        else:
            matches = texts.test(operator, value, names.astype(np.int64))
        result[owners[matches]] = True
        return result


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

    Only the given rows are tested, and each only until its result is decided.
    """
    match expression:
        case Test(field, operator, value):
            return columns[field].test(operator, value, rows)
        case Not(part):
            return ~mask(part, columns, rows)
        case All(parts):
            result = np.ones(len(rows), bool)
            for part in parts:
                undecided = np.flatnonzero(result)
                result[undecided] = mask(part, columns, rows[undecided])
            return result
        case Either(parts):
            result = np.zeros(len(rows), bool)
            for part in parts:
                undecided = np.flatnonzero(~result)
                result[undecided] = mask(part, columns, rows[undecided])
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

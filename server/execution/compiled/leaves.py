"""server.execution.compiled: leaf values to JSON texts.

Each function takes a column of usual values at once; it raises for anything else, and the caller
then takes the values one by one with `text_of`. The texts are not `octets` yet.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from enum import Enum
from json.encoder import encode_basestring
from math import isfinite
from types import NoneType
from typing import Any

import msgspec
from graphql import (
    GRAPHQL_MAX_INT,
    GRAPHQL_MIN_INT,
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLLeafType,
    GraphQLString,
    Undefined,
)
from graphql.pyutils import inspect

__all__ = ["Texts", "json_text", "leaf_texts", "text_of"]

#: The JSON texts of a column of values.
Texts = Callable[[Sequence[Any]], list[str]]

_quoted = encode_basestring
_encode = msgspec.json.encode
_INT, _FLOAT = {int}, {float}
_INT_OR_NULL, _FLOAT_OR_NULL = {int, NoneType}, {float, NoneType}
_BOOLEANS = {True: "true", False: "false", None: "null"}


def json_text(value: Any) -> str:
    """The JSON text of a value."""
    if isinstance(value, str):
        return _quoted(value)  # also with lone surrogates
    return _encode(value).decode()


def text_of(kind: GraphQLLeafType, value: Any) -> str:
    """The JSON text of a value that is not null. Raises the error of graphql-core if it is none of
    this type."""
    coerced = kind.coerce_output_value(value)
    if coerced is None or coerced is Undefined:
        raise TypeError(
            f"Expected `{inspect(kind)}.coerce_output_value({inspect(value)})` to return "
            f"non-nullable value, returned: {inspect(coerced)}"
        )
    return json_text(coerced)


def leaf_texts(kind: GraphQLLeafType, nullable: bool) -> Texts:
    """The function for columns of a leaf type."""
    if kind is GraphQLString or kind is GraphQLID:
        return _nullable_strings if nullable else _strings
    if kind is GraphQLFloat:
        return _nullable_floats if nullable else _floats
    if kind is GraphQLInt:
        return _nullable_ints if nullable else _ints
    if kind is GraphQLBoolean:
        return _nullable_booleans if nullable else _booleans
    if isinstance(kind, GraphQLEnumType):
        return _enums(kind, nullable)
    return _scalars(kind, nullable)


def _strings(values: Sequence[Any]) -> list[str]:
    return list(map(_quoted, values))


def _nullable_strings(values: Sequence[Any]) -> list[str]:
    try:
        return list(map(_quoted, values))
    except TypeError:
        return ["null" if value is None else _quoted(value) for value in values]


def _ints(values: Sequence[Any]) -> list[str]:
    if set(map(type, values)) - _INT:
        raise ValueError
    return _whole(values)


def _nullable_ints(values: Sequence[Any]) -> list[str]:
    if set(map(type, values)) - _INT_OR_NULL:
        raise ValueError
    return _whole(values)


def _whole(values: Sequence[Any]) -> list[str]:
    known = [*filter(None, values)]  # without 0, which is in range
    if known and not (min(known) >= GRAPHQL_MIN_INT and max(known) <= GRAPHQL_MAX_INT):
        raise ValueError
    return _numbers(values)


def _floats(values: Sequence[Any]) -> list[str]:
    if set(map(type, values)) - _FLOAT or not isfinite(sum(values)):
        raise ValueError
    return _numbers(values)


def _nullable_floats(values: Sequence[Any]) -> list[str]:
    if set(map(type, values)) - _FLOAT_OR_NULL or not isfinite(sum(filter(None, values))):
        raise ValueError
    return _numbers(values)


def _numbers(values: Sequence[Any]) -> list[str]:
    """The texts of numbers and nulls."""
    if len(values) == 1:
        return [_encode(values[0]).decode()]
    return _encode(values)[1:-1].decode().split(",") if values else []


def _booleans(values: Sequence[Any]) -> list[str]:
    if None in values:
        raise ValueError
    return [_BOOLEANS[value] for value in values]


def _nullable_booleans(values: Sequence[Any]) -> list[str]:
    return [_BOOLEANS[value] for value in values]


def _enums(kind: GraphQLEnumType, nullable: bool) -> Texts:
    known: dict[Hashable, str] = {None: "null"} if nullable else {}

    def texts(values: Sequence[Any]) -> list[str]:
        try:
            return [known[value] for value in values]
        except KeyError:
            for value in values:
                if value not in known:
                    text = text_of(kind, value)
                    if not isinstance(value, Enum | str):  # equal values of other types are few
                        return [_nullable(kind, value, nullable) for value in values]
                    known[value] = text
            return [known[value] for value in values]

    return texts


def _scalars(kind: GraphQLLeafType, nullable: bool) -> Texts:
    def texts(values: Sequence[Any]) -> list[str]:
        return [_nullable(kind, value, nullable) for value in values]

    return texts


def _nullable(kind: GraphQLLeafType, value: Any, nullable: bool) -> str:
    if value is None and nullable:
        return "null"
    if value is None or isinstance(value, Exception):
        raise ValueError
    return text_of(kind, value)

"""server.execution.compiled: values of single objects, read without a batch.

A frame of one object, as each in the answer to a question about one game, spends more time on the
way to a batch than on the value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from json.encoder import encode_basestring
from math import isfinite
from typing import Any, NamedTuple

import msgspec
from graphql import (
    GRAPHQL_MAX_INT,
    GRAPHQL_MIN_INT,
    GraphQLBoolean,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLLeafType,
    GraphQLString,
)

from server.execution.compiled.fields import Batch
from server.execution.encoding import utf_8

__all__ = ["Item", "Reader", "batch_or_item", "item_of"]

#: Returns what reads a field's values by handle in a context; None if only the batch can.
Reader = Callable[[Any], Callable[[Any], Any] | None]

_encode = msgspec.json.encode


class Item(NamedTuple):
    """How a leaf value is read for one object."""

    reader: Reader
    #: The JSON text of a value. Raises an error for one that is unusual.
    encode: Callable[[Any], str]


def item_of(kind: GraphQLLeafType, nullable: bool, reader: Reader) -> Item | None:
    """How a field of a built-in type is read; None for other types."""
    encode = _ENCODERS.get(kind)
    if encode is None:
        return None
    return Item(reader, _or_null(encode) if nullable else encode)


def batch_or_item(batch: Batch, reader: Reader) -> Batch:
    """A batch that reads the value of a single source on its own."""

    def values(context: Any, sources: Sequence[Any], **arguments: Any) -> Sequence[Any]:
        read = reader(context) if len(sources) == 1 else None
        return batch(context, sources, **arguments) if read is None else [read(sources[0])]

    return values


def _or_null(encode: Callable[[Any], str]) -> Callable[[Any], str]:
    return lambda value: "null" if value is None else encode(value)


def _string(value: Any) -> str:
    text = encode_basestring(value)
    return text if text.isascii() else utf_8(text).decode("latin-1")


def _int(value: Any) -> str:
    if value.__class__ is not int or not GRAPHQL_MIN_INT <= value <= GRAPHQL_MAX_INT:
        raise ValueError
    return str(value)


def _float(value: Any) -> str:
    if value.__class__ is not float or not isfinite(value):
        raise ValueError
    return _encode(value).decode()


_ENCODERS: dict[GraphQLLeafType, Callable[[Any], str]] = {
    GraphQLString: _string,
    GraphQLID: _string,
    GraphQLInt: _int,
    GraphQLFloat: _float,
    GraphQLBoolean: {True: "true", False: "false"}.__getitem__,
}

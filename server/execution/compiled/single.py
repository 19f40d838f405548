"""server.execution.compiled: values of single objects, read without a batch.

A frame of one object, as each in the answer to a question about one game, spends more time on the
way to a batch than on the value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from json.encoder import encode_basestring
from math import isfinite
from typing import Any

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

from server.execution.encoding import utf_8

__all__ = ["Encode", "Item", "Reader", "leaf_item", "object_item"]

#: Returns what reads a field's values by handle in a context; None if only the batch can.
Reader = Callable[[Any], Callable[[Any], Any] | None]
#: Makes the JSON text of a value.
Encode = Callable[[Any], str]

_encode = msgspec.json.encode


#: Returns, for a context, what reads a field's value of an object and what makes the JSON text of
#: a value; both raise an error for what is unusual. None if only the batch can read it.
Item = Callable[[Any], tuple[Callable[[Any], Any], Encode] | None]


def leaf_item(kind: GraphQLLeafType, nullable: Sequence[bool], reader: Reader) -> Item | None:
    """How a field of a built-in type, or of a list of texts, is read; None for others."""
    encode = _ENCODERS.get(kind)
    if len(nullable) == 2 and encode is _string and not nullable[1]:
        encode = _strings
    elif len(nullable) > 1:
        encode = None
    if encode is None:
        return None
    return _item(reader, _or_null(encode) if nullable[0] else encode)


def object_item(
    below: Callable[[Any], Encode | None],
    nullable: Sequence[bool],
    reader: Reader,
    usual: type | None = None,
) -> Item | None:
    """How a field of objects, or of a list of them, is read; None for lists of lists and of nulls.

    `below` returns, for a context, what makes the text of an object; None if its fields can not all
    be read. An object of another class than `usual` is unusual.
    """
    if len(nullable) > 2 or nullable[1:] == (True,):
        return None

    def item(context: Any) -> tuple[Callable[[Any], Any], Encode] | None:
        read, text = reader(context), below(context)
        if read is None or text is None:
            return None
        encode = _one(text, usual) if len(nullable) == 1 else _list(text, usual)
        return read, _or_null(encode) if nullable[0] else encode

    return item


def _item(reader: Reader, encode: Encode) -> Item:
    def item(context: Any) -> tuple[Callable[[Any], Any], Encode] | None:
        read = reader(context)
        return None if read is None else (read, encode)

    return item


def _one(text: Encode, usual: type | None) -> Encode:
    def encode(value: Any) -> str:
        if value is None or (usual is not None and value.__class__ is not usual):
            raise ValueError
        return text(value)

    return encode


def _list(text: Encode, usual: type | None) -> Encode:
    one = _one(text, usual)

    def encode(values: Any) -> str:
        if values.__class__ is not list:
            raise ValueError
        return f"[{','.join(map(one, values))}]"

    return encode


def _or_null(encode: Encode) -> Encode:
    return lambda value: "null" if value is None else encode(value)


def _string(value: Any) -> str:
    text = encode_basestring(value)
    return text if text.isascii() else utf_8(text).decode("latin-1")


def _strings(values: Any) -> str:
    if values.__class__ is not list:
        raise ValueError
    return f"[{','.join(map(_string, values))}]"


def _int(value: Any) -> str:
    if value.__class__ is not int or not GRAPHQL_MIN_INT <= value <= GRAPHQL_MAX_INT:
        raise ValueError
    return str(value)


def _float(value: Any) -> str:
    if value.__class__ is not float or not isfinite(value):
        raise ValueError
    return _encode(value).decode()


_ENCODERS: dict[GraphQLLeafType, Encode] = {
    GraphQLString: _string,
    GraphQLID: _string,
    GraphQLInt: _int,
    GraphQLFloat: _float,
    GraphQLBoolean: {True: "true", False: "false"}.__getitem__,
}

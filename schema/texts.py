"""schema: JSON texts of values that lists show again and again."""

from __future__ import annotations

from collections.abc import Callable
from json.encoder import encode_basestring
from math import isfinite
from typing import Any

import msgspec

from datastore.store import Store

__all__ = ["Texts", "json_text", "texts_of"]

#: Most texts of a field that are kept, at 0.1 to 0.4 KB each: those of the first pages, mostly.
_KEPT = 2_048


def json_text(value: Any) -> str:
    """The JSON text of a text, a number, a date, a list of these, or null. Raises ValueError for a
    number that JSON does not have."""
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, float) and not isfinite(value):
        raise ValueError(value)
    return msgspec.json.encode(value).decode()


class Texts(dict[Any, str]):
    """The JSON texts of a field's values by row, each made when it is first asked for."""

    def __init__(self, value: Callable[[Any], Any]) -> None:
        super().__init__()
        self._value = value

    def __missing__(self, row: Any) -> str:
        text = json_text(self._value(row))
        if len(self) >= _KEPT:
            self.clear()
        self[row] = text
        return text


def texts_of(store: Store, field: object, make: Callable[[], Callable[[Any], Any]]) -> Texts:
    """The texts of a field in a store, which keeps them. `make` returns the function that returns
    the value of a row; it must not refer to the store."""
    kept: dict[object, Texts] = store.derived.setdefault(texts_of, {})
    texts = kept.get(field)
    if texts is None:
        texts = kept[field] = Texts(make())
    return texts

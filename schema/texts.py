"""schema: JSON texts of values that lists show again and again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from json.encoder import encode_basestring
from math import isfinite
from operator import itemgetter
from types import NoneType
from typing import Any

import msgspec

from datastore.store import Store

__all__ = ["Texts", "json_texts", "texts_of"]

#: Most texts of a field that are kept, at 0.1 to 0.4 KB each: those of the first pages, mostly.
_KEPT = 2_048
#: Types whose JSON has no comma.
_PLAIN = {bool, int, float, date, NoneType}


def json_texts(values: Sequence[Any]) -> list[str]:
    """The JSON texts of values, each a text, a number, a date, a list of these, or null. Raises
    ValueError for a number that JSON does not have."""
    kinds = set(map(type, values))
    if kinds == {str}:
        return [*map(encode_basestring, values)]
    if kinds and kinds <= _PLAIN:
        texts = msgspec.json.encode(values).decode()[1:-1].split(",")
        # msgspec writes null for a number that JSON does not have.
        if float in kinds and texts.count("null") != values.count(None):
            _require_finite(values)
        return texts
    return [*map(_json_text, values)]


def _require_finite(values: Sequence[Any]) -> None:
    for value in values:
        if isinstance(value, float) and not isfinite(value):
            raise ValueError(value)


def _json_text(value: Any) -> str:
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, float):
        _require_finite([value])
    return msgspec.json.encode(value).decode()


class Texts:
    """The JSON texts of a field's values by row. Those that are asked for first are kept."""

    def __init__(self, values: Callable[[Sequence[Any]], Sequence[Any]]) -> None:
        self._values = values
        self._kept: dict[Any, str] = {}

    def of(self, rows: Sequence[Any]) -> Sequence[str]:
        """The texts of rows, in order."""
        kept = self._kept
        try:
            return itemgetter(*rows)(kept) if len(rows) > 1 else [kept[row] for row in rows]
        except KeyError:
            texts = json_texts(self._values(rows))
        if len(kept) < _KEPT:
            kept.update(zip(rows, texts, strict=True))
        return texts


def texts_of(
    store: Store, field: object, make: Callable[[], Callable[[Sequence[Any]], Sequence[Any]]]
) -> Texts:
    """The texts of a field in a store, which keeps them. `make` returns the function that returns
    the values of rows; it must not refer to the store."""
    kept: dict[object, Texts] = store.derived.setdefault(texts_of, {})
    texts = kept.get(field)
    if texts is None:
        texts = kept[field] = Texts(make())
    return texts

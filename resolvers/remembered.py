"""resolvers: conditions on texts that are asked for again and again are answered for all rows.

A list in each entry of another list has the same filter in each. Its texts would be read once per
entry; so a condition that has been tested for enough rows is tested for all of them, once.
"""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt
from cachetools import LRUCache

from datastore.base.columns import Operator
from resolvers.filters import FEW, Mask, Names, Rows, Texts, at_rows

__all__ = ["Conditions", "Remembered"]

#: Bytes of the conditions of one noun that are remembered. A condition on all viewers has 14 KB, on
#: all titles 3 KB.
_BYTES = 500_000
#: Bytes that a condition takes at least, and a character of its texts.
_ENTRY, _CHARACTER = 300, 4

_Key = tuple[str, Operator, Any]


@dataclass(slots=True)
class _Condition:
    """For how many rows a condition has been tested, and its mask of all rows, in bits, once it is
    known."""

    tested: int = 0
    bits: npt.NDArray[np.uint8] | None = None


class Conditions:
    """The latest conditions on the texts of one noun, of a snapshot. Thread-safe."""

    def __init__(self) -> None:
        self._known: LRUCache[_Key, tuple[_Condition, int]] = LRUCache(
            _BYTES, getsizeof=lambda pair: pair[1]
        )
        self._lock = Lock()

    def tested(self, key: _Key, rows: int) -> _Condition:
        """A condition, which is tested for some more rows now."""
        with self._lock:
            found = self._known.get(key)
            condition = found[0] if found is not None else _Condition()
            condition.tested += rows
            if found is None:
                self._keep(key, condition)
        return condition

    def solved(self, key: _Key, mask: Mask) -> None:
        """Remember a condition's mask of all rows."""
        with self._lock:
            self._keep(key, _Condition(bits=np.packbits(mask)))

    def _keep(self, key: _Key, condition: _Condition) -> None:
        texts = key[2] if isinstance(key[2], tuple) else (key[2],)
        size = _ENTRY + _CHARACTER * sum(len(text) for text in texts if isinstance(text, str))
        size += 0 if condition.bits is None else condition.bits.nbytes
        if size <= _BYTES:
            self._known[key] = condition, size


@dataclass(frozen=True, slots=True)
class Remembered:
    """A column of texts or names of all rows of a noun, whose conditions are remembered."""

    field: str
    column: Texts | Names
    size: int
    conditions: Conditions

    def test(self, operator: Operator, value: Any, rows: Rows) -> Mask:
        """Mask of the rows for which the condition holds."""
        key = self.field, operator, tuple(value) if isinstance(value, list) else value
        condition = self.conditions.tested(key, len(rows))
        if condition.bits is not None:
            return at_rows(np.unpackbits(condition.bits, count=self.size).view(bool), rows)
        if condition.tested <= FEW * self.size:
            return self.column.test(operator, value, rows)
        mask = self.column.test(operator, value, range(self.size))
        self.conditions.solved(key, mask)
        return at_rows(mask, rows)

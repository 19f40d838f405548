"""datastore: pseudonyms: keyed hashes of ids, 80 bits as 16 letters and digits.

BLAKE2 keyed hashing (RFC 7693): without the key, a pseudonym neither reveals its id nor can be
computed from it. Pseudonyms are sorted by their own text, because the order of ids would reveal
them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from datastore.order import Order

__all__ = ["Pseudonyms"]

#: Bytes of a hash; each five bits are one character. The characters are ascending.
_BYTES, _CHARACTERS = 10, 16
_ALPHABET = np.frombuffer(b"234567abcdefghijklmnopqrstuvwxyz", np.uint8)
_BITS = np.array([16, 8, 4, 2, 1], np.uint8)


class Pseudonyms:
    """The pseudonyms of the ids of one kind, in the order of the ids."""

    def __init__(self, ids: Iterable[str], key: bytes, kind: str) -> None:
        """`kind` makes equal ids of two kinds different pseudonyms; at most 16 bytes."""
        digests = b"".join(
            blake2b(text.encode(), key=key, digest_size=_BYTES, person=kind.encode()).digest()
            for text in ids
        )
        bits = np.unpackbits(np.frombuffer(digests, np.uint8)).reshape(-1, _CHARACTERS, 5)
        self._letters = _ALPHABET[bits @ _BITS]
        texts = np.ascontiguousarray(self._letters).view(f"S{_CHARACTERS}").reshape(-1)
        self.order = Order(len(texts), np.argsort(texts))

    def __len__(self) -> int:
        return len(self._letters)

    def __getitem__(self, row: int) -> str:
        return str(self._letters[row].tobytes(), "ascii")

    def find(self, pseudonym: str) -> int | None:
        """Row of a pseudonym; None if unknown."""
        place = bisect_left(self.order.rows, pseudonym, key=self.__getitem__)
        if place == len(self):
            return None
        row = int(self.order.rows[place])
        return row if self[row] == pseudonym else None

    def column(self) -> pa.StringArray:
        """The pseudonyms as a column of a table."""
        # Not from Python objects: that would import pandas.
        offsets = np.arange(len(self) + 1, dtype=np.int32) * _CHARACTERS
        return pa.StringArray.from_buffers(
            len(self), pa.py_buffer(offsets), pa.py_buffer(self._letters.tobytes())
        )

    def search_arrays(self) -> dict[str, npt.NDArray[Any]]:
        """The arrays of a search index that finds pseudonyms by their beginnings only."""
        size, width = len(self), _CHARACTERS + 1
        lines = np.full((size, width), ord("\n"), np.uint8)
        lines[:, :-1] = self._letters
        marks = np.zeros((size, width), np.uint8)
        marks[:, [0, -1]] = 2
        rows = np.asarray(self.order.rows, np.int32)
        nothing = np.zeros(0, np.int32)
        return {
            "words_text": lines.ravel(),
            "words_marks": marks.ravel(),
            "words_starts": rows * np.int32(width),
            "words_rows": rows,
            "initials_text": nothing.astype(np.uint8),
            "initials_marks": nothing.astype(np.uint8),
            "initials_starts": nothing,
            "initials_rows": nothing,
            "codes": nothing.astype(np.uint32),
            "offsets": np.zeros(1, np.int64),
            "rows": nothing,
        }

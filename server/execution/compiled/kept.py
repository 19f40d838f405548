"""server.execution.compiled: finished texts of objects in lists, kept for the next requests.

The text of an object depends on its selection set, on the values of the variables in it, and on its
handle, as long as the handles of its type keep their meaning: see `Handles.snapshot`. Objects that
have errors are not kept, nor are those of a first execution: most documents that are sent once are
never sent again.
"""

from __future__ import annotations

from collections.abc import Sequence
from sys import getsizeof
from typing import Any
from weakref import ref

__all__ = ["KeptTexts", "Texts"]

#: The texts of one selection set by handle.
Texts = dict[Any, str]

#: Bytes of the place of a text, and of all texts of a selection set, besides the texts.
_PLACE, _SET = 110, 1_000
#: Most bytes where there is room, as a multiple of those that may always be taken.
_LARGEST = 8


class KeptTexts:
    """The texts of objects of one snapshot, dropped with it. Thread-safe."""

    def __init__(self, most: int) -> None:
        """The texts take at most `most` bytes, unless there is room for more. When others of as
        many bytes have found no room, all are dropped: clients ask for something else now."""
        self._least = self._most = most
        self._texts: tuple[ref[Any] | None, dict[object, Texts | None]] = None, {}
        self._refused = 0
        #: Size of the texts in bytes.
        self.size = 0
        #: Objects whose texts were kept, and others.
        self.hits = self.misses = 0

    def fit(self, room: int) -> bool:
        """Take more bytes where there is room for `room` more than the present ones; drop all texts
        if it is far below 0, and return whether they have been."""
        self._most = max(self._least, min(self.size + room, _LARGEST * self._least))
        if room >= -self._least or self.size <= self._least:
            return False
        self._empty(self._texts[0])
        return True

    def uses(self) -> tuple[int, int]:
        """The objects whose texts were kept, and others."""
        return self.hits, self.misses

    def of(self, snapshot: Any, selections: object) -> Texts | None:
        """The texts of a selection set in a snapshot, the present one; None the first time."""
        # Read at once: other threads may replace them.
        owner, by_selections = self._texts
        if owner is None or owner() is not snapshot:
            by_selections = self._empty(ref(snapshot, self._dropped))
        texts = by_selections.get(selections)
        if texts is None:
            if selections in by_selections:
                texts = by_selections[selections] = {}
            elif self._has_room(_SET):
                by_selections[selections] = None
        return texts

    def add(self, texts: Texts, handles: Sequence[Any], made: Sequence[str]) -> None:
        """Keep more texts of a selection set, if there is room."""
        if self._has_room(sum(map(getsizeof, made)) + _PLACE * len(made)):
            texts.update(zip(handles, made, strict=True))

    def _has_room(self, size: int) -> bool:
        """Take room of this size, if there is any."""
        if self.size + size <= self._most:
            self.size += size
            return True
        self._refused += size
        if self._refused > self._most:
            self._empty(self._texts[0])
        return False

    def _empty(self, owner: ref[Any] | None) -> dict[object, Texts | None]:
        by_selections: dict[object, Texts | None] = {}
        self._texts = owner, by_selections
        self.size = self._refused = 0
        return by_selections

    def _dropped(self, owner: ref[Any]) -> None:
        if self._texts[0] is owner:
            self._empty(None)

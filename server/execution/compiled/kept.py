"""server.execution.compiled: finished texts of objects, kept for the next requests.

The text of an object depends on its selection set, on the values of the variables in it, and on its
handle, as long as the handles of its type keep their meaning: see `Handles.snapshot`. Objects that
have errors are not kept, nor are those of a first execution: most documents that are sent once are
never sent again. An object that is alone is kept when it is asked for again: those that a crawler
asks for one by one would take the room of others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from sys import getsizeof
from typing import Any
from weakref import ref

from server.execution.compiled.run import Frame, Run

__all__ = ["KeptObjects", "KeptTexts", "Texts"]

#: The texts of one selection set by handle.
Texts = dict[Any, str]

#: Bytes of the place of a text, and of all texts of a selection set, besides the texts; and of the
#: value of a variable that they depend on.
_PLACE, _SET, _VALUE = 110, 1_000, 40
#: Instead of the text of an object that is alone, until it is asked for again.
_ASKED = ""
#: A variable without a value, and the types of the values that texts are kept for: others, such as
#: the text of a search, hardly ever come again.
_ABSENT = object()
_PLAIN = {int, float, bool, type(None), object}
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
            elif self._has_room(_set_bytes(selections)):
                by_selections[selections] = None
        return texts

    def add(self, texts: Texts, handles: Sequence[Any], made: Sequence[str]) -> None:
        """Keep more texts of a selection set, if there is room."""
        if self._has_room(sum(map(getsizeof, made)) + _PLACE * len(made)):
            texts.update(zip(handles, made, strict=True))

    def add_single(self, texts: Texts, handle: Any, made: str) -> None:
        """Keep the text of an object that is alone if it has been asked for before, and there is
        room."""
        if handle not in texts:
            if self._has_room(_PLACE):
                texts[handle] = _ASKED
        elif self._has_room(getsizeof(made)):
            texts[handle] = made

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


def _set_bytes(selections: object) -> int:
    """Bytes of a selection set, which is a tuple with the values of its variables if it has any."""
    return _SET + _VALUE * len(selections) if isinstance(selections, tuple) else _SET


class KeptObjects:
    """The kept texts of one selection set on a type whose handles last."""

    __slots__ = ("_all", "_alone", "_key", "_snapshot", "_variables")

    def __init__(
        self,
        kept: KeptTexts,
        snapshot: Callable[[Any], Any],
        variables: frozenset[str],
        key: object,
    ) -> None:
        """`snapshot` returns what the handles refer to, from the request's context; the texts
        depend on `variables`. Selection sets with an equal `key` share their texts."""
        self._all = kept
        self._snapshot = snapshot
        self._variables = tuple(variables)
        self._key = key
        #: The key of the texts of objects that are alone, of which some are still missing.
        self._alone: object = f"{key}, alone" if isinstance(key, str) else object()

    def run(
        self, run: Run, frame: Frame, execute: Callable[[Run, Frame], Sequence[Any]]
    ) -> Sequence[Any]:
        """The texts of the objects of a frame. Those that are not kept yet are executed."""
        known = self._known(run, self._key)
        if known is not None:
            try:
                texts: tuple[str, ...] = itemgetter(*frame.sources)(known)
            except KeyError:
                return self._completed(run, frame, known, execute)
            self._all.hits += len(texts)
            run.take(len("".join(texts)))
            return texts
        return self._executed(run, frame, execute)

    def single(
        self, run: Run, frame: Frame, execute: Callable[[Run, Frame], Sequence[Any]]
    ) -> Sequence[Any]:
        """The text of the only object of a frame, executed if it is not kept yet."""
        known = self._known(run, self._alone)
        if known is None:
            return execute(run, frame)
        (handle,) = frame.sources
        text = known.get(handle)
        if text:
            self._all.hits += 1
            run.take(len(text))
            return (text,)
        failures = len(run.failures)
        made = execute(run, frame)
        self._all.misses += 1
        if len(run.failures) == failures:
            self._all.add_single(known, handle, made[0])
        return made

    def _known(self, run: Run, key: object) -> Texts | None:
        """The kept texts, with the present values of the variables; None if none are kept."""
        if self._variables:
            values = [run.variables.get(name, _ABSENT) for name in self._variables]
            if not all(value.__class__ in _PLAIN for value in values):
                return None
            key = key, *values
        return self._all.of(self._snapshot(run.context), key)

    def _completed(
        self,
        run: Run,
        frame: Frame,
        known: Texts,
        execute: Callable[[Run, Frame], Sequence[Any]],
    ) -> Sequence[Any]:
        """The texts of a frame of which some are not known yet."""
        sources = frame.sources
        texts: list[Any] = [known.get(source) for source in sources]
        missing = [at for at, text in enumerate(texts) if text is None]
        if len(missing) < len(sources):
            run.take(sum(len(text) for text in texts if text is not None))
            picked = missing if frame.picked is None else [frame.picked[at] for at in missing]
            sources = [sources[at] for at in missing]
            frame = Frame(frame.parent, frame.field, frame.values, sources, picked)
        failures = len(run.failures)
        made = self._executed(run, frame, execute)
        self._all.hits += len(texts) - len(missing)
        self._all.misses += len(missing)
        if len(run.failures) == failures:
            self._all.add(known, sources, made)
        if len(missing) == len(texts):
            return made
        for at, text in zip(missing, made, strict=True):
            texts[at] = text
        return texts

    def _executed(
        self, run: Run, frame: Frame, execute: Callable[[Run, Frame], Sequence[Any]]
    ) -> Sequence[Any]:
        run.is_keeping = True
        texts = execute(run, frame)
        run.is_keeping = False
        return texts

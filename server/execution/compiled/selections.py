"""server.execution.compiled: a selection set on one type, executed on all objects of a frame."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import chain
from typing import Any, NamedTuple
from weakref import ref

from server.execution.compiled.fields import Texts
from server.execution.compiled.kept import KeptObjects
from server.execution.compiled.rows import Whole, rows, whole
from server.execution.compiled.run import Frame, Run
from server.execution.compiled.single import Encode, Item

__all__ = ["Selections"]

#: Bytes that each field takes besides its name and value: quotes, colon, comma.
_FIELD_BYTES = 4

_now = time.perf_counter


class _Bound(NamedTuple):
    """How the text of an object that is alone is made, as long as the snapshot is the same."""

    #: Returns the snapshot, as long as it is open.
    snapshot: Callable[[], Any]
    #: Makes the text from the object and the texts of the other fields.
    whole: Whole
    #: The fields whose values are not read of the object, in order.
    others: Sequence[Texts]


class Selections:
    """The fields of a selection set on an object type, in the order of the answer."""

    __slots__ = (
        "__weakref__",
        "_bound",
        "_constant",
        "_fields",
        "_rows",
        "_snapshot",
        "_whole",
        "_width",
        "depends",
        "kept",
        "shape",
    )

    def __init__(
        self,
        fields: Sequence[tuple[Texts, Item | None]],
        constants: Sequence[tuple[str, str | None]],
        snapshot: Callable[[Any], Any] | None = None,
    ) -> None:
        """`constants` has all response names, with the JSON text of a field that is the same for
        all objects, and None for each of `fields`; `snapshot` returns, for a context, what all
        answers come from."""
        self._fields = tuple(fields)
        names, texts = tuple(name for name, _ in constants), tuple(text for _, text in constants)
        self._rows = rows(names, texts) if fields else None
        self._whole = partial(whole, names, texts)
        self._constant = "{" + ",".join(f'"{name}":{text}' for name, text in constants) + "}"
        self._width = sum(len(name) + _FIELD_BYTES + len(text or "") for name, text in constants)
        self._snapshot = snapshot
        self._bound: _Bound | None = None
        #: The variables that the texts depend on besides the objects; None if they may depend on
        #: more.
        self.depends: frozenset[str] | None = None
        #: The kept texts of objects, if they are kept.
        self.kept: KeptObjects | None = None
        #: A hash of the type and of the fields as they are written.
        self.shape = ""

    def run(self, run: Run, frame: Frame) -> Sequence[Any]:
        """The texts of the objects of a frame; None is a null that goes up."""
        is_alone = len(frame.sources) == 1
        if self.kept is not None and not run.is_keeping:
            if is_alone:
                return self.kept.single(run, frame, self._single)
            return self.kept.run(run, frame, self.executed)
        return self._single(run, frame) if is_alone else self.executed(run, frame)

    def executed(self, run: Run, frame: Frame) -> Sequence[Any]:
        """The texts of the objects of a frame, none of which are kept."""
        return self._by_columns(run, frame, [texts for texts, _ in self._fields])

    def whole(self, context: Any) -> Encode | None:
        """What makes the text of one object; None if not all fields are read of it."""
        bound = self._bind(context)
        return None if bound.others else bound.whole

    def _by_columns(self, run: Run, frame: Frame, fields: Iterable[Texts]) -> Sequence[Any]:
        count = len(frame.sources)
        run.room -= count * self._width
        if run.room < 0:
            run.take(0)
        if self._rows is None:
            return [self._constant] * count
        columns: list[Sequence[Any]] = []
        for texts in fields:
            if _now() > run.stop_at:
                run.check_time()
            columns.append(texts(run, frame))
        if run.failures:
            lost = {at for texts in columns for at, text in enumerate(texts) if text is None}
            if lost:
                objects: list[Any] = self._rows(zip(*columns, strict=True))
                return [None if at in lost else text for at, text in enumerate(objects)]
        return self._rows(zip(*columns, strict=True))

    def _single(self, run: Run, frame: Frame) -> Sequence[Any]:
        """The text of the only object of a frame."""
        bound = self._bound
        if bound is None or bound.snapshot() is not self._snapshot(run.context):  # type: ignore[misc]
            bound = self._bind(run.context)
        found: list[Any] = []
        for texts in bound.others:
            if _now() > run.stop_at:
                run.check_time()
            found += texts(run, frame)
        if not run.failures:
            try:
                text = bound.whole(frame.sources[0], *found)
            except Exception:  # noqa: S110
                pass  # the batches find the same, and report it
            else:
                run.room -= len(text) - sum(map(len, found))
                if run.room < 0:
                    run.take(0)
                return (text,)
        known = dict(zip(map(id, bound.others), map(_fixed, found), strict=True))
        fields = [known.get(id(texts), texts) for texts, _ in self._fields]
        return self._by_columns(run, frame, fields)

    def _bind(self, context: Any) -> _Bound:
        """Look up what reads the values of an object, which is kept as long as the snapshot is
        open."""
        found: list[Any] = []
        for _, item in self._fields:
            try:
                found.append(item and item(context))
            except Exception:
                found.append(None)  # the batch raises the same, and is asked by each request
        is_read = tuple(pair is not None for pair in found)
        pairs = chain.from_iterable(pair for pair in found if pair is not None)
        others = [
            texts for (texts, _), reads in zip(self._fields, is_read, strict=True) if not reads
        ]
        bound = _Bound(_unknown, self._whole(is_read)(*pairs), others)
        if self._snapshot is not None:
            bound = bound._replace(snapshot=ref(self._snapshot(context), _forgetting(ref(self))))
            self._bound = bound
        return bound


def _unknown() -> None:
    """No snapshot."""


def _fixed(text: Any) -> Texts:
    """The text of a field that has been executed."""
    return lambda run, frame: (text,)


def _forgetting(selections: ref[Selections]) -> Callable[[object], None]:
    """What is called when a snapshot is closed, to whose columns its `_Bound` refers."""

    def forget(_: object) -> None:
        found = selections()
        if found is not None:
            found._bound = None

    return forget

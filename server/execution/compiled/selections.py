"""server.execution.compiled: a selection set on one type, executed on all objects of a frame."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from server.execution.compiled.fields import Texts
from server.execution.compiled.rows import rows
from server.execution.compiled.run import Frame, Run

__all__ = ["Selections"]

#: Bytes that each field takes besides its name and value: quotes, colon, comma.
_FIELD_BYTES = 4

_now = time.perf_counter


class Selections:
    """The fields of a selection set on an object type, in the order of the answer."""

    __slots__ = ("_constant", "_fields", "_rows", "_width")

    def __init__(
        self, fields: Sequence[Texts], constants: Sequence[tuple[str, str | None]]
    ) -> None:
        """`constants` has all response names, with the JSON text of a field that is the same for
        all objects, and None for each of `fields`."""
        self._fields = tuple(fields)
        names, texts = tuple(name for name, _ in constants), tuple(text for _, text in constants)
        self._rows = rows(names, texts) if fields else None
        self._constant = "{" + ",".join(f'"{name}":{text}' for name, text in constants) + "}"
        self._width = sum(len(name) + _FIELD_BYTES + len(text or "") for name, text in constants)

    def run(self, run: Run, frame: Frame) -> list[Any]:
        """The texts of the objects of a frame; None is a null that goes up."""
        count = len(frame.sources)
        run.room -= count * self._width
        if run.room < 0:
            run.take(0)
        if self._rows is None:
            return [self._constant] * count
        columns: list[Sequence[Any]] = []
        for texts in self._fields:
            if _now() > run.stop_at:
                run.check_time()
            columns.append(texts(run, frame))
        if run.failures:
            lost = {at for texts in columns for at, text in enumerate(texts) if text is None}
            if lost:
                objects: list[Any] = self._rows(columns)
                return [None if at in lost else text for at, text in enumerate(objects)]
        return self._rows(columns)

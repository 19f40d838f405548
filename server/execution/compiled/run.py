"""server.execution.compiled: the state of one execution, and its places.

A frame is a place of the answer with all objects that are there: the entries of `games.nodes` of
all games are one frame. Plans run frame by frame.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from server.execution.clock import recent_cpu
from server.execution.operation import Bounds, too_large, too_slow

if TYPE_CHECKING:
    from server.execution.compiled.fields import Field

__all__ = ["LOST", "Failure", "Frame", "Run"]

#: A value that is null because of an error.
LOST: Any = object()

_now = time.perf_counter


class Frame(msgspec.Struct, gc=False):
    """The objects that one selection set is executed on."""

    #: The frame and the field that have returned `values`, a value for each of its sources; None at
    #: the root.
    parent: Frame | None
    field: Field | None
    values: Sequence[Any]
    #: The objects in `values`, or their handles, in order: those of one type, if `picked`.
    sources: Sequence[Any]
    picked: Sequence[int] | None = None
    #: The objects, once they have been made of the handles.
    objects: Sequence[Any] | None = None
    places: list[tuple[int, ...]] | None = None

    def place(self, index: int) -> tuple[int, ...]:
        """Where a source comes from: the index of the source in the parent frame, then the
        positions in lists."""
        if self.places is None:
            depth = len(self.field.nullable) - 1 if self.field else 0
            places = list(_places(self.values, depth + 1))
            self.places = places if self.picked is None else [places[at] for at in self.picked]
        return self.places[index]


def _places(values: Sequence[Any], depth: int) -> Iterator[tuple[int, ...]]:
    for position, value in enumerate(values):
        if value is None or value is LOST:
            continue
        if depth == 1:
            yield (position,)
        else:
            for inner in _places(value, depth - 1):
                yield (position, *inner)


class Failure(NamedTuple):
    """An error of a value: of the field of one source of a frame, or of an entry of its list."""

    frame: Frame
    #: Index of the source in the frame.
    source: int
    field: Field
    positions: tuple[int, ...]
    error: Exception


class Run(msgspec.Struct):
    """One execution."""

    context: Any
    #: Coerced variables, and the values of lifted literals.
    variables: Mapping[str, Any]
    #: Variables as the request has given them.
    given: Mapping[str, Any]
    bounds: Bounds
    failures: list[Failure] = []
    #: Whether the texts above are kept, so that those below need not be.
    is_keeping: bool = False
    #: Bytes that are left of the answer.
    room: float = 0.0
    #: When the clocks of the wall and of the CPU say that the execution takes too long.
    stop_at: float = 0.0
    stop_cpu: float = 0.0

    def __post_init__(self) -> None:
        bounds = self.bounds
        self.room = bounds.answer_bytes
        # The clock on the wall is never behind that of the CPU, which is read again when the other
        # has passed.
        now = _now()
        self.stop_at, self.stop_cpu = now + bounds.seconds, recent_cpu(now) + bounds.seconds

    def check_time(self) -> None:
        """Called when the wall's clock has passed `stop_at`. Raises Stopped if too much CPU time
        has been used."""
        left = self.stop_cpu - time.thread_time()
        if left <= 0:
            raise too_slow(self.bounds.seconds)
        self.stop_at = time.perf_counter() + left

    def left(self) -> Bounds:
        """The bounds of another execution instead, by which both together keep the first ones."""
        return replace(self.bounds, until=self.stop_cpu)

    def take(self, size: float) -> None:
        """Subtract a part of the answer from the room. Raises Stopped if none is left."""
        self.room -= size
        if self.room < 0:
            raise too_large(self.bounds.answer_bytes)

    def require(self, size: float) -> None:
        """Raise Stopped if there is no room for a part of the answer."""
        if self.room < size:
            raise too_large(self.bounds.answer_bytes)

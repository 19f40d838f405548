"""server.execution.compiled: values that are not all usual, one by one, as graphql-core does it.

A column whose values are unusual (nulls that are not allowed, errors, other types) takes this way,
which finds each error and its position.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from graphql import GraphQLError, Undefined
from graphql.pyutils import is_iterable

from server.execution.compiled.decline import Decline
from server.execution.compiled.fields import Field
from server.execution.compiled.run import LOST, Failure, Frame, Run

__all__ = ["Finish", "checked", "rebuilt"]

#: Checks a value that is neither null nor a list, for the source at an index; raises its error.
Finish = Callable[[Run, Frame, int, Any], Any]

#: Bytes of an entry of a list, at least: a digit and a comma.
_ENTRY_BYTES = 2


def checked(
    run: Run, frame: Frame, field: Field, values: Sequence[Any], finish: Finish
) -> tuple[list[Any], list[Any]]:
    """The values as lists, with None for a null and LOST for an error, which is noted; and what
    `finish` returned for all others, in order."""
    finished: list[Any] = []
    depth = len(field.nullable) - 1

    def lost(index: int, positions: tuple[int, ...], error: Exception) -> Any:
        run.failures.append(Failure(frame, index, field, positions, error))
        return LOST

    def check(value: Any, index: int, positions: tuple[int, ...]) -> Any:
        if isinstance(value, Exception):
            return lost(index, positions, value)
        level = len(positions)
        if value is None or value is Undefined:
            if field.nullable[level]:
                return None
            message = f"Cannot return null for non-nullable field {field.parent}.{field.name}."
            return lost(index, positions, TypeError(message))
        if level == depth:
            try:
                finished.append(finish(run, frame, index, value))
            except Exception as error:
                return lost(index, positions, error)
            return value
        if not is_iterable(value):
            message = (
                f"Expected Iterable, but did not find one for field '{field.parent}.{field.name}'."
            )
            return lost(index, positions, GraphQLError(message))
        entries: list[Any] = []
        try:
            for entry in value:
                run.require(_ENTRY_BYTES * len(entries))
                entries.append(entry)
        except Exception as error:
            if entries:  # graphql-core has completed them before it notices
                raise Decline("iteration") from None
            return lost(index, positions, error)
        return [
            check(entry, index, (*positions, at))  # noqa: F821 (deleted only at the end)
            for at, entry in enumerate(entries)
        ]

    lists = [check(value, index, ()) for index, value in enumerate(values)]
    del check  # it refers to itself, which would keep the run until a collection of garbage
    return lists, finished


def rebuilt(field: Field, values: Sequence[Any], texts: Sequence[str | None]) -> list[str | None]:
    """The texts of checked values, from the texts of all that are neither null nor lost.

    None is a null that goes up.
    """
    depth = len(field.nullable) - 1
    return list(_texts(field.nullable, values, iter(texts), depth))


def _texts(
    nullable: tuple[bool, ...], values: Sequence[Any], texts: Iterator[str | None], depth: int
) -> Iterator[str | None]:
    for value in values:
        text: str | None
        if value is None:
            yield "null"
            continue
        if value is LOST:
            text = None
        elif depth == 0:
            text = next(texts)
        else:
            entries = list(_texts(nullable[1:], value, texts, depth - 1))
            text = None if None in entries else f"[{','.join(entries)}]"  # type: ignore[arg-type]
        yield "null" if text is None and nullable[0] else text

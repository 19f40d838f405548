"""server.execution.compiled: failures of a run to errors, as graphql-core would have reported them.

A plan runs field by field over all objects, graphql-core object by object. Errors are put in the
order of the latter, and those are dropped which it would not have met: once an error has nulled an
object, nothing below it is executed any more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from graphql import FieldNode, GraphQLError, located_error

from server.execution.compiled.run import Failure, Frame

__all__ = ["located"]

_Path = tuple[str | int, ...]


def located(
    failures: Sequence[Failure], nodes: Callable[[Sequence[FieldNode]], list[FieldNode]]
) -> list[GraphQLError]:
    """The errors of a run. `nodes` returns the nodes of the request's own text."""
    errors: list[GraphQLError] = []
    nulled: set[_Path] = set()
    for failure in sorted(failures, key=_order):
        path = _path(failure.frame, failure.source, failure)
        if not any(path[:length] in nulled for length in range(len(path) + 1)):
            nulled.add(_nulled(failure, path))
            errors.append(located_error(failure.error, nodes(failure.field.nodes), list(path)))
    return errors


def _order(failure: Failure) -> tuple[int, ...]:
    above = _order_above(failure.frame, failure.source)
    return (*above, failure.field.position, *failure.positions)


def _order_above(frame: Frame, index: int) -> tuple[int, ...]:
    if frame.parent is None or frame.field is None:
        return ()
    source, *positions = frame.place(index)
    return (*_order_above(frame.parent, source), frame.field.position, *positions)


def _path(frame: Frame, index: int, failure: Failure | None = None) -> _Path:
    above: _Path = ()
    if frame.parent is not None and frame.field is not None:
        source, *positions = frame.place(index)
        above = (*_path(frame.parent, source), frame.field.key, *positions)
    return (*above, failure.field.key, *failure.positions) if failure else above


def _nulled(failure: Failure, path: _Path) -> _Path:
    """The path of the null that an error causes: of the nearest value that may be null."""
    field, positions = failure.field, len(failure.positions)
    frame, index = failure.frame, failure.source
    while True:
        for level in range(positions, -1, -1):
            if field.nullable[level]:
                return path
            path = path[:-1]
        if frame.parent is None or frame.field is None:
            return ()
        source, *above = frame.place(index)
        field, positions, frame, index = frame.field, len(above), frame.parent, source

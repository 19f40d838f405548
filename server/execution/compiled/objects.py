"""server.execution.compiled: fields of objects and interfaces: the objects and what is below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graphql import (
    GraphQLAbstractType,
    GraphQLObjectType,
    default_type_resolver,
)

from server.execution.compiled.completion import composites
from server.execution.compiled.decline import Decline
from server.execution.compiled.fields import Complete, Field, Handles
from server.execution.compiled.info import Infos
from server.execution.compiled.run import Frame, Run
from server.execution.compiled.selections import Selections

__all__ = ["of_handles", "of_interface", "of_object", "usual_class"]


def of_handles(field: Field, selections: Selections) -> Complete:
    """Completes a field of one object type whose values are handles."""

    def below(
        run: Run, frame: Frame, values: Sequence[Any], handles: Sequence[Any]
    ) -> Sequence[str | None]:
        return selections.run(run, Frame(frame, field, values, handles))

    return composites(field, below)


def of_object(
    field: Field,
    kind: GraphQLObjectType,
    selections: Selections,
    handles: Handles | None,
    infos: Infos,
) -> Complete:
    """Completes a field of one object type whose values are objects, which become handles if the
    type has them."""

    def below(
        run: Run, frame: Frame, values: Sequence[Any], objects: Sequence[Any]
    ) -> Sequence[str | None]:
        sources = objects if handles is None else handles.of(list(objects))
        return selections.run(run, Frame(frame, field, values, sources))

    if kind.is_type_of is None:
        return composites(field, below)

    def finish(run: Run, frame: Frame, index: int, value: Any) -> Any:
        _require_type(kind, value, infos, run, frame, index, field)
        return value

    return composites(field, below, finish, usual_class(kind))


def usual_class(kind: GraphQLObjectType) -> type | None:
    """The class of most objects of a type, which need not be checked."""
    origin: type | None = getattr(kind.extensions.get("strawberry-definition"), "origin", None)
    return origin


def of_interface(
    field: Field,
    kind: GraphQLAbstractType,
    below_of: Mapping[str, tuple[GraphQLObjectType, Selections]],
    infos: Infos,
) -> Complete:
    """Completes a field of an interface or a union. `below_of` has the possible types and their
    selections by name. The values are objects, never handles."""
    resolve_type = kind.resolve_type or default_type_resolver

    def finish(run: Run, frame: Frame, index: int, value: Any) -> tuple[str, Any]:
        name = resolve_type(value, infos.info(run, frame, index, field), kind)
        if not isinstance(name, str) or name not in below_of:
            raise Decline("runtime type")
        _require_type(below_of[name][0], value, infos, run, frame, index, field)
        return name, value

    def below(
        run: Run, frame: Frame, values: Sequence[Any], objects: Sequence[Any]
    ) -> Sequence[str | None]:
        picked: dict[str, list[int]] = {}
        for at, (name, _) in enumerate(objects):
            picked.setdefault(name, []).append(at)
        texts: list[str | None] = [None] * len(objects)
        for name, positions in picked.items():
            runtime_type, selections = below_of[name]
            sources = [objects[at][1] for at in positions]
            handles = runtime_type.extensions.get("handles")
            if handles is not None:
                sources = handles.of(sources)
            inner = Frame(frame, field, values, sources, positions)
            for at, text in zip(positions, selections.run(run, inner), strict=True):
                texts[at] = text
        return texts

    return composites(field, below, finish)


def _require_type(
    kind: GraphQLObjectType,
    value: Any,
    infos: Infos,
    run: Run,
    frame: Frame,
    index: int,
    field: Field,
) -> None:
    """Decline an execution in which a value is not of its type, which is a fault of a resolver."""
    if kind.is_type_of is None:
        return
    if not kind.is_type_of(value, infos.info(run, frame, index, field)):
        raise Decline("runtime type")

"""server.execution.compiled: a field of a selection set, and its values for all sources."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLOutputType,
    default_field_resolver,
    get_named_type,
    is_list_type,
    is_non_null_type,
)

from server.execution.compiled.arguments import Arguments
from server.execution.compiled.info import Infos
from server.execution.compiled.run import Frame, Run

if TYPE_CHECKING:
    from server.execution.compiled.single import Item

__all__ = [
    "Batch",
    "Complete",
    "Field",
    "Handles",
    "Texts",
    "batched",
    "called",
    "resolved",
]

#: The texts of a field for all sources, in order; None is a null that goes up.
Texts = Callable[[Run, Frame], Sequence[Any]]
#: The texts of a field's values.
Complete = Callable[[Run, Frame, Sequence[Any]], Sequence[Any]]
#: Returns a value for each source; in `extensions["batch"]` of a field.
Batch = Callable[..., Sequence[Any]]

_now = time.perf_counter


class Handles(Protocol):
    """Turns objects of a type into handles and back; in `extensions["handles"]` of the type."""

    def of(self, objects: list[Any]) -> Sequence[Any]:
        """The handles of objects, in order."""

    def make(self, context: Any, handle: Any) -> Any:
        """The object of a handle."""

    @property
    def snapshot(self) -> Callable[[Any], Any] | None:
        """Returns, for a context, the owner of all that objects of this type answer: a handle means
        the same as long as the owner is the same. None if texts of objects shall not be kept."""


@dataclass(slots=True, eq=False)
class Field:
    """A field of a selection set on one type: all nodes of one response name."""

    key: str
    #: Position among the fields of the selection set.
    position: int
    nodes: list[FieldNode]
    definition: GraphQLField
    parent: GraphQLObjectType
    #: Whether the field's value, the entries of its list, and so on, may be null.
    nullable: tuple[bool, ...] = field(init=False)
    kind: GraphQLNamedType = field(init=False)
    #: How its value is read for one object, if not by its batch.
    item: Item | None = field(init=False, default=None)
    #: A hash of the field as it is written: equal ones have equal texts for the same object, unless
    #: these depend on variables.
    shape: str = field(init=False, default="")
    #: The variables that the texts depend on besides the objects; None if they may depend on more.
    depends: frozenset[str] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.nullable = _nullable(self.definition.type)
        self.kind = get_named_type(self.definition.type)

    @property
    def name(self) -> str:
        """The field's name in the schema."""
        return self.nodes[0].name.value


def _nullable(kind: GraphQLOutputType) -> tuple[bool, ...]:
    nullable: list[bool] = []
    while True:
        is_non_null = is_non_null_type(kind)
        nullable.append(not is_non_null)
        if is_non_null_type(kind):
            kind = kind.of_type
        if not is_list_type(kind):
            return tuple(nullable)
        kind = kind.of_type


def called(
    field: Field, arguments: Arguments, handles: Handles | None, complete: Complete
) -> Texts | None:
    """The texts by a function of an object and the field's arguments, source by source; None if
    the field has none. `handles` are those of the sources' type."""
    extensions = field.definition.extensions
    call: Any = extensions.get("call") or extensions.get("context_call")
    with_context = "call" not in extensions
    if call is None:
        return None

    def texts(run: Run, frame: Frame) -> Sequence[Any]:
        sources = frame.sources if handles is None else objects(run, frame, handles)
        try:
            given = arguments.evaluated(run.variables)
        except Exception as error:
            return complete(run, frame, [error] * len(sources))
        function = partial(call, run.context) if with_context else call
        values: list[Any] = []
        for source in sources:
            if _now() > run.stop_at:
                run.check_time()
            try:
                values.append(function(source, **given))
            except Exception as error:
                values.append(error)
        return complete(run, frame, values)

    return texts


def resolved(
    field: Field, arguments: Arguments, handles: Handles | None, infos: Infos, complete: Complete
) -> Texts:
    """The texts by the field's resolver, as graphql-core calls it."""
    resolver = field.definition.resolve or default_field_resolver

    def texts(run: Run, frame: Frame) -> Sequence[Any]:
        sources = objects(run, frame, handles)
        try:
            given = arguments.evaluated(run.variables)
        except Exception as error:
            return complete(run, frame, [error] * len(sources))
        values: list[Any] = []
        for index, source in enumerate(sources):
            if _now() > run.stop_at:
                run.check_time()
            try:
                values.append(resolver(source, infos.info(run, frame, index, field), **given))
            except Exception as error:
                values.append(error)
        return complete(run, frame, values)

    return texts


def batched(batch: Batch, arguments: Arguments, ordinary: Texts, complete: Complete) -> Texts:
    """The texts by a batch; `ordinary` ones if the batch raises an error."""
    evaluated, constant = arguments

    def texts(run: Run, frame: Frame) -> Sequence[Any]:
        try:
            given = evaluated(run.variables) if constant is None else constant
            values = batch(run.context, frame.sources, **given)
        except Exception:
            return ordinary(run, frame)
        return complete(run, frame, values)

    return texts


def objects(run: Run, frame: Frame, handles: Handles | None) -> Sequence[Any]:
    """The objects of a frame, made of their handles once."""
    if handles is None:
        return frame.sources
    if frame.objects is None:
        make, context = handles.make, run.context
        frame.objects = [make(context, handle) for handle in frame.sources]
    return frame.objects

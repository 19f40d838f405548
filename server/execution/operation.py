"""server.execution: the execution of one operation within bounds of time and size."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import Any, Protocol, TypeGuard

from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    GraphQLError,
    GraphQLField,
    GraphQLLeafType,
    GraphQLOutputType,
    GraphQLSchema,
    OperationDefinitionNode,
    Undefined,
)
from graphql import Executor as GraphQLExecutor

from server.execution.errors import MOST_ERRORS

__all__ = [
    "TOO_LARGE",
    "UNBOUNDED",
    "Bounds",
    "Meter",
    "Stopped",
    "executed",
    "too_large",
    "too_slow",
]

#: Code of an answer that is too large.
TOO_LARGE = "ANSWER_TOO_LARGE"
#: Bytes that each field takes in an answer besides its name and value: quotes, colon, comma.
_FIELD_BYTES = 4
#: Bytes of a value that is not a text, at least.
_VALUE_BYTES = 4


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most that an execution may take."""

    #: CPU time; other processes do not matter.
    seconds: float = inf
    answer_bytes: float = inf
    #: The CPU time of the thread at which an execution ends; None if its clock starts with it.
    until: float | None = None


UNBOUNDED = Bounds()


class Stopped(BaseException):
    """An execution that exceeded a bound. Not an Exception, because graphql-core would make it a
    field's error and continue."""

    def __init__(self, code: str, message: str, **figures: object) -> None:
        super().__init__(message)
        self.code = code
        self.figures = figures


class Meter(Protocol):
    """Measures an execution, and reports it in the `extensions` of the answer."""

    def resolving(self, field: GraphQLField, node: FieldNode) -> None:
        """Called before a field is resolved."""

    def listed(self, kind: GraphQLOutputType, entries: int) -> None:
        """Called after all entries of a list of this type have been completed."""

    def extensions(self) -> dict[str, object]:
        """The `extensions` of the answer."""


def executed(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Mapping[str, Any],
    context: object,
    bounds: Bounds = UNBOUNDED,
    meter: Meter | None = None,
) -> ExecutionResult | list[GraphQLError]:
    """Execute an operation; the errors of its variables if they are invalid.

    Raises Stopped if a bound is exceeded, which is checked between objects and values.
    """
    kind = _Bounded if meter is None else _Metered
    execution = kind.build(
        schema,
        document,
        context_value=context,
        raw_variable_values=dict(variables),
        operation_name=operation.name.value if operation.name else None,
        is_awaitable=_never,
        is_async_iterable=_never,
        max_coercion_errors=MOST_ERRORS,
    )
    if isinstance(execution, list):
        return execution
    assert isinstance(execution, _Bounded)
    execution.start(bounds, meter)
    result = execution.execute_operation()
    assert isinstance(result, ExecutionResult)
    return result


def _never(_: Any) -> TypeGuard[Any]:
    return False


class _Bounded(GraphQLExecutor[Any]):
    """Stops when a bound is exceeded. The size is a lower estimate: characters count as one byte
    each, and numbers as four."""

    def start(self, bounds: Bounds, meter: Meter | None) -> None:
        """Start the clock."""
        self.bounds = bounds
        self.meter = meter
        until = bounds.until
        self.stop_at = time.thread_time() + bounds.seconds if until is None else until
        self.room = bounds.answer_bytes
        self.name_bytes: dict[int, int] = {}

    def execute_fields(
        self, parent_type: Any, source_value: Any, path: Any, grouped_field_set: Any, context: Any
    ) -> Any:
        if time.thread_time() > self.stop_at:
            raise too_slow(self.bounds.seconds)
        key = id(grouped_field_set)  # kept alive by graphql-core for all entries of a list
        size = self.name_bytes.get(key)
        if size is None:
            size = sum(map(len, grouped_field_set)) + _FIELD_BYTES * len(grouped_field_set)
            self.name_bytes[key] = size
        self.take(size)
        return super().execute_fields(parent_type, source_value, path, grouped_field_set, context)

    def complete_leaf_value(self, return_type: GraphQLLeafType, result: Any) -> Any:  # type: ignore[override]
        value = return_type.coerce_output_value(result)
        if value is None or value is Undefined:
            return super().complete_leaf_value(return_type, result)  # raises
        self.room -= len(value) if isinstance(value, str) else _VALUE_BYTES
        if self.room < 0:
            self.take(0)
        return value

    def get_stream_usage(self, field_details_list: Any, path: Any) -> None:
        """None: the schema has no `@stream`, and looking for it in each list takes time."""

    def take(self, size: int) -> None:
        """Subtract a part of the answer from the room. Raises Stopped if none is left."""
        self.room -= size
        if self.room < 0:
            raise too_large(self.bounds.answer_bytes)


class _Metered(_Bounded):
    """Reports each field and list to the meter."""

    def execute_field(
        self, parent_type: Any, source: Any, field_details_list: Any, path: Any, context: Any
    ) -> Any:
        node = field_details_list[0].node
        field = self.schema.get_field(parent_type, node.name.value)
        if field is not None and self.meter is not None:
            self.meter.resolving(field, node)
        return super().execute_field(parent_type, source, field_details_list, path, context)

    def complete_list_value(
        self,
        return_type: Any,
        field_details_list: Any,
        info: Any,
        path: Any,
        result: Any,
        context: Any,
    ) -> Any:
        completed: Any = super().complete_list_value(
            return_type, field_details_list, info, path, result, context
        )
        if self.meter is not None:
            self.meter.listed(return_type, len(completed))
        return completed


def too_slow(most: float) -> Stopped:
    """An execution has taken longer than allowed, in seconds of CPU time."""
    return Stopped(
        "DEADLINE_EXCEEDED",
        f"The execution took more than {most:g} seconds of CPU time. Ask for smaller pages or "
        "fewer fields.",
        limit="execution",
        maximum=most,
    )


def too_large(most: float) -> Stopped:
    """An answer is larger than allowed, in bytes."""
    return Stopped(
        TOO_LARGE,
        f"The answer is larger than {most:,} bytes. Ask for smaller pages or fewer fields.",
        limit="answer",
        maximum=most,
    )

"""server.execution.compiled: the coercion of variables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from graphql import (
    GRAPHQL_MAX_INT,
    GRAPHQL_MIN_INT,
    GraphQLBoolean,
    GraphQLError,
    GraphQLID,
    GraphQLInputType,
    GraphQLInt,
    GraphQLSchema,
    GraphQLString,
    OperationDefinitionNode,
    Undefined,
    is_leaf_type,
    is_non_null_type,
)
from graphql.execution.get_variable_signature import get_variable_signature
from graphql.execution.values import get_variable_values
from graphql.utilities.coerce_input_value import coerce_default_value, coerce_input_value

from server.execution.compiled.decline import Decline
from server.execution.errors import MOST_ERRORS

__all__ = ["Variables"]

#: Coerces a value that is not null; Undefined if it is not simply of its type.
Coerce = Callable[[Any], Any]


class Variables:
    """The variables of one operation."""

    def __init__(self, schema: GraphQLSchema, operation: OperationDefinitionNode) -> None:
        """Raises Decline for types that are not input types."""
        self._schema = schema
        self._definitions = operation.variable_definitions or ()
        self._variables: list[tuple[str, Coerce, Any, bool]] = []
        for definition in self._definitions:
            signature = get_variable_signature(schema, definition)
            if isinstance(signature, GraphQLError):
                raise Decline("variables")
            try:
                default = coerce_default_value(signature)
            except TypeError:
                raise Decline("variables") from None
            required = is_non_null_type(signature.type)
            self._variables.append((signature.name, _coerce(signature.type), default, required))

    def coerced(self, given: Mapping[str, Any]) -> dict[str, Any] | list[GraphQLError]:
        """The coerced values of the variables that have one; or the errors of graphql-core."""
        values: dict[str, Any] = {}
        for name, coerce, default, required in self._variables:
            value = given.get(name, Undefined)
            if value is Undefined:
                if default is not Undefined:
                    values[name] = default
                elif required:
                    return self._by_graphql_core(given)
            elif value is None and not required:
                values[name] = None
            else:
                coerced = coerce(value)
                if coerced is Undefined:
                    return self._by_graphql_core(given)
                values[name] = coerced
        return values

    def _by_graphql_core(self, given: Mapping[str, Any]) -> dict[str, Any] | list[GraphQLError]:
        found = get_variable_values(
            self._schema, self._definitions, dict(given), max_errors=MOST_ERRORS
        )
        return found if isinstance(found, list) else found.coerced


def _coerce(kind: GraphQLInputType) -> Coerce:
    if is_non_null_type(kind):
        kind = kind.of_type
    if kind is GraphQLString or kind is GraphQLID:
        return lambda value: value if value.__class__ is str else Undefined
    if kind is GraphQLInt:
        return _int
    if kind is GraphQLBoolean:
        return lambda value: value if value.__class__ is bool else Undefined
    if is_leaf_type(kind):
        return lambda value: Undefined if value is None else coerce_input_value(value, kind)
    return lambda value: Undefined  # lists and objects, whose depth graphql-core checks


def _int(value: Any) -> Any:
    is_int = value.__class__ is int and GRAPHQL_MIN_INT <= value <= GRAPHQL_MAX_INT
    return value if is_int else Undefined

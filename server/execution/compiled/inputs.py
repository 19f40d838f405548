"""server.execution.compiled: literals with variables inside, such as `{ price: { lte: $most } }`.

Decisions that graphql-core's `coerce_input_literal` makes by the document alone are made once a
plan. Unusual cases, such as a variable without a value, are left to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from graphql import (
    GraphQLInputType,
    ListValueNode,
    ObjectValueNode,
    Undefined,
    ValueNode,
    VariableNode,
    is_input_object_type,
    is_list_type,
    is_non_null_type,
    is_required_input_field,
)
from graphql.execution.values import VariableValues
from graphql.utilities.coerce_input_value import coerce_default_value, coerce_input_literal

from server.execution.compiled.syntax import has_variables

__all__ = ["literal"]

#: Returns the value of a literal from the coerced variables. Raises `_Unusual`.
_Part = Callable[[Mapping[str, Any]], Any]


class _Unusual(Exception):
    """A literal, or the values of its variables, that graphql-core must look at."""


def literal(node: ValueNode, kind: GraphQLInputType) -> Callable[[Mapping[str, Any]], Any]:
    """Returns the value of a literal from the coerced variables; Undefined if it is invalid."""

    def by_graphql_core(variables: Mapping[str, Any]) -> Any:
        return coerce_input_literal(node, kind, VariableValues({}, dict(variables)))

    try:
        part = _part(node, kind)
    except _Unusual:
        return by_graphql_core

    def value(variables: Mapping[str, Any]) -> Any:
        try:
            return part(variables)
        except _Unusual:
            return by_graphql_core(variables)

    return value


def _part(node: ValueNode, kind: GraphQLInputType) -> _Part:
    if isinstance(node, VariableNode):
        return _variable(node.name.value, is_non_null_type(kind))
    if not has_variables(node):
        constant = coerce_input_literal(node, kind)
        if constant is Undefined:
            raise _Unusual
        return lambda variables: constant
    inner: Any = kind.of_type if is_non_null_type(kind) else kind
    if is_list_type(inner) and isinstance(node, ListValueNode):
        items = [_part(item, inner.of_type) for item in node.values]
        return lambda variables: [item(variables) for item in items]
    if is_input_object_type(inner) and isinstance(node, ObjectValueNode) and not inner.is_one_of:
        return _object(node, inner)
    raise _Unusual


def _variable(name: str, is_required: bool) -> _Part:
    def value(variables: Mapping[str, Any]) -> Any:
        try:
            found = variables[name]
        except KeyError:
            raise _Unusual from None
        if found is None and is_required:
            raise _Unusual
        return found

    return value


def _object(node: ObjectValueNode, kind: Any) -> _Part:
    given = {field.name.value: field.value for field in node.fields}
    if not given.keys() <= kind.fields.keys():
        raise _Unusual
    parts: list[tuple[str, _Part]] = []
    for name, field in kind.fields.items():
        if name in given:
            parts.append((field.out_name or name, _part(given[name], field.type)))
        elif is_required_input_field(field):
            raise _Unusual
        elif (default := coerce_default_value(field)) is not Undefined:
            parts.append((field.out_name or name, _constant(default)))
    out_type = kind.out_type
    return lambda variables: out_type({name: part(variables) for name, part in parts})


def _constant(value: Any) -> _Part:
    return lambda variables: value

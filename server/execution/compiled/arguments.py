"""server.execution.compiled: the arguments of a field, once per execution or once per plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from graphql import (
    FieldNode,
    GraphQLArgument,
    GraphQLField,
    Undefined,
    ValueNode,
    VariableNode,
    is_non_null_type,
)
from graphql.execution.values import VariableValues, get_argument_values
from graphql.utilities.coerce_input_value import coerce_default_value

from server.execution.compiled.inputs import literal
from server.execution.compiled.syntax import has_variables

__all__ = ["Arguments", "arguments_of"]

#: Makes keyword arguments of coerced arguments, each of its own.
Convert = Callable[[Mapping[str, Any]], Mapping[str, Any]]
#: Returns keyword arguments, from the coerced variables.
Evaluate = Callable[[Mapping[str, Any]], Mapping[str, Any]]


class Arguments(NamedTuple):
    """The keyword arguments of a field."""

    #: Returns them. Raises the error of graphql-core for a missing or invalid argument.
    evaluated: Evaluate
    #: The arguments if they are the same in every execution.
    constant: Mapping[str, Any] | None = None


_NONE = Arguments(lambda variables: {}, {})


def arguments_of(field: GraphQLField, node: FieldNode, convert: Convert | None) -> Arguments:
    """The arguments of a field at a node. `convert` changes what graphql-core has coerced.

    Arguments without variables are evaluated once.
    """
    if not field.args:
        return _NONE
    convert = convert or _unchanged
    given = {argument.name.value: argument.value for argument in node.arguments or ()}
    dependent = {name: value for name, value in given.items() if has_variables(value)}
    constant_part = {
        name: argument for name, argument in field.args.items() if name not in dependent
    }
    values = get_argument_values(GraphQLField(field.type, constant_part), node)
    try:
        constants = convert(values)
    except Exception:
        return Arguments(lambda variables: convert(values))  # raises in every execution
    if not dependent:
        return Arguments(lambda variables: constants, constants)
    parts = [
        (
            field.args[name].out_name or name,
            _evaluate(field.args[name], value),
            isinstance(value, VariableNode) and not is_non_null_type(field.args[name].type),
        )
        for name, value in dependent.items()
    ]

    def evaluated(variables: Mapping[str, Any]) -> Mapping[str, Any]:
        values: dict[str, Any] = {}
        for name, evaluate, may_be_absent in parts:
            value = evaluate(variables)
            if value is not Undefined:
                values[name] = value
            elif not may_be_absent:  # raises
                values = get_argument_values(field, node, VariableValues({}, dict(variables)))
        return {**constants, **convert(values)}

    return Arguments(evaluated)


def _unchanged(values: Mapping[str, Any]) -> Mapping[str, Any]:
    return values


def _evaluate(argument: GraphQLArgument, node: ValueNode) -> Callable[[Mapping[str, Any]], Any]:
    """Returns the value of an argument; Undefined if it has none, or an invalid one."""
    kind = argument.type
    if not isinstance(node, VariableNode):
        return literal(node, kind)
    name, default = node.name.value, coerce_default_value(argument)
    if not is_non_null_type(kind):
        return lambda variables: variables.get(name, default)

    def required(variables: Mapping[str, Any]) -> Any:
        value = variables.get(name, default)
        return Undefined if value is None else value

    return required

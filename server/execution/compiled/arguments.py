"""server.execution.compiled: the arguments of a field, once per execution or once per plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from graphql import (
    FieldNode,
    GraphQLField,
    Undefined,
    ValueNode,
    VariableNode,
    is_non_null_type,
)
from graphql.execution.values import VariableValues, get_argument_values
from graphql.utilities.coerce_input_value import coerce_default_value

from server.execution.compiled.syntax import has_variables

__all__ = ["Arguments", "arguments_of"]

#: Makes keyword arguments of coerced arguments.
Convert = Callable[[Mapping[str, Any]], Mapping[str, Any]]


class Arguments(NamedTuple):
    """The keyword arguments of a field."""

    #: Returns them, from the coerced variables. Raises the error of graphql-core for a missing or
    #: invalid argument.
    evaluated: Callable[[Mapping[str, Any]], Mapping[str, Any]]
    #: The arguments if they are the same in every execution.
    constant: Mapping[str, Any] | None = None


def arguments_of(field: GraphQLField, node: FieldNode, convert: Convert | None) -> Arguments:
    """The arguments of a field at a node. `convert` changes what graphql-core has coerced.

    What does not depend on variables is evaluated once.
    """
    convert = convert or _unchanged
    nodes = {argument.name.value: argument.value for argument in node.arguments or ()}
    dependent = {name: value for name, value in nodes.items() if has_variables(value)}
    if not dependent:
        return _constant(field, node, convert)
    if all(isinstance(value, VariableNode) for value in dependent.values()):
        return Arguments(_of_variables(field, node, nodes, convert))
    return Arguments(
        lambda variables: convert(get_argument_values(field, node, _values(variables)))
    )


def _unchanged(values: Mapping[str, Any]) -> Mapping[str, Any]:
    return values


def _values(variables: Mapping[str, Any]) -> VariableValues:
    return VariableValues({}, dict(variables))


def _constant(field: GraphQLField, node: FieldNode, convert: Convert) -> Arguments:
    values = get_argument_values(field, node) if field.args else {}
    try:
        constant = convert(values)
    except Exception:
        return Arguments(lambda variables: convert(values))  # raises in every execution
    return Arguments(lambda variables: constant, constant)


def _of_variables(
    field: GraphQLField, node: FieldNode, nodes: Mapping[str, ValueNode], convert: Convert
) -> Callable[[Mapping[str, Any]], Mapping[str, Any]]:
    """Each argument is a constant or one variable. The constants are evaluated first."""
    variable_of: list[tuple[str, str, Any, bool]] = []
    constants: dict[str, Any] = {}
    for name, argument in field.args.items():
        value = nodes.get(name)
        if isinstance(value, VariableNode):
            default = coerce_default_value(argument)
            required = is_non_null_type(argument.type)
            variable_of.append((argument.out_name or name, value.name.value, default, required))
        else:
            single = GraphQLField(field.type, {name: argument})
            constants |= get_argument_values(single, node)

    def evaluated(variables: Mapping[str, Any]) -> Mapping[str, Any]:
        values = dict(constants)
        for out_name, variable, default, required in variable_of:
            value = variables.get(variable, default)
            if required and (value is None or value is Undefined):
                return get_argument_values(field, node, _values(variables))  # raises
            if value is not Undefined:
                values[out_name] = value
        return convert(values)

    return evaluated

"""server.guard: the values of arguments before validation, literal or from variables.

Nothing here raises: an invalid value counts as if it were absent, because validation or the
coercion of variables refuses it later.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from graphql import (
    BooleanValueNode,
    EnumValueNode,
    FloatValueNode,
    GraphQLArgument,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNamedType,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    StringValueNode,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    value_from_ast_untyped,
)

from schema.costs import COST, ArgumentCost, ListSize

__all__ = [
    "ABSENT",
    "CHARACTER",
    "OBJECT",
    "Variables",
    "argument_cost",
    "counted",
    "lookup",
    "python_value",
    "size_of",
]

Variables = Mapping[str, Any]

#: Value of an argument or a variable that is not given.
ABSENT: Any = object()

#: Longest literal number that is read; longer ones are invalid in any argument.
_DIGITS = 20
#: Cost of an input object, empty or not: it is coerced and converted.
OBJECT = 8.0
#: Cost of a character of a condition, which may take long to fold.
CHARACTER = 0.15
#: Most objects of a value that are visited.
_MOST_OBJECTS = 10_000
#: Share of a condition that each value of a list in it counts.
_VALUE = 0.01


def lookup(operation: OperationDefinitionNode) -> Callable[[Variables, str], Any]:
    """A function from the variables of a request and a name to a value: the one given, else the
    variable's default, else ABSENT."""
    defaults = {
        definition.variable.name.value: python_value(definition.default_value, lambda name: ABSENT)
        for definition in operation.variable_definitions or ()
        if definition.default_value is not None
    }

    def value(variables: Variables, name: str) -> Any:
        given = variables.get(name, ABSENT)
        return defaults.get(name, ABSENT) if given is ABSENT else given

    return value


def python_value(node: ValueNode, variable: Callable[[str], Any]) -> Any:
    """A literal as the JSON value that a variable would have."""
    match node:
        case VariableNode():
            return variable(node.name.value)
        case IntValueNode():
            return int(node.value) if len(node.value) <= _DIGITS else ABSENT
        case ListValueNode():
            return [python_value(item, variable) for item in node.values]
        case ObjectValueNode():
            return {field.name.value: python_value(field.value, variable) for field in node.fields}
        case NullValueNode():
            return None
        case BooleanValueNode() | EnumValueNode() | StringValueNode() | FloatValueNode():
            return node.value
    return ABSENT


def argument_cost(declared: ArgumentCost, value: Any, kind: GraphQLInputType) -> float:
    """The cost of an argument with this value."""
    if value is None or value is ABSENT:
        return 0.0
    if isinstance(value, str | int | float):
        return declared.base + declared.weight
    conditions, objects, characters = counted(value, kind)
    more = OBJECT * objects + CHARACTER * characters
    return declared.base + declared.weight * conditions + more


def counted(value: Any, kind: GraphQLInputType) -> tuple[float, int, int]:
    """How often the weight of an argument with this value counts, how many objects the value has,
    and how many characters the texts of its conditions have.

    The weight counts once per entry of a list; once per condition of an input object, times the
    condition's own weight. At most _MOST_OBJECTS are visited, whose cost is above any budget.
    """
    conditions, objects, characters, waiting = 0.0, 0, 0, [(value, kind)]
    while waiting and objects < _MOST_OBJECTS:
        value, kind = waiting.pop()
        if isinstance(value, list):
            of_type = get_nullable_type(kind)
            item = of_type.of_type if isinstance(of_type, GraphQLList) else kind
            if _is_flat(get_named_type(item)):  # there may be thousands of entries
                conditions += len(value)
            else:
                waiting += [(entry, item) for entry in value[:_MOST_OBJECTS]]
            continue
        named = get_named_type(kind)
        if value is None or value is ABSENT:
            continue
        if not isinstance(named, GraphQLInputObjectType) or not isinstance(value, Mapping):
            conditions += 1
            continue
        objects += 1
        for name, given in value.items():
            field = named.fields.get(name)
            if field is None or given is None or given is ABSENT:
                continue
            if isinstance(get_named_type(field.type), GraphQLInputObjectType):
                waiting.append((given, field.type))
            else:
                values = given if isinstance(given, list) else ()
                texts = values or (given,)
                characters += sum(len(text) for text in texts if isinstance(text, str))
                conditions += field.extensions.get(COST, 1.0) * (1.0 + _VALUE * len(values))
    return conditions, objects, characters


def _is_flat(kind: GraphQLNamedType) -> bool:
    """Whether a type has no conditions in it: a plain value, or an object of plain values."""
    return not isinstance(kind, GraphQLInputObjectType) or not any(
        isinstance(get_named_type(field.type), GraphQLInputObjectType)
        for field in kind.fields.values()
    )


def size_of(declared: ListSize, field: GraphQLField, values: Mapping[str, Any]) -> float:
    """Number of entries of a list with these slicing arguments."""
    names = declared.slicing_arguments
    if not names:
        return float(declared.assumed_size)
    counts = [count for name in names if (count := _entries(values.get(name))) is not None]
    if not counts:
        defaults = [_entries(_default(field.args[name])) for name in names]
        counts = [count for count in defaults if count is not None]
    if not counts:
        counts = [declared.slicing_argument_default_value or declared.assumed_size]
    return float(max(declared.minimum_size or 0, min(*counts, declared.assumed_size)))


def _default(argument: GraphQLArgument) -> Any:
    """The default of an argument; graphql-core knows three ways to declare it."""
    declared = argument.default
    if declared is None:
        return argument.default_value
    return declared.value if declared.literal is None else value_from_ast_untyped(declared.literal)


def _entries(value: Any) -> float | None:
    """The number of entries that a slicing argument asks for; None if it is absent or invalid."""
    if isinstance(value, list):
        return len(value)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None

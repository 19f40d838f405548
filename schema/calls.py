"""schema: how an executor calls resolvers without Strawberry's conversion per call.

Each field of the graphql-core schema gets `extensions`: `arguments` converts the arguments that
graphql-core has coerced to keyword arguments, once for all objects; `call` takes an object and
these keyword arguments; `context_call`, of resolvers with an `info`, the context in front of them.
Of `info`, resolvers use nothing but the context.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any

from graphql import GraphQLObjectType, GraphQLSchema, get_nullable_type, is_leaf_type
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.arguments import convert_argument
from strawberry.types.field import StrawberryField

__all__ = ["declare_calls"]

_Arguments = Mapping[str, Any]


def declare_calls(schema: GraphQLSchema, converter: GraphQLCoreConverter) -> None:
    """Put `call` and `arguments` into the extensions of all fields."""
    for kind in schema.type_map.values():
        if not isinstance(kind, GraphQLObjectType):
            continue
        for field in kind.fields.values():
            declared = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
            if declared is None:
                continue
            field.extensions |= _call(declared)
            if field.args:
                plain = {
                    name
                    for name, argument in field.args.items()
                    if is_leaf_type(get_nullable_type(argument.type))
                }
                field.extensions["arguments"] = _arguments(declared, plain, converter)


class _Info:
    """The part of `info` that resolvers use."""

    __slots__ = ("context",)

    def __init__(self, context: Any) -> None:
        self.context = context


def _call(declared: StrawberryField) -> dict[str, Callable[..., Any]]:
    if any(extension.has_resolver for extension in declared.extensions) or declared.is_async:
        return {}
    resolver = declared.base_resolver
    if resolver is None:
        return {"call": attrgetter(declared.python_name)}
    function = resolver.wrapped_func
    is_method = resolver.self_parameter is not None
    if not is_method or resolver.root_parameter or resolver.parent_parameter:
        return {}
    assert callable(function)
    if resolver.info_parameter is None:
        return {"call": function}
    name = resolver.info_parameter.name

    def context_call(context: Any, source: Any, **arguments: Any) -> Any:
        return function(source, **{name: _Info(context)}, **arguments)

    return {"context_call": context_call}


def _arguments(
    declared: StrawberryField, plain: set[str], converter: GraphQLCoreConverter
) -> Callable[[_Arguments], _Arguments]:
    config, registry = converter.config, converter.scalar_registry
    arguments = [
        (config.name_converter.from_argument(argument), argument) for argument in declared.arguments
    ]
    extensions = tuple(declared.extensions)

    def converted(given: _Arguments) -> _Arguments:
        values: dict[str, Any] = {}
        for name, argument in arguments:
            if name in given:
                value = given[name]
                if name not in plain:
                    value = convert_argument(value, argument.type, registry, config, path=(name,))
                values[argument.python_name] = value
        for extension in extensions:
            values = extension.map_arguments(values)
        return values

    return converted

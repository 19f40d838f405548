"""schema: how an executor calls resolvers without Strawberry's conversion per call.

Each field of the graphql-core schema gets `extensions`: `arguments` converts the arguments that
graphql-core has coerced to keyword arguments, once for all objects; `call` takes an object and
these keyword arguments; `context_call`, of resolvers with an `info`, the context in front of them.
Resolvers use only the context of `info`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING
from functools import cached_property
from operator import attrgetter
from typing import Any

from graphql import GraphQLObjectType, GraphQLSchema
from strawberry.scalars import is_scalar
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.arguments import convert_argument
from strawberry.types.base import (
    StrawberryList,
    StrawberryMaybe,
    StrawberryOptional,
    has_object_definition,
)
from strawberry.types.enum import StrawberryEnumDefinition, has_enum_definition
from strawberry.types.field import StrawberryField
from strawberry.types.lazy_type import LazyType

from schema.batches import HANDLES, READER

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
            if declared.base_resolver is None and HANDLES not in kind.extensions:
                field.extensions[READER] = _always(field.extensions["call"])
            if field.args:
                field.extensions["arguments"] = _arguments(declared, converter)


class _Info:
    """The part of `info` that resolvers use."""

    __slots__ = ("context",)

    def __init__(self, context: Any) -> None:
        self.context = context


def _always(read: Callable[[Any], Any]) -> Callable[[Any], Callable[[Any], Any]]:
    """What returns the same function for each context."""
    return lambda context: read


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
    declared: StrawberryField, converter: GraphQLCoreConverter
) -> Callable[[_Arguments], _Arguments]:
    naming = converter.config.name_converter
    arguments = {
        naming.from_argument(one): (one.python_name, _conversion(one.type, converter))
        for one in declared.arguments
    }
    extensions = tuple(declared.extensions)

    def converted(given: _Arguments) -> _Arguments:
        values: dict[str, Any] = {}
        for name, value in given.items():
            python_name, convert = arguments[name]
            values[python_name] = value if convert is None else convert(value)
        for extension in extensions:
            values = extension.map_arguments(values)
        return values

    return converted


def _conversion(kind: Any, converter: GraphQLCoreConverter) -> Callable[[Any], Any] | None:
    """What Strawberry's `convert_argument` does for values of a type; None if nothing."""
    if isinstance(kind, LazyType):
        kind = kind.resolve_type()
    if isinstance(kind, StrawberryOptional) and not isinstance(kind, StrawberryMaybe):
        inner = _conversion(kind.of_type, converter)
        return None if inner is None else _unless_null(inner)
    if isinstance(kind, StrawberryList):
        inner = _conversion(kind.of_type, converter)
        return list if inner is None else _for_each(inner)
    if isinstance(kind, StrawberryEnumDefinition) or has_enum_definition(kind):
        return None
    if is_scalar(kind, converter.scalar_registry):
        return None
    if has_object_definition(kind) and kind.__strawberry_definition__.from_input is None:
        return _Input(kind, converter)
    return lambda value: convert_argument(value, kind, converter.scalar_registry, converter.config)


def _unless_null(convert: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else convert(value)


def _for_each(convert: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda values: [convert(value) for value in values]


class _Input:
    """Makes input objects of coerced ones."""

    def __init__(self, kind: Any, converter: GraphQLCoreConverter) -> None:
        self._kind = kind
        self._converter = converter
        self._naming = converter.config.name_converter

    @cached_property
    def _fields(self) -> dict[str, tuple[str, Callable[[Any], Any] | None]]:
        definition = self._kind.__strawberry_definition__
        return {
            self._naming.from_field(field): (
                field.python_name,
                _conversion(field.resolve_type(type_definition=definition), self._converter),
            )
            for field in definition.fields
        }

    @cached_property
    def _absent(self) -> dict[str, None]:
        """Null for the fields without a default."""
        return {
            field.python_name: None
            for field in self._kind.__strawberry_definition__.fields
            if field.default_value is MISSING and field.default_factory is MISSING
        }

    def __call__(self, given: _Arguments) -> Any:
        values: dict[str, Any] = dict(self._absent)
        for name, value in given.items():
            python_name, convert = self._fields[name]
            values[python_name] = value if convert is None else convert(value)
        return self._kind(**values)

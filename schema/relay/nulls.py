"""schema.relay: optional arguments may be null; typed clients send null for defaults."""

from __future__ import annotations

from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    Undefined,
)

__all__ = ["null_is_the_default"]


def null_is_the_default(schema: GraphQLSchema) -> None:
    """Let null stand for the default of every argument and input field that has one."""
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__"):
            for field in kind.fields.values():
                _in_field(field)
        elif isinstance(kind, GraphQLInputObjectType):
            _in_input(kind)


def _in_field(field: GraphQLField) -> None:
    defaults, resolve = _opened(field.args), field.resolve
    if not defaults or resolve is None:
        return

    def resolved(source: Any, info: Any, **given: Any) -> Any:
        return resolve(source, info, **_filled(given, defaults))

    field.resolve = resolved


def _in_input(kind: GraphQLInputObjectType) -> None:
    defaults, made = _opened(kind.fields), kind.out_type
    if defaults:
        # A method of the type, which this one replaces.
        setattr(kind, "out_type", lambda given: made(_filled(given, defaults)))  # noqa: B010


def _opened(given: dict[str, GraphQLArgument] | dict[str, GraphQLInputField]) -> dict[str, Any]:
    """Make those with a default nullable; the defaults by name."""
    defaults = {}
    for name, one in given.items():
        if one.default_value is not Undefined and isinstance(one.type, GraphQLNonNull):
            one.type = one.type.of_type
            defaults[one.out_name or name] = one.default_value
    return defaults


def _filled(given: dict[str, Any], defaults: dict[str, Any]) -> dict[str, Any]:
    return {
        name: defaults[name] if value is None and name in defaults else value
        for name, value in given.items()
    }

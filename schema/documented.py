"""schema: what every Strawberry type declares: its descriptions, and nullable defaults.

Docstrings of types and fields are the GraphQL descriptions.
"""

from __future__ import annotations

from typing import Any, TypeVar

import strawberry

from schema.docstrings import docstring
from schema.relay.nulls import NullMeansDefault

__all__ = ["documented", "member"]

T = TypeVar("T", bound=type)


def documented(cls: T) -> T:
    """Copy the docstrings of a Strawberry type and of its resolvers into the schema, and let null
    mean the default of each argument that has one. Raises TypeError for a missing docstring.

    Strawberry itself takes descriptions only as arguments of the called decorator, which is
    untyped for a strict checker.
    """
    definition: Any = cls.__strawberry_definition__  # type: ignore[attr-defined]
    definition.description = docstring(cls)
    for field in definition.fields:
        resolver = field.base_resolver
        if resolver is not None and field.description is None:
            text = docstring(resolver.wrapped_func)
            if text is None:
                raise TypeError(f"{cls.__name__}.{field.python_name} has no docstring")
            field.description = text
        inherited = any(isinstance(extension, NullMeansDefault) for extension in field.extensions)
        nulls = NullMeansDefault(field)
        if nulls.defaults and not inherited:
            field.extensions.append(nulls)
    return cls


def member(value: object, description: str) -> Any:
    """A member of an enum with its description; its `value` is the first argument."""
    return strawberry.enum_value(value, description=description)

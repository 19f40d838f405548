"""schema: descriptions of types, fields and enum members.

The docstring of a type or field is its GraphQL description.
"""

from __future__ import annotations

from typing import Any, TypeVar

import strawberry

from schema.docstrings import docstring
from schema.relay.nulls import NullMeansDefault

__all__ = ["documented", "member"]

T = TypeVar("T", bound=type)


def documented(cls: T) -> T:
    """Use the docstrings of a Strawberry type and of its resolvers as descriptions.

    Also makes null mean the default for each argument that has one. Raises TypeError if a resolver
    has no docstring. Strawberry itself takes descriptions only as arguments of the called
    decorator, which is untyped for a strict checker.
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
    """An enum member with a value and a description."""
    return strawberry.enum_value(value, description=description)

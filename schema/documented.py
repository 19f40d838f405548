"""schema: one text, two readers. Docstrings of types and fields are the GraphQL descriptions."""

from __future__ import annotations

import inspect
from typing import Any, TypeVar

import strawberry

__all__ = ["documented", "member"]

T = TypeVar("T", bound=type)


def documented(cls: T) -> T:
    """Copy the docstrings of a Strawberry type and of its resolvers into the schema.

    Strawberry itself takes descriptions only as arguments of the called decorator, which is
    untyped for a strict checker.
    """
    definition: Any = cls.__strawberry_definition__  # type: ignore[attr-defined]
    definition.description = inspect.getdoc(cls)
    for field in definition.fields:
        resolver = field.base_resolver
        if resolver is not None and field.description is None:
            text = inspect.getdoc(resolver.wrapped_func)
            if text is None:
                raise TypeError(f"{cls.__name__}.{field.python_name} has no docstring")
            field.description = text
    return cls


def member(value: object, description: str) -> Any:
    """A member of an enum with its description; its `value` is the first argument."""
    return strawberry.enum_value(value, description=description)

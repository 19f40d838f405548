"""schema: what bypasses Strawberry's conversion of arguments and results, which takes time."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from strawberry.annotation import StrawberryAnnotation
from strawberry.types.field import StrawberryField

__all__ = ["COERCED", "DIRECT", "direct", "keep_coerced"]

#: Metadata key of a field's resolver that graphql-core calls directly: converting the arguments of
#: each number would double the time of a list.
DIRECT = "direct"
#: Metadata of an argument, a list of input objects that its method takes as graphql-core coerces
#: them, by the names of the schema. Converting each takes 10 us.
COERCED = {"coerced": True}


def direct(field: StrawberryField) -> Callable[..., Any] | None:
    """The resolver of an attribute, of a method without arguments, or of a field with DIRECT; None
    for others."""
    if field.is_basic_field:
        attribute = attrgetter(field.python_name)
        return lambda source, _info: attribute(source)
    resolver = field.base_resolver
    if DIRECT in field.metadata or resolver is None:
        return field.metadata.get(DIRECT)
    if field.arguments or field.extensions or resolver.info_parameter:
        return None
    method: Any = resolver.wrapped_func
    return lambda source, _info: method(source)


def keep_coerced(field: StrawberryField) -> None:
    """Keep Strawberry from converting the arguments with COERCED. The executable schema must have
    been built before."""
    for argument in field.arguments:
        if argument.metadata == COERCED:
            # Strawberry copies lists of plain values.
            argument.type_annotation = StrawberryAnnotation(list[str])

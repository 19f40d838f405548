"""schema: number fields with the argument `precision`: hours, percentages and money."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, TypeAlias

import strawberry
from strawberry import UNSET

from resolvers.arguments import rounded
from schema.conversion import DIRECT
from schema.docstrings import docstring

__all__ = ["Precision", "number"]

Precision: TypeAlias = Annotated[
    int | None,
    strawberry.argument(
        description="Number of decimals to round to, 0 to 10. If null or omitted, not rounded."
    ),
]


def number(method: Callable[[Any], float | None]) -> Any:
    """Make a field with the argument `precision` of a method that returns a number.

    The method's docstring is the description.
    """

    def direct(source: Any, _info: Any, precision: int | None = None) -> float | None:
        return rounded(method(source), precision)

    def resolve(self: Any, precision: Precision = UNSET) -> Any:
        return rounded(method(self), None if precision is UNSET else precision)

    resolve.__annotations__["return"] = method.__annotations__["return"]
    description = docstring(method)
    return strawberry.field(resolver=resolve, description=description, metadata={DIRECT: direct})

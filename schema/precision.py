"""schema: numbers that a client may round: hours, percentages and money."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, TypeAlias

import strawberry
from strawberry import UNSET

from resolvers.arguments import rounded
from schema.docstrings import docstring

__all__ = ["DIRECT", "Precision", "number"]

#: Key in a field's metadata of a resolver that graphql-core may call itself: converting arguments
#: for each number of a list would double the time of the list.
DIRECT = "direct"

Precision: TypeAlias = Annotated[
    int | None,
    strawberry.argument(
        description="Decimals to round to, 0 to 10. Null or left out: not rounded."
    ),
]


def number(method: Callable[[Any], float | None]) -> Any:
    """Turn a method that returns a number into a field with the argument `precision`.

    The method's docstring is the description.
    """

    def direct(source: Any, _info: Any, precision: int | None = None) -> float | None:
        return rounded(method(source), precision)

    def resolve(self: Any, precision: Precision = UNSET) -> Any:
        return rounded(method(self), None if precision is UNSET else precision)

    resolve.__annotations__["return"] = method.__annotations__["return"]
    description = docstring(method)
    return strawberry.field(resolver=resolve, description=description, metadata={DIRECT: direct})

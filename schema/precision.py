"""schema: number fields with the argument `precision`: hours, percentages and money."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeAlias

import strawberry
from strawberry import UNSET

from resolvers.arguments import rounded
from schema.batches import BATCH, Batch, Column, Handles, values
from schema.conversion import DIRECT
from schema.docstrings import docstring

__all__ = ["Precision", "number", "numbers"]

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


def numbers(type_: Any) -> Callable[[Callable[[Any], Column]], Any]:
    """Make a field with the argument `precision` of an entry's method that returns a column of
    numbers, as `schema.batches.values` does."""

    def declare(method: Callable[[Any], Column]) -> Any:
        exact = values(type_)(method)
        one, exact_batch_of = exact.base_resolver.wrapped_func, exact.metadata[BATCH]

        def value(self: Any) -> Any:
            return one(self)

        def batch_of(handles: Handles) -> Batch:
            all_of = exact_batch_of(handles)

            def many(context: Any, rows: Sequence[Any], precision: Any = None) -> Sequence[Any]:
                found: Sequence[Any] = all_of(context, rows)
                if precision is None or precision is UNSET:
                    return found
                return [rounded(entry, precision) for entry in found]

            return many

        value.__annotations__["return"] = type_
        made = number(value)
        made.description = docstring(method)
        made.metadata = {**made.metadata, **exact.metadata, BATCH: batch_of}
        return made

    return declare

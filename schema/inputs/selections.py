"""schema.inputs: translates the filter, order and search of a list for the resolvers."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from enum import Enum
from functools import cache
from typing import Annotated, Any, TypeAlias

import strawberry
from strawberry import UNSET
from strawberry.utils.str_converters import to_camel_case

from datastore.base.errors import InvalidArgument, TooMany
from resolvers.filters import All, Either, Expression, Not, Test
from resolvers.ordering import Order
from resolvers.selection import Selection
from schema.inputs.filters import operator_of
from schema.inputs.orders import OrderDirection

__all__ = ["SearchText", "WholeName", "selection"]

WholeName: TypeAlias = Annotated[
    str, strawberry.argument(description="Full name; case and whitespace are ignored.")
]

SearchText: TypeAlias = Annotated[
    str | None,
    strawberry.argument(
        description="Only entries whose name matches this text, best match first: equal names; "
        "names that contain all its words, whole, shortened or as initials, best known first; "
        "likely typos, also in several words; names that contain the text inside a word. Case, "
        "accents, punctuation and spaces are ignored. With `orderBy`, only the best of these kinds "
        "is kept. Blank text is ignored."
    ),
]

#: Deepest nesting of conditions, and most conditions per filter.
_MAX_DEPTH, _MAX_CONDITIONS = 10, 200
#: Most sort keys per list.
_MAX_KEYS = 10
#: Most values per `in`.
_MAX_VALUES = 1_000
_NO_NULL = "omit it; to find unknown values, use isNull."


def selection(where: Any = UNSET, order_by: Any = UNSET, search: Any = UNSET) -> Selection:
    """The list arguments in the form that the resolvers take.

    Raises InvalidArgument for a condition that is null, and for too many conditions, values, levels
    or sort keys.
    """
    orders = order_by or []
    if len(orders) > _MAX_KEYS:
        raise TooMany("orderBy", f"{len(orders):,} keys", _MAX_KEYS)
    return Selection(
        where=_Translation().expression(where, "filter", 0) if where else None,
        orders=[
            Order(order.field.value, order.direction is OrderDirection.DESC) for order in orders
        ],
        text=search if isinstance(search, str) and search.strip() else None,
    )


class _Translation:
    """Translates one filter and counts its conditions."""

    def __init__(self) -> None:
        self._conditions = 0

    def expression(self, filter_input: Any, path: str, depth: int) -> Expression:
        """All conditions of one filter object; `path` names it in errors."""
        if depth > _MAX_DEPTH:
            rule = f"at most {_MAX_DEPTH} levels are allowed."
            raise InvalidArgument("filter", depth, rule, f"The depth of {path} is")
        self._count()
        parts: list[Expression] = []
        for name, value, field_path in _given(filter_input, path):
            if name == "not_":
                parts.append(Not(self.expression(value, field_path, depth + 1)))
            elif name in ("and_", "or_"):
                nested = tuple(self.expression(item, field_path, depth + 1) for item in value)
                parts.append(All(nested) if name == "and_" else Either(nested))
            elif hasattr(value, "not_"):  # conditions on another noun
                parts.append(self.expression(value, field_path, depth + 1))
            else:
                parts.extend(self._tests(name, value, field_path))
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _tests(self, name: str, operators: Any, path: str) -> list[Expression]:
        tests: list[Expression] = []
        for operator, value, operator_path in _given(operators, path):
            if isinstance(value, list) and len(value) > _MAX_VALUES:
                raise TooMany(operator_path, f"{len(value):,} values", _MAX_VALUES)
            self._count()
            tests.append(Test(name, operator_of(operator), _plain(value)))
        return tests

    def _count(self) -> None:
        self._conditions += 1
        if self._conditions > _MAX_CONDITIONS:
            raise TooMany("filter", f"more than {_MAX_CONDITIONS} conditions", _MAX_CONDITIONS)


def _given(given: Any, path: str) -> Iterator[tuple[str, Any, str]]:
    """Name, value and path of each given field of an input object. Raises InvalidArgument for one
    that is null."""
    kind: Any = type(given)
    for name, graphql_name in _names(kind):
        value = getattr(given, name)
        if value is None:
            raise InvalidArgument(f"{path}.{graphql_name}", None, _NO_NULL)
        if value is not UNSET:
            yield name, value, f"{path}.{graphql_name}"


@cache
def _names(kind: Any) -> list[tuple[str, str]]:
    """Names of the fields of an input type, in Python and in GraphQL."""
    fields: tuple[Any, ...] = dataclasses.fields(kind)
    return [(field.name, field.graphql_name or to_camel_case(field.name)) for field in fields]


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.value if isinstance(value, Enum) else value

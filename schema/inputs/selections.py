"""schema.inputs: filter, order and search of a list, translated for the resolvers."""

from __future__ import annotations

import dataclasses
from enum import Enum
from typing import Annotated, Any, TypeAlias

import strawberry
from strawberry import UNSET
from strawberry.utils.str_converters import to_camel_case

from datastore.base.errors import InvalidArgument
from resolvers.filters import All, Either, Expression, Not, Test
from resolvers.ordering import Order
from resolvers.selection import Selection
from schema.inputs.filters import operator_of
from schema.inputs.orders import OrderDirection

__all__ = ["SearchText", "WholeName", "selection"]

WholeName: TypeAlias = Annotated[
    str, strawberry.argument(description="Whole name; case and white space do not matter.")
]

SearchText: TypeAlias = Annotated[
    str | None,
    strawberry.argument(
        description="Only entries whose name matches this text, best first: equal names; names "
        "with all of its words, as words, beginnings or initials, the well-known first; likely "
        "typing errors; names with the text inside a word. Case, accents, punctuation and blanks "
        "do not matter. With orderBy, only the best of these kinds. A blank text is no search."
    ),
]

#: Deepest nesting of conditions, and most conditions of one filter.
_DEEPEST, _MOST = 10, 200
#: Most keys of one order.
_MOST_KEYS = 10
#: Most values of one `in`.
_MOST_VALUES = 1_000
_NO_NULL = "leave it out; unknown values are found by isNull."


def selection(where: Any = UNSET, order_by: Any = UNSET, search: Any = UNSET) -> Selection:
    """The arguments of a list as the resolvers take them. Raises InvalidArgument for a condition
    that is null, and for filters that are too deep or too long."""
    orders = order_by or []
    if len(orders) > _MOST_KEYS:
        raise InvalidArgument(
            "orderBy", f"{len(orders)} keys", f"at most {_MOST_KEYS} may be given."
        )
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

    def expression(self, given: Any, path: str, depth: int) -> Expression:
        """All conditions of one filter object."""
        if depth > _DEEPEST:
            rule = f"it is nested more than {_DEEPEST} times."
            raise InvalidArgument("filter", path, rule)
        self._count()
        parts: list[Expression] = []
        for field in dataclasses.fields(given):
            value, at = getattr(given, field.name), f"{path}.{_name(field)}"
            if value is UNSET:
                continue
            if value is None:
                raise InvalidArgument(at, None, _NO_NULL)
            if field.name == "not_":
                parts.append(Not(self.expression(value, at, depth + 1)))
            elif field.name in ("and_", "or_"):
                inner = tuple(self.expression(one, at, depth + 1) for one in value)
                parts.append(All(inner) if field.name == "and_" else Either(inner))
            elif field.name == "game":
                parts.append(self.expression(value, at, depth + 1))
            else:
                parts.extend(self._tests(field.name, value, at))
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _tests(self, name: str, operators: Any, path: str) -> list[Expression]:
        tests: list[Expression] = []
        for field in dataclasses.fields(operators):
            value = getattr(operators, field.name)
            if value is UNSET:
                continue
            at = f"{path}.{_name(field)}"
            if value is None:
                raise InvalidArgument(at, None, _NO_NULL)
            if isinstance(value, list) and len(value) > _MOST_VALUES:
                rule = f"at most {_MOST_VALUES} may be given."
                raise InvalidArgument(at, f"{len(value)} values", rule)
            self._count()
            tests.append(Test(name, operator_of(field.name), _plain(value)))
        return tests

    def _count(self) -> None:
        self._conditions += 1
        if self._conditions > _MOST:
            given, rule = f"more than {_MOST} conditions", f"at most {_MOST} may be given."
            raise InvalidArgument("filter", given, rule)


def _name(field: Any) -> str:
    """Name of an input field as clients write it."""
    return field.graphql_name or to_camel_case(field.name)


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value.value if isinstance(value, Enum) else value

"""Fields that return a page of a list: the arguments that clients see, and what methods get."""

from __future__ import annotations

from typing import Any

import pytest
import strawberry
from strawberry import UNSET

from resolvers.paging import PageArguments
from resolvers.selection import Selection
from schema.inputs.filters import GenreWhere
from schema.inputs.orders import GenreOrderBy
from schema.relay.lists import Asked, listing

PAGE = ["first", "last", "after", "before"]


@strawberry.type
class Shelf:
    """Something with lists."""

    @listing(GenreWhere, GenreOrderBy)
    def searched(self, asked: Asked, color: str = "red") -> str:
        """All arguments, and one of its own."""
        return f"{color} {asked.selection.text} {asked.page.first}"

    @listing(GenreWhere, GenreOrderBy, searched=False)
    def selected(self, asked: Asked) -> str:
        """No search."""
        return repr(asked)

    @listing()
    def paged(self, asked: Asked) -> str:
        """Pages only."""
        return repr(asked)


def field(name: str) -> Any:
    definition: Any = Shelf.__strawberry_definition__  # type: ignore[attr-defined]
    return next(one for one in definition.fields if one.python_name == name)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("searched", ["color", "where", "order_by", "search", *PAGE]),
        ("selected", ["where", "order_by", *PAGE]),
        ("paged", PAGE),
    ],
)
def test_a_list_has_the_arguments_that_it_is_declared_with(name: str, arguments: list[str]) -> None:
    assert [argument.python_name for argument in field(name).arguments] == arguments
    assert field(name).description


def test_a_method_gets_its_own_arguments_and_those_of_the_list() -> None:
    call = field("searched").base_resolver.wrapped_func
    assert call(Shelf(), search="a", first=2, color="blue") == "blue a 2"
    assert call(Shelf(), search=" ") == "red None None"


@pytest.mark.parametrize("nothing", [UNSET, None])
def test_a_page_argument_that_is_null_or_omitted_is_not_given(nothing: Any) -> None:
    call = field("paged").base_resolver.wrapped_func
    nothing_given = Asked(Selection(), PageArguments())
    assert call(Shelf(), **dict.fromkeys(PAGE, nothing)) == repr(nothing_given)
    assert call(Shelf()) == repr(nothing_given)

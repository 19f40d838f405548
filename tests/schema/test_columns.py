"""Fields that show a column: typed and described as it is declared."""

from __future__ import annotations

import pytest
from graphql import GraphQLNonNull, GraphQLObjectType

from datastore.base.tables import CONTRACT
from schema.columns import column
from schema.graph import graphql_schema

SHOWN = [name for name, declared in CONTRACT["games"].columns.items() if declared.shown]


def camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


@pytest.mark.parametrize("name", SHOWN)
def test_every_column_to_be_shown_is_a_field_that_is_null_when_the_column_is(name: str) -> None:
    game = graphql_schema().type_map["Game"]
    assert isinstance(game, GraphQLObjectType)
    field = game.fields[camel(name)]
    declared = CONTRACT["games"].columns[name]
    assert isinstance(field.type, GraphQLNonNull) is not bool(declared.null)
    assert (field.description or "").startswith(declared.meaning[:-1])


def test_a_column_that_is_not_declared_to_be_shown_is_an_error() -> None:
    with pytest.raises(TypeError, match=r"games\.title_folded must be declared with shown=True"):
        column("games", "title_folded")

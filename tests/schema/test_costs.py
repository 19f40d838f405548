"""The cost of each field is declared next to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import strawberry
from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_list_type,
)
from strawberry.schema.schema_converter import GraphQLCoreConverter

from schema.batches import BATCH
from schema.costs import COST, PAGE, ArgumentCost, Cost, FieldCost, cost, items, sized_by
from schema.graph import graphql_schema, sdl


def fields() -> Iterator[tuple[str, GraphQLField]]:
    """All fields of the schema with their coordinates."""
    for kind in graphql_schema().type_map.values():
        own = isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
        if own and not kind.name.startswith("__"):
            for name, field in kind.fields.items():
                yield f"{kind.name}.{name}", field


def sized_from_above() -> set[str]:
    """Coordinates of the lists whose size is given by each field that returns their object."""
    by_type: dict[str, list[set[str]]] = {}
    for _, field in fields():
        size = field.extensions[COST].size
        kind = get_named_type(field.type).name
        by_type.setdefault(kind, []).append(set(size.sized_fields or ()) if size else set())
    return {
        f"{kind}.{name}" for kind, names in by_type.items() for name in set.intersection(*names)
    }


def test_every_list_has_a_size() -> None:
    above = sized_from_above()
    lists = [(place, field) for place, field in fields() if _is_list(field)]
    assert len(lists) > 50
    assert [p for p, field in lists if p not in above and not field.extensions[COST].size] == []


def test_every_field_that_computes_an_object_or_has_arguments_declares_its_cost() -> None:
    above = sized_from_above()
    undeclared = []
    for place, field in fields():
        declared = field.extensions[GraphQLCoreConverter.DEFINITION_BACKREF]
        computes = declared.base_resolver is not None and place not in above
        reads = BATCH in field.extensions  # which rows or a record of its entry tell it
        returns_object = is_composite_type(get_named_type(field.type)) and not reads
        if computes and (returns_object or field.args.keys() - {"precision"}):
            undeclared += [] if any(isinstance(d, Cost) for d in declared.directives) else [place]
    assert undeclared == []


def test_slicing_arguments_and_sized_fields_exist() -> None:
    for place, field in fields():
        size = field.extensions[COST].size
        if size:
            assert set(size.slicing_arguments or ()) <= field.args.keys(), place
            below = get_named_type(field.type)
            for name in size.sized_fields or ():
                assert _is_list(below.fields[name]), place


def test_a_page_without_arguments_counts_with_its_default_size() -> None:
    for place, field in fields():
        size = field.extensions[COST].size
        if not size or not size.slicing_arguments:
            continue
        defaults = [field.args[name].default_value for name in size.slicing_arguments]
        has_default = any(isinstance(value, int) for value in defaults)
        is_required = "ids" in size.slicing_arguments
        assert has_default or is_required or size.slicing_argument_default_value == 20, place


def test_the_sdl_shows_the_costs() -> None:
    text = sdl()
    graph: GraphQLSchema = build_schema(text)
    assert {"cost", "listSize"} <= {directive.name for directive in graph.directives}
    assert 'search: String @cost(weight: "' in text
    similar = 'SimilarGame!]! @cost(weight: "4") @listSize(assumedSize: 50, slicingArguments: ["fi'
    assert similar in text


def test_a_later_declaration_replaces_an_earlier_one() -> None:
    @cost(7, items(3), name=ArgumentCost(5, base=40))
    @cost(2, PAGE, name=1)
    @strawberry.field
    def field(self: object, name: str) -> list[str]:
        return [name]

    @strawberry.type
    class Query:
        one = field

    directives = strawberry.Schema(Query).as_str()
    assert 'one(name: String! @cost(weight: "5", base: "40")): [String!]!' in directives
    assert '@cost(weight: "7") @listSize(assumedSize: 3)' in directives


def test_a_cost_of_an_unknown_argument_is_an_error() -> None:
    with pytest.raises(TypeError, match="no argument first"):

        @cost(1, sized_by("first", most=5), first=3)
        @strawberry.field
        def field(self: object) -> list[str]:
            return []


def test_a_plain_field_costs_one() -> None:
    title = dict(fields())["Game.title"]
    assert title.extensions[COST] == FieldCost(1.0, {}, None)


def _is_list(field: GraphQLField) -> bool:
    return is_list_type(get_nullable_type(field.type))

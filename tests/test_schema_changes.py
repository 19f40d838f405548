"""docs/schema-changes.md names everything that the schema has gained since the last release."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
)

from schema.graph import graphql_schema

ROOT = Path(__file__).parent.parent


def added(before: GraphQLSchema, after: GraphQLSchema) -> Iterator[str]:
    """Coordinates of new types, and of new fields, arguments and values of known types."""
    for name, kind in after.type_map.items():
        known = before.type_map.get(name)
        if known is None:
            yield name
        elif isinstance(kind, GraphQLEnumType) and isinstance(known, GraphQLEnumType):
            yield from (f"{name}.{value}" for value in kind.values.keys() - known.values.keys())
        elif isinstance(kind, GraphQLInputObjectType) and isinstance(known, GraphQLInputObjectType):
            yield from (f"{name}.{field}" for field in kind.fields.keys() - known.fields.keys())
        elif isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            assert isinstance(known, GraphQLObjectType | GraphQLInterfaceType)
            for field, value in kind.fields.items():
                if field not in known.fields:
                    yield f"{name}.{field}"
                else:
                    arguments = value.args.keys() - known.fields[field].args.keys()
                    yield from (f"{name}.{field}({argument}:)" for argument in arguments)


def test_the_page_names_every_addition() -> None:
    released = build_schema((ROOT / "schema.released.graphql").read_text(encoding="utf-8"))
    page = (ROOT / "docs" / "schema-changes.md").read_text(encoding="utf-8")
    _, unreleased, *_ = page.split("\n## ")
    unnamed = [
        place for place in added(released, graphql_schema()) if f"`{place}`" not in unreleased
    ]
    assert unnamed == []


def test_an_addition_of_any_kind_is_found() -> None:
    before = build_schema("type Query { a: Int } enum E { A } input I { a: Int }")
    after = build_schema(
        "type Query { a(b: Int): Int c: New } enum E { A B } input I { a: Int b: Int } "
        "type New { a: Int }"
    )
    assert set(added(before, after)) == {"Query.a(b:)", "Query.c", "E.B", "I.b", "New"}

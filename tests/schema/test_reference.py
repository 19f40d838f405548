"""docs/reference has every type, field, argument and value of the schema, with its cost."""

from __future__ import annotations

from pathlib import Path

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    is_introspection_type,
    is_specified_scalar_type,
)

from schema.graph import sdl
from schema.reference import PAGES, reference

FOLDER = Path(__file__).parents[2] / "docs" / "reference"


@pytest.fixture(scope="module")
def graph() -> GraphQLSchema:
    return build_schema(sdl())


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return reference()


def section(pages: dict[str, str], page: str, name: str) -> str:
    _, _, found = pages[page].partition(f"\n## {name}\n")
    return found.partition("\n## ")[0]


def row(text: str, name: str) -> str:
    (line, *_) = (line for line in text.splitlines() if line.startswith(f"| `{name}` |"))
    return line


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_up_to_date(pages: dict[str, str], name: str) -> None:
    written = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    assert written == pages[name], "run: python -m schema.reference docs/reference"


def test_there_is_no_other_page() -> None:
    assert {page.stem for page in FOLDER.glob("*.md")} == set(PAGES)


def test_every_type_has_one_section_with_all_its_fields(
    graph: GraphQLSchema, pages: dict[str, str]
) -> None:
    for kind in graph.type_map.values():
        if is_introspection_type(kind) or is_specified_scalar_type(kind) or kind.name == "Query":
            continue
        (page,) = (page for page in PAGES if f"\n## {kind.name}\n" in pages[page])
        text = section(pages, page, kind.name)
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            for name, field in kind.fields.items():
                line = row(text, name)
                assert f"`{field.type}`" in line, (kind.name, name)
                assert " ".join((field.description or "").split()) in line.replace("\\|", "|")
        if isinstance(kind, GraphQLObjectType):
            for name, output in kind.fields.items():
                _, _, arguments = text.partition(f"Arguments of `{name}`:")
                for argument in set(output.args) - {"first", "last", "after", "before"}:
                    assert row(arguments, argument), (kind.name, name)
        if isinstance(kind, GraphQLEnumType):
            assert all(row(text, value) for value in kind.values)


def test_every_query_has_a_section_with_its_arguments(
    graph: GraphQLSchema, pages: dict[str, str]
) -> None:
    assert graph.query_type is not None
    for name, field in graph.query_type.fields.items():
        text = section(pages, "queries", name)
        assert "Returns " in text
        for argument, given in field.args.items():
            assert f"`{argument}`" in text
            if argument not in ("first", "last", "after", "before"):
                assert f"`{given.type}`" in row(text, argument)


def test_costs_and_sizes_are_shown(pages: dict[str, str]) -> None:
    games = section(pages, "queries", "games")
    assert "Cost: 20; entries: `first` or `last` (default 20, at most 100)." in games
    assert row(games, "search").endswith("| 1500 |")
    recommend = section(pages, "objects", "User")
    assert "| 1200 + 60 each |" in recommend


def test_a_table_has_as_many_cells_in_every_row(pages: dict[str, str]) -> None:
    for name, text in pages.items():
        for block in text.split("\n\n"):
            lines = block.strip().splitlines()
            if lines and lines[0].startswith("|"):
                assert len({line.replace("\\|", "").count("|") for line in lines}) == 1, name

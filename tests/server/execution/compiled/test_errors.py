"""Errors of plans are those of graphql-core: their order, paths, places, and what they null."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from graphql import GraphQLError, GraphQLObjectType, GraphQLSchema, build_schema

Alike = Callable[..., dict[str, Any]]


def _raised(source: object, info: object) -> Any:
    raise ValueError("broken")


VALUES: dict[str, Any] = {
    "fine": lambda source, info: 1,
    "broken": _raised,
    "must": _raised,
    "nothing": lambda source, info: None,
    "wrong": lambda source, info: "x",
    "huge": lambda source, info: 2**31,
    "refused": lambda source, info: (_ for _ in ()).throw(GraphQLError("refused")),
    "value": lambda source, info: ValueError("an error as a value"),
    "numbers": lambda source, info: [1, None, "x", ValueError("in a list"), 2],
    "musts": lambda source, info: [1, ValueError("first"), ValueError("second")],
    "single": lambda source, info: 7,
    "late": lambda source, info: (1 / (3 - at) for at in range(3, 5)),
    "node": lambda source, info: {},
    "required": lambda source, info: {},
    "nodes": lambda source, info: [{}, None, ValueError("no node"), {}],
    "requireds": lambda source, info: [{}, {}],
    "grid": lambda source, info: [[{}], None, [{}, None]],
}


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    """A graph whose fields fail in all ways."""
    fields = """
        fine: Int, broken: Int, must: Int!, nothing: Int!, wrong: Int, huge: Int, refused: Int
        value: Int, numbers: [Int], musts: [Int!], single: [Int], late: [Int]
        node: Node, required: Node!, nodes: [Node], requireds: [Node!], grid: [[Node!]]
    """
    schema = build_schema(f"type Query {{ {fields} }} type Node {{ {fields} }}")
    for name in ("Query", "Node"):
        kind = schema.type_map[name]
        assert isinstance(kind, GraphQLObjectType)
        for field, resolve in VALUES.items():
            kind.fields[field].resolve = resolve
    return schema


@pytest.mark.parametrize(
    "text",
    [
        "{ broken fine wrong huge refused value }",
        "{ must }",
        "{ fine nothing }",
        "{ numbers musts single late }",
        "{ node { broken must } fine }",
        "{ node { must broken } required { fine } }",
        "{ required { broken must } fine }",
        "{ nodes { broken fine } }",
        "{ nodes { must fine } a: nodes { nothing } }",
        "{ requireds { broken } }",
        "{ requireds { broken must } broken }",
        "{ node { requireds { broken required { must } } } broken }",
        "{ grid { broken } }",
        "{ grid { must broken } }",
        "{ nodes { a: nodes { must } requireds { nodes { required { must } } } } }",
        "{ alias: broken again: node { deep: node { here: must } } }",
        "{ node { broken } node { ...F } } fragment F on Node { broken wrong }",
    ],
)
def test_errors_and_what_they_null_are_alike(
    schema: GraphQLSchema, alike: Alike, text: str
) -> None:
    assert alike(schema, text)["errors"]


def test_errors_come_in_the_order_of_objects_not_of_fields(
    schema: GraphQLSchema, alike: Alike
) -> None:
    errors = alike(schema, "{ requireds { wrong broken } }")["errors"]
    assert [error["path"] for error in errors] == [
        ["requireds", 0, "wrong"], ["requireds", 0, "broken"],
        ["requireds", 1, "wrong"], ["requireds", 1, "broken"],
    ]  # fmt: skip


def test_nothing_below_a_nulled_object_reports_an_error_any_more(
    schema: GraphQLSchema, alike: Alike
) -> None:
    errors = alike(schema, "{ nodes { broken must wrong } }")["errors"]
    paths = [error["path"] for error in errors if error["path"][1] == 0]
    assert paths == [["nodes", 0, "broken"], ["nodes", 0, "must"]]

"""Values of single objects that are read without a batch are those of the batch."""

from __future__ import annotations

import json
from math import nan
from typing import Any

import pytest
from graphql import GraphQLSchema, build_schema

from server.execution.executor import Executor

#: A value of each type, null, and values that are unusual or wrong.
VALUES = ["a", 'q"\n', "é♥", "\ud800", None, 1, -3, 2**31, True, False, 1.5, 1e21, nan, 2.0, [], {}]
TYPES = ["String", "ID", "Int", "Float", "Boolean"]


def schema_of(kind: str, value: Any) -> GraphQLSchema:
    """A schema with a field of this type and value, of an object that is alone and in a list."""
    schema = build_schema(f"type Query {{ one: Box, all: [Box] }} type Box {{ v: {kind}, w: Int }}")
    fields: Any = schema.type_map["Box"].fields  # type: ignore[attr-defined]
    fields["v"].resolve = lambda source, info: value
    fields["v"].extensions["batch"] = lambda context, sources: [value] * len(sources)
    fields["w"].resolve = lambda source, info: 7
    query: Any = schema.query_type
    query.fields["one"].resolve = lambda source, info: object()
    query.fields["all"].resolve = lambda source, info: [object(), object()]
    return schema


def answer(schema: GraphQLSchema, text: str = "{ one { v w } }") -> Any:
    return json.loads(Executor(schema, lambda: lambda error: {"code": "FAULT"}).execute(text).body)


@pytest.mark.parametrize("kind", [*TYPES, *(f"{kind}!" for kind in TYPES), "[Int]"])
@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_an_object_is_answered_the_same_with_and_without_a_reader(kind: str, value: Any) -> None:
    schema = schema_of(kind, value)
    field: Any = schema.type_map["Box"].fields["v"]  # type: ignore[attr-defined]
    expected = answer(schema)
    asked: list[object] = []

    def reader(context: object) -> Any:
        return lambda source: asked.append(source) or value

    field.extensions["reader"] = reader
    assert answer(schema) == expected
    assert len(asked) == (kind != "[Int]")


def test_objects_of_a_list_are_read_by_the_batch() -> None:
    schema = schema_of("String", "of the batch")
    field: Any = schema.type_map["Box"].fields["v"]  # type: ignore[attr-defined]
    field.extensions["reader"] = lambda context: lambda source: "of the reader"
    assert answer(schema) == {"data": {"one": {"v": "of the reader", "w": 7}}}
    values = answer(schema, "{ all { v } }")["data"]["all"]
    assert values == [{"v": "of the batch"}] * 2


@pytest.mark.parametrize("fails", [False, True])
def test_without_what_reads_it_the_batch_is_asked(fails: bool) -> None:
    schema = schema_of("String", "of the batch")
    field: Any = schema.type_map["Box"].fields["v"]  # type: ignore[attr-defined]

    def reader(context: object) -> None:
        if fails:
            raise ValueError

    field.extensions["reader"] = reader
    assert answer(schema) == {"data": {"one": {"v": "of the batch", "w": 7}}}

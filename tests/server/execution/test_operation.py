"""An execution stops at its bounds of time and size."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    build_schema,
)

from server.execution.executor import Answer, Executor
from server.execution.operation import Bounds


def fields_of(schema: GraphQLSchema, name: str) -> dict[str, GraphQLField]:
    kind = schema.type_map[name]
    assert isinstance(kind, GraphQLObjectType)
    return kind.fields


@pytest.fixture
def schema() -> GraphQLSchema:
    schema = build_schema(
        "type Query { texts(count: Int!): [Text!]! numbers(count: Int!): [Int!]! } "
        "type Text { text: String! slow: Int }"
    )
    fields = fields_of(schema, "Query")
    fields["texts"].resolve = lambda source, info, count: [{"text": "x" * 10}] * count
    fields["numbers"].resolve = lambda source, info, count: range(count)

    def slow(source: object, info: object) -> int:
        end = time.thread_time() + 0.005
        while time.thread_time() < end:
            pass
        return 1

    fields_of(schema, "Text")["slow"].resolve = slow
    return schema


def run(schema: GraphQLSchema, text: str, bounds: Bounds) -> Answer:
    return Executor(schema, lambda: lambda error: None, bounds=bounds).execute(text)


def error_of(answer: Answer) -> dict[str, Any]:
    response = json.loads(answer.body)
    assert answer.has_errors
    assert response["data"] is None
    (error,) = response["errors"]
    return dict(error)


def test_an_execution_within_its_bounds_is_answered(schema: GraphQLSchema) -> None:
    answer = run(schema, "{ texts(count: 2) { text } numbers(count: 2) }", Bounds(5, 1_000))
    assert not answer.has_errors
    assert json.loads(answer.body)["data"]["numbers"] == [0, 1]


def test_an_execution_that_takes_too_long_ends_between_two_objects(schema: GraphQLSchema) -> None:
    start = time.monotonic()
    error = error_of(run(schema, "{ texts(count: 1000) { slow } }", Bounds(seconds=0.1)))
    assert time.monotonic() - start < 2
    assert error["message"].startswith("The execution took more than 0.1 seconds of CPU time.")
    assert error["extensions"] == {
        "code": "DEADLINE_EXCEEDED", "limit": "execution", "maximum": 0.1,
    }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "{ texts(count: 1000000) { text } }",
        "{ numbers(count: 10000000) }",
        "{ texts(count: 10000) { %s: text } }" % ("x" * 500),
    ],
)
def test_an_answer_that_is_too_large_is_not_built(schema: GraphQLSchema, text: str) -> None:
    start = time.process_time()
    error = error_of(run(schema, text, Bounds(answer_bytes=50_000)))
    assert time.process_time() - start < 0.5
    assert error["extensions"] == {
        "code": "ANSWER_TOO_LARGE", "limit": "answer", "maximum": 50_000,
    }  # fmt: skip


def test_an_answer_is_measured_again_in_bytes() -> None:
    schema = build_schema("type Query { text: String }")
    schema.query_type.fields["text"].resolve = lambda source, info: "♥" * 400  # type: ignore[union-attr]
    assert not run(schema, "{ text }", Bounds(answer_bytes=1_300)).has_errors
    error = error_of(run(schema, "{ text }", Bounds(answer_bytes=1_000)))
    assert error["extensions"]["code"] == "ANSWER_TOO_LARGE"


def test_errors_count_towards_the_size_of_an_answer(schema: GraphQLSchema) -> None:
    fields_of(schema, "Text")["slow"].resolve = lambda source, info: 1 / 0
    answer = run(schema, "{ texts(count: 100) { slow } }", Bounds(answer_bytes=5_000))
    assert error_of(answer)["extensions"]["code"] == "ANSWER_TOO_LARGE"


def test_a_meter_hears_of_each_field_and_list(schema: GraphQLSchema) -> None:
    class Log:
        def __init__(self) -> None:
            self.fields: list[str] = []
            self.lists: list[int] = []

        def resolving(self, field: GraphQLField, node: FieldNode) -> None:
            self.fields.append(node.name.value)

        def listed(self, kind: GraphQLOutputType, entries: int) -> None:
            self.lists.append(entries)

        def extensions(self) -> dict[str, object]:
            return {"log": self.lists}

    executor, log = Executor(schema, lambda: lambda error: None), Log()
    prepared = executor.prepared("{ texts(count: 2) { a: text b: text } numbers(count: 3) }")
    answer = executor.run(prepared, {}, None, "", log)
    assert log.fields == ["texts", "text", "text", "text", "text", "numbers"]
    assert json.loads(answer.body)["extensions"] == {"log": [2, 3]}

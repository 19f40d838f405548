"""Plans answer as graphql-core does, and count what they leave to it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any, cast

import pytest
from graphql import GraphQLObjectType, GraphQLSchema, build_schema

from server.execution.compiled import compiler as compiler_module
from server.execution.compiled import plan as plan_module
from server.execution.compiled import plans as plans_module
from server.execution.executor import Executor
from server.execution.operation import Bounds

Alike = Callable[..., dict[str, Any]]

SHOP: dict[str, Any] = {
    "name": "Corner",
    "open": True,
    "items": [
        {"kind": "Book", "id": "1", "title": "Dune", "price": 9.5, "tags": ["new", "red"]},
        {"kind": "Toy", "id": "2", "title": None, "price": 3.0, "age": 4},
        {"kind": "Book", "id": "3", "title": 'Q"\n', "price": 1e21, "tags": []},
    ],
}
SHOP["best"] = SHOP["items"][0]


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    """A shop whose items are books and toys."""
    schema = build_schema(
        """
        enum Size { SMALL LARGE }
        interface Item { id: ID!, title: String, price(by: Float = 1): Float! }
        type Book implements Item {
          id: ID!, title: String, price(by: Float = 1): Float!, tags: [String!]!, next: Item
        }
        type Toy implements Item { id: ID!, title: String, price(by: Float = 1): Float!, age: Int }
        input Range { low: Int = 0, high: Int! }
        type Shop { name: String!, open: Boolean, items(range: Range, size: Size): [Item!]!
                    best: Book, grid: [[Int!]!] }
        type Query { shop: Shop!, closed: Shop, echo(text: String, texts: [String!]): String }
        type Mutation { close: Boolean }
        """
    )
    types = schema.type_map

    def fields(name: str) -> Any:
        kind = types[name]
        assert isinstance(kind, GraphQLObjectType)
        return kind.fields

    def items(shop: Any, info: Any, range: Any = None, size: Any = None) -> Any:
        return shop["items"][range["low"] : range["high"]] if range else shop["items"]

    fields("Query")["shop"].resolve = lambda source, info: SHOP
    fields("Query")["closed"].resolve = lambda source, info: None
    fields("Query")["echo"].resolve = lambda source, info, **given: repr(sorted(given.items()))
    fields("Shop")["items"].resolve = items
    fields("Shop")["grid"].resolve = lambda source, info: [[1, 2], [], (3,)]
    for name in ("Book", "Toy"):
        fields(name)["price"].resolve = lambda item, info, by: item["price"] * by
    fields("Book")["next"].resolve = lambda source, info: SHOP["items"][1]
    item: Any = types["Item"]
    item.resolve_type = lambda value, info, kind: value["kind"]
    return schema


@pytest.mark.parametrize(
    "text",
    [
        "{ shop { name open best { id title tags } grid } closed { name } }",
        "{ a: shop { name n: name } b: shop { name } shop { open } shop { name } }",
        "{ shop { ...S ... { open } ... on Shop { best { title } } } } "
        "fragment S on Shop { best { id } items { id } }",
        "{ shop { items { __typename id title ... on Book { tags next { id } } ...T } } } "
        "fragment T on Toy { age price(by: 2) }",
        "{ __typename shop { __typename t: __typename } }",
        "{ shop { items(range: { high: 2 }) { id } a: items(range: { low: 1, high: 2 }) { id } } }",
        "{ shop { name @skip(if: true) open @include(if: false) } }",
        "{ shop { name @skip(if: false) ... @include(if: true) { open } } }",
        '{ echo none: echo(text: null) some: echo(text: "x", texts: "y") }',
        "{ shop { items(size: LARGE) { price } } }",
    ],
)
def test_selections_of_all_kinds_are_executed(
    schema: GraphQLSchema, alike: Alike, text: str
) -> None:
    assert "errors" not in alike(schema, text)


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        ("query ($b: Float) { shop { items { price(by: $b) } } }", {}),
        ("query ($b: Float) { shop { items { price(by: $b) } } }", {"b": None}),
        ("query ($b: Float = 3) { shop { items { price(by: $b) } } }", {}),
        ("query ($b: Float!) { shop { items { price(by: $b) } } }", {"b": 2}),
        ("query ($b: Float!) { shop { items { price(by: $b) } } }", {"b": "2"}),
        ("query ($b: Float!) { shop { items { price(by: $b) } } }", {}),
        ("query ($r: Range) { shop { items(range: $r) { id } } }", {"r": {"high": 1}}),
        ("query ($r: Range) { shop { items(range: $r) { id } } }", {"r": {"low": 1}}),
        ("query ($h: Int!) { shop { items(range: { high: $h }) { id } } }", {"h": 2}),
        ("query ($h: Int!) { shop { items(range: { high: $h }) { id } } }", {"h": 2**31}),
        ("query ($s: Size) { shop { items(size: $s) { id } } }", {"s": "SMALL"}),
        ("query ($s: Size) { shop { items(size: $s) { id } } }", {"s": "HUGE"}),
        ('query ($t: String = "d") { echo(text: $t) }', {}),
        ('query ($t: String = "d") { echo(text: $t) }', {"t": None}),
        ("query ($t: String, $u: [String!]) { echo(text: $t, texts: $u) }", {"u": "one"}),
        ("query ($t: String!) { echo(texts: [$t, $t]) }", {"t": "x"}),
        ("query ($t: String, $more: Int) { echo(text: $t) }", {"t": "x", "other": 1}),
        ("query ($s: Boolean!) { shop { name @skip(if: $s) a: open @include(if: $s) } }",
         {"s": True}),
        ("query ($s: Boolean!) { shop { name @skip(if: $s) a: open @include(if: $s) } }",
         {"s": False}),
        ("query ($s: Boolean = true) { shop { open ...F @include(if: $s) } } "
         "fragment F on Shop { name }", {}),
        ('query ($n: String!) { __type(name: $n) { name } }', {"n": "Shop"}),
    ],
)  # fmt: skip
def test_variables_are_coerced(
    schema: GraphQLSchema, alike: Alike, text: str, variables: dict[str, Any]
) -> None:
    alike(schema, text, variables)


def test_a_plan_has_a_variant_per_choice_of_its_conditions(schema: GraphQLSchema) -> None:
    executor = Executor(schema, lambda: lambda error: None)
    text = "query ($a: Boolean!, $b: Boolean!) { shop { name @skip(if: $a) open @skip(if: $b) } }"
    bodies = {
        executor.execute(text, {"a": a, "b": b}).body for a in (True, False) for b in (True, False)
    }
    assert bodies == {
        b'{"data":{"shop":{}}}',
        b'{"data":{"shop":{"name":"Corner"}}}',
        b'{"data":{"shop":{"open":true}}}',
        b'{"data":{"shop":{"name":"Corner","open":true}}}',
    }


def test_further_variants_are_left_to_graphql_core(
    schema: GraphQLSchema, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan_module, "_VARIANTS", 1)
    executor = Executor(schema, lambda: lambda error: None)
    text = "query ($a: Boolean!) { shop { name @skip(if: $a) open } }"
    assert executor.execute(text, {"a": True}).body == b'{"data":{"shop":{"open":true}}}'
    assert not executor.declined()
    assert b"Corner" in executor.execute(text, {"a": False}).body
    assert executor.declined() == {"variants": 1}


def test_the_variants_of_a_plan_have_a_limited_number_of_fields(
    schema: GraphQLSchema, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan_module, "MOST_FIELDS", 4)
    executor = Executor(schema, lambda: lambda error: None)
    text = "query ($a: Boolean!, $b: Boolean!) { shop { name @skip(if: $a) open @skip(if: $b) } }"
    for a, b in ((True, False), (False, True), (False, False)):  # of two fields each
        assert b"shop" in executor.execute(text, {"a": a, "b": b}).body
    assert executor.declined() == {"variants": 1}


def test_a_variant_that_is_left_to_graphql_core_is_compiled_once(
    schema: GraphQLSchema, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiler_module, "_FIELDS", 2)
    tried = list[object]()
    compiled = plan_module.compiled
    monkeypatch.setattr(
        plan_module, "compiled", lambda *given: tried.append(given) or compiled(*given)
    )
    executor = Executor(schema, lambda: lambda error: None)
    text = "query ($a: Boolean!) { shop { name @skip(if: $a) open } }"
    for _ in range(3):
        assert b"Corner" in executor.execute(text, {"a": False}).body
    assert executor.declined() == {"number of fields": 3}
    assert len(tried) == 1


def test_the_oldest_plans_are_dropped_and_compiled_again(
    schema: GraphQLSchema, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plans_module, "_FIELDS", 5)
    executor = Executor(schema, lambda: lambda error: None)
    texts = [f"{{ shop {{ a{number}: name }} }}" for number in range(4)]
    for text in (*texts, texts[0]):
        assert b"Corner" in executor.execute(text).body
    kept = [executor.prepared(text).plan is not None for text in texts]
    assert kept == [True, False, False, True]


def test_a_plan_with_too_many_fields_is_left_to_graphql_core(
    schema: GraphQLSchema, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiler_module, "_FIELDS", 3)
    executor = Executor(schema, lambda: lambda error: None)
    for text in ("{ shop { name open } }", "{ shop { name open a: name } }"):
        assert b"Corner" in executor.execute(text).body
    assert executor.declined() == {"number of fields": 1}


def test_a_mutation_is_left_to_graphql_core(schema: GraphQLSchema) -> None:
    executor = Executor(schema, lambda: lambda error: None)
    for _ in range(2):
        assert executor.execute("mutation { close }").body == b'{"data":{"close":null}}'
    assert executor.declined() == {"operation type": 2}


def test_an_executor_without_plans_gives_the_same_answer(schema: GraphQLSchema) -> None:
    text = "{ shop { items { __typename id } } }"
    bodies = {
        Executor(schema, lambda: lambda error: None, compiles=compiles).execute(text).body
        for compiles in (True, False)
    }
    assert len(bodies) == 1


def test_introspection_is_executed_once(
    schema: GraphQLSchema, alike: Alike, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = '{ __schema { types { name } } t: __type(name: "Book") { ...F } shop { name } }'
    text += " fragment F on __Type { fields { name } }"
    alike(schema, text)
    executor = Executor(schema, lambda: lambda error: None)
    first = executor.execute(text).body
    monkeypatch.delattr("server.execution.compiled.introspection.executed")
    assert executor.execute(text).body == first
    assert executor.execute(text.replace("shop", "s: shop")).body.startswith(first[:100])


def test_a_plan_stops_at_the_bound_of_time_between_two_objects() -> None:
    schema = build_schema("type Query { slow: [Slow!]! } type Slow { one: Int }")
    calls: list[int] = []

    def one(source: object, info: object) -> int:
        calls.append(1)
        end = time.thread_time() + 0.005
        while time.thread_time() < end:
            pass
        return 1

    slow: Any = schema.type_map["Slow"]
    slow.fields["one"].resolve = one
    assert schema.query_type is not None
    schema.query_type.fields["slow"].resolve = lambda source, info: [1] * 1_000
    executor = Executor(schema, lambda: lambda error: None, bounds=Bounds(seconds=0.05))
    answer = executor.execute("{ slow { one } }")
    assert answer.code == "DEADLINE_EXCEEDED"
    assert 5 <= len(calls) <= 20
    assert json.loads(answer.body)["data"] is None


@pytest.mark.parametrize("text", ['{ echo(text: "%s") }' % ("x" * 600), "{ shop { %s } }"])
def test_a_plan_stops_at_the_bound_of_size(schema: GraphQLSchema, text: str) -> None:
    names = " ".join(f"name{number}: name" for number in range(100))
    executor = Executor(schema, lambda: lambda error: None, bounds=Bounds(answer_bytes=500))
    assert executor.execute(text.replace("%s", names)).code == "ANSWER_TOO_LARGE"
    assert executor.declined() == {"size": 1}


@pytest.mark.parametrize("fields", ["text fails", "fails text"])
def test_an_error_that_nulls_what_is_too_large_is_the_answer(fields: str) -> None:
    schema = build_schema("type Query { lines: [Line!] } type Line { text: String! fails: Int! }")
    query, line = schema.query_type, cast(GraphQLObjectType, schema.type_map["Line"])
    assert query is not None
    query.fields["lines"].resolve = lambda source, info: range(100)
    line.fields["text"].resolve = lambda source, info: "x" * 100
    line.fields["fails"].resolve = lambda source, info: None
    bounds, bodies = Bounds(answer_bytes=2_000), []
    for compiles in (True, False):
        executor = Executor(
            schema, lambda: lambda error: {"code": "FAULT"}, bounds=bounds, compiles=compiles
        )
        bodies.append(executor.execute(f"{{ lines {{ {fields} }} }}").body)
    assert bodies[0] == bodies[1]
    answer = json.loads(bodies[0])
    assert answer["data"] == {"lines": None}
    assert answer["errors"][0]["path"] == ["lines", 0, "fails"]


def test_the_time_of_a_plan_that_is_given_up_counts() -> None:
    schema = build_schema("type Query { slow: String }")
    calls: list[float] = []

    def slow(source: object, info: object) -> str:
        calls.append(time.thread_time())
        while time.thread_time() < calls[-1] + 0.06:
            pass
        return "x" * 600

    assert schema.query_type is not None
    schema.query_type.fields["slow"].resolve = slow
    bounds = Bounds(seconds=0.05, answer_bytes=500)
    answer = Executor(schema, lambda: lambda error: None, bounds=bounds).execute("{ slow }")
    (error,) = json.loads(answer.body)["errors"]
    assert error["extensions"]["code"] == "DEADLINE_EXCEEDED"
    assert error["extensions"]["maximum"] == 0.05
    assert len(calls) == 1

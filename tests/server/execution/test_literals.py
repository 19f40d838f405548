"""Documents that differ in literals only are parsed and validated once, with the same answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from graphql import GraphQLSchema, build_schema

from server.execution import executor as executor_module
from server.execution.errors import RequestError
from server.execution.executor import Executor


def schema_of_echoes() -> GraphQLSchema:
    """A schema whose fields return their arguments."""
    schema = build_schema(
        """
        enum Size { SMALL LARGE }
        input Range { low: Float, high: Int = 9, names: [String!] }
        scalar Even
        type Echo { text(s: String, n: Int): String, again: Echo, number(n: Int!): Int! }
        type Query {
          echo(s: String, i: ID, n: Int, f: Float, many: [Int!], range: Range, size: Size
               even: Even): String
          deep(n: Int): Echo
          fails(s: String, n: Int = 1): Int
        }
        """
    )
    query: Any = schema.query_type
    echo: Any = schema.type_map["Echo"]

    def told(source: object, info: object, **given: Any) -> str:
        return json.dumps(given, sort_keys=True)

    def fails(source: object, info: object, **given: Any) -> int:
        raise ValueError(json.dumps(given, sort_keys=True))

    def even(node: Any, variables: object = None) -> int:
        number = int(node.value)
        if number % 2:
            raise ValueError("odd")
        return number

    query.fields["echo"].resolve = told
    query.fields["fails"].resolve = fails
    query.fields["deep"].resolve = lambda source, info, n=0: {}
    echo.fields["text"].resolve = told
    echo.fields["again"].resolve = lambda source, info: {}
    echo.fields["number"].resolve = lambda source, info, n: None if n < 0 else n
    scalar: Any = schema.type_map["Even"]
    scalar.parse_literal = even
    return schema


SCHEMA = schema_of_echoes()


def executors() -> tuple[Executor, Executor]:
    """One that lifts literals, and one that parses and validates each document."""
    first, second = (
        Executor(SCHEMA, lambda: lambda error: {"code": "FAULT"}, compiles=compiles)
        for compiles in (True, False)
    )
    return first, second


def answer(executor: Executor, text: str, **variables: Any) -> dict[str, Any]:
    try:
        response: dict[str, Any] = json.loads(executor.execute(text, variables).body)
    except RequestError as error:
        return {"errors": error.errors}
    return response


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that are parsed as documents of their own."""
    texts: list[str] = []
    parse: Callable[..., Any] = executor_module.parsed  # type: ignore[attr-defined]

    def watched(text: str, *limits: int) -> Any:
        texts.append(text)
        return parse(text, *limits)

    monkeypatch.setattr(executor_module, "parsed", watched)
    return texts


#: Documents with the same shape; the first one is valid.
SAME = [
    ['{ echo(s: "one") }', '{ echo(s: "two") }', '{ echo(s: "") }', '{ echo(s: "é♥") }'],
    ['{ echo(s: "plain") }', '{ echo(s: "no\u00a0break") }', '{ echo(s: "\u200b 7 -1.5") }'],
    ['{ a: echo(s: "x", n: 1) b: echo(s: "1") }', '{ a: echo(s: "1", n: 2) b: echo(s: "y") }'],
    ['{ echo(i: "1", n: 7) }', '{ echo(i: "2", n: -3) }', '{ echo(i: "x", n: 0) }'],
    ["{ echo(i: 10) }", "{ echo(i: 11) }", "{ echo(i: -0) }"],
    ["{ echo(f: 1) }", "{ echo(f: 2) }"],
    ["{ echo(f: 1.5) }", "{ echo(f: -2.5e3) }", "{ echo(f: 1E2) }"],
    ["{ echo(many: [1, 2]) }", "{ echo(many: [3, 4]) }"],
    ["{ echo(many: 1) }", "{ echo(many: 2) }"],
    ['{ echo(range: {low: 1, names: ["a"]}) }', '{ echo(range: {low: 2, names: ["b"]}) }'],
    ["{ echo(even: 2) }", "{ echo(even: 4) }"],
    ["{ a: deep(n: 1) { text(n: 1) } }", "{ a: deep(n: 2) { text(n: 3) } }"],
    [
        "{ deep(n: 1) { text(n: 1) again { text(n: 2) deep: again { text(n: 3) } } } }",
        "{ deep(n: 2) { text(n: 3) again { text(n: 4) deep: again { text(n: 5) } } } }",
    ],
    [
        "{ a: deep { text(n: 1) } b: deep { text(n: 2) } }",
        "{ a: deep { text(n: 3) } b: deep { text(n: 3) } }",
    ],
    [
        'query Q { ...F } fragment F on Query { deep { ... on Echo { text(s: "a") } } }',
        'query Q { ...F } fragment F on Query { deep { ... on Echo { text(s: "b") } } }',
    ],
    ['query A { echo(s: "a") }', 'query A { echo(s: "b") }'],
    ["{ deep { number(n: 1) } }", "{ deep { number(n: 2) } }", "{ deep { number(n: -1) } }"],
    [
        'query ($n: Int) { echo(s: "a", n: $n) deep @skip(if: false) { again { text(n: $n) } } }',
        'query ($n: Int) { echo(s: "b", n: $n) deep @skip(if: false) { again { text(n: $n) } } }',
    ],
]


@pytest.mark.parametrize("texts", SAME, ids=lambda texts: texts[0])
def test_a_document_that_differs_in_literals_only_is_not_parsed(
    parsed: list[str], texts: list[str]
) -> None:
    lifting, ordinary = executors()
    for text in texts:
        assert answer(lifting, text, n=5) == answer(ordinary, text, n=5)
    assert parsed == [texts[0], *texts]  # by the other executor all of them
    assert not lifting.declined()


#: A valid document, and one with the same literals' kinds that needs its own validation.
OTHERS = [
    ("{ echo(n: 1) }", "{ echo(n: 3000000000) }"),
    ("{ echo(n: 1) }", "{ echo(n: 1.0) }"),
    ("{ echo(n: 1) }", '{ echo(n: "1") }'),
    ("{ echo(n: 1) }", "{ echo(n: 00) }"),
    ("{ echo(n: 1) }", "{ echo(n: 1a) }"),
    ("{ echo(even: 2) }", "{ echo(even: 3) }"),
    ('{ echo(s: "a") }', '{ echo(s: "a\\n") }'),
    ('{ echo(s: "a") }', '{ echo(s: """a""") }'),
    ('{ echo(s: "a") }', '{ echo(s: "a\x01") }'),
    ('{ echo(s: "a") }', "{ echo(s: \x01) }"),
    ('{ echo(s: "a") }', '{ echo(s: "a") # comment "b"\n }'),
    ('{ echo(s: "a") }', '{ echo(s: "a }'),
    ("{ echo(n: 1) echo(n: 1) }", "{ echo(n: 1) echo(n: 2) }"),
    (
        "{ deep { text(n: 1) } deep { ...F } } fragment F on Echo { text(n: 1) }",
        "{ deep { text(n: 1) } deep { ...F } } fragment F on Echo { text(n: 2) }",
    ),
    (
        "{ deep { text(n: 1) ... on Echo { text(n: 1) } } }",
        "{ deep { text(n: 1) ... on Echo { text(n: 2) } } }",
    ),
    (
        "{ deep { again { text(n: 1) } } deep { again { text(n: 1) } } }",
        "{ deep { again { text(n: 1) } } deep { again { text(n: 2) } } }",
    ),
    (
        "{ deep { again { text(n: 1) } ...F } } fragment F on Echo { again { text(n: 1) } }",
        "{ deep { again { text(n: 1) } ...F } } fragment F on Echo { again { text(n: 2) } }",
    ),
    ("query ($n: Int = 1) { echo(n: $n) }", "query ($n: Int = 2) { echo(n: $n) }"),
    ('{ __type(name: "Echo") { name } }', '{ __type(name: "Query") { name } }'),
]


@pytest.mark.parametrize(("first", "second"), OTHERS)
def test_a_document_that_may_be_invalid_is_read_as_a_whole(
    parsed: list[str], first: str, second: str
) -> None:
    lifting, ordinary = executors()
    assert answer(lifting, first) == answer(ordinary, first)
    parsed.clear()
    expected = answer(ordinary, second)
    assert answer(lifting, second) == expected
    assert parsed == [second, second]


def test_errors_have_the_places_of_their_own_text() -> None:
    lifting, ordinary = executors()
    text = "{ a: deep { ...F } b: fails(s: %s) } fragment F on Echo { number(n: %s) }"
    answer(lifting, text % ('"x"', 1))
    for literals in (('"yy"', -1), ('""', -12345)):
        found = answer(lifting, text % literals)
        assert found == answer(ordinary, text % literals)
        assert len(found["errors"]) == 2
    assert not lifting.declined()


@pytest.mark.parametrize("given", [{}, {"n": None}, {"n": "one"}, {"n": 1, "r": {"low": "x"}}])
def test_errors_of_variables_have_the_places_of_their_own_text(given: dict[str, Any]) -> None:
    lifting, ordinary = executors()
    text = """query P { a: echo(i: %s) }
    query Q($n: Int!, $r: Range) { b: echo(s: "%s", n: $n, range: $r) }"""
    for literals in ((1, "a"), (12345, "bb")):
        document = text % literals
        found = []
        for executor in (lifting, ordinary):
            prepared = executor.prepared(document, "Q")
            executor.require_valid(prepared, given)
            with pytest.raises(RequestError) as refused:
                executor.run(prepared, given, None, "")
            found.append(refused.value.errors)
        assert found[0] == found[1]
        assert found[0][0]["locations"]
    assert not lifting.declined()


def test_an_argument_that_is_missing_is_an_error_of_the_own_text() -> None:
    lifting, ordinary = executors()
    text = 'query ($n: Int = 1) { echo(s: "%s") deep { number(n: $n) } }'
    answer(lifting, text % "a")
    found = answer(lifting, text % "bbb", n=None)
    assert found == answer(ordinary, text % "bbb", n=None)
    assert found["errors"]


def test_variables_of_a_request_cannot_replace_literals() -> None:
    lifting, ordinary = executors()
    answer(lifting, '{ echo(s: "a") }')
    text = '{ echo(s: "b") }'
    variables = {"0": "evil"}
    body = lifting.execute(text, variables).body
    assert body == ordinary.execute(text, variables).body
    assert b"evil" not in body


def test_the_guard_sees_the_literals_of_each_document() -> None:
    costs: list[Any] = []

    def guard(document: Any, operation: Any, variables: Any) -> float:
        node = operation.selection_set.selections[0].arguments[0].value
        name = getattr(node, "name", None)
        costs.append(variables[name.value] if name else int(node.value))
        return float(costs[-1])

    executor = Executor(SCHEMA, lambda: lambda error: None, guard=guard)
    for number in (1, 20, 300):
        text = f"{{ echo(n: {number}) }}"
        assert executor.require_valid(executor.prepared(text), {}) == number
    assert costs == [1, 20, 300]


def test_an_operation_is_chosen_of_a_document_without_its_literals() -> None:
    lifting, ordinary = executors()
    text = 'query A { echo(s: "%s") } query B { echo(n: 1) }'
    answer(lifting, text % "a")
    for name in ("A", "B"):
        prepared = lifting.prepared(text % "b", name)
        lifting.require_valid(prepared, {})
        assert prepared.name == name
        body = lifting.run(prepared, {}, None, "").body
        assert body == ordinary.execute(text % "b", {}, name).body
    with pytest.raises(RequestError, match="no operation named 'C'"):
        lifting.prepared(text % "b", "C")


def test_a_text_of_a_known_shape_is_known_and_its_original_has_its_literals() -> None:
    lifting, _ = executors()
    answer(lifting, '{ echo(s: "a") }')
    text = '{ echo(s: "b") }'
    assert lifting.knows(text)
    prepared = lifting.known(text)
    assert prepared is not None
    assert prepared is lifting.prepared(text)
    original = prepared.original()
    assert original.original() is original
    (field,) = original.operation.selection_set.selections
    assert getattr(field, "arguments")[0].value.value == "b"  # noqa: B009  nodes are unions
    assert lifting.known('{ echo(s: "b") echo }') is None

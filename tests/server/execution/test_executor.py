"""Execution: documents are read once, run often, and never fill the memory."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from graphql import OperationDefinitionNode, OperationType, build_schema, print_ast

from server.execution.document import Document
from server.execution.errors import RequestError, failure
from server.execution.executor import Executor
from server.http.disclosure import Disclosure

SCHEMA = build_schema("type Query { one: Int, two(by: Int!): Int }  type Mutation { set: Int }")


@pytest.fixture
def executor() -> Executor:
    return Executor(SCHEMA, lambda: lambda error: None)


def test_the_document_of_an_earlier_request_is_used_again(executor: Executor) -> None:
    assert executor.document("{ one }") is executor.document("{ one }")
    assert executor.document("{ one }") is not executor.document("{ one  }")


def test_an_invalid_document_is_validated_once(
    executor: Executor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        with pytest.raises(RequestError, match="three"):
            executor.execute("{ three }")
        monkeypatch.delattr("server.execution.executor.validate", raising=False)


def test_parsing_does_not_validate(executor: Executor) -> None:
    document = executor.document("{ three }")
    with pytest.raises(RequestError, match="three"):
        executor.validate(document)


COLOURS = build_schema(
    "enum Colour { RED GREEN BLUE }  type Query { like(colour: Colour, colours: [Colour!]): Int }"
)
VALUES = "Its values: RED, GREEN, BLUE."


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("{ like(colour: PINK) }", {}),
        ('{ like(colour: "RED") }', {}),
        ("{ like(colours: [RED, PINK]) }", {}),
        ("query ($c: Colour) { like(colour: $c) }", {"c": "PINK"}),
        ("query ($c: Colour) { like(colour: $c) }", {"c": 1}),
        ("query ($c: [Colour!]) { like(colours: $c) }", {"c": ["red"]}),
    ],
)
def test_the_refusal_of_an_enum_value_lists_the_values_but_not_in_production(
    query: str, variables: dict[str, Any]
) -> None:
    executor = Executor(COLOURS, lambda: lambda error: None)
    with pytest.raises(RequestError) as refused:
        executor.execute(query, variables)
    (error,) = refused.value.errors
    assert error["message"].endswith(VALUES)
    assert Disclosure().error(error)["message"].endswith(VALUES)
    assert "GREEN" not in str(Disclosure(production=True).error(error))


def test_a_value_that_quotes_the_refusal_of_an_enum_lists_nothing(executor: Executor) -> None:
    with pytest.raises(RequestError) as refused:
        executor.execute("{ two(by: \"does not exist in 'Colour' enum\") }")
    assert "Its values" not in str(refused.value)


def test_a_guard_stands_between_parsing_and_validation() -> None:
    seen: list[tuple[str, Mapping[str, Any]]] = []

    def guard(
        document: Document, operation: OperationDefinitionNode, variables: Mapping[str, Any]
    ) -> float:
        seen.append((print_ast(operation), variables))
        if variables.get("by") == 99:
            raise RequestError([failure("That costs too much.", "TOO_EXPENSIVE")])
        return 7.0

    executor = Executor(SCHEMA, lambda: lambda error: None, guard=guard)
    query = "query ($by: Int!) { two(by: $by) }"
    assert executor.execute(query, {"by": 1}).body == b'{"data":{"two":null}}'
    with pytest.raises(RequestError, match="too much"):
        executor.execute(query, {"by": 99})
    with pytest.raises(RequestError, match="too much"):  # and not: there is no field three
        executor.execute("{ three }", {"by": 99})
    with pytest.raises(RequestError, match="Syntax"):
        executor.execute("{", {"by": 99})
    assert [variables["by"] for _, variables in seen] == [1, 99, 99]


def test_a_valid_operation_is_known_with_its_cost_and_an_invalid_one_is_not() -> None:
    executor = Executor(SCHEMA, lambda: lambda error: None, guard=lambda *_: 7.0)
    assert executor.known("{ one }") is None
    prepared = executor.prepared("{ one }")
    assert executor.known("{ one }") is None  # not validated yet
    assert executor.require_valid(prepared, {}) == prepared.cost({}) == 7
    assert executor.known("{ one }") is prepared
    assert executor.known("{ one }", "Other") is None
    with pytest.raises(RequestError):
        executor.execute("{ three }")
    assert executor.known("{ three }") is None


def test_an_operation_knows_its_name_and_whether_it_only_reads(executor: Executor) -> None:
    text = "query Q { one } mutation M { set }"
    assert (executor.prepared(text, "Q").name, executor.prepared(text, "Q").is_query) == ("Q", True)
    assert not executor.prepared(text, "M").is_query
    assert executor.prepared("{ one }").name is None


def test_an_answer_is_json_in_utf_8_without_white_space() -> None:
    schema = build_schema("type Query { text: String, number: Float, one: Int, list: [Int] }")
    root = {"text": "é ♥ \u2028", "number": 0.1 + 0.2, "one": None, "list": [1, 2]}
    schema.query_type.fields["text"].resolve = lambda source, info: info.context["text"]
    for name in ("number", "one", "list"):
        field = schema.query_type.fields[name]
        field.resolve = lambda source, info: info.context[info.field_name]
    answer = Executor(schema, lambda: lambda error: None).execute(
        "{ text number one list }", context=root
    )
    assert not answer.has_errors
    assert answer.body.decode() == (
        '{"data":{"text":"é ♥ \u2028","number":0.30000000000000004,"one":null,"list":[1,2]}}'
    )


def test_an_answer_with_errors_says_so() -> None:
    schema = build_schema("type Query { one: Int }")

    def broken(source: object, info: object) -> int:
        raise ValueError("a secret")

    schema.query_type.fields["one"].resolve = broken
    answer = Executor(schema, lambda: lambda error: None).execute("{ one }", request_id="request-7")
    assert answer.has_errors
    response = json.loads(answer.body)
    assert response["data"] == {"one": None}
    assert response["errors"][0]["extensions"] == {"code": "INTERNAL", "requestId": "request-7"}
    assert b"secret" not in answer.body


def test_documents_are_kept_up_to_a_total_length_and_the_one_used_least_recently_goes_first(
    executor: Executor,
) -> None:
    kept, lost = executor.document("{ one } # kept"), executor.document("{ one } # lost")
    for number in range(3):
        executor.document(f"{{ one }} # {number}" + "x" * 12_000)
        assert executor.document("{ one } # kept") is kept
        assert executor.knows("{ one } # lost")
    executor.document("{ one } # last" + "x" * 12_000)
    assert executor.document("{ one } # kept") is kept
    assert executor.document("{ one } # lost") is not lost


def test_a_very_long_document_runs_and_is_not_kept(executor: Executor) -> None:
    text = "{ one } #" + "x" * 20_000
    document = executor.document(text)
    assert document is not executor.document(text)
    assert executor.execute(text).body == b'{"data":{"one":null}}'


@pytest.mark.parametrize("text", ["{", "", "}{", "\0", "{" * 100_000])
def test_what_is_no_graphql_is_refused(executor: Executor, text: str) -> None:
    with pytest.raises(RequestError):
        executor.document(text)


def test_the_operation_is_chosen_by_its_name_or_because_it_is_the_only_one(
    executor: Executor,
) -> None:
    both = executor.document("query Q { one } mutation M { set }")
    assert both.operation("Q").operation is OperationType.QUERY
    assert both.operation("M").operation is OperationType.MUTATION
    assert executor.document("{ one }").operation(None).name is None
    with pytest.raises(RequestError, match="choose one"):
        both.operation(None)
    with pytest.raises(RequestError, match="no operation named 'X'"):
        both.operation("X")
    with pytest.raises(RequestError, match="no operation"):
        executor.document("fragment F on Query { one }").operation(None)

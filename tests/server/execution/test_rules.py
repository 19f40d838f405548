"""Rules that skip what they ignore find the same errors."""

from __future__ import annotations

import pytest
from graphql import ASTValidationRule, parse, specified_rules, validate

from schema.graph import graphql_schema
from server.execution.rules import selective

RULES = [selective(rule) for rule in specified_rules]


@pytest.mark.parametrize(
    "query",
    [
        "{ dataset { demo } }",
        "{ dataset }",
        "{ nothing games(first: true, last: 1, first: 2) { edges { node { nam } } } }",
        "query A($unused: Int, $twice: Int, $twice: Int) { games(first: $unknown) { totalCount } }",
        "query A { ...F } query A { ...G } fragment F on Query { ...F } fragment H on No { a }",
        "{ dataset { demo @skip @skip(if: true) @nothing } } type T { a: Int }",
        "{ dataset { demo } dataset: games { totalCount } } { dataset { demo } }",
    ],
)
def test_a_document_has_the_same_errors_in_the_same_order(query: str) -> None:
    document = parse(query)
    for _ in range(2):  # before and after it is known what the rules ignore
        assert validate(graphql_schema(), document, RULES) == validate(graphql_schema(), document)


def test_a_kind_that_a_rule_ignores_is_looked_up_once() -> None:
    asked = []

    class Rule(ASTValidationRule):
        def __getattribute__(self, name: str) -> object:
            if name.endswith("_name"):
                asked.append(name)
            return super().__getattribute__(name)

    rule = selective(Rule)
    for _ in range(3):
        validate(graphql_schema(), parse("{ dataset { demo } }"), [rule])
    assert asked == ["enter_name", "leave_name"]

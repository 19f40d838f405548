"""Errors of literals: all of a short one, the first of a long one."""

from __future__ import annotations

import pytest
from graphql import parse, validate
from graphql.validation import ValuesOfCorrectTypeRule

from schema.graph import graphql_schema
from server.execution.values import BoundedValues

LONG = " ".join(f"f{number}: 1" for number in range(400))


def messages(query: str, rule: type[ValuesOfCorrectTypeRule] = BoundedValues) -> list[str]:
    return [error.message for error in validate(graphql_schema(), parse(query), [rule])]


@pytest.mark.parametrize(
    "query",
    [
        "{ games(filter: {a: 1, b: 2, price: {gte: true}}) { totalCount } }",
        "{ games(first: {a: 1}) { totalCount } }",
        '{ games(filter: {title: {eq: "a"}}) { totalCount } }',
        '{ games(filter: {title: {eq: "%s"}}) { totalCount } }' % ("a" * 3_000),
    ],
)
def test_short_and_valid_literals_are_reported_as_by_graphql_core(query: str) -> None:
    assert messages(query) == messages(query, ValuesOfCorrectTypeRule)


@pytest.mark.parametrize("value", [f"{{{LONG}}}", f"{{title: {{{LONG}}}}}"])
def test_only_the_first_error_of_a_long_literal_is_reported(value: str) -> None:
    query = f"{{ games(filter: {value}) {{ totalCount }} }}"
    assert messages(query) == messages(query, ValuesOfCorrectTypeRule)[:1]


def test_each_long_literal_is_reported() -> None:
    games = "{name}: games({argument}: {{{long}}}) {{ totalCount }}"
    query = " ".join(
        games.format(name=name, argument=argument, long=LONG)
        for name, argument in (("a", "filter"), ("b", "first"))
    )
    query = f"{{ {query} }}"
    assert len(messages(query)) == 2

"""Literals with variables inside have the value that graphql-core finds."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from graphql import GraphQLInputType, Undefined, build_schema, parse_value
from graphql.execution.values import VariableValues
from graphql.utilities.coerce_input_value import coerce_input_literal

from server.execution.compiled.inputs import literal

SCHEMA = build_schema("""
input Range { least: Int, most: Int! = 9, unit: String = "h" }
input Where { price: Range, names: [String!], any: [Where], year: Int!, order: [[Int]] }
input One @oneOf { number: Int, name: String }
type Query { games(where: Where, one: One, all: [Where!]!): Int }
""")
FIELD = SCHEMA.query_type.fields["games"]  # type: ignore[union-attr]
LITERALS = {
    "where": [
        "{ year: $n }",
        "{ year: 2, price: { least: $n } }",
        "{ year: 2, price: { most: $n, unit: null } }",
        "{ year: 2, names: [$s, \"x\"] }",
        "{ year: 2, names: $s }",
        "{ year: 2, order: [[$n, 1], [null]] }",
        "{ year: 2, any: [{ year: $n }, null] }",
        "{ price: { least: $n } }",
        "{ year: 2, price: { least: $n, other: 1 } }",
        "{ year: 2, any: { year: $n } }",
        "{ year: null, price: { least: $n } }",
        "[$n]",
    ],
    "one": ["{ number: $n }", "{ number: $n, name: $s }", "{ name: $s }"],
    "all": ["[{ year: $n }]", "[{ year: 1, price: { least: $n } }, { year: $n }]", "[$n]"],
}  # fmt: skip
VALUES: list[dict[str, Any]] = [
    {name: value for name, value in (("n", n), ("s", s)) if value is not Undefined}
    for n, s in product((5, None, Undefined), ("text", None, Undefined))
]


@pytest.mark.parametrize(
    ("argument", "text"), [(name, text) for name, texts in LITERALS.items() for text in texts]
)
def test_a_literal_has_the_value_that_graphql_core_finds(argument: str, text: str) -> None:
    kind: GraphQLInputType = FIELD.args[argument].type
    node = parse_value(text)
    value = literal(node, kind)
    for variables in VALUES:
        expected = coerce_input_literal(node, kind, VariableValues({}, dict(variables)))
        found = value(variables)
        assert found == expected or found is expected, variables
        if isinstance(expected, dict):
            assert list(found) == list(expected)  # the order of the fields, too


def test_most_literals_need_graphql_core_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = FIELD.args["where"].type
    value = literal(parse_value("{ year: 2, price: { least: $n } }"), kind)
    monkeypatch.setattr("server.execution.compiled.inputs.coerce_input_literal", None)
    assert value({"n": 3}) == {"price": {"least": 3, "most": 9, "unit": "h"}, "year": 2}

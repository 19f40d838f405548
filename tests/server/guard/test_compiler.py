"""The cost of an operation is what a visit of every entry of every list adds up to."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import DocumentNode, OperationDefinitionNode, parse
from hypothesis import given, settings

from server.guard.compiler import DEEPEST, Compiler
from server.guard.plan import Plan
from small_graph import GRAPH, by_expansion, documents, variables
from thorough import examples

COMPILER = Compiler(GRAPH)


def plan(document: DocumentNode) -> Plan:
    operation = next(n for n in document.definitions if isinstance(n, OperationDefinitionNode))
    return COMPILER.plan(document, operation)


def cost(text: str, **values: Any) -> float:
    return plan(parse(text)).cost(values)


@settings(max_examples=examples(100))  # each of a hundred random choices
@given(documents(), variables(), variables())
def test_the_estimate_is_the_cost_by_expansion(
    text: str, first: dict[str, Any], second: dict[str, Any]
) -> None:
    document = parse(text)
    compiled = plan(document)
    for values in (first, second, first):  # a plan keeps nothing of an earlier request
        assert compiled.cost(values) == pytest.approx(by_expansion(document, values))


def test_a_page_multiplies_what_is_selected_on_its_entries() -> None:
    page = "{ games(first: 3) { total nodes { title similar(first: 2) { title } } } }"
    # games, its page, total, nodes; per game: entry, title, similar; per similar game: entry, title
    assert cost(page) == 20 + 3 + 1 + 1 + 3 * (1 + 1 + 6 + 2 * (1 + 1))


def test_a_page_counts_with_its_default_size() -> None:
    assert cost("{ games { nodes { title } } }") == cost("{ games(first: 2) { nodes { title } } }")
    assert cost("{ games(first: null) { nodes { title } } }") == cost(
        "{ games { nodes { title } } }"
    )


@pytest.mark.parametrize("first", [-3, 0, 1])
def test_a_short_list_counts_with_its_minimum_size(first: int) -> None:
    short = f"{{ game {{ similar(first: {first}) {{ title }} }} }}"
    assert cost(short) == cost("{ game { similar(first: 2) { title } } }")
    assert cost(short) < cost("{ game { similar(first: 3) { title } } }")


def test_variables_count_as_the_values_they_have() -> None:
    page = "query ($n: Int = 4) { games(first: $n) { nodes { title } } }"
    sizes = {cost(page, n=n) for n in (0, 1, 2, 3)}
    assert len(sizes) == 4
    assert cost(page) == cost(page, n=4)
    assert cost(page, n=None) == cost(page, n=2)


@pytest.mark.parametrize("value", ["abc", True, 1e400, float("nan"), [1], {"a": 1}, 10**30, -5])
def test_an_invalid_value_costs_at_most_a_full_page(value: object) -> None:
    page = "query ($n: Int) { games(first: $n) { nodes { title } } }"
    assert 0 < cost(page, n=value) <= cost(page, n=4)


def test_a_huge_number_is_not_read() -> None:
    page = "{ games(first: %s) { nodes { title } } }" % ("9" * 100_000)
    assert cost(page) <= cost("{ games(first: 4) { nodes { title } } }")


def test_an_included_field_costs_and_a_skipped_one_does_not() -> None:
    text = "query ($a: Boolean!) { games @include(if: $a) { nodes { title } } }"
    assert cost(text, a=False) == 0
    assert cost(text, a=True) == cost("{ games { nodes { title } } }")


def test_what_does_not_exist_counts_as_plain_fields() -> None:
    assert cost("{ nothing { at { all } } }") == 3
    assert cost("{ games { nodes { ... on Nothing { a } } } }") == cost("{ games { nodes { b } } }")
    assert cost("{ ...Missing }") == 0


def test_a_fragment_that_contains_itself_is_followed_once() -> None:
    text = (
        "{ games { nodes { ...A } } } fragment A on Game { title ...B } "
        "fragment B on Game { title similar { ...A } }"
    )
    assert cost(text) > 0


def test_doubling_fragments_take_linear_time() -> None:
    fragments = " ".join(
        f"fragment F{i} on Game {{ similar {{ ...F{i + 1} }} a: similar {{ ...F{i + 1} }} }}"
        for i in range(40)
    )
    text = f"{{ games {{ nodes {{ ...F0 }} }} }} {fragments} fragment F40 on Game {{ title }}"
    assert cost(text) > 2.0**40


def test_depth_and_breadth_include_fragments() -> None:
    text = (
        "{ ...Roots a: game { title } } fragment Roots on Query { "
        "games { nodes { ... on Game { similar { title } } } } b: __schema { types { name } } }"
    )
    root = plan(parse(text)).root
    assert (root.depth, root.fields, root.introspection_fields) == (4, 3, 1)


def test_nested_lists_of_members_are_counted_in_an_introspection() -> None:
    text = "{ __schema { types { fields { type { fields { type { inputFields { name } } } } } } } }"
    assert plan(parse(text)).root.introspection_depth == 3
    assert (
        plan(parse("{ __schema { types { fields { args { name } } } } }")).root.introspection_depth
        == 1
    )


@pytest.mark.parametrize("nest", ["{ game %s }", "{ ... %s }"])
def test_very_deep_nesting_is_not_followed(nest: str) -> None:
    text = "{ game }"
    for _ in range(DEEPEST + 1):
        text = nest % text
    with pytest.raises(RecursionError):
        plan(parse(text))

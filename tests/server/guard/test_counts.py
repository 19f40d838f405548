"""The counts over a document bound the time of its validation."""

from __future__ import annotations

from graphql import parse

from server.guard.counts import Counts, count


def counts(text: str) -> Counts:
    return count(parse(text))


def test_everything_is_counted_used_or_not() -> None:
    text = """
        query A($a: Int, $b: Int @d) @d { x: a @d ...F @d ... @d { b } }
        query B { c }
        fragment F on T @d { y: a { z: b } }
    """
    assert counts(text) == Counts(
        operations=2, fragments=1, variables=2, selections=7, aliases=3, directives=5
    )


def test_a_repeat_is_a_field_that_occurs_again() -> None:
    assert counts("{ a a a b }").repeats == 2
    assert counts("{ a(b: 1) a(b: 1) a(b: 1) }").repeats == 2
    assert counts("{ a { b } ... { a { b } } ... on T { a { b } } }").repeats == 2
    assert counts("{ x: a { b } y: a { b } }").repeats == 0


def test_repeats_across_fragments_count() -> None:
    text = "{ a { b } ...F ...G } fragment F on T { a { b } ...G } fragment G on T { a { b } }"
    # a occurs again in F and in G; G counts once, although it is spread twice. F has it again in G.
    assert counts(text).repeats == 2 + 1


def test_a_cycle_of_fragments_ends() -> None:
    text = "{ ...F } fragment F on T { a { b } ...G } fragment G on T { a { b } ...F }"
    assert counts(text).fragments == 2


def test_definitions_of_types_are_left_to_validation() -> None:
    assert counts("type T { a: Int } { a }") == Counts(operations=1, selections=1)

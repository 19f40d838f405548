"""The errors: what clients get in addition to the message."""

from __future__ import annotations

from datastore.base import errors
from datastore.base.errors import InvalidArgument, NotFound, PlaygraphError, Unavailable


def test_what_is_not_found_comes_with_at_most_three_suggestions() -> None:
    error = NotFound("No developer 'Vavle'.", lambda: ["Valve", "b", "c", "d"])
    assert error.extensions() == {
        "code": "NOT_FOUND",
        "classification": "BAD_REQUEST",
        "suggestions": ["Valve", "b", "c"],
    }
    assert NotFound("x").extensions() == {
        "code": "NOT_FOUND",
        "classification": "BAD_REQUEST",
        "suggestions": [],
    }


def test_an_invalid_argument_is_named_with_value_and_rule() -> None:
    error = InvalidArgument("first", -1, "it must be at least 0.")
    assert str(error) == "Argument 'first' is -1: it must be at least 0."
    assert error.extensions() == {
        "code": "INVALID_ARGUMENT",
        "classification": "BAD_REQUEST",
        "argument": "first",
    }


def test_what_is_unavailable_has_its_code() -> None:
    assert Unavailable("Later.").extensions() == {
        "code": "UNAVAILABLE",
        "classification": "INTERNAL_ERROR",
    }


def test_every_error_is_one_that_playgraph_can_explain() -> None:
    assert all(issubclass(getattr(errors, name), PlaygraphError) for name in errors.__all__)

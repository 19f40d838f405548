"""Errors of the root: unknown keys and impossible arguments, one entry each, with its path."""

from __future__ import annotations

import pytest

import world
from harness import Ask, only_error


def test_each_unknown_key_has_one_error_with_its_path_and_disturbs_no_other(ask: Ask) -> None:
    answer = ask(
        """{ d: developer(name: "Krakn") { name } u: user(userId: "nobody") { userId }
             g: genre(name: "Acton") { name } a: game(appId: "-1") { appId }
             known: user(userId: "ada") { userId } }"""
    )
    assert answer["data"] == {
        "d": None, "u": None, "g": None, "a": None, "known": {"userId": "ada"},
    }  # fmt: skip
    errors = {error["path"][0]: error["extensions"] for error in answer["errors"]}
    assert errors.keys() == {"d", "u", "g", "a"}
    assert {extensions["code"] for extensions in errors.values()} == {"NOT_FOUND"}
    assert errors["d"]["suggestions"][0] == "KRAKEN"
    assert [errors[name]["suggestions"] for name in "uga"] == [[], [], []]  # one search per request
    assert all(len(error["path"]) == 1 for error in answer["errors"])


def test_at_most_three_names_are_suggested_closest_first(ask_demo: Ask) -> None:
    listed = ask_demo("{ developers(first: 100) { nodes { name } } }")
    for developer in listed["data"]["developers"]["nodes"]:
        name = developer["name"]
        if len(name) < 6 or "," in name:
            continue
        misspelled = name[:3] + name[4:]
        answer = ask_demo("query ($n: String!) { developer(name: $n) { name } }", n=misspelled)
        suggestions = only_error(answer)["extensions"]["suggestions"]
        assert len(suggestions) <= 3
        assert name in suggestions


@pytest.mark.parametrize("user_id", ["Cyd", "fa", "emptyy", "76561198000000002", "eve ada"])
def test_user_ids_are_never_suggested(ask: Ask, user_id: str) -> None:
    for query in (
        "query ($k: ID!) { x: user(userId: $k) { userId } }",
        "query ($k: ID!) { x: game(appId: $k) { appId } }",
        "query ($k: ID!) { x: node(id: $k) { id } }",
    ):
        error = only_error(ask(query, k=user_id))
        assert not set(error["extensions"]["suggestions"]) & set(world.USERS)
        assert not any(known in error["message"].replace(user_id, "") for known in world.USERS)


@pytest.mark.parametrize(
    "name", ["", "   ", "\0", "%", "' OR 1=1 --", "x" * 100_000, "♥", "\ud800"]
)
def test_strange_names_are_just_not_found(ask: Ask, name: str) -> None:
    for query in (
        "query ($k: String!) { x: developer(name: $k) { name } }",
        "query ($k: String!) { x: genre(name: $k) { name } }",
    ):
        answer = ask(query, k=name)
        assert answer["data"] == {"x": None}
        error = only_error(answer)
        assert error["extensions"]["code"] == "NOT_FOUND"
        assert len(error["message"]) < 500


@pytest.mark.parametrize(
    ("query", "argument", "value", "rule", "path"),
    [
        ("{ bestDevelopers(year: 0) { rank } }", "year", "0", "between 1 and 9999", 1),
        ("{ bestDevelopers(year: -5) { rank } }", "year", "-5", "between 1 and 9999", 1),
        ("{ bestDevelopers(year: 10000) { rank } }", "year", "10000", "between 1 and 9999", 1),
        (
            "{ bestDevelopers(year: 2011, first: -1) { rank } }",
            "first", "-1", "between 0 and 100", 1,
        ),
        (
            "{ bestDevelopers(year: 2011, first: 101) { rank } }",
            "first", "101", "between 0 and 100", 1,
        ),
        (
            '{ game(appId: "10") { similarGames(first: 51) { score } } }',
            "first", "51", "between 0 and 50", 2,
        ),
        (
            '{ game(appId: "10") { similarGames(first: -1) { score } } }',
            "first", "-1", "between 0 and 50", 2,
        ),
        (
            '{ user(userId: "ada") { recommendations(first: 51) { score } } }',
            "first", "51", "between 0 and 50", 2,
        ),
    ],
)  # fmt: skip
def test_an_impossible_argument_is_named_with_its_value_and_the_rule(
    ask: Ask, query: str, argument: str, value: str, rule: str, path: int
) -> None:
    error = only_error(ask(query))
    assert error["extensions"] == {
        "code": "INVALID_ARGUMENT",
        "classification": "BAD_REQUEST",
        "argument": argument,
    }
    assert f"'{argument}' is {value}:" in error["message"]
    assert rule in error["message"]
    assert len(error["path"]) == path


def test_an_impossible_year_leaves_the_rest_of_the_answer_alone(ask: Ask) -> None:
    answer = ask('{ bestDevelopers(year: 0) { rank } genre(name: "Indie") { name } }')
    assert answer["data"] == {"bestDevelopers": None, "genre": {"name": "Indie"}}


def test_a_value_of_another_type_is_refused_before_anything_runs(ask: Ask) -> None:
    for query in (
        '{ bestDevelopers(year: "2011") { rank } }',
        "{ bestDevelopers { rank } }",
        "{ bestDevelopers(year: null) { rank } }",
        "{ bestDevelopers(year: 2011, yearBasis: POSTED) { rank } }",
        "{ developer { name } }",
        "{ nothing }",
    ):
        answer = ask(query)
        assert "data" not in answer
        assert answer["errors"]

"""schemathesis: generated operations, valid and invalid, over all root fields; no server error.

PLAYGRAPH_EXAMPLES sets the number of operations per root field, mode and profile; PLAYGRAPH_SEED
makes them others. README.md has the command of a long run.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from io import StringIO
from types import ModuleType
from typing import Any

import pytest
from graphql import (
    REMOVE,
    ArgumentNode,
    GraphQLScalarType,
    Visitor,
    build_schema,
    is_specified_scalar_type,
    parse,
    parse_value,
    print_ast,
    visit,
)
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

#: The codes of errors that are the client's own; any other error is ours.
CLIENTS_OWN = {"NOT_FOUND", "INVALID_ARGUMENT", "BAD_USER_INPUT"}
EXAMPLES = int(os.environ.get("PLAYGRAPH_EXAMPLES", "15"))  # some 30 s on two cores
SEED = int(os.environ.get("PLAYGRAPH_SEED", "1"))
TIMEOUT = 10.0  # seconds for one answer
#: With a seed and without a database: every run sends the same requests.
BOUNDED = settings(
    max_examples=EXAMPLES,
    database=None,
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)


def verdict(status: int, answer: Any) -> str:
    """What a response says: data, refused, or what is wrong with the server."""
    if status >= 500:
        return f"HTTP {status}"
    if status >= 400:
        return "refused" if answer.get("errors") and "data" not in answer else f"odd {status}"
    if status != 200 or not isinstance(answer, dict):
        return f"odd {status}"
    codes = {error.get("extensions", {}).get("code") for error in answer.get("errors", [])}
    if "data" in answer and codes - CLIENTS_OWN:
        return f"server error {codes - CLIENTS_OWN}"
    return "refused" if codes else "data"


class KnownArguments(Visitor):
    """Names that exist, and whole first pages: so that a generated selection meets data."""

    PAGING = ("first", "last", "after", "before")

    def __init__(self, known: dict[str, str]) -> None:
        super().__init__()
        self._known = known

    def enter_argument(self, node: ArgumentNode, *_: Any) -> Any:
        if node.name.value in self.PAGING:
            return REMOVE
        if known := self._known.get(node.name.value):
            return ArgumentNode(name=node.name, value=parse_value(known))
        return None


@pytest.fixture(scope="session")
def schemathesis(python_client: Callable[[str], ModuleType]) -> ModuleType:
    return python_client("schemathesis")


@pytest.fixture(scope="session")
def root_fields(schemathesis: ModuleType, sdl: str) -> dict[str, Any]:
    """schemathesis's operations by name: one for each field of Query."""
    for kind in build_schema(sdl).type_map.values():
        if isinstance(kind, GraphQLScalarType) and not is_specified_scalar_type(kind):
            texts = st.text().map(schemathesis.graphql.nodes.String)
            schemathesis.graphql.scalar(kind.name, texts)
    operations = schemathesis.graphql.from_file(StringIO(sdl)).get_all_operations()
    return {found.ok().label.removeprefix("Query."): found.ok() for found in operations}


@pytest.fixture(scope="session")
def known(ask: Callable[..., Any]) -> dict[str, str]:
    """Values that are known, by the name of the argument that takes them."""
    answer = ask('{ game(appId: "220") { id } users(first: 1) { nodes { userId } } }')
    game, user = answer["game"]["id"], answer["users"]["nodes"][0]["userId"]
    # One name that is a genre's; a developer is reached as the maker of a game.
    return {
        "appId": '"220"',
        "userId": f'"{user}"',
        "id": f'"{game}"',
        "ids": f'["{game}"]',
        "name": '"Action"',
        "year": "2014",
    }


def exercise(
    address: str, operation: Any, mode: str, change: Callable[[str], str]
) -> dict[str, str]:
    """Send generated requests; the verdict on each, by its query."""
    from schemathesis import GenerationMode
    from schemathesis.checks import not_a_server_error

    found: dict[str, str] = {}

    @seed(SEED)
    @BOUNDED
    @given(case=operation.as_strategy(generation_mode=GenerationMode(mode)))
    def send(case: Any) -> None:
        case.body = change(case.body)
        response = case.call(base_url=address, timeout=TIMEOUT)
        # Its own judgement, as anyone gets it who points it at the server.
        case.validate_response(response, checks=[not_a_server_error])
        found[case.body] = verdict(response.status_code, response.json())

    send()
    return found


@pytest.mark.parametrize(
    ("mode", "meets_data"), [("positive", False), ("positive", True), ("negative", False)]
)
@pytest.mark.parametrize("profile", ["server", "production"])
def test_nothing_that_it_sends_is_a_server_error(
    request: pytest.FixtureRequest,
    root_fields: dict[str, Any],
    known: dict[str, str],
    profile: str,
    mode: str,
    meets_data: bool,
) -> None:
    address: str = request.getfixturevalue(profile)

    def change(query: str) -> str:
        return print_ast(visit(parse(query), KnownArguments(known))) if meets_data else query

    faults: dict[str, str] = {}
    verdicts: Counter[str] = Counter()
    for operation in root_fields.values():
        found = exercise(address, operation, mode, change)
        verdicts.update(found.values())
        faults |= {q: said for q, said in found.items() if said not in {"data", "refused"}}
    assert faults == {}
    usual = "data" if meets_data else "refused"
    assert verdicts[usual] > verdicts.total() / 4, verdicts


def test_it_knows_every_root_field(root_fields: dict[str, Any], sdl: str) -> None:
    query = build_schema(sdl).query_type
    assert query is not None
    assert set(root_fields) == set(query.fields)


def test_a_masked_error_beside_data_counts_as_a_server_error() -> None:
    masked = {"data": {"game": None}, "errors": [{"message": "Internal", "path": ["game"]}]}
    assert verdict(200, masked).startswith("server error")
    assert verdict(500, {}) == "HTTP 500"
    unknown = {"message": "?", "extensions": {"code": "NOT_FOUND"}}
    assert verdict(200, {"data": {"game": None}, "errors": [unknown]}) == "refused"

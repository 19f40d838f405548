"""schemathesis: generated operations, valid and invalid, over all root fields; no server error."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from graphql import GraphQLScalarType, build_schema, is_specified_scalar_type
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

#: The codes of errors that are the client's own; anything else on status 200 is ours.
CLIENTS_OWN = {"NOT_FOUND", "INVALID_ARGUMENT"}
EXAMPLES = 100  # for each root field and mode: some 20 s on two cores
TIMEOUT = 10.0  # seconds for one answer
#: Derandomised and without a database: every run sends the same requests.
BOUNDED = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)


def verdict(status: int, answer: Any) -> str:
    """What a response says: data, client's fault, or what is wrong with the server."""
    if status >= 500:
        return f"HTTP {status}"
    if status >= 400:
        return "refused" if answer.get("errors") and "data" not in answer else f"odd {status}"
    if status != 200 or not isinstance(answer, dict):
        return f"odd {status}"
    codes = {error.get("extensions", {}).get("code") for error in answer.get("errors", [])}
    if codes - CLIENTS_OWN and answer.get("data", ...) is not ...:
        return f"server error {codes - CLIENTS_OWN}"
    return "refused" if codes else "data"


@pytest.fixture(scope="module")
def root_fields(
    server: str, sdl: str, python_client: Callable[[str], ModuleType]
) -> dict[str, Any]:
    """schemathesis's operations by name: one for each field of Query."""
    schemathesis = python_client("schemathesis")
    for kind in build_schema(sdl).type_map.values():
        if isinstance(kind, GraphQLScalarType) and not is_specified_scalar_type(kind):
            texts = st.text().map(schemathesis.graphql.nodes.String)
            schemathesis.graphql.scalar(kind.name, texts)
    operations = schemathesis.graphql.from_url(server).get_all_operations()
    return {found.ok().label.removeprefix("Query."): found.ok() for found in operations}


def exercise(operation: Any, mode: Any) -> dict[str, str]:
    """Send generated requests; the verdict on each, by its query."""
    found: dict[str, str] = {}

    @BOUNDED
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case: Any) -> None:
        response = case.call(timeout=TIMEOUT)
        found[str(case.body)] = verdict(response.status_code, response.json())

    send()
    return found


@pytest.mark.parametrize("mode", ["positive", "negative"])
def test_nothing_that_it_sends_is_a_server_error(root_fields: dict[str, Any], mode: str) -> None:
    from schemathesis import GenerationMode

    faults: dict[str, str] = {}
    verdicts: Counter[str] = Counter()
    for operation in root_fields.values():
        found = exercise(operation, GenerationMode(mode))
        verdicts.update(found.values())
        faults |= {q: said for q, said in found.items() if said not in {"data", "refused"}}
    assert faults == {}
    assert verdicts["refused"] > 0
    assert mode == "negative" or verdicts["data"] > len(root_fields)


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

"""The guard refuses what exceeds a limit, names it, and lets everything else through."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLError, get_introspection_query, parse

from datastore.base.settings import Settings
from datastore.store import Store
from harness import TestClient
from schema.graph import graphql_schema
from server.app import create_app
from server.execution.document import parsed
from server.execution.errors import RequestError
from server.guard.document_limits import DocumentLimits
from server.guard.documents import DocumentGuard
from server.pages.examples import example_tabs

ROOT = Path(__file__).parents[3]
PAGE_OF_100 = """{ games(first: 100) { nodes {
  appId title price releaseYear developer { id name } genres { id name }
  similarGames(first: 5) { score source game { appId title } }
} } }"""


@pytest.fixture(scope="module")
def guard(settings: Settings) -> DocumentGuard:
    return DocumentGuard(graphql_schema(), DocumentLimits.of(settings))


def check(guard: DocumentGuard, text: str, variables: dict[str, Any] | None = None) -> float:
    document = parsed(text, 5_000, 100_000)
    cost = 0.0
    for operation in document.operations:
        guard(document, operation, variables or {})
        cost = guard.cost(document, operation, variables or {})
    return cost


def documents_in(folder: str) -> Iterator[tuple[str, str]]:
    """Each GraphQL document in the texts and programs of a folder."""
    for path in sorted((ROOT / folder).rglob("*")):
        if "node_modules" in path.parts or path.suffix not in {
            ".md", ".py", ".ts", ".tsx", ".graphql", ".mjs",
        }:  # fmt: skip
            continue
        text = path.read_text(encoding="utf-8")
        candidates = [text] if path.suffix == ".graphql" else []
        candidates += re.findall(r"```graphql\n(.*?)```", text, re.DOTALL)
        candidates += re.findall(r"`([^`]*?\{[^`]*?\})\s*`", text)
        candidates += re.findall(r'"""(.*?)"""', text, re.DOTALL)
        for candidate in candidates:
            try:
                parse(candidate)
            except GraphQLError:
                continue
            yield path.relative_to(ROOT).as_posix(), candidate


DOCUMENTS = [
    pair
    for folder in ("docs", "examples", "web/explorer/documents", "web/graphiql", "tests/clients")
    for pair in documents_in(folder)
]


def test_there_are_documents() -> None:
    assert len(DOCUMENTS) > 20
    assert {name.split("/")[0] for name, _ in DOCUMENTS} >= {"docs", "examples", "tests"}


@pytest.mark.parametrize(
    ("name", "text"), DOCUMENTS, ids=[f"{i}-{name}" for i, (name, _) in enumerate(DOCUMENTS)]
)
def test_every_document_of_docs_examples_and_clients_passes(
    guard: DocumentGuard, name: str, text: str
) -> None:
    document = parsed(text, 5_000, 100_000)
    for operation in document.operations:
        guard(document, operation, {})


def test_the_explorers_tabs_and_its_introspection_pass(
    guard: DocumentGuard, demo_store: Store
) -> None:
    for tab in example_tabs(demo_store):
        assert check(guard, tab["query"]) < 2_000
    everything = get_introspection_query(
        descriptions=True,
        specified_by_url=True,
        directive_is_repeatable=True,
        schema_description=True,
        input_value_deprecation=True,
    )
    assert check(guard, everything) < guard.limits.cost


def test_a_page_of_a_hundred_games_with_their_developer_genres_and_similar_games_passes(
    guard: DocumentGuard,
) -> None:
    assert 3_000 < check(guard, PAGE_OF_100) < guard.limits.cost


def test_a_library_of_ten_thousand_games_passes_once(guard: DocumentGuard) -> None:
    query = "query ($g: [LibraryGame!]!) { recommendForLibrary(games: $g) { score } }"
    games = [{"appId": str(number), "hours": 1.5} for number in range(10_000)]
    assert check(guard, query, {"g": games}) < guard.limits.cost


def test_a_refusal_names_the_limit_and_the_figures(guard: DocumentGuard) -> None:
    aliases = " ".join(f"a{number}: __typename" for number in range(51))
    with pytest.raises(RequestError) as refused:
        check(guard, f"{{ {aliases} }}")
    (error,) = refused.value.errors
    assert error == {
        "message": "The document has 51 aliases: at most 50 are allowed.",
        "extensions": {
            "code": "DOCUMENT_TOO_COMPLEX", "limit": "aliases", "requested": 51, "maximum": 50,
        },
    }  # fmt: skip


def test_a_refusal_by_cost_says_what_to_do(guard: DocumentGuard) -> None:
    page = "query ($n: Int) { games(first: $n) { nodes { similarGames(first: $n) { game { title similarGames(first: 50) { score } } } } } }"  # noqa: E501
    assert check(guard, page, {"n": 5}) < guard.limits.cost
    with pytest.raises(RequestError, match="smaller pages") as refused:
        check(guard, page, {"n": 50})
    (error,) = refused.value.errors
    assert error["extensions"]["code"] == "COST_EXCEEDED"
    assert error["extensions"]["requested"] > error["extensions"]["maximum"] == 15_000


def test_each_limit_is_a_setting(demo_store: Store, demo_data_dir: Path) -> None:
    text = (
        "query A($a: Int = 1) { x: games(first: $a) { nodes { title @skip(if: false) "
        "developer { name } developer { name } } } __typename } query B { ...F } "
        "fragment F on Query { __schema { types { fields { type { fields { name } } } } } }"
    )
    enough = {
        "characters": 400, "tokens": 120, "operations": 2, "fragments": 1, "variables": 1,
        "selections": 15, "aliases": 1, "directives": 1, "repeats": 1, "root_fields": 2, "depth": 6,
        "introspection_fields": 1, "introspection_depth": 2, "cost": 4_000,
    }  # fmt: skip

    def refused_by(**changed: int) -> list[str]:
        limits = {f"max_{name}": value for name, value in (enough | changed).items()}
        settings = Settings(data_dir=demo_data_dir, **limits)
        with TestClient(create_app(settings, demo_store)) as client:
            answers = [
                client.post("/graphql", json={"query": text, "operationName": name}).json()
                for name in "AB"
            ]
        errors = [error for answer in answers for error in answer.get("errors", [])]
        return [error["extensions"].get("limit", error["message"]) for error in errors]

    assert refused_by() == []
    for name, value in enough.items():
        lowered = {name: 10} if name == "cost" else {name: value - 1}
        if name in ("characters", "tokens"):
            lowered = {name: 20}
        refusals = refused_by(**lowered)
        assert set(refusals) == {name}, name


def test_the_plan_of_a_document_is_made_once(
    guard: DocumentGuard, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = parsed("{ games { totalCount } }", 5_000, 100_000)
    operation = document.operation(None)
    first = guard.cost(document, operation, {})
    monkeypatch.delattr("server.guard.documents.count")
    assert guard.cost(document, operation, {}) == first


def test_a_refusal_is_remembered_too(guard: DocumentGuard, monkeypatch: pytest.MonkeyPatch) -> None:
    document = parsed("{ " + "a " * 900 + "}", 5_000, 100_000)
    for _ in range(2):
        with pytest.raises(RequestError, match="900 selections"):
            guard(document, document.operation(None), {})
        monkeypatch.delattr("server.guard.documents.count", raising=False)

"""Metrics: what became of requests, and which snapshot is live."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from msgspec.structs import replace
from prometheus_client.parser import text_string_to_metric_families

from datastore.base.errors import PlaygraphError
from datastore.base.settings import Settings
from datastore.store import Store
from harness import TestClient, broken_store
from server.app import create_app
from server.observe.metrics import outcome
from server.observe.port import metrics_port

NAMED = "query Library($userId: ID!) { user(userId: $userId) { itemsCount } }"


class Figures(dict[tuple[str, frozenset[tuple[str, str]]], float]):
    """Samples by name and labels."""

    def __init__(self, text: str) -> None:
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                self[sample.name, frozenset(sample.labels.items())] = sample.value

    def of(self, name: str, **labels: str) -> float | None:
        return self.get((name, frozenset(labels.items())))

    def names(self) -> set[str]:
        return {name for name, _ in self}


@pytest.fixture
def client(settings: Settings, store: Store) -> Iterator[TestClient]:
    """A server that has answered nothing yet."""
    with TestClient(create_app(settings, store)) as opened:
        yield opened


def figures(client: TestClient) -> Figures:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    return Figures(answer.text)


def test_requests_are_counted_by_operation_and_outcome(client: TestClient) -> None:
    for user in ("ada", "ada", "nobody"):
        client.post("/graphql", json={"query": NAMED, "variables": {"userId": user}})
    client.post("/graphql", json={"query": "{ __typename }"})
    client.post("/graphql", json={"query": "query Wrong { nothing }"})
    client.post("/graphql", content=b"{")
    found = figures(client)
    count = "playgraph_requests_total"
    assert found.of(count, operation="Library", outcome="ok") == 2
    assert found.of(count, operation="Library", outcome="errors") == 1
    assert found.of(count, operation="unnamed", outcome="ok") == 1
    assert found.of(count, operation="other", outcome="refused") == 2
    assert found.of("playgraph_request_seconds_count", operation="Library") == 3
    assert found.of("playgraph_http_responses_total", status="200") == 4
    assert found.of("playgraph_requests_running") == 1  # the one that asks


def test_the_cost_of_an_operation_is_counted(client: TestClient) -> None:
    client.post("/graphql", json={"query": "{ games(first: 50) { edges { node { title } } } }"})
    found = figures(client)
    assert found.of("playgraph_request_cost_count") == 1
    assert (found.of("playgraph_request_cost_sum") or 0) >= 50


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        ({"json": {"query": "{" + "a" * 200_000 + "}"}}, "characters"),
        ({"json": {"query": "{" + "__typename a:__typename " * 60 + "}"}}, "aliases"),
        ({"json": {"query": "{ nothing }"}}, "graphql_validation_failed"),
        ({"json": {"query": "{"}}, "graphql_parse_failed"),
        ({"content": b" " * 1_000_001}, "body_too_large"),
        ({"content": b"x"}, "unsupported_media_type"),
    ],
)
def test_refusals_are_counted_by_their_reason(
    client: TestClient, request_: dict[str, Any], reason: str
) -> None:
    client.post("/graphql", **request_)
    assert figures(client).of("playgraph_refusals_total", reason=reason) == 1


def test_refusals_elsewhere_are_counted_by_status(client: TestClient) -> None:
    client.get("/nothing")
    client.delete("/healthz")
    found = figures(client)
    assert found.of("playgraph_refusals_total", reason="http_404") == 1
    assert found.of("playgraph_refusals_total", reason="http_405") == 1
    assert "playgraph_requests_total" not in found.names()


def test_a_failure_of_ours_is_counted(settings: Settings, store: Store) -> None:
    broken = broken_store()
    broken.manifest = store.manifest
    broken.evaluation = None
    app = create_app(settings, broken)
    client = TestClient(app, raise_server_exceptions=False)
    client.post("/graphql", json={"query": "query Users { users { totalCount } }"})
    counted = app.state.metrics.registry.get_sample_value(
        "playgraph_requests_total", {"operation": "Users", "outcome": "failed"}
    )
    assert counted == 1


@pytest.mark.parametrize(
    ("status", "state", "result"),
    [
        (200, {"executed": True}, "ok"),
        (304, {"executed": True}, "ok"),
        (200, {"executed": True, "error": "NOT_FOUND"}, "errors"),
        (200, {"error": "GRAPHQL_VALIDATION_FAILED"}, "refused"),
        (400, {"error": "GRAPHQL_VALIDATION_FAILED"}, "refused"),
        (503, {"error": "OVERLOADED"}, "refused"),
        (404, {}, "refused"),
        (200, {"executed": True, "error": "INTERNAL"}, "failed"),
        (500, {}, "failed"),
        (0, {}, "disconnected"),
    ],
)
def test_the_outcome_of_a_request(status: int, state: dict[str, Any], result: str) -> None:
    assert outcome(status, state) == result


def test_strangers_cannot_fill_the_labels(client: TestClient) -> None:
    for number in range(60):
        client.post("/graphql", json={"query": f"query Stranger{number} {{ __typename }}"})
    found = figures(client)
    requests = [labels for name, labels in found if name == "playgraph_requests_total"]
    assert len(requests) == 51
    assert found.of("playgraph_requests_total", operation="other", outcome="ok") == 10


def test_uses_of_the_caches_are_counted(client: TestClient) -> None:
    for _ in range(3):
        client.post("/graphql", json={"query": "{ __typename }"})
    unknown = json.dumps({"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}})
    client.get("/graphql", params={"extensions": unknown})
    found = figures(client)
    count = "playgraph_cache_uses_total"
    assert found.of(count, cache="documents", result="hit") == 2
    assert found.of(count, cache="documents", result="miss") == 1
    assert found.of(count, cache="persisted", result="miss") == 1


def test_executions_that_plans_decline_are_counted_by_reason(client: TestClient) -> None:
    names = "abcde"
    fields = " ".join(f"{name}: __typename @skip(if: ${name})" for name in names)
    query = f"query ({', '.join(f'${name}: Boolean!' for name in names)}) {{ {fields} }}"
    for number in range(17):  # a plan has 16 variants
        variables = {name: bool(number >> at & 1) for at, name in enumerate(names)}
        client.post("/graphql", json={"query": query, "variables": variables})
    assert figures(client).of("playgraph_declined_executions_total", reason="variants") == 1


def test_the_live_snapshot_is_described(client: TestClient, store: Store) -> None:
    found, manifest = figures(client), store.manifest
    assert found.of("playgraph_snapshot_loaded") == 1
    assert found.of("playgraph_snapshot_info", version=manifest.version, demo="false") == 1
    assert found.of("playgraph_snapshot_format") == manifest.format
    age = time.time() - datetime.fromisoformat(manifest.built_at).timestamp()
    assert found.of("playgraph_snapshot_age_seconds") == pytest.approx(age, abs=60)
    assert (
        found.of("playgraph_snapshot_entries", noun="games")
        == (manifest.subjects["games"].counts["games"])
    )
    assert (found.of("process_resident_memory_bytes") or 0) > 1e6


def test_the_quality_of_the_models_is_described(demo_client: TestClient, demo_store: Store) -> None:
    found, quality = figures(demo_client), "playgraph_model_quality"
    assert demo_store.evaluation is not None
    ndcg = demo_store.evaluation.rankings[0].ndcg_at_10.value
    assert found.of(quality, model="recommender", metric="ndcg_at_10") == pytest.approx(ndcg)
    verdicts = demo_store.verdicts.evaluation
    assert verdicts is not None
    rmse = verdicts.of(verdicts.best).rmse.value
    assert found.of(quality, model="verdicts", metric="rmse") == pytest.approx(rmse)
    errors = demo_store.prices.errors(demo_store.prices.best)
    assert errors is not None
    assert found.of(quality, model="prices", metric="mae") == pytest.approx(errors.mae)


def test_without_a_snapshot_there_are_metrics_too(tmp_path: Path) -> None:
    with TestClient(create_app(Settings(data_dir=tmp_path / "nothing"))) as client:
        client.post("/graphql", json={"query": "{ dataset { version } }"})
        found = figures(client)
    assert found.of("playgraph_snapshot_loaded") == 0
    assert found.of("playgraph_refusals_total", reason="unavailable") == 1


def test_nothing_identifies_a_person(client: TestClient) -> None:
    body = {"query": NAMED, "variables": {"userId": "ada"}}
    client.post("/graphql", json=body, headers={"User-Agent": "ada", "Cookie": "ada=1"})
    client.get("/ada", params={"ada": "1"})
    assert "ada" not in client.get("/metrics").text


def test_in_production_the_port_of_the_server_has_none(settings: Settings, store: Store) -> None:
    client = TestClient(create_app(replace(settings, profile="production"), store))
    assert client.get("/metrics").status_code == 404
    client = TestClient(create_app(replace(settings, metrics_port=0), store))
    assert client.get("/metrics").status_code == 404


def test_a_port_of_their_own_serves_them(settings: Settings, store: Store) -> None:
    app = create_app(replace(settings, profile="production"), store)
    TestClient(app).post("/graphql", json={"query": NAMED, "variables": {"userId": "ada"}})
    with metrics_port(app.state.metrics.registry, "127.0.0.1", 0) as port:
        with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
            found = Figures(answer.read().decode())
        taken = metrics_port(app.state.metrics.registry, "127.0.0.1", port)
        with pytest.raises(PlaygraphError, match="for metrics: "), taken:
            pass
    assert found.of("playgraph_requests_total", operation="Library", outcome="ok") == 1
    with pytest.raises((OSError, HTTPError)):
        urlopen(f"http://127.0.0.1:{port}/metrics", timeout=1)

"""Traces: a span per request with what became of it, and nothing that identifies a person."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode, Tracer

from datastore.base.errors import SettingsError
from datastore.base.settings import Settings
from datastore.store import Store
from harness import TestClient, broken_store
from server.app import create_app
from server.observe.tracing import Traced, otlp_tracer

NAMED = "query Library($userId: ID!) { user(userId: $userId) { itemsCount } }"
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def spans() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def tracer(spans: InMemorySpanExporter) -> Tracer:
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(spans))
    return provider.get_tracer("tests")


@pytest.fixture
def client(settings: Settings, store: Store, tracer: Tracer) -> Iterator[TestClient]:
    with TestClient(Traced(create_app(settings, store), tracer)) as opened:
        yield opened


def only(spans: InMemorySpanExporter) -> ReadableSpan:
    (span,) = spans.get_finished_spans()
    return span


def test_a_request_is_a_span_named_after_its_operation(
    client: TestClient, spans: InMemorySpanExporter
) -> None:
    body = {"query": NAMED, "variables": {"userId": "ada"}}
    client.post("/graphql", json=body, headers={"X-Request-ID": "of-the-proxy"})
    span = only(spans)
    attributes = dict(span.attributes or {})
    assert (span.name, span.kind) == ("query Library", SpanKind.SERVER)
    assert (attributes.pop("playgraph.cost"), span.status.status_code) > (0, StatusCode.UNSET)
    assert attributes == {
        "http.request.method": "POST",
        "http.route": "/graphql",
        "http.response.status_code": 200,
        "graphql.operation.name": "Library",
        "graphql.operation.type": "query",
        "playgraph.outcome": "ok",
        "playgraph.request_id": "of-the-proxy",
    }


def test_a_span_is_the_child_of_the_clients(
    client: TestClient, spans: InMemorySpanExporter
) -> None:
    client.get("/healthz", headers={"traceparent": PARENT})
    span = only(spans)
    assert span.context is not None
    assert span.parent is not None
    assert f"{span.context.trace_id:032x}" == PARENT[3:35]
    assert f"{span.parent.span_id:016x}" == PARENT[36:52]


def test_nothing_identifies_a_person(client: TestClient, spans: InMemorySpanExporter) -> None:
    headers = {"User-Agent": "ada's phone", "Cookie": "ada=1", "X-Request-ID": "of-the-proxy"}
    body = {"query": NAMED, "variables": {"userId": "ada"}}
    client.post("/graphql?who=ada", json=body, headers=headers)
    client.get("/ada/profile", headers=headers)
    client.post("/graphql", json={"query": '{ user(userId: "ada") { x } }'}, headers=headers)
    text = "".join(span.to_json() for span in spans.get_finished_spans())
    assert "of-the-proxy" in text
    assert "ada" not in text
    assert "testclient" not in text


def test_a_refusal_has_its_code_and_a_failure_is_an_error(
    settings: Settings,
    store: Store,
    client: TestClient,
    tracer: Tracer,
    spans: InMemorySpanExporter,
) -> None:
    client.post("/graphql", json={"query": "{"})
    broken = broken_store()
    broken.manifest = store.manifest
    TestClient(Traced(create_app(settings, broken), tracer)).post(
        "/graphql", json={"query": "{ users { totalCount } }"}
    )
    refused, failed = spans.get_finished_spans()
    assert (refused.attributes or {})["error.type"] == "GRAPHQL_PARSE_FAILED"
    assert refused.status.status_code is StatusCode.UNSET
    assert (failed.attributes or {})["error.type"] == "INTERNAL"
    assert failed.status.status_code is StatusCode.ERROR


def test_spans_reach_a_collector(
    settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    received: list[tuple[str, bytes]] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append((self.path, body))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Write no log."""

    collector = HTTPServer(("127.0.0.1", 0), Collector)
    thread = Thread(target=collector.serve_forever)
    thread.start()
    port = collector.server_port
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{port}")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "none")
    try:
        with otlp_tracer() as tracer:
            client = TestClient(Traced(create_app(settings, store), tracer))
            client.post("/graphql", json={"query": "query Reached { __typename }"})
    finally:
        collector.shutdown()
        collector.server_close()
        thread.join()
    ((path, body),) = received
    assert path == "/v1/traces"
    assert b"query Reached" in body
    assert b"playgraph" in body


def test_without_opentelemetry_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [*sys.modules, "opentelemetry"]:
        if name.split(".")[0] == "opentelemetry":
            monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(SettingsError, match=r"pip install 'playgraph\[otel\]'"), otlp_tracer():
        pass

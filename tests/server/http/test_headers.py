"""Security headers: on every kind of answer, in both profiles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from datastore.base.settings import Settings
from datastore.store import Store
from harness import TestClient, broken_store
from server.app import create_app
from serving import Address, answers, post, serving

ORIGIN = "https://shop.example"
QUERY = b'{"query": "{ __typename }"}'
NAMES = {
    "content-security-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "permissions-policy",
    "referrer-policy",
    "strict-transport-security",
    "x-content-type-options",
    "x-frame-options",
}
REQUESTS = {
    "an answer": post(QUERY),
    "an error": post(b'{"query": "{ nothing }"}'),
    "no JSON": post(b"{"),
    "a body too large": post(b" " * 1_000_001),
    "no page": b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    "nothing there": b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n",
    "health": b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
    "readiness": b"GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n",
    "a method not allowed": b"DELETE /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
    "a preflight": (
        f"OPTIONS /graphql HTTP/1.1\r\nHost: x\r\nOrigin: {ORIGIN}\r\n"
        "Access-Control-Request-Method: POST\r\n\r\n"
    ).encode(),
    "a refused preflight": (
        b"OPTIONS /graphql HTTP/1.1\r\nHost: x\r\nOrigin: https://b.example\r\n"
        b"Access-Control-Request-Method: POST\r\n\r\n"
    ),
    "a URL too long": b"GET /" + b"x" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "headers too large": b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 20_000 + b"\r\n\r\n",
    "no HTTP": b"HELLO\r\n\r\n",
    "half a request": b"GET / HTTP/1.1\r\nHost: x\r\n",
}


@pytest.fixture(scope="module", params=["development", "production"])
def address(request: Any, settings: Settings, store: Store) -> Iterator[Address]:
    chosen = replace(
        settings,
        profile=request.param,
        cors_origins=ORIGIN,
        hsts_seconds=600,
        head_seconds=1.0,
        idle_seconds=1,
    )
    with serving(chosen, store) as address:
        yield address


@pytest.mark.parametrize("request_bytes", REQUESTS.values(), ids=REQUESTS)
def test_every_kind_of_answer_has_all_of_them(address: Address, request_bytes: bytes) -> None:
    (answer,) = answers(address, request_bytes)
    assert answer.headers.keys() >= NAMES, NAMES - answer.headers.keys()
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["strict-transport-security"] == "max-age=600"
    assert "server" not in answer.headers


def test_a_failure_of_ours_has_them_too(settings: Settings, store: Store) -> None:
    damaged = broken_store()
    damaged.manifest = store.manifest
    app = create_app(replace(settings, hsts_seconds=1), damaged)
    with TestClient(app, raise_server_exceptions=False) as client:
        answer = client.get("/explorer.json")
    assert answer.status_code == 500
    assert answer.headers.keys() >= NAMES


def test_strict_transport_security_is_an_option(client: TestClient) -> None:
    assert "strict-transport-security" not in client.get("/healthz").headers


def test_without_a_page_nothing_may_be_loaded(settings: Settings, store: Store) -> None:
    client = TestClient(create_app(replace(settings, profile="production"), store))
    assert "script-src" not in client.get("/").headers["content-security-policy"]

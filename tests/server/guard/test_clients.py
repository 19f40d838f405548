"""Clients of a server: who needs a key, and how much each may use."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from datastore.base.settings import Settings
from harness import TestClient
from server.app import create_app
from server.cli.main import commands
from server.guard.clients import network
from server.guard.keys import KeyFile

QUERY = {"query": "{ dataset { version } }"}


@pytest.fixture
def folder(data_dir: Path, tmp_path: Path) -> Path:
    """A data folder of its own."""
    copy: Path = shutil.copytree(data_dir, tmp_path / "data")
    return copy


@pytest.fixture
def keys(folder: Path) -> KeyFile:
    return KeyFile(folder)


@pytest.fixture
def closed(folder: Path, keys: KeyFile) -> Iterator[TestClient]:
    """A server that requires keys."""
    keys.add("somebody")
    with TestClient(create_app(Settings(data_dir=folder, access="keys"))) as client:
        yield client


def bearer(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}


def test_a_request_without_a_key_is_refused(closed: TestClient) -> None:
    answer = closed.post("/graphql", json=QUERY)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="playgraph"'
    assert answer.json()["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}


@pytest.mark.parametrize("sent", ["Bearer nothing", "bearer  x", "Bearer \xff"])
def test_an_unknown_key_is_refused_as_such(closed: TestClient, sent: str) -> None:
    answer = closed.post("/graphql", json=QUERY, headers={"Authorization": sent.encode("latin-1")})
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize("sent", ["Basic abc", "Bearer", "Bearer ", ""])
def test_anything_but_a_key_is_none(closed: TestClient, sent: str) -> None:
    answer = closed.post("/graphql", json=QUERY, headers={"Authorization": sent})
    assert answer.status_code == 401
    assert "invalid_token" not in answer.headers["WWW-Authenticate"]


def test_keys_can_be_rotated_while_the_server_runs(closed: TestClient, keys: KeyFile) -> None:
    old = keys.add("old")
    assert closed.post("/graphql", json=QUERY, headers=bearer(old)).status_code == 200
    new = keys.add("new")
    keys.revoke("old")
    assert closed.post("/graphql", json=QUERY, headers=bearer(old)).status_code == 401
    assert closed.post("/graphql", json=QUERY, headers=bearer(new)).status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_checks_need_no_key(closed: TestClient, path: str) -> None:
    assert closed.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/", "/explorer.json", "/nowhere", "/metrics", "/graphql"])
def test_everything_else_needs_one(closed: TestClient, path: str) -> None:
    assert closed.get(path).status_code == 401


def test_behind_a_prefix_health_checks_need_no_key_either(folder: Path) -> None:
    settings = Settings(data_dir=folder, access="keys", root_path="/games")
    with TestClient(create_app(settings)) as client:
        assert client.get("/games/healthz").status_code == 200
        assert client.get("/assets/healthz").status_code == 401
        assert client.get("/games/explore/readyz").status_code == 401
        assert client.get("/games/graphql").status_code == 401


def test_pages_of_allowed_origins_may_send_a_key(folder: Path, keys: KeyFile) -> None:
    text, origin = keys.add("shop"), "https://shop.example"
    settings = Settings(data_dir=folder, access="keys", cors_origins=origin)
    preflight = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    with TestClient(create_app(settings)) as client:
        allowed = client.options("/graphql", headers=preflight)
        assert allowed.status_code == 200
        assert "authorization" in allowed.headers["Access-Control-Allow-Headers"]
        refused = client.post("/graphql", json=QUERY, headers={"Origin": origin})
        assert refused.status_code == 401
        assert refused.headers["Access-Control-Allow-Origin"] == origin
        answer = client.post("/graphql", json=QUERY, headers={"Origin": origin, **bearer(text)})
        assert answer.status_code == 200


def test_no_key_is_ever_logged(
    closed: TestClient, keys: KeyFile, caplog: pytest.LogCaptureFixture
) -> None:
    text = keys.add("shop")
    with caplog.at_level(logging.DEBUG):
        closed.post("/graphql", json=QUERY, headers=bearer(text))
        closed.post("/graphql", json=QUERY, headers=bearer("a-wrong-key"))
    assert caplog.records
    logged = " ".join(f"{vars(record)}" for record in caplog.records)
    assert text not in logged and "a-wrong-key" not in logged


def test_a_server_that_requires_keys_without_any_says_so(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    create_app(Settings(data_dir=folder, access="keys"))
    assert "There are no API keys" in caplog.text


def limited(folder: Path, **more: Any) -> TestClient:
    return TestClient(create_app(Settings(data_dir=folder, rate=1, rate_seconds=60, **more)))


def test_by_default_nobody_is_limited(folder: Path) -> None:
    with TestClient(create_app(Settings(data_dir=folder))) as client:
        assert not [name for name in client.post("/graphql", json=QUERY).headers
                    if name.startswith("ratelimit")]  # fmt: skip


def test_each_answer_says_what_is_left_by_the_cost_of_the_operation(folder: Path) -> None:
    with limited(folder) as client:
        first = client.post("/graphql", json=QUERY)
        assert first.status_code == 200
        assert first.headers["RateLimit-Limit"] == "60"
        assert first.headers["RateLimit-Policy"] == "60;w=60"
        again = client.post("/graphql", json=QUERY)  # is parsed already
        left, then = (int(one.headers["RateLimit-Remaining"]) for one in (first, again))
        assert 20 < left < 50  # half for each character of the new document
        assert 9 <= left - then <= 13  # `dataset` costs 10
        health = client.get("/healthz")
        assert "RateLimit-Limit" not in health.headers


def test_a_client_that_has_used_its_share_is_refused_until_it_is_filled(folder: Path) -> None:
    expensive = {"query": "{ users(first: 100) { nodes { userId } } }"}
    with limited(folder) as client:
        assert client.post("/graphql", json=expensive).status_code == 200
        refused = client.post("/graphql", json=QUERY)
        assert refused.status_code == 429
        assert refused.json()["errors"][0]["extensions"] == {"code": "RATE_LIMITED"}
        assert int(refused.headers["Retry-After"]) > 1
        assert refused.headers["RateLimit-Remaining"] == "0"
        assert client.get("/readyz").status_code == 200


def test_requests_that_are_not_executed_cost_something_too(folder: Path) -> None:
    with limited(folder) as client:
        statuses = [client.post("/graphql", content=b"{").status_code for _ in range(120)]
        assert statuses[0] in (400, 415)
        assert statuses[-1] == 429


def test_clients_behind_a_trusted_proxy_are_distinguished_by_its_header(folder: Path) -> None:
    expensive = {"query": "{ users(first: 100) { nodes { userId } } }"}
    with limited(folder, address_header="X-Forwarded-For") as client:

        def status(forwarded: str) -> int:
            headers = {"X-Forwarded-For": forwarded}
            return client.post("/graphql", json=expensive, headers=headers).status_code

        assert [status("192.0.2.1"), status("192.0.2.1"), status("192.0.2.2")] == [200, 429, 200]
        # A client that writes the header itself is known by what the proxy adds.
        assert status("198.51.100.9, 192.0.2.1") == 429
        # An IPv6 network of 64 bits is one client.
        assert [status("2001:db8::1"), status("2001:db8::ffff"), status("2001:db8:0:1::1")] == [
            200, 429, 200,
        ]  # fmt: skip


def test_the_header_counts_only_if_the_setting_names_it(folder: Path) -> None:
    expensive = {"query": "{ users(first: 100) { nodes { userId } } }"}
    with limited(folder) as client:
        statuses = [
            client.post(
                "/graphql", json=expensive, headers={"X-Forwarded-For": address}
            ).status_code
            for address in ("192.0.2.1", "192.0.2.2")
        ]
    assert statuses == [200, 429]


def test_a_key_has_its_own_rate_wherever_it_is_sent_from(folder: Path, keys: KeyFile) -> None:
    text = keys.add("shop", rate=1_000)
    expensive = {"query": "{ users(first: 100) { nodes { userId } } }"}
    with limited(folder) as client:
        assert client.post("/graphql", json=expensive).status_code == 200
        assert client.post("/graphql", json=expensive).status_code == 429
        answer = client.post("/graphql", json=expensive, headers=bearer(text))
        assert answer.status_code == 200
        assert answer.headers["RateLimit-Limit"] == "60000"


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8::7", "2001:db8::/64"),
        ("unix", "unix"),
        ("", ""),
    ],
)
def test_an_address_is_one_client(address: str, client: str) -> None:
    assert network(address) == client


def test_the_command_adds_lists_and_revokes(folder: Path, keys: KeyFile) -> None:
    def run(*arguments: str) -> Any:
        return CliRunner().invoke(commands, ["keys", *arguments, "--data", str(folder)])

    assert "There are no keys" in run("list").output
    text = run("add", "shop", "--rate", "2.5").output.strip()
    found = keys.find(text)
    assert found is not None and found.rate == 2.5
    listed = run("list").output
    assert "shop" in listed and "2.5" in listed and text not in listed
    assert '"name": "shop"' in run("list", "--json").output
    assert run("revoke", "shop").exit_code == 0
    assert keys.find(text) is None
    assert run("revoke", "shop").exit_code != 0

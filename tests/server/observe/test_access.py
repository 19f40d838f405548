"""The access log: one line per request, and nothing in it that identifies a person."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from msgspec.structs import replace

from datastore.base.settings import Settings
from datastore.store import Store
from harness import TestClient, broken_store
from server.app import create_app
from serving import answers, serving

NAMED = "query Library($userId: ID!) { user(userId: $userId) { itemsCount } }"


class Lines(list[logging.LogRecord]):
    """Records of the access log, as they come."""

    def facts(self) -> list[dict[str, Any]]:
        return [dict(record.args) for record in self]  # type: ignore[arg-type]

    def text(self) -> str:
        return "\n".join(record.getMessage() for record in self)


@contextmanager
def recorded() -> Iterator[Lines]:
    logger, found = logging.getLogger("playgraph.access"), Lines()
    handler = logging.Handler()
    handler.emit = found.append  # type: ignore[method-assign]
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield found
    logger.removeHandler(handler)
    logger.setLevel(before)


@pytest.fixture
def lines() -> Iterator[Lines]:
    with recorded() as found:
        yield found


def test_a_request_is_one_line_with_all_that_an_operator_asks_for(
    client: TestClient, lines: Lines
) -> None:
    body = {"query": NAMED, "variables": {"userId": "ada"}}
    answer = client.post("/graphql", json=body, headers={"X-Request-ID": "of-the-proxy"})
    (facts,) = lines.facts()
    assert facts.pop("milliseconds") > 0
    assert facts == {
        "method": "POST",
        "path": "/graphql",
        "status": 200,
        "bytes": len(answer.content),
        "operation": "Library",
        "request_id": "of-the-proxy",
    }
    assert re.fullmatch(
        r"POST /graphql 200 \d+ B \d+\.\d ms operation=Library request=of-the-proxy", lines.text()
    )


def without_request_ids(lines: Lines) -> str:
    """The lines without their random hexadecimal digits, which may spell anything."""
    return re.sub(r"request=\S+", "", lines.text())


def test_nothing_identifies_a_person(client: TestClient, lines: Lines) -> None:
    body = {"query": NAMED, "variables": {"userId": "ada"}}
    client.post("/graphql", json=body, headers={"User-Agent": "ada's phone", "Cookie": "ada=1"})
    client.get("/graphql", params={"query": NAMED, "variables": '{"userId": "ada"}'})
    client.get("/graphql", params={"query": '{ user(userId: "ada") { itemsCount } }'})
    client.post("/graphql", json={"query": '{ user(userId: "ada") { nothing } }'})
    assert [facts["status"] for facts in lines.facts()] == [200, 200, 200, 400]
    assert "ada" not in without_request_ids(lines)
    assert "testclient" not in lines.text()  # the client's address


def test_the_bytes_are_those_on_the_wire(client: TestClient, lines: Lines) -> None:
    query = "{ __schema { types { name description } } }"
    client.get("/graphql", params={"query": query}, headers={"Accept-Encoding": "identity"})
    client.get("/graphql", params={"query": query}, headers={"Accept-Encoding": "gzip"})
    client.head("/graphql", params={"query": query})
    plain, packed, nothing = (facts["bytes"] for facts in lines.facts())
    assert plain > 2 * packed > 0
    assert nothing == 0


def test_polls_of_the_health_are_logged_at_level_debug_only(
    client: TestClient, lines: Lines
) -> None:
    client.get("/healthz")
    client.get("/readyz")
    assert lines.text() == ""
    logging.getLogger("playgraph.access").setLevel(logging.DEBUG)
    client.get("/healthz")
    client.get("/readyz")
    assert [(record.levelname, record.args["path"]) for record in lines] == [  # type: ignore[index,call-overload]
        ("DEBUG", "/healthz"),
        ("DEBUG", "/readyz"),
    ]


def test_a_path_cannot_break_the_line(client: TestClient, lines: Lines) -> None:
    client.get("/a%0Ab%20c")
    client.get("/" + "x" * 1_000)
    first, second = lines.facts()
    assert first["path"] == "/a%0Ab%20c"
    assert len(second["path"]) == 100
    assert "\n" not in lines[0].getMessage()


def test_refusals_are_lines_as_well_those_of_the_protocol_too(
    settings: Settings, store: Store
) -> None:
    # The server configures logging when it starts.
    with serving(settings, store) as address, recorded() as lines:
        answers(address, b"GET /graphql?query={user(userId:%22ada%22)} HTTP/1.1\r\n\r\n")
        answers(address, b"\x16\x03\x01\x02")
        answers(address, b"GET /" + b"x" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n")
    facts = [(line["method"], line["path"][:9], line["status"]) for line in lines.facts()]
    assert facts == [("GET", "/graphql", 400), ("-", "-", 400), ("GET", "/xxxxxxxx", 414)]
    assert "ada" not in without_request_ids(lines)


def test_an_unexpected_failure_is_a_line_with_500(
    settings: Settings, store: Store, lines: Lines
) -> None:
    damaged = broken_store()
    damaged.manifest = store.manifest
    app = create_app(replace(settings, cors_origins="https://a.example"), damaged)
    with TestClient(app, raise_server_exceptions=False) as client:
        answer = client.get("/explorer.json", headers={"Origin": "https://a.example"})
    assert [facts["status"] for facts in lines.facts()] == [500]
    assert answer.headers["access-control-allow-origin"] == "https://a.example"
    assert answer.json()["errors"][0]["extensions"]["code"] == "INTERNAL"

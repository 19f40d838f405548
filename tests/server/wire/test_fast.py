"""The fast path: the answers of the application, byte for byte, and none that it would refuse."""

from __future__ import annotations

import hashlib
import json
import logging
import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from msgspec.structs import replace
from prometheus_client import generate_latest

from client_heads import GET, POST
from datastore.base.settings import Settings
from datastore.store import Store
from fast_requests import DATE, LARGE, NAMED, SHOP, SMALL, get, post, send
from harness import TestClient
from server.app import create_app
from server.http.parameters import from_body
from server.wire.fast import INCOMPLETE, FastPath
from serving import serving
from thorough import examples

COST = "query Cost { __typename }"
#: Differs from one answer to the next.
CHANGING = re.compile(rb"(?m)^(date|x-request-id): [^\r]*")


@dataclass
class Both:
    """The fast path of an application, and a server that does without."""

    fast: FastPath
    connection: socket.socket

    def layered_first(self, query: str) -> None:
        """Let the executor of the fast path know a document, as the first request for it does."""
        executor = self.fast._executor
        for name in {None, *re.findall(r"query (\w+)", query)}:
            executor.require_valid(executor.prepared(query, name), {})

    def layered(self, data: bytes) -> bytes:
        """The answer of the application on a connection that stays open."""
        self.connection.sendall(data)
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            byte = self.connection.recv(1)
            assert byte, "the connection was closed"
            head += byte
        size = int((re.search(rb"(?m)^content-length: (\d+)", head) or [b"", b"0"])[1])
        body = b""
        while len(body) < size and b" 304 " not in head:
            more = self.connection.recv(size - len(body))
            assert more, "the connection was closed"
            body += more
        return head + body

    def same(self, data: bytes) -> bytes:
        """The answer of both; it must be the same except for date and generated id."""
        fast = self.fast.answer(data, DATE)
        assert fast
        layered = self.layered(data)
        assert anonymous(fast, data) == anonymous(layered, data)
        return fast


def anonymous(answer: bytes, request: bytes) -> bytes:
    """An answer without what differs from one answer to the next."""
    kept = [line for line in (b"x-request-id: 0123456789abcdef0123456789abcdef",) if line in answer]
    found = CHANGING.sub(rb"\1: -", answer)
    return found + b"".join(kept)


@pytest.fixture(scope="module", params=["cached", "executed"])
def both(request: Any, settings: Settings, store: Store) -> Iterator[Both]:
    """The same settings in both, with and without a cache of answers."""
    size = 1_000_000 if request.param == "cached" else 0
    chosen = replace(settings, cors_origins=f"{SHOP},http://a.example", answer_cache_bytes=size)
    app = create_app(chosen, store)
    fast = app.state.fast_path()
    with ExitStack() as stack:
        address = stack.enter_context(serving(chosen, store, layered=True))
        connection = stack.enter_context(socket.create_connection(address, 20))
        found = Both(fast, connection)
        for query in (SMALL, LARGE, NAMED, COST):
            found.layered_first(query)
        yield found


@pytest.mark.parametrize("client", POST)
@pytest.mark.parametrize("query", [SMALL, LARGE])
def test_a_client_gets_the_answer_of_the_application(both: Both, client: str, query: str) -> None:
    for _ in range(2):
        assert both.same(post(POST[client], query)).startswith(b"HTTP/1.1 200 OK\r\n")


@pytest.mark.parametrize("client", GET)
@pytest.mark.parametrize("query", [SMALL, LARGE])
def test_so_it_does_by_get_and_with_a_condition(both: Both, client: str, query: str) -> None:
    answer = both.same(get(GET[client], query))
    tag = re.search(rb"(?m)^etag: (.*)\r$", answer)
    assert tag is not None
    again = both.same(get(f"{GET[client]}If-None-Match: W/{tag[1].decode()}\n", query))
    assert again.startswith(b"HTTP/1.1 304 Not Modified\r\n") and again.endswith(b"\r\n\r\n")
    assert both.same(get(f"{GET[client]}If-None-Match: *\n", query))[9:12] == b"304"
    assert both.same(get(f'{GET[client]}If-None-Match: "other"\n', query))[9:12] == b"200"
    digest = tag[1].decode().strip('"').partition("-")[0]
    for ending in ("", "-identity", "-gzip", "-br", "-zstd", "-graphql"):
        both.same(get(f'{GET[client]}If-None-Match: "{digest}{ending}"\n', query))


@pytest.mark.parametrize(
    ("query", "more"),
    [
        (NAMED, {"variables": {"id": "10"}, "operationName": "Find"}),
        (NAMED, {"variables": {"id": "999999"}}),
        (NAMED, {"variables": {"id": 10}, "extensions": {"clientLibrary": {"name": "apollo"}}}),
        (COST, {"extensions": {"cost": True}}),
        (SMALL, {"variables": None, "operationName": None, "extensions": None}),
        (SMALL, {"id": None, "somethingElse": [1, {"a": "b"}]}),
    ],
)
def test_operations_variables_and_errors_of_fields(
    both: Both, query: str, more: dict[str, Any]
) -> None:
    for _ in range(2):
        both.same(post(POST["httpx"], query, **more))


def test_a_document_is_registered_by_its_hash_and_asked_for_by_it(both: Both) -> None:
    sha256 = hashlib.sha256(SMALL.encode()).hexdigest()
    extensions = {"persistedQuery": {"version": 1, "sha256Hash": sha256}}
    both.same(post(POST["httpx"], SMALL, extensions=extensions))
    given = quote(json.dumps(extensions))
    lines = "GET /graphql?extensions=" + given + " HTTP/1.1\r\nHost: x\r\n\r\n"
    assert b"200 OK" in both.same(lines.encode())
    lines = f"GET /graphql?documentId=sha256:{sha256} HTTP/1.1\r\nHost: x\r\n\r\n"
    assert b"200 OK" in both.same(lines.encode())


#: Requests that the application must see, each with a line of its head or another document.
UNUSUAL = {
    "an unknown document": post(POST["httpx"], "{ a: __typename }"),
    "an unknown operation": post(POST["httpx"], SMALL, operationName="Nothing"),
    "no variables": post(POST["httpx"], NAMED),
    "an invalid document": post(POST["httpx"], "{ nothing }"),
    "an unknown hash": post(
        POST["httpx"], None, extensions={"persistedQuery": {"version": 1, "sha256Hash": "0"}}
    ),
    "another hash": post(
        POST["httpx"], SMALL, extensions={"persistedQuery": {"version": 1, "sha256Hash": "0"}}
    ),
    "a wrong type": post(POST["httpx"], SMALL, variables=[]),
    "a list": post(POST["httpx"], SMALL).replace(b"{", b"[", 1),
    "no JSON": post(POST["httpx"], SMALL)[:-1] + b"]",
    "a form": post("Content-Type: application/x-www-form-urlencoded\n", SMALL),
    "no type": post("", SMALL),
    "another Accept": post(POST["Node, http.request"] + "Accept: text/html\n", SMALL),
    "two Accepts": post(POST["httpx"] + "Accept: text/html\n", SMALL),
    "two API keys": post(POST["httpx"] + "Authorization: Bearer x\n" * 2, SMALL),
    "the last of its connection": post(
        "Content-Type: application/json\nConnection: close\n", SMALL
    ),
    "an upgrade": post(POST["curl -d"] + "Connection: Upgrade\nUpgrade: h2c\n", SMALL),
    "100-continue": post(POST["curl -d"] + "Expect: 100-continue\n", SMALL),
    "a compressed body": post(POST["httpx"] + "Content-Encoding: gzip\n", SMALL),
    "two lengths": post(POST["httpx"] + "Content-Length: 1\n", SMALL),
    "two hosts": post(POST["httpx"] + "Host: x\n", SMALL),
    "no host": post(POST["httpx"], SMALL).replace(b"Host: 127.0.0.1:8000\r\n", b""),
    "a chunked body": post(POST["httpx"], SMALL).replace(
        b"Content-Length: ", b"Transfer-Encoding: chunked\r\nX: "
    ),
    "large headers": post(POST["httpx"] + f"X: {'x' * 17_000}\n", SMALL),
    "HEAD": get(GET["httpx"], SMALL).replace(b"GET", b"HEAD", 1),
    "PUT": post(POST["httpx"], SMALL).replace(b"POST", b"PUT", 1),
    "HTTP/1.0": post(POST["httpx"], SMALL).replace(b"HTTP/1.1", b"HTTP/1.0", 1),
    "another path": post(POST["httpx"], SMALL).replace(b"/graphql", b"/graphql/", 1),
    "a full URL": get(GET["httpx"], SMALL).replace(b"/graphql", b"http://x/graphql", 1),
    "a page": b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    "a line without an end": get(GET["httpx"], SMALL).replace(b"\r\nAccept:", b"\nAccept:", 1),
    "a space before a colon": get("Accept : */*\n", SMALL),
    "two requests": get(GET["httpx"], SMALL) * 2,
    "two requests with bodies": post(POST["httpx"], SMALL) * 2,
    "a body of GET": get("Content-Length: 2\n", SMALL) + b"{}",
    "a part of a head": get(GET["httpx"], SMALL)[:-1],
    "no parameters": b"GET /graphql HTTP/1.1\r\nHost: x\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "nothing": b"\r\n\r\n",
}


@pytest.mark.parametrize("name", UNUSUAL)
def test_the_application_answers_whatever_is_unusual(both: Both, name: str) -> None:
    assert both.fast.answer(UNUSUAL[name], DATE) is None


def test_an_execution_that_may_take_a_while_is_left_to_the_application(both: Both) -> None:
    query = "{ games(first: 100) { edges { node { title developer { name } } } } }"
    both.layered_first(query)
    request = post(POST["httpx"], query)
    assert both.fast.answer(request, DATE) is None
    answers, prepared = both.fast._answers, both.fast._executor.prepared(query)
    parameters = from_body(request.partition(b"\r\n\r\n")[2])
    for _ in range(30):  # until it has proved to be quick
        answers.execute(both.fast._holder.store, prepared, 1e6, parameters, "", "request-1")
    both.same(request)


def test_a_search_for_suggestions_is_left_to_the_application(both: Both) -> None:
    query = '{ developer(name: "no such developer") { name } }'
    both.layered_first(query)
    assert both.fast.answer(post(POST["httpx"], query), DATE) is None


def test_the_rest_of_a_small_body_is_awaited(both: Both) -> None:
    request = post(POST["httpx"], SMALL)
    end = request.index(b"\r\n\r\n") + 4
    for size in range(end, len(request)):
        assert both.fast.answer(request[:size], DATE) == INCOMPLETE
    large = post(POST["httpx"], SMALL + " " * 20_000)
    assert both.fast.answer(large[:-1], DATE) is None
    assert both.fast.answer(large, DATE) is None


NAMES = [
    "Accept", "accept", "Accept-Encoding", "ACCEPT-ENCODING", "Origin", "Cookie", "X-Request-ID",
    "If-None-Match", "Content-Type", "content-type", "Connection", "Keep-Alive", "TE", "Via",
    "Content-Encoding", "Transfer-Encoding", "Proxy-Connection", "If-Modified-Since", "Range",
    "Access-Control-Request-Method", "X-Http-Method-Override", "Expect", "Authorization", "Upgrade",
]  # fmt: skip
VALUES = [
    "*/*", "application/json", "application/graphql-response+json", "application/json;q=0.1",
    "text/html, */*;q=0.1", "gzip", "br;q=0.5, gzip;q=0.4", "identity", "zstd, *;q=0", "", "*",
    "null", SHOP, "https://a.example, b", "a=b", "keep-alive", "Keep-Alive", "close", "trailers",
    "12345678", "0123456789abcdef0123456789abcdef", "a b\tc", '"x", W/"y"', "W/*", "chunked", "1",
    "application/json; charset=UTF-8", 'application/json; charset="latin-1"', "\u00e9", " x ",
]  # fmt: skip
LINES = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(VALUES)), max_size=6)


@given(lines=LINES, query=st.sampled_from([SMALL, LARGE]), gets=st.booleans())
@hypothesis_settings(max_examples=examples(300), suppress_health_check=list(HealthCheck))
def test_whatever_the_headers_the_answer_is_the_same_or_left_to_the_application(
    both: Both, lines: list[tuple[str, str]], query: str, gets: bool
) -> None:
    text = "".join(f"{name}: {value}\n" for name, value in lines)
    head = get(text, query) if gets else post(f"Content-Type: application/json\n{text}", query)
    data = head.decode().encode("latin-1")
    if both.fast.answer(data, DATE) is not None:
        both.same(data)


@given(data=st.data(), seed=st.sampled_from([*POST.values()]))
@hypothesis_settings(max_examples=examples(300), suppress_health_check=list(HealthCheck))
def test_a_head_with_a_changed_byte_is_read_as_the_application_reads_it(
    both: Both, data: st.DataObject, seed: str
) -> None:
    request = bytearray(post(seed, SMALL))
    for _ in range(data.draw(st.integers(1, 3))):
        request[data.draw(st.integers(0, len(request) - 1))] = data.draw(st.integers(0, 255))
    if both.fast.answer(bytes(request), DATE):
        both.same(bytes(request))


def test_a_server_that_traces_requests_has_no_fast_path(settings: Settings, store: Store) -> None:
    assert create_app(replace(settings, tracing="otlp"), store).state.fast_path() is None


def test_a_key_that_nobody_needs_changes_nothing(both: Both) -> None:
    lines = f"{POST['httpx']}Authorization: Bearer playgraph_x\n"
    assert both.same(post(lines, SMALL)).startswith(b"HTTP/1.1 200 OK\r\n")


def test_documents_in_urls_are_for_development_only(settings: Settings, store: Store) -> None:
    fast = create_app(replace(settings, profile="production"), store).state.fast_path()
    fast._executor.require_valid(fast._executor.prepared(SMALL), {})
    assert fast.answer(post(POST["httpx"], SMALL), DATE)
    assert fast.answer(get(GET["httpx"], SMALL), DATE) is None


def test_before_a_snapshot_is_loaded_the_application_answers(settings: Settings) -> None:
    fast = create_app(settings).state.fast_path()
    fast._executor.require_valid(fast._executor.prepared(SMALL), {})
    assert fast.answer(post(POST["httpx"], SMALL), DATE) is None


def test_metrics_and_log_are_those_of_the_application(
    settings: Settings, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    requests = [
        post(POST["httpx"], NAMED, variables={"id": "10"}, operationName="Find"),
        post(POST["httpx"], NAMED, variables={"id": "999999"}),
        post(POST["httpx"], SMALL),
        post(POST["httpx"], LARGE),
        get(GET["httpx"] + "If-None-Match: *\n", SMALL),
    ]
    figures, logs = [], []
    for layered in (True, False):
        caplog.clear()
        caplog.set_level("INFO", "playgraph.access")
        app = create_app(settings, store)
        fast = app.state.fast_path()
        client = TestClient(app)
        for query in (NAMED, SMALL, LARGE):
            fast._executor.require_valid(fast._executor.prepared(query), {})
            fast._executor.prepared(query, "Find") if "Find" in query else None
        for request in requests:
            if layered:
                send(client, request)
            else:
                assert fast.answer(request, DATE)
        text = generate_latest(app.state.metrics.registry).decode()
        figures.append([line for line in text.splitlines() if is_figure(line)])
        records = [record for record in caplog.records if record.name == "playgraph.access"]
        logs.append([facts(record) for record in records])
    assert figures[0] == figures[1]
    assert logs[0] == logs[1]
    assert len(logs[0]) == len(requests)
    assert any('operation="Find",outcome="errors"' in line for line in figures[0])


def is_figure(line: str) -> bool:
    """Whether a line of the metrics counts requests, and has neither time nor duration."""
    names = ("requests_total", "http_responses_total", "request_cost_", "request_seconds_count")
    return line.startswith(tuple(f"playgraph_{name}" for name in names)) and "created" not in line


def facts(record: logging.LogRecord) -> dict[str, Any]:
    """What a line of the log says, without what differs."""
    assert isinstance(record.args, dict)
    changing = ("milliseconds", "request_id")
    return {name: fact for name, fact in record.args.items() if name not in changing}

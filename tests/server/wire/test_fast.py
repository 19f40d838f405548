"""The fast path: the answers of the application, byte for byte, and none that it would refuse."""

from __future__ import annotations

import hashlib
import json
import logging
import re
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import urlopen

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from msgspec.structs import replace
from prometheus_client import CollectorRegistry, generate_latest

from client_heads import GET, POST
from datastore.base.settings import Settings
from datastore.store import Store
from harness import TestClient
from server.app import create_app
from server.guard.keys import KeyFile
from server.guard.rates import Rates
from server.http.parameters import from_body
from server.wire.fast import INCOMPLETE, FastPath
from serving import Address, answers, read_answer, serving, speak
from thorough import examples

SHOP = "http://shop.example"
SMALL = "{ __typename }"
LARGE = f"{{ {' '.join(f'a_name_of_thirty_characters__{n}: __typename' for n in range(40))} }}"
NAMED = "query Find($id: ID!) { game(appId: $id) { title } }"
COST = "query Cost { __typename }"
DATE = [(b"date", b"Sun, 29 Nov 2026 08:00:00 GMT")]
#: Differs from one answer to the next.
CHANGING = re.compile(rb"(?m)^(date|x-request-id): [^\r]*")


@dataclass
class Both:
    """The fast path of an application, and a server that does without."""

    fast: FastPath
    registry: CollectorRegistry
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
            head += self.connection.recv(1)
        size = int((re.search(rb"(?m)^content-length: (\d+)", head) or [b"", b"0"])[1])
        body = b""
        while len(body) < size and b" 304 " not in head:
            body += self.connection.recv(size - len(body))
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
        found = Both(fast, app.state.metrics.registry, connection)
        for query in (SMALL, LARGE, NAMED, COST):
            found.layered_first(query)
        yield found


def post(lines: str, query: str | None, **more: Any) -> bytes:
    body = json.dumps({"query": query, **more}).encode()
    head = f"POST /graphql HTTP/1.1\nHost: 127.0.0.1:8000\n{lines}Content-Length: {len(body)}\n\n"
    return head.replace("\n", "\r\n").encode() + body


def get(lines: str, query: str, more: str = "") -> bytes:
    head = f"GET /graphql?query={quote(query)}{more} HTTP/1.1\nHost: 127.0.0.1:8000\n{lines}\n"
    return head.replace("\n", "\r\n").encode()


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


class Door:
    """An application by both paths, at a time that stands still: each has budgets of its own."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self.fast: FastPath = create_app(settings, store).state.fast_path()
        self._layered = create_app(settings, store)
        for executor in (self.fast._executor, self._layered.state.fast_path()._executor):
            for query in (SMALL, NAMED):
                executor.require_valid(executor.prepared(query), {"id": "10"})

    def status(self, lines: str, query: str = SMALL, address: str = "192.0.2.1") -> int:
        """The status of an answer, which is the same by both paths if the fast one answers."""
        request = post(POST["httpx"] + lines, query, variables={"id": "10"})
        fast = self.fast.answer(request, [], address)
        layered = send(TestClient(self._layered, client=(address, 1)), request)
        if fast is None:
            return layered.status_code
        assert layered.status_code == 200
        head, _, body = fast.partition(b"\r\n\r\n")
        sent = [tuple(line.split(": ", 1)) for line in head.decode().split("\r\n")[1:]]
        expected = layered.headers.multi_items()
        assert [pair for pair in sent if pair[0] != "x-request-id"] == [
            pair for pair in expected if pair[0] != "x-request-id"
        ]
        assert body == layered.content
        return 200


@pytest.fixture
def limited(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    """Settings with a rate limit of 2 in a second and 30 at once, and no keys yet."""
    monkeypatch.setattr("server.app.Rates", partial(Rates, now=lambda: 0.0))
    return replace(settings, data_dir=tmp_path, answer_cache_bytes=0, rate=2.0, rate_seconds=15)


def test_a_budget_is_spent_as_by_the_application(limited: Settings, store: Store) -> None:
    door = Door(limited, store)
    first = [door.status("", query) for query in (SMALL, NAMED, SMALL, NAMED, NAMED, NAMED)]
    assert first == [200] * len(first)
    while (status := door.status("", NAMED)) == 200:
        pass
    assert status == 429
    assert door.status("", SMALL, "192.0.2.2") == 200
    assert door.status("", SMALL, "192.0.2.1") == 429


def test_what_the_fast_path_does_not_answer_is_spent_once(limited: Settings, store: Store) -> None:
    fast = Door(limited, store).fast
    query = '{ developer(name: "no such developer") { name } }'
    fast._executor.require_valid(fast._executor.prepared(query), {})
    for _ in range(100):
        assert fast.answer(post(POST["httpx"], query), [], "192.0.2.1") is None
    answer = fast.answer(post(POST["httpx"], SMALL), [], "192.0.2.1")
    assert answer is not None
    assert b"ratelimit-remaining: 29\r\n" in answer


def test_an_answer_of_304_is_spent_too(limited: Settings, store: Store) -> None:
    fast = Door(limited, store).fast
    answers = [
        fast.answer(get(f"{GET['httpx']}If-None-Match: {tag}\n", SMALL), [], "192.0.2.1")
        for tag in ("*", '"other"', "*")
    ]
    assert [int(answer[9:12]) for answer in answers if answer] == [304, 200, 304]
    assert b"ratelimit-remaining: 27\r\n" in (answers[2] or b"")


def test_a_key_has_the_budget_of_its_own(limited: Settings, store: Store) -> None:
    text = KeyFile(limited.data_dir).add("shop", rate=100.0)
    door = Door(limited, store)
    statuses = [door.status(f"Authorization: Bearer {text}\n", NAMED) for _ in range(10)]
    assert statuses == [200] * 10
    assert door.status("Authorization: Bearer another\n", SMALL) == 200


@pytest.mark.parametrize("rate", [0.0, 2.0])
def test_only_requests_with_a_valid_key_are_answered(
    limited: Settings, store: Store, rate: float
) -> None:
    keys = KeyFile(limited.data_dir)
    text = keys.add("shop")
    door = Door(replace(limited, access="keys", rate=rate), store)
    for _ in range(2):
        assert door.status(f"Authorization: Bearer {text}\n") == 200
        assert door.status("") == 401
        assert door.status(f"Authorization: Basic {text}\n") == 401
        assert door.status(f"Authorization: Bearer {text}x\n") == 401
    keys.revoke("shop")
    assert door.status(f"Authorization: Bearer {text}\n") == 401


def test_the_address_may_be_that_of_a_header(limited: Settings, store: Store) -> None:
    door = Door(replace(limited, address_header="X-Forwarded-For"), store)
    while door.status("X-Forwarded-For: 192.0.2.9, 192.0.2.7\n", NAMED) == 200:
        pass
    assert door.status("X-Forwarded-For: 192.0.2.7\n", address="192.0.2.3") == 429
    assert door.status("x-forwarded-for: 192.0.2.7, 192.0.2.9\n") == 200
    assert door.status("", address="192.0.2.7") == 429


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


def send(client: TestClient, request: bytes) -> Any:
    """Send a request in bytes with a client of the tests."""
    head, _, body = request.partition(b"\r\n\r\n")
    start, *lines = head.decode().split("\r\n")
    method, path, _ = start.split()
    headers = dict(line.split(": ", 1) for line in lines)
    return client.request(method, path, headers=headers, content=body)


@pytest.fixture(scope="module")
def address(settings: Settings, store: Store) -> Iterator[Address]:
    """A server with the fast path, which knows two documents."""
    with serving(replace(settings, idle_seconds=1, body_seconds=0.5), store) as address:
        for query in (SMALL, LARGE):
            assert speak(address, post(POST["httpx"], query)).status == 200
        yield address


def fast_answers(address: Address) -> int:
    """How many answers came from the cache: of those here, each that the fast path has given."""
    with urlopen(f"http://{address[0]}:{address[1]}/metrics") as page:
        found = re.search(r'cache="answers",result="hit"} (\d+)', page.read().decode())
    return int(found[1]) if found else 0


def test_requests_of_a_connection_are_answered_in_turn_by_either_path(address: Address) -> None:
    before = fast_answers(address)
    with socket.create_connection(address, 5) as connection:
        for _ in range(3):
            for query in (SMALL, LARGE, "{ nothing }"):
                connection.sendall(post(POST["httpx"], query))
                assert read_answer(connection).status == (400 if "nothing" in query else 200)
    assert fast_answers(address) - before == 6


def test_pipelined_requests_are_answered_in_their_order(address: Address) -> None:
    requests = [post(POST["httpx"], query) for query in (SMALL, LARGE, "{ nothing }", SMALL)] * 5
    closing = post("Content-Type: application/json\nConnection: close\n", SMALL)
    found = answers(address, b"".join([*requests, closing]))
    assert [answer.status for answer in found] == [200, 200, 400, 200] * 5 + [200]


@pytest.mark.parametrize("pause", [0.0, 0.005, 0.1])
def test_a_body_may_come_on_its_own(address: Address, pause: float) -> None:
    request = post(POST["httpx"], SMALL)
    end = request.index(b"\r\n\r\n") + 4
    with socket.create_connection(address, 5) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for part in (request[:end], request[end : end + 5], request[end + 5 :]) * 2:
            connection.sendall(part)
            time.sleep(pause)
        with connection.makefile("rb") as stream:
            for _ in range(2):
                assert stream.readline() == b"HTTP/1.1 200 OK\r\n"
                while stream.readline().strip():
                    pass
                assert json.loads(stream.read(31)) == {"data": {"__typename": "Query"}}


def test_a_body_that_does_not_come_misses_its_deadline(address: Address) -> None:
    request = post(POST["httpx"], SMALL)
    with socket.create_connection(address, 5) as connection:
        connection.sendall(request)
        assert read_answer(connection).status == 200
        start = time.monotonic()
        connection.sendall(request[:-1])
        assert read_answer(connection).status == 408
        assert 0.4 < time.monotonic() - start < 2


@pytest.mark.parametrize("requests", [1, 4])
def test_an_idle_connection_is_closed_after_its_time(address: Address, requests: int) -> None:
    with socket.create_connection(address, 5) as connection:
        for _ in range(requests):
            connection.sendall(post(POST["httpx"], SMALL))
            assert read_answer(connection).status == 200
            time.sleep(0.3)
        start = time.monotonic()
        assert connection.recv(1) == b""
        assert 0.4 < time.monotonic() - start < 1.5


def test_a_client_that_does_not_read_is_not_answered_without_end(
    settings: Settings, store: Store
) -> None:
    request, sent = post(POST["Node, http.request"], LARGE), 0
    with (
        serving(replace(settings, answer_seconds=0.5), store) as address,
        socket.create_connection(address, 5) as connection,
        pytest.raises((ConnectionError, TimeoutError)),
    ):
        while sent < 200_000_000:
            connection.sendall(request)
            sent += len(request)
            time.sleep(0.0001)  # so that each arrives alone

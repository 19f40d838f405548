"""HTTP on a real socket: refusals reach their client, whatever it is still sending."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from datastore.base.settings import Settings
from datastore.store import Store
from patience import PATIENCE
from server.execution.executor import Answer, Executor
from server.execution.prepared import Prepared
from serving import Address, post, read_answer, serving, speak

QUERY = b'{"query": "{ __typename }"}'
MB = 1_000_000


@pytest.fixture(scope="module")
def address(settings: Settings, store: Store) -> Iterator[Address]:
    with serving(settings, store) as address:
        yield address


def get(path: str, *headers: str) -> bytes:
    return "\r\n".join([f"GET {path} HTTP/1.1", "Host: x", *headers, "", ""]).encode()


def test_a_query_is_answered(address: Address) -> None:
    answer = speak(address, post(QUERY))
    assert (answer.status, json.loads(answer.body)) == (200, {"data": {"__typename": "Query"}})


@pytest.mark.parametrize("size", [MB + 1, 5 * MB, 40 * MB])
def test_a_body_above_1_mb_is_413_after_all_of_it_was_sent(address: Address, size: int) -> None:
    answer = speak(address, post(b" " * size))
    assert answer.status == 413
    assert answer.error["extensions"] == {"code": "BODY_TOO_LARGE"}
    assert "1,000,000 bytes" in answer.error["message"]
    assert answer.headers["connection"] == "close"


def test_a_body_of_1_mb_is_read(address: Address) -> None:
    assert speak(address, post(QUERY + b" " * (MB - len(QUERY)))).status == 200


def test_a_chunked_body_is_counted(address: Address) -> None:
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    head = post(b"", "Transfer-Encoding: chunked")
    assert speak(address, head, *[chunk] * 40, b"0\r\n\r\n").status == 413
    assert speak(address, head, b"1b\r\n" + QUERY + b"\r\n0\r\n\r\n").status == 200


def test_413_comes_before_the_body_does(address: Address) -> None:
    with socket.create_connection(address, PATIENCE) as connection:
        connection.sendall(post(b"", f"Content-Length: {9 * MB}"))
        assert read_answer(connection).status == 413


def test_a_client_that_expects_100_continue_is_refused_at_once(address: Address) -> None:
    start = time.monotonic()
    head = post(b"", f"Content-Length: {9 * MB}", "Expect: 100-continue")
    assert speak(address, head).status == 413
    assert time.monotonic() - start < 8  # 10 seconds until a body is late


def test_100_continue_is_sent_for_an_acceptable_body(address: Address) -> None:
    with socket.create_connection(address, PATIENCE) as connection:
        head = post(b"", f"Content-Length: {len(QUERY)}", "Expect: 100-continue")
        connection.sendall(head)
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(QUERY)
        assert read_answer(connection).status == 200


def test_http_1_0_gets_no_interim_response(address: Address) -> None:
    head = post(QUERY, f"Content-Length: {len(QUERY)}", "Expect: 100-continue")
    with socket.create_connection(address, PATIENCE) as connection:
        connection.sendall(head.replace(b"HTTP/1.1", b"HTTP/1.0"))
        assert connection.recv(12) == b"HTTP/1.1 200"


@pytest.mark.parametrize("size", [16_385, 70_000, 3 * MB])
def test_a_url_above_16_kb_is_414(address: Address, size: int) -> None:
    answer = speak(address, get("/graphql?query=" + "x" * (size - len("/graphql?query="))))
    assert answer.status == 414
    assert answer.error["extensions"] == {"code": "URI_TOO_LONG"}
    assert answer.headers["x-request-id"]


def test_a_url_of_16_kb_is_read(address: Address) -> None:
    path = "/graphql?query={__typename}&x="
    assert speak(address, get(path + "x" * (16_384 - len(path)))).status == 200


@pytest.mark.parametrize("size", [16_384, 70_000, 3 * MB])
def test_headers_above_16_kb_are_431(address: Address, size: int) -> None:
    answer = speak(address, get("/graphql?query={__typename}", f"X-Long: {'x' * size}"))
    assert answer.status == 431
    assert answer.error["extensions"] == {"code": "HEADERS_TOO_LARGE"}


def test_many_small_headers_are_431(address: Address) -> None:
    many = [f"X-{i}: {i}" for i in range(3_000)]
    assert speak(address, get("/graphql?query={__typename}", *many)).status == 431


def test_headers_that_never_end_are_431(address: Address) -> None:
    answer = speak(address, b"GET / HTTP/1.1\r\nX-Long: ", *[b"x" * 65_536] * 4)
    assert answer.status == 431


def test_a_refused_connection_is_closed_in_the_end(address: Address) -> None:
    with socket.create_connection(address, PATIENCE) as connection:
        connection.sendall(get("/" + "x" * 20_000))
        assert read_answer(connection).status == 414
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(1) == b""


@pytest.mark.parametrize(
    "nonsense",
    [b"\x16\x03\x01\x02\x00\x01\x00", b"HELLO\r\n\r\n", post(b"", "Content-Length: -1")],
    ids=["TLS", "no request line", "negative length"],
)
def test_malformed_http_is_400_in_json_with_a_request_id(address: Address, nonsense: bytes) -> None:
    answer = speak(address, nonsense)
    assert answer.status == 400
    assert answer.error["extensions"] == {"code": "BAD_REQUEST"}
    assert answer.headers["x-request-id"]


def test_a_body_that_is_cut_short_harms_nobody(address: Address) -> None:
    with socket.create_connection(address, PATIENCE) as connection:
        connection.sendall(post(QUERY, "Content-Length: 900"))
    assert speak(address, post(QUERY)).status == 200


def test_a_wrong_body_is_refused_only_after_it_was_read(address: Address) -> None:
    head = f"POST /graphql HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {MB}\r\n\r\n"
    assert speak(address, head.encode(), b"x" * MB).status == 415


def test_requests_in_one_connection_are_answered_in_turn(address: Address) -> None:
    with socket.create_connection(address, PATIENCE) as connection:
        for _ in range(3):
            connection.sendall(post(QUERY))
            assert read_answer(connection).status == 200


def test_the_limits_are_settings(store: Store, settings: Settings) -> None:
    small = Settings(
        data_dir=settings.data_dir, max_body_bytes=100, max_url_bytes=50, max_header_bytes=200
    )
    with serving(small, store) as address:
        assert speak(address, post(QUERY)).status == 200
        assert speak(address, post(QUERY + b" " * 100)).status == 413
        assert speak(address, get("/graphql?query={__typename}")).status == 200
        assert speak(address, get("/graphql?query={__typename}" + "%20" * 50)).status == 414
        assert speak(address, get("/", f"X: {'x' * 200}")).status == 431


def test_the_limits_hold_with_the_parser_in_python_as_well(
    settings: Settings, store: Store
) -> None:
    with serving(settings, store, http="h11") as address:
        assert speak(address, post(b" " * 3 * MB)).status == 413
        assert speak(address, get("/" + "x" * 20_000)).status == 414
        assert speak(address, get("/", f"X: {'x' * 20_000}")).status == 431


def test_a_request_whose_client_has_gone_is_not_executed(
    settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    executed: list[str | None] = []
    run, begun, end = Executor.run, threading.Event(), threading.Event()

    def recorded(self: Executor, prepared: Prepared, *rest: Any) -> Answer:
        executed.append(prepared.name)
        begun.set()
        assert end.wait(10)  # the server is busy with the first one
        return run(self, prepared, *rest)

    def expensive(name: str) -> bytes:
        query = f"query {name} {{ games(first: 100) {{ nodes {{ similarGames {{ score }} }} }} }}"
        return post(json.dumps({"query": query}).encode())

    monkeypatch.setattr(Executor, "run", recorded)
    with serving(settings, store) as address, ExitStack() as stack:
        first, gone, last = (
            stack.enter_context(socket.create_connection(address, 10)) for _ in range(3)
        )
        first.sendall(expensive("First"))
        assert begun.wait(10)
        gone.sendall(expensive("Gone"))
        last.sendall(expensive("Last"))
        gone.close()
        end.set()
        assert [read_answer(connection).status for connection in (first, last)] == [200, 200]
    assert executed == ["First", "Last"]

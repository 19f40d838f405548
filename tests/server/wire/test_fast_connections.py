"""The fast path on connections: order of answers, bodies that come late, deadlines."""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Iterator
from urllib.request import urlopen

import pytest
from msgspec.structs import replace

from client_heads import POST
from datastore.base.settings import Settings
from datastore.store import Store
from fast_requests import LARGE, SMALL, post
from patience import PATIENCE
from serving import Address, answers, read_answer, serving, speak


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
    with socket.create_connection(address, PATIENCE) as connection:
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
    with socket.create_connection(address, PATIENCE) as connection:
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
    with socket.create_connection(address, PATIENCE) as connection:
        connection.sendall(request)
        assert read_answer(connection).status == 200
        start = time.monotonic()
        connection.sendall(request[:-1])
        assert read_answer(connection).status == 408
        assert time.monotonic() - start > 0.4


@pytest.mark.parametrize("requests", [1, 4])
def test_an_idle_connection_is_closed_after_its_time(address: Address, requests: int) -> None:
    with socket.create_connection(address, PATIENCE) as connection:
        for _ in range(requests):
            connection.sendall(post(POST["httpx"], SMALL))
            assert read_answer(connection).status == 200
            time.sleep(0.3)
        start = time.monotonic()
        assert connection.recv(1) == b""
        assert 0.4 < time.monotonic() - start < 4  # 5 by default


def test_a_client_that_does_not_read_is_not_answered_without_end(
    settings: Settings, store: Store
) -> None:
    request, sent = post(POST["Node, http.request"], LARGE), 0
    with (
        serving(replace(settings, answer_seconds=0.5), store) as address,
        socket.create_connection(address, PATIENCE) as connection,
        pytest.raises((ConnectionError, TimeoutError)),
    ):
        while sent < 200_000_000:
            connection.sendall(request)
            sent += len(request)
            time.sleep(0.0001)  # so that each arrives alone

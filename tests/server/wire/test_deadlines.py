"""HTTP on a real socket: slow clients are refused in time, and hold nobody up."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest
from msgspec.structs import replace

from datastore.base.settings import Settings
from datastore.store import Store
from patience import PATIENCE
from serving import Address, Answer, answers, post, read_answer, serving, speak

QUERY = b'{"query": "{ __typename }"}'
ORIGIN = "https://shop.example"
COMMON = (f"Origin: {ORIGIN}", "X-Request-ID: of-the-proxy")
HEAD = "\r\n".join(["GET /healthz HTTP/1.1", "Host: x", *COMMON, ""])
#: Deadlines of the server under test, and how much later it may act.
SECONDS, LATENESS = 0.5, 8.0


@pytest.fixture(scope="module")
def address(settings: Settings, store: Store) -> Iterator[Address]:
    slow = replace(
        settings,
        head_seconds=SECONDS,
        body_seconds=SECONDS,
        answer_seconds=SECONDS,
        idle_seconds=1,
        cors_origins=ORIGIN,
    )
    with serving(slow, store) as address:
        yield address


def trickle(
    address: Address, start: bytes, drop: bytes, pause: float = 0.05
) -> tuple[Answer, float]:
    """Send the start of a request, then a drop of it after each pause; the answer, and its time."""
    with socket.create_connection(address, PATIENCE) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(start)
        begin = time.monotonic()
        connection.settimeout(pause)
        while time.monotonic() < begin + SECONDS + LATENESS:
            with suppress(TimeoutError):
                if connection.recv(1, socket.MSG_PEEK):
                    break
            with suppress(BrokenPipeError, ConnectionResetError):
                connection.sendall(drop)
        seconds = time.monotonic() - begin
        connection.settimeout(PATIENCE)
        answer = read_answer(connection)
        assert connection.recv(1) == b"", "the connection is open behind the refusal"
        return answer, seconds


@pytest.mark.parametrize(
    ("start", "drop"),
    [
        (HEAD.encode(), b"X: 1\r\n"),
        (HEAD.encode() + b"X-Long: ", b"x"),
        (post(b"", "Content-Length: 900000", *COMMON), b" "),
        (
            post(b"", "Transfer-Encoding: chunked", *COMMON),
            b"1\r\nx\r\n",
        ),
        (
            post(b"", "Transfer-Encoding: chunked", *COMMON) + b"0\r\n",
            b"X: 1\r\n",
        ),
    ],
    ids=["headers", "one header", "a body", "chunks", "trailers"],
)
def test_bytes_that_trickle_in_do_not_extend_a_deadline(
    address: Address, start: bytes, drop: bytes
) -> None:
    answer, seconds = trickle(address, start, drop)
    assert answer.status == 408
    assert answer.error["extensions"] == {"code": "REQUEST_TIMEOUT"}
    assert SECONDS * 0.9 < seconds < SECONDS + LATENESS


def test_a_small_body_that_never_pauses_for_long_does_not_extend_the_deadline(
    address: Address,
) -> None:
    start = post(b"", "Content-Length: 16000", "Accept: application/json")
    answer, seconds = trickle(address, start, b" ", pause=0.004)
    assert answer.status == 408
    assert answer.error["extensions"] == {"code": "REQUEST_TIMEOUT"}
    assert SECONDS * 0.9 < seconds < SECONDS + LATENESS


def test_the_refusal_has_the_headers_of_all_refusals(address: Address) -> None:
    answer, _ = trickle(address, HEAD.encode(), b"X: 1\r\n")
    assert answer.error["message"] == (
        "The headers did not arrive within 0.5 seconds: send the request again."
    )
    assert answer.headers["x-request-id"] == "of-the-proxy"
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert answer.headers["connection"] == "close"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


def closed_after(connection: socket.socket) -> float:
    """Seconds until the server closes the connection without a word."""
    begin = time.monotonic()
    assert connection.recv(1) == b""
    return time.monotonic() - begin


def test_a_connection_without_a_request_is_closed(address: Address) -> None:
    with socket.create_connection(address, PATIENCE) as connection:
        assert SECONDS * 0.9 < closed_after(connection) < SECONDS + LATENESS


def test_a_connection_between_requests_is_closed_also_if_line_ends_come(address: Address) -> None:
    with socket.create_connection(address, PATIENCE) as connection:
        connection.sendall(post(QUERY))
        assert read_answer(connection).status == 200
        begin = time.monotonic()
        connection.settimeout(0.05)
        received = None
        while received is None and time.monotonic() < begin + 1 + LATENESS:
            with suppress(BrokenPipeError, ConnectionResetError):
                connection.sendall(b"\r\n")
            try:
                received = connection.recv(1)
            except TimeoutError:
                continue
            except ConnectionResetError:
                received = b""
        assert received == b""
        assert 0.9 < time.monotonic() - begin < 1 + LATENESS


def test_requests_in_time_are_answered_however_many_share_a_connection(address: Address) -> None:
    with socket.create_connection(address, PATIENCE) as connection:
        for _ in range(4):
            request = post(QUERY)
            connection.sendall(request[:30])
            time.sleep(SECONDS / 4)
            connection.sendall(request[30:-5])
            time.sleep(SECONDS / 4)
            connection.sendall(request[-5:])
            assert read_answer(connection).status == 200


def test_earlier_requests_are_answered_before_the_refusal(address: Address) -> None:
    first, second = answers(address, post(QUERY) + HEAD.encode())
    assert (first.status, second.status) == (200, 408)


def test_answers_that_nobody_reads_are_dropped(
    address: Address, caplog: pytest.LogCaptureFixture
) -> None:
    query = b'{"query": "{ __schema { types { name description fields { name description } } } }"}'
    asked, received = 0, b""
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        connection.settimeout(1)
        connection.connect(address)
        with suppress(ConnectionError, TimeoutError):
            while asked < 500:  # until the sockets' buffers are full
                connection.sendall(post(query + b" " * 50_000))
                asked += 1
        time.sleep(SECONDS + 0.5)
        with suppress(ConnectionError):
            while part := connection.recv(1_000_000):
                received += part
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
    assert received.count(b"HTTP/1.1 200") < asked < 500
    assert speak(address, post(QUERY)).status == 200


def test_unfinished_uploads_hold_nobody_up(settings: Settings, store: Store) -> None:
    with serving(settings, store) as address, ExitStack() as stack:
        for _ in range(200):
            connection = stack.enter_context(socket.create_connection(address, PATIENCE))
            connection.sendall(post(b"", "Content-Length: 900000") + b" " * 100)
        begin = time.monotonic()
        assert speak(address, post(QUERY)).status == 200
        assert time.monotonic() - begin < settings.body_seconds


def test_unfinished_uploads_take_a_bounded_memory(settings: Settings, store: Store) -> None:
    small = replace(settings, max_bodies_bytes=2_000_000)
    with serving(small, store) as address:
        with ExitStack() as stack:
            connections = []
            for _ in range(4):
                connection = stack.enter_context(socket.create_connection(address, PATIENCE))
                connection.sendall(post(b"", "Content-Length: 900000") + b" " * 800_000)
                connections.append(connection)
            refused = 0
            for connection in connections:
                connection.settimeout(0.5)
                with suppress(TimeoutError):
                    answer = read_answer(connection)
                    assert (answer.status, answer.headers["retry-after"]) == (503, "1")
                    assert answer.error["extensions"] == {"code": "OVERLOADED"}
                    refused += 1
            assert refused >= 2
        time.sleep(0.2)
        assert speak(address, post(QUERY + b" " * 900_000)).status == 200


def test_unfinished_uploads_do_not_keep_small_requests_out(
    settings: Settings, store: Store
) -> None:
    full = replace(settings, max_bodies_bytes=800_010)
    with serving(full, store) as address, socket.create_connection(address, PATIENCE) as upload:
        upload.sendall(post(b"", "Content-Length: 900000") + b" " * 800_000)
        time.sleep(0.2)
        assert speak(address, post(QUERY)).status == 200
        assert speak(address, post(QUERY + b" " * 20_000)).status == 503


def test_requests_that_do_not_wait_for_answers_are_bounded(address: Address) -> None:
    few = answers(address, post(QUERY) * 100 + post(QUERY, "Connection: close"))
    assert [answer.status for answer in few] == [200] * 101
    many = answers(address, post(QUERY) * 2_000)
    assert {answer.status for answer in many[:-1]} == {200}
    assert (many[-1].status, many[-1].headers["connection"]) == (503, "close")
    assert many[-1].error["extensions"] == {"code": "OVERLOADED"}


@pytest.mark.parametrize(
    "extension", [b";" + b"x" * 15_000, b""], ids=["extensions", "tiny chunks"]
)
def test_bytes_besides_the_body_are_bounded(
    settings: Settings, store: Store, extension: bytes
) -> None:
    chunk = b"1" + extension + b"\r\nx\r\n"
    with (
        serving(settings, store) as address,
        socket.create_connection(address, PATIENCE) as connection,
    ):
        connection.sendall(post(b"", "Transfer-Encoding: chunked"))
        with suppress(ConnectionError):
            for _ in range(5_000_000 // len(chunk) // 100):
                connection.sendall(chunk * 100)
        answer = read_answer(connection)
    assert answer.status == 400
    assert "the chunks have too many bytes besides the body" in answer.error["message"]

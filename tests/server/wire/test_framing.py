"""HTTP on a real socket: for any head, no part of a body is treated as a request.

Every case is followed by a second request in the same packet. Where the first is answered, the
second is too, by itself; where the first is refused, the connection ends behind the refusal.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from datastore.base.settings import Settings
from datastore.store import Store
from patience import PATIENCE
from serving import Address, Answer, answers, post, serving

QUERY = b'{"query": "{ __typename }"}'
#: A request that must never be answered when it is part of a body.
SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
NEXT = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
ORIGIN = "https://shop.example"
UPGRADES = {
    "h2c, as every JDK offers it": (
        "Connection: Upgrade, HTTP2-Settings",
        "Upgrade: h2c",
        "HTTP2-Settings: AAEAAEAAAAIAAAAAAAMAAAAAAAQBAAAAAAUAAEAAAAYABgAA",
    ),
    "websocket": (
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13",
    ),
    "TLS": ("Connection: upgrade", "Upgrade: TLS/1.0"),
    "made up": ("Connection: keep-alive, UPGRADE", "Upgrade: made-up/7, other"),
    "two lines": ("Connection: keep-alive", "Connection: Upgrade", "Upgrade: a", "Upgrade: b"),
}


@pytest.fixture(scope="module")
def address(settings: Settings, store: Store) -> Iterator[Address]:
    with serving(replace(settings, cors_origins=ORIGIN), store) as address:
        yield address


def head(start: str, *lines: str) -> bytes:
    return "\r\n".join([start, *lines, "", ""]).encode("latin-1")


def chunked(*parts: bytes) -> bytes:
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (*parts, b""))


def is_query(answer: Answer) -> bool:
    return (answer.status, answer.body) == (200, b'{"data":{"__typename":"Query"}}')


@pytest.mark.parametrize("upgrade", UPGRADES.values(), ids=UPGRADES)
@pytest.mark.parametrize("framing", ["length", "chunks", "no body"])
@pytest.mark.parametrize("pieces", [1, 7, 1_000])
def test_a_declined_upgrade_is_ignored_and_the_body_kept(
    address: Address, upgrade: tuple[str, ...], framing: str, pieces: int
) -> None:
    if framing == "length":
        request = post(QUERY, *upgrade)
    elif framing == "chunks":
        request = post(b"", "Transfer-Encoding: chunked", *upgrade)
        request += chunked(QUERY[:9], QUERY[9:])
    else:
        request = head("GET /graphql?query={__typename} HTTP/1.1", "Host: x", *upgrade)
    first, second = answers(address, request + NEXT, pieces)
    assert is_query(first), first
    assert (second.status, second.body) == (200, b'{"status":"ok"}')


@pytest.mark.parametrize("upgrade", UPGRADES.values(), ids=UPGRADES)
def test_a_request_in_the_body_of_an_upgrade_is_a_body(
    address: Address, upgrade: tuple[str, ...]
) -> None:
    first, second = answers(address, post(SMUGGLED, *upgrade) + NEXT)
    assert first.status == 400  # this is not JSON
    assert second.body == b'{"status":"ok"}'


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_an_upgrade_is_declined_where_the_connection_closes_after_the_request(
    address: Address, version: str
) -> None:
    request = post(QUERY, "Connection: close, Upgrade", "Upgrade: h2c")
    (answer,) = answers(address, request.replace(b"HTTP/1.1", b"HTTP/" + version.encode()) + NEXT)
    assert is_query(answer), answer


def test_the_preface_of_http_2_is_refused_in_plain_words(address: Address) -> None:
    (answer,) = answers(address, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
    assert answer.status == 400
    assert b"Malformed HTTP/1.1 request: HTTP/2 is not supported." in answer.body


def test_upgrades_in_a_row_are_answered_in_turn(address: Address) -> None:
    upgrade = UPGRADES["websocket"]
    found = answers(address, post(QUERY, *upgrade) * 3 + NEXT)
    assert [is_query(answer) for answer in found] == [True, True, True, False]


def test_a_body_behind_an_upgrade_is_limited_as_well(address: Address) -> None:
    found = answers(address, post(b" " * 1_000_001, *UPGRADES["websocket"]))
    assert [answer.status for answer in found] == [413]


LENGTH = f"Content-Length: {len(QUERY)}"
MALFORMED = {
    "no host": head("GET / HTTP/1.1"),
    "two hosts": head("GET / HTTP/1.1", "Host: x", "Host: x"),
    "two hosts of HTTP/1.0": head("GET / HTTP/1.0", "Host: x", "Host: y"),
    "empty host": head("GET / HTTP/1.1", "Host:"),
    "host with a path": head("GET / HTTP/1.1", "Host: x/y"),
    "host with a user": head("GET / HTTP/1.1", "Host: me@x"),
    "two hosts in one": head("GET / HTTP/1.1", "Host: x, y"),
    "host with a wrong port": head("GET / HTTP/1.1", "Host: x:http"),
    "gzip, chunked": post(b"", "Transfer-Encoding: gzip, chunked") + chunked(QUERY),
    "gzip": post(b"", "Transfer-Encoding: gzip") + QUERY,
    "identity": post(b"", "Transfer-Encoding: identity", LENGTH) + QUERY,
    "xchunked": post(b"", "Transfer-Encoding: xchunked") + chunked(QUERY),
    "chunked twice": post(b"", "Transfer-Encoding: chunked, chunked") + chunked(QUERY),
    "gzip and chunked on two lines": post(
        b"", "Transfer-Encoding: gzip", "Transfer-Encoding: chunked"
    )
    + chunked(QUERY),
    "chunked on two lines": post(b"", "Transfer-Encoding: chunked", "Transfer-Encoding: chunked")
    + chunked(QUERY),
    "chunked of HTTP/1.0": post(b"", "Transfer-Encoding: chunked").replace(b"1.1", b"1.0", 1)
    + chunked(QUERY),
    "chunked and a length": post(b"", "Transfer-Encoding: chunked", LENGTH) + chunked(QUERY),
    "a length and chunked": post(b"", LENGTH, "Transfer-Encoding: chunked") + chunked(QUERY),
    "two lengths": post(b"", LENGTH, "Content-Length: 5") + QUERY,
    "one length twice": post(b"", LENGTH, LENGTH) + QUERY,
    "a list of lengths": post(b"", "Content-Length: 5, 5") + QUERY,
    "length +5": post(b"", "Content-Length: +5") + QUERY,
    "length -1": post(b"", "Content-Length: -1") + QUERY,
    "length 0x5": post(b"", "Content-Length: 0x5") + QUERY,
    "length 5_0": post(b"", "Content-Length: 5_0") + QUERY,
    "empty length": post(b"", "Content-Length:") + QUERY,
    "a length beyond 64 bits": post(b"", "Content-Length: 18446744073709551621") + QUERY,
    "a folded line": head("GET / HTTP/1.1", "Host: x", "A: b", " c"),
    "a folded first line": head("GET / HTTP/1.1", " Host: x"),
    "a space before the colon": head("GET / HTTP/1.1", "Host : x"),
    "a header without a colon": head("GET / HTTP/1.1", "Host: x", "A"),
    "a header without a name": head("GET / HTTP/1.1", "Host: x", ": b"),
    "a name in Latin 1": head("GET / HTTP/1.1", "Host: x", "\xe9: b"),
    "NUL in a value": head("GET / HTTP/1.1", "Host: x", "A: b\0c"),
    "NUL in a name": head("GET / HTTP/1.1", "Host: x", "A\0: b"),
    "CR in a value": head("GET / HTTP/1.1", "Host: x", "A: b\rTransfer-Encoding: chunked"),
    "LF ends a line": head("GET / HTTP/1.1", "Host: x\nA: b"),
    "LF ends the first line": head("GET / HTTP/1.1\nHost: x"),
    "lower case": head("get / HTTP/1.1", "Host: x"),
    "unknown method": head("ASK / HTTP/1.1", "Host: x"),
    "HTTP/0.9": head("GET /"),
    "HTTP/2.0": head("GET / HTTP/2.0", "Host: x"),
    "HTTP/2's preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "HTTP/1.2": head("GET / HTTP/1.2", "Host: x"),
    "HTTP/11": head("GET / HTTP/11", "Host: x"),
    "a space in the target": head("GET /a b HTTP/1.1", "Host: x"),
    "a target without a slash": head("GET graphql HTTP/1.1", "Host: x"),
    "a target of FTP": head("GET ftp://x/ HTTP/1.1", "Host: x"),
    "a letter as chunk size": post(b"", "Transfer-Encoding: chunked") + b"x\r\n" + QUERY,
    "a chunk longer than its size": post(b"", "Transfer-Encoding: chunked") + b"3\r\n" + QUERY,
    "a chunk size that ends in LF": post(b"", "Transfer-Encoding: chunked")
    + b"3\n{ }\r\n0\r\n\r\n",
    "a length in the trailer": post(b"", "Transfer-Encoding: chunked")
    + b"3\r\n{ }\r\n0\r\nContent-Length: 9\r\n\r\n",
}


@pytest.mark.parametrize("request_bytes", MALFORMED.values(), ids=MALFORMED)
@pytest.mark.parametrize("before", [0, 2])
def test_a_malformed_request_is_refused_after_those_before_it_and_ends_the_connection(
    address: Address, request_bytes: bytes, before: int
) -> None:
    *earlier, refused = answers(address, post(QUERY) * before + request_bytes + SMUGGLED + NEXT)
    assert [is_query(answer) for answer in earlier] == [True] * before
    assert refused.status == 400
    assert refused.error["extensions"] == {"code": "BAD_REQUEST"}
    assert refused.error["message"].startswith("Malformed HTTP/1.1 request: ")
    assert refused.headers["connection"] == "close"


def test_a_reason_of_the_parser_keeps_the_names_of_headers(address: Address) -> None:
    twice = post(QUERY, f"Content-Length: {len(QUERY)}", f"Content-Length: {len(QUERY)}")
    (refused,) = answers(address, twice)
    assert "duplicate Content-Length" in refused.error["message"]
    (refused,) = answers(address, post(QUERY, "Transfer-Encoding: chunked", "Content-Length: 1"))
    assert "Content-Length can't be present" in refused.error["message"]


def test_a_tunnel_is_refused(address: Address) -> None:
    (refused,) = answers(address, head("CONNECT x:443 HTTP/1.1", "Host: x:443") + SMUGGLED)
    assert (refused.status, refused.headers["allow"]) == (405, "GET, HEAD, POST")


@pytest.mark.parametrize(
    "start",
    [
        "GET http://x/graphql?query={__typename} HTTP/1.1",
        "GET HTTPS://other:99/graphql?query={__typename} HTTP/1.1",
        "GET /graphql?query={__typename}#part HTTP/1.1",
    ],
)
@pytest.mark.parametrize("host", ["x", "x:80", "127.0.0.1:8000", "[::1]:8000", "a_b.example", "x:"])
def test_other_forms_of_targets_and_hosts_are_read(address: Address, start: str, host: str) -> None:
    first, second = answers(address, head(start, f"Host: {host}") + NEXT)
    assert is_query(first)
    assert second.body == b'{"status":"ok"}'


def test_a_url_without_a_path_is_the_page(address: Address) -> None:
    assert [found.status for found in answers(address, head("HEAD http://x HTTP/1.0"))] == [200]


def test_http_1_0_needs_no_host_and_gets_one_answer(address: Address) -> None:
    request = head("GET /graphql?query={__typename} HTTP/1.0")
    (answer,) = answers(address, request + SMUGGLED)
    assert is_query(answer)
    assert answer.headers["connection"] == "close"


def test_blanks_around_a_length_are_ignored(address: Address) -> None:
    first, _ = answers(address, post(b"", f"Content-Length:  {len(QUERY)} ") + QUERY + NEXT)
    assert is_query(first)


def test_a_trailer_is_not_a_header(address: Address) -> None:
    lines = ("Host: x", "Transfer-Encoding: chunked")
    request = head("POST /graphql HTTP/1.1", *lines) + chunked(QUERY)[:-2]
    first, _ = answers(address, request + b"Content-Type: application/json\r\n\r\n" + NEXT)
    assert first.status == 415


@pytest.mark.parametrize("line", [b"X: y\r\n", b"x"], ids=["lines", "one line"])
def test_trailers_are_limited_too(address: Address, line: bytes) -> None:
    request = post(b"", "Transfer-Encoding: chunked") + chunked(QUERY)[:-2]
    (refused,) = answers(address, request + line * 400_000, 5)
    assert refused.status == 431


REFUSED = {
    400: head("GET / HTTP/1.1", f"Origin: {ORIGIN}", "X-Request-ID: of-the-proxy"),
    405: head("CONNECT x:1 HTTP/1.1", "Host: x", f"Origin: {ORIGIN}", "X-Request-ID: of-the-proxy"),
    414: head(
        f"GET /{'x' * 17_000} HTTP/1.1",
        "Host: x",
        "X-Request-ID: of-the-proxy",
        f"Origin: {ORIGIN}",
    ),
    431: head("GET / HTTP/1.1", f"Origin: {ORIGIN}", "X-Request-ID: of-the-proxy", "Host: x")[:-2]
    + b"X: y\r\n" * 3_000
    + b"\r\n",
}


@pytest.mark.parametrize("status", REFUSED)
def test_refusals_of_the_protocol_have_the_headers_of_all_answers(
    address: Address, status: int
) -> None:
    (refused,) = answers(address, REFUSED[status])
    assert refused.status == status
    headers = refused.headers
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert headers["content-type"] == "application/graphql-response+json; charset=utf-8"
    assert "Origin" in headers["vary"]
    assert headers["date"]
    assert headers["connection"] == "close"
    assert headers["x-request-id"] == "of-the-proxy"
    assert headers["access-control-allow-origin"] == ORIGIN
    assert set(json.loads(refused.body)) == {"errors"}


@pytest.mark.parametrize("size", [17_000, 40_000, 500_000])
@pytest.mark.parametrize("pieces", [1, 9])
@pytest.mark.parametrize("status", [414, 431])
def test_a_refused_head_is_read_to_its_end_for_the_origin_there(
    address: Address, status: int, pieces: int, size: int
) -> None:
    target, value = ("x" * size, "") if status == 414 else ("", "x" * size)
    lines = (f"X-Long: {value}", "Host: x", f"Origin: {ORIGIN}")
    (refused,) = answers(address, head(f"GET /{target} HTTP/1.1", *lines) + NEXT, pieces)
    assert refused.status == status
    assert refused.headers["access-control-allow-origin"] == ORIGIN


def test_a_head_that_is_too_large_and_never_ends_is_refused_within_seconds(
    address: Address,
) -> None:
    with socket.create_connection(address, PATIENCE) as connection:
        connection.sendall(b"GET /" + b"x" * 17_000)
        assert connection.recv(65_536).startswith(b"HTTP/1.1 414 ")


def test_a_malformed_preflight_is_refused_and_not_answered(address: Address) -> None:
    lines = (f"Origin: {ORIGIN}", "Access-Control-Request-Method: POST")
    (refused,) = answers(address, head("OPTIONS /graphql HTTP/1.1", *lines))
    assert refused.status == 400
    assert "Host" in refused.error["message"]


def test_a_body_that_turns_out_malformed_is_refused_while_others_are_served(
    address: Address,
) -> None:
    with socket.create_connection(address, 10) as connection:
        connection.sendall(post(b"", "Transfer-Encoding: chunked") + b"3\r\n{ }\r\n")
        (other,) = answers(address, post(QUERY, "Connection: close"))
        assert is_query(other)
        connection.sendall(b"nonsense\r\n")
        assert connection.recv(65_536).startswith(b"HTTP/1.1 400 ")

"""Requests for the fast path, in bytes, and what a test needs to send them to the application."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from harness import TestClient

__all__ = ["DATE", "LARGE", "NAMED", "SHOP", "SMALL", "get", "post", "send"]

SHOP = "http://shop.example"
SMALL = "{ __typename }"
LARGE = f"{{ {' '.join(f'a_name_of_thirty_characters__{n}: __typename' for n in range(40))} }}"
NAMED = "query Find($id: ID!) { game(appId: $id) { title } }"
DATE = [(b"date", b"Sun, 29 Nov 2026 08:00:00 GMT")]


def post(lines: str, query: str | None, **more: Any) -> bytes:
    """A POST of a document, with these lines in its head."""
    body = json.dumps({"query": query, **more}).encode()
    head = f"POST /graphql HTTP/1.1\nHost: 127.0.0.1:8000\n{lines}Content-Length: {len(body)}\n\n"
    return head.replace("\n", "\r\n").encode() + body


def get(lines: str, query: str, more: str = "") -> bytes:
    """A GET of a document, with these lines in its head, and more parameters."""
    head = f"GET /graphql?query={quote(query)}{more} HTTP/1.1\nHost: 127.0.0.1:8000\n{lines}\n"
    return head.replace("\n", "\r\n").encode()


def send(client: TestClient, request: bytes) -> Any:
    """Send a request in bytes with a client of the tests."""
    head, _, body = request.partition(b"\r\n\r\n")
    start, *lines = head.decode().split("\r\n")
    method, path, _ = start.split()
    headers = dict(line.split(": ", 1) for line in lines)
    return client.request(method, path, headers=headers, content=body)

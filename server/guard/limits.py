"""server.guard: size limits of a request. A refusal reaches a client who is still sending."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from datastore.base.settings import Settings
from server.http.negotiation import GRAPHQL, negotiate
from server.http.refusal import Refusal, refused

__all__ = ["DRAIN_BYTES", "DRAIN_SECONDS", "Limits", "Most", "preferred"]

#: What is read and thrown away after a refusal. A connection that is closed while the client is
#: still sending is reset, and the reset overtakes the refusal.
DRAIN_BYTES = 64 * 1024 * 1024
DRAIN_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Most:
    """The limits, in bytes."""

    url: int
    headers: int
    body: int

    @classmethod
    def of(cls, settings: Settings) -> Most:
        """The limits that are set."""
        return cls(settings.max_url_bytes, settings.max_header_bytes, settings.max_body_bytes)

    def check_url(self, size: int) -> None:
        """Raises Refusal (414)."""
        if size > self.url:
            raise Refusal(
                414,
                "URI_TOO_LONG",
                f"The URL has more than {self.url:,} bytes: send the request by POST.",
            )

    def check_headers(self, headers: list[tuple[bytes, bytes]]) -> None:
        """Raises Refusal (431). A line counts with its colon, its space and its end."""
        size = sum(len(name) + len(value) + 4 for name, value in headers)
        if size > self.headers:
            raise self.too_many_headers()

    def too_many_headers(self) -> Refusal:
        """Of a request whose headers are too large."""
        return Refusal(
            431,
            "HEADERS_TOO_LARGE",
            f"The headers have more than {self.headers:,} bytes: send fewer or shorter ones.",
        )

    def check_body(self, size: int) -> None:
        """Raises Refusal (413)."""
        if size > self.body:
            raise Refusal(
                413,
                "BODY_TOO_LARGE",
                f"The body has more than {self.body:,} bytes: send a smaller request.",
            )


class Limits:
    """Refuses what is too large before, or while, the application reads it.

    The application must let the Refusal pass: the rest of the body is still to be drained.
    """

    def __init__(self, app: ASGIApp, most: Most) -> None:
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        read, ended = 0, False

        async def counted() -> Message:
            nonlocal read, ended
            message = await receive()
            ended = not message.get("more_body")
            read += len(message.get("body", b""))
            self._most.check_body(read)
            return message

        headers = Headers(scope=scope)
        try:
            self._check(scope, headers)
            await self._app(scope, counted, send)
        except Refusal as refusal:
            refusal.headers["Connection"] = "close"
            # A client that waits for "100 Continue" sends nothing more once it is refused.
            rest = None if ended or "expect" in headers else receive
            await _answer(refusal, preferred(headers), rest, send)

    def _check(self, scope: Scope, headers: Headers) -> None:
        path = scope.get("raw_path") or scope["path"].encode()
        query = scope["query_string"]
        self._most.check_url(len(path) + (len(query) + 1 if query else 0))
        self._most.check_headers(scope["headers"])
        length = headers.get("content-length", "")
        if length.isascii() and length.isdigit():
            self._most.check_body(int(length[:20]))


def preferred(headers: Headers) -> str:
    """The media type of a refusal, also for a client that accepts none of ours."""
    try:
        return negotiate(", ".join(headers.getlist("accept"))).refusal
    except Refusal:
        return GRAPHQL


async def _answer(refusal: Refusal, media_type: str, rest: Receive | None, send: Send) -> None:
    response = refused(refusal, media_type)
    start = {"status": response.status_code, "headers": response.raw_headers}
    await send({"type": "http.response.start", **start})
    await send({"type": "http.response.body", "body": response.body, "more_body": True})
    if rest is not None:
        await _drain(rest)
    await send({"type": "http.response.body", "body": b""})


async def _drain(rest: Receive) -> None:
    drained, more = 0, True
    try:
        async with asyncio.timeout(DRAIN_SECONDS):
            while more and drained < DRAIN_BYTES:
                message = await rest()
                drained += len(message.get("body", b""))
                more = message.get("more_body", False)
    except TimeoutError:
        return

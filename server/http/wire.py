"""server.http: limits on the wire. uvicorn's fast parser has none of its own for URLs and headers.

The layer `Limits` sees a request when its last header has come, and who never ends one would fill
the memory before. Here the bytes are counted as they come.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from server.guard.limits import DRAIN_BYTES, DRAIN_SECONDS, Most
from server.http.negotiation import GRAPHQL
from server.http.refusal import Refusal, refused
from server.observe.request_id import new_id

__all__ = ["LimitedProtocol", "limited"]


def limited(most: Most) -> type[asyncio.Protocol]:
    """A protocol for `uvicorn.Config(http=…)` with these limits."""
    return type("Limited", (LimitedProtocol,), {"most": most})


class LimitedProtocol(HttpToolsProtocol):
    """Counts the bytes of a request's head, and says in JSON what is wrong with it."""

    most: Most

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._in_head = False
        self._head = 0
        self._refusal: Refusal | None = None
        self._drained: int | None = None

    def data_received(self, data: bytes) -> None:
        if self._drained is not None:
            self._drained += len(data)
            if self._drained > DRAIN_BYTES:
                self.transport.close()
            return
        was_in_head = self._in_head
        super().data_received(data)
        if self._in_head and was_in_head and self._drained is None:
            self._head += len(data)
            if self._head > self.most.url + self.most.headers:
                self._refuse(self.most.too_many_headers())

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head, self._head = True, 0

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        self._check(lambda: self.most.check_url(len(self.url)))

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._check(lambda: self.most.check_headers(self.headers))
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        # uvicorn calls this for whatever stops its parser, our own refusals as well.
        what = "This is no HTTP/1.1 request that the server can read: check how it is written."
        self._refuse(self._refusal or Refusal(400, "BAD_REQUEST", what))

    def _check(self, check: Callable[[], None]) -> None:
        try:
            check()
        except Refusal as refusal:
            self._refusal = refusal
            raise  # stops the parser

    def _refuse(self, refusal: Refusal) -> None:
        if self.cycle is not None and not self.cycle.response_complete:
            # An earlier request is being answered, or its body is what cannot be read.
            self.transport.close()
            return
        self._drained = 0
        response = refused(refusal, GRAPHQL)
        headers = [
            *self.server_state.default_headers,
            *response.raw_headers,
            (b"x-request-id", new_id().encode()),
            (b"connection", b"close"),
        ]
        lines = [b"%b: %b\r\n" % pair for pair in headers]
        self.transport.write(
            b"".join([STATUS_LINE[refusal.status], *lines, b"\r\n", response.body])
        )
        # Closing at once would reset the connection of a client that is still sending.
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.loop.call_later(DRAIN_SECONDS, self.transport.close)

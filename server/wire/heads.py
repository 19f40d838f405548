"""server.wire: heads of usual requests, and what is decided by them.

A client sends nearly the same head again and again, so that the decisions are cached by its bytes.
They are made by the parser of the connections, the limits and the middleware themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import httptools
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.guard.limits import Limits
from server.guard.sizes import SMALL
from server.http.answers import Client
from server.http.caching import Condition
from server.http.compression import coding
from server.http.negotiation import negotiate, require_json
from server.http.parameters import Parameters, from_url
from server.http.refusal import Refusal
from server.observe.request_id import well_formed
from server.wire.framing import check_head

__all__ = ["Head", "Heads"]

#: Most cached heads, and their largest size in bytes. A client's heads differ in few numbers.
_HEADS, _LARGEST = 1_000, 2_048
#: Headers that make each head another.
_UNIQUE = (b"\r\nx-request-id:", b"\r\ntraceparent:")
#: Most cached endings of heads of answers, which depend on the origin of the page.
_ENDINGS = 200
#: Headers that make a request unusual.
_UNUSUAL = frozenset(
    (
        b"content-encoding",
        b"expect",
        b"http2-settings",
        b"proxy-connection",
        b"transfer-encoding",
        b"upgrade",
    )
)
#: Headers that are read here; a request that has one of them twice is unusual.
_READ = frozenset(
    (
        b"accept",
        b"accept-encoding",
        b"authorization",
        b"connection",
        b"content-length",
        b"content-type",
        b"cookie",
        b"if-none-match",
        b"origin",
        b"x-request-id",
    )
)
#: In place of the request id, and of the lines about a budget, while the ending of a head is made.
_ID, _BUDGET = "the-request-id", (b"the-budget", b"")


@dataclass(frozen=True, slots=True)
class Head:
    """The decisions about a request with this head.

    `size` is that of head and body. The headers of the answer itself are followed by
    `before_budget`, the lines about a budget, `before_id`, the request id, and `after_id`.
    """

    method: str
    path: str
    size: int
    #: Of a request without a body.
    parameters: Parameters | None
    client: Client
    #: Values of the header with an API key, and of that with the client's address.
    authorization: str
    address: str
    request_id: str | None
    before_budget: bytes
    before_id: bytes
    after_id: bytes


class Heads:
    """Reads heads of requests to `/graphql`, also behind the prefix `root`.

    `decorating` is the middleware that adds headers to answers, around and within that which adds
    the lines about a budget; `address_header` the header with the addresses of clients, "" if there
    is none.
    """

    def __init__(
        self,
        root: str,
        limits: Limits,
        decorating: tuple[Sequence[Middleware], Sequence[Middleware]],
        address_header: str,
        documents_in_urls: bool,
    ) -> None:
        self._paths = (b"/graphql", root.encode() + b"/graphql")
        self._limits = limits
        self._address_header = address_header.encode()
        self._read = _READ | {self._address_header}
        self._decorated: ASGIApp = _stub
        around, within = decorating
        for layer in reversed((*around, Middleware(_Budget), *within)):
            self._decorated = layer.cls(self._decorated, *layer.args, **layer.kwargs)
        self._documents_in_urls = documents_in_urls
        self._heads: dict[bytes, Head | None] = {}
        self._endings: dict[tuple[bytes | None, bool], tuple[bytes, bytes, bytes]] = {}

    def of(self, head: bytes) -> Head | None:
        """The decisions about a head, which ends with an empty line; None if it is unusual."""
        try:
            return self._heads[head]
        except KeyError:
            pass
        try:
            decided = self._decided(head)
        except (Refusal, httptools.HttpParserError, httptools.HttpParserUpgrade, ValueError):
            decided = None  # the application finds the same again
        if len(head) <= _LARGEST and not any(map(head.lower().__contains__, _UNIQUE)):
            _bound(self._heads, _HEADS)
            self._heads[head] = decided
        return decided

    def _decided(self, head: bytes) -> Head | None:
        read = _Read()
        parser = httptools.HttpRequestParser(read)
        parser.feed_data(head)
        method, values = parser.get_method(), dict(read.headers)
        names = [name for name, _ in read.headers]
        url = httptools.parse_url(read.url)
        if (
            not read.is_complete
            or not read.url.startswith(b"/")
            or url.path not in self._paths
            or not parser.should_keep_alive()
            or parser.get_http_version() != "1.1"
            or values.get(b"connection", b"keep-alive").lower() != b"keep-alive"
            or not _UNUSUAL.isdisjoint(names)
            or any(names.count(name) > 1 for name in self._read.intersection(names))
        ):
            return None
        self._limits.check_url(len(read.url))
        self._limits.check_headers(read.headers)
        check_head(method, "1.1", read.headers)
        texts = {name: values[name].decode("latin-1") for name in self._read.intersection(names)}
        length, parameters, condition = int(texts.get(b"content-length", "0")), None, None
        if method == b"GET" and not length:
            parameters = from_url(url.query or b"")
            if parameters.query is not None and not self._documents_in_urls:
                return None
            if b"if-none-match" in texts:
                condition = Condition([texts[b"if-none-match"]])
        elif method == b"POST" and 0 < length <= SMALL:
            self._limits.check_body(length)
            require_json([texts.get(b"content-type", "")], [])
        else:
            return None
        answer = negotiate(texts.get(b"accept", "")).answer
        sent_id = texts.get(b"x-request-id", "")
        return Head(
            method.decode(),
            url.path.decode(),
            len(head) + length,
            parameters,
            Client(answer, coding(texts.get(b"accept-encoding", "")), condition),
            texts.get(b"authorization", ""),
            texts.get(self._address_header, ""),
            sent_id if well_formed(sent_id) else None,
            *self._ending(method, values.get(b"origin"), values.get(b"cookie")),
        )

    def _ending(
        self, method: bytes, origin: bytes | None, cookie: bytes | None
    ) -> tuple[bytes, bytes, bytes]:
        """The end of the head of an answer, around the lines about a budget and the request id."""
        key = origin, cookie is not None
        ending = self._endings.get(key)
        if ending is None:
            headers = [(b"x-request-id", _ID.encode())]
            headers += [(b"origin", origin)] if origin is not None else []
            headers += [(b"cookie", cookie)] if cookie is not None else []
            lines = _headers(self._decorated, {"method": method.decode(), "headers": headers})
            before, _, rest = b"".join(lines).partition(b"%b: %b\r\n" % _BUDGET)
            middle, _, after = rest.partition(_ID.encode())
            _bound(self._endings, _ENDINGS)
            ending = self._endings[key] = before, middle, after + b"\r\n"
        return ending


class _Read:
    """What the parser reports of a head."""

    def __init__(self) -> None:
        self.url = b""
        self.headers: list[tuple[bytes, bytes]] = []
        self.is_complete = False

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        self.is_complete = True


class _Budget:
    """Middleware that marks the place of the lines about a budget."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"].append(_BUDGET)
            await send(message)

        await self._app(scope, receive, marked)


async def _stub(scope: Scope, receive: Receive, send: Send) -> None:
    """An application that answers with what all answers to operations have."""
    headers = [(b"content-type", b"application/json"), (b"vary", b"Accept")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def _headers(app: ASGIApp, scope: dict[str, Any]) -> list[bytes]:
    """The header lines of the stub's answer after its content type."""
    messages: list[Message] = []

    async def send(message: Message) -> None:
        messages.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    running = app({"type": "http", "path": "/graphql", "state": {}, **scope}, receive, send)
    with suppress(StopIteration):
        running.__await__().send(None)  # nothing in it waits
    (_, *rest) = messages[0]["headers"]
    return [b"%b: %b\r\n" % pair for pair in rest]


def _bound(cached: dict[Any, Any], most: int) -> None:
    """Make room for one more entry: the oldest leaves."""
    if len(cached) >= most:
        del cached[next(iter(cached))]

"""server.guard: middleware that refuses requests that are too large."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.guard.draining import send_then_drain
from server.guard.limits import Limits
from server.http.disclosure import Disclosure
from server.http.negotiation import refusal_type
from server.http.refusal import Refusal, refused

__all__ = ["SizeGuard"]


#: Largest body that is read even if others hold all the memory: unfinished uploads of strangers
#: must not keep ordinary requests out.
SMALL = 16_384


class SizeGuard:
    """Checks sizes while the application reads, and answers every Refusal that reaches it.

    The application must not catch the Refusal, because the rest of the body must be drained. The
    server's protocol also refuses requests, before the body: it puts the Refusal in the scope.
    """

    def __init__(
        self, app: ASGIApp, limits: Limits, disclosure: Disclosure, max_bodies_bytes: int
    ) -> None:
        self._app = app
        self._limits = limits
        self._disclosure = disclosure
        #: Total size of the bodies of all requests that are not answered yet, and its limit.
        self._held = 0
        self._max_held = max_bodies_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        from_protocol: Refusal | None = scope.get("state", {}).get("refusal")
        if from_protocol is not None:
            await self._refused(from_protocol, scope, headers)(scope, receive, send)
            return
        read, ended = 0, False

        async def counted() -> Message:
            nonlocal read, ended
            message = await receive()
            ended = not message.get("more_body")
            size = len(message.get("body", b""))
            read += size
            self._held += size
            self._limits.check_body(read)
            if size and self._held > self._max_held and read > SMALL:
                raise _overloaded()
            return message

        try:
            self._check(scope, headers)
            await self._app(scope, counted, send)
        except Refusal as refusal:
            refusal.headers["Connection"] = "close"
            refusal.__traceback__ = None  # its frames would hold the body while the rest is drained
            self._held -= read
            read = 0
            response = self._refused(refusal, scope, headers)
            # A client that waits for "100 Continue" sends no body once it is refused.
            if ended or "expect" in headers:
                await response(scope, receive, send)
            else:
                await send_then_drain(response, receive, send)
        finally:
            self._held -= read

    def _refused(self, refusal: Refusal, scope: Scope, headers: Headers) -> Response:
        scope.setdefault("state", {})["error"] = refusal.code  # for the metrics
        return refused(refusal, refusal_type(headers), self._disclosure)

    def _check(self, scope: Scope, headers: Headers) -> None:
        path = scope.get("raw_path") or scope["path"].encode()
        query = scope["query_string"]
        self._limits.check_url(len(path) + (len(query) + 1 if query else 0))
        self._limits.check_headers(scope["headers"])
        length = headers.get("content-length", "")
        if length.isascii() and length.isdigit():
            self._limits.check_body(int(length[:20]))


def _overloaded() -> Refusal:
    return Refusal(
        503,
        "OVERLOADED",
        "Too many large requests are being received: try again later.",
        {"Retry-After": "1"},
    )

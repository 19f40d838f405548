"""server.http: CORS: which pages of other origins may call this server."""

from __future__ import annotations

import re

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from datastore.base.errors import SettingsError
from server.execution.errors import failure
from server.http.disclosure import Disclosure
from server.http.fallback import json_errors

__all__ = ["CrossOrigin", "origins"]

_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?")
_METHODS = ("GET", "HEAD", "POST")
_ALLOW = ", ".join(_METHODS)
_EXPOSED = (
    "ETag", "RateLimit-Limit", "RateLimit-Policy", "RateLimit-Remaining", "RateLimit-Reset",
    "Retry-After", "WWW-Authenticate", "X-Request-ID", "X-Snapshot",
)  # fmt: skip


def origins(text: str) -> list[str]:
    """Read a comma-separated list of origins. Raises SettingsError for an invalid one."""
    listed = [part.strip() for part in text.split(",") if part.strip()]
    for origin in listed:
        if origin != "*" and not _ORIGIN.fullmatch(origin):
            raise SettingsError(
                f"PLAYGRAPH_CORS_ORIGINS contains {origin!r}: an origin is a scheme, a host in "
                "lower case and an optional port, such as https://a.example or "
                "http://localhost:5173, or *."
            )
    return listed


class CrossOrigin(CORSMiddleware):
    """Lets pages of the allowed origins read answers, refusals included.

    A refused preflight names the option that allows the origin. Without allowed origins, no
    other answer changes.
    """

    def __init__(self, app: ASGIApp, allowed: list[str], disclosure: Disclosure) -> None:
        self._disclosure = disclosure
        super().__init__(
            app,
            allow_origins=allowed,
            allow_methods=_METHODS,
            # The server reads no cookies, and a page can only send an API key that it has.
            allow_headers=["*"],
            expose_headers=_EXPOSED,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Without allowed origins, handle preflights only."""
        if self.allow_origins or scope.get("method") == "OPTIONS":
            await super().__call__(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def simple_response(
        self, scope: Scope, receive: Receive, send: Send, request_headers: Headers
    ) -> None:
        """Pass the request on; add CORS headers to the answer if any origin is allowed."""
        if self.allow_origins:
            await super().simple_response(scope, receive, send, request_headers)
        else:
            await self.app(scope, receive, send)

    def preflight_response(self, request_headers: Headers) -> Response:
        """The answer to a preflight: 200, or 400 with advice; 405 if no origin is allowed."""
        response = super().preflight_response(request_headers)
        if response.status_code == 200:
            return response
        origin = request_headers["origin"]
        method = request_headers["access-control-request-method"]
        if not self.is_allowed_origin(origin):
            code = "ORIGIN_NOT_ALLOWED"
            option = "--cors-origins (PLAYGRAPH_CORS_ORIGINS)"
            message = (
                "Pages without an origin, such as local files, may not call this server: serve "
                f"them over HTTP and allow that origin with {option}, or allow all with *."
                if origin == "null"
                else f"Pages of {origin[:200]!r} may not call this server: allow their origin with "
                f"{option}."
            )
        elif method not in _METHODS:
            code = "METHOD_NOT_ALLOWED"
            message = f"The method is {method[:20]!r}: use GET or POST."
        else:
            code = "PRIVATE_NETWORK_NOT_ALLOWED"
            message = "Pages from public networks may not call this server in a private network."
        kept = ("access-control-allow-origin", "vary")
        headers = {name: value for name, value in response.headers.items() if name in kept}
        error = self._disclosure.error(failure(message, code))
        if not self.allow_origins:
            return json_errors(405, error, {**headers, "Allow": _ALLOW})
        return json_errors(400, error, headers)

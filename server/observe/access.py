"""server.observe: the access log: one line per request.

It contains nothing that identifies a person: no client address, query string or variables, and no
header except the request id.
"""

from __future__ import annotations

import logging
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.observe.logs import ACCESS

__all__ = ["AccessLog"]

logger = logging.getLogger(ACCESS)

#: Format of a line; `record.args` is the mapping of these names.
_LINE = (
    "%(method)s %(path)s %(status)s %(bytes)d B %(milliseconds).1f ms "
    "operation=%(operation)s request=%(request_id)s"
)
#: Paths that monitoring polls every few seconds; logged at level debug.
_POLLED = ("/healthz", "/readyz", "/metrics")
#: Longest path and operation name that are logged, in characters.
_LONGEST = 100


class AccessLog:
    """Logs each request after its answer has been sent."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start = time.perf_counter()
        status, size = 0, 0

        async def counted(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
            elif scope["method"] != "HEAD":
                size += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, counted)
        finally:
            _log(scope, status, size, time.perf_counter() - start)


def _log(scope: Scope, status: int, size: int, seconds: float) -> None:
    path = _path(scope)
    # Status 0: the client disconnected before an answer.
    level = logging.DEBUG if not status or path.endswith(_POLLED) else logging.INFO
    if not logger.isEnabledFor(level):
        return
    state = scope["state"]
    facts = {
        "method": scope["method"],
        "path": path,
        "status": status or "-",
        "bytes": size,
        "milliseconds": seconds * 1_000,
        "operation": (state.get("operation") or "-")[:_LONGEST],
        "request_id": state["request_id"],
    }
    logger.log(level, _LINE, facts)


def _path(scope: Scope) -> str:
    """The path as sent, still escaped, so that it cannot break the line."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    return raw.decode("ascii", "backslashreplace").replace("\n", "?")[:_LONGEST] or "-"

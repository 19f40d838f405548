"""server.observe: the access log: one line per request.

It contains nothing that identifies a person: no client address, query string or variables, and no
header except the request id.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.observe.logs import ACCESS, LineHandler

__all__ = ["AccessLog", "Lines", "facts"]

logger = logging.getLogger(ACCESS)

#: Format of a line; `record.args` is the mapping of these names.
_LINE = (
    "%(method)s %(path)s %(status)s %(bytes)d B %(milliseconds).1f ms "
    "operation=%(operation)s request=%(request_id)s"
)
#: Paths that monitoring polls every few seconds; logged at level debug.
_POLLED = ("/healthz", "/readyz", "/metrics")
#: Longest time for which a line waits for others, in seconds.
_DELAY = 0.05
#: Longest path and operation name that are logged, in characters.
_LONGEST = 100


class AccessLog:
    """Logs each request after its answer has been sent."""

    def __init__(self, app: ASGIApp, lines: Lines) -> None:
        self._app = app
        self._lines = lines

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
            self._lines.flush()  # those of earlier requests
            _log(scope, status, size, time.perf_counter() - start)


class Lines:
    """Lines of requests that were answered at once. Where they are text, they are formatted in a
    fifth of the time that the logging module takes, and written some at a time."""

    def __init__(self) -> None:
        self._waiting: list[str] = []

    def add(self, line: Mapping[str, object]) -> None:
        """Log a request that has just been answered."""
        if not logger.isEnabledFor(logging.INFO):
            return
        handler = _text_handler()
        if handler is None:
            logger.info(_LINE, line)
            return
        if not self._waiting:
            asyncio.get_running_loop().call_later(_DELAY, self.flush)
        self._waiting.append(handler.line(logging.INFO, _LINE % line))

    def flush(self) -> None:
        """Write what has not been written yet."""
        lines, self._waiting = self._waiting, []
        handler = _text_handler()
        if lines and handler is not None:
            handler.write("".join(lines))


def _text_handler() -> LineHandler | None:
    """The handler of the log if it is the only one and writes lines of text."""
    handlers = logger.handlers
    if len(handlers) != 1 or logger.propagate:
        return None
    (handler,) = handlers
    return handler if isinstance(handler, LineHandler) and handler.is_text else None


def facts(
    method: str,
    path: str,
    status: int,
    size: int,
    seconds: float,
    operation: str | None,
    request_id: str,
) -> dict[str, object]:
    """What a line says of a request."""
    return {
        "method": method,
        "path": path,
        "status": status or "-",
        "bytes": size,
        "milliseconds": seconds * 1_000,
        "operation": (operation or "-")[:_LONGEST],
        "request_id": request_id,
    }


def _log(scope: Scope, status: int, size: int, seconds: float) -> None:
    path = _path(scope)
    # Status 0: the client disconnected before an answer.
    level = logging.DEBUG if not status or path.endswith(_POLLED) else logging.INFO
    if logger.isEnabledFor(level):
        state = scope["state"]
        operation, request_id = state.get("operation"), state["request_id"]
        line = facts(scope["method"], path, status, size, seconds, operation, request_id)
        logger.log(level, _LINE, line)


def _path(scope: Scope) -> str:
    """The path as sent, still escaped, so that it cannot break the line."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    return raw.decode("ascii", "backslashreplace").replace("\n", "?")[:_LONGEST] or "-"

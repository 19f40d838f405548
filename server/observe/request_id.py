"""server.observe: request ids, which link answers to log lines."""

from __future__ import annotations

import os
import re

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["RequestId", "new_id", "well_formed"]

_HEADER = "X-Request-ID"
#: A client's or proxy's id is kept if it is safe in a log line.
_WELL_FORMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{7,127}")


def new_id() -> str:
    """32 random hexadecimal digits."""
    try:
        return _prepared.pop()
    except IndexError:
        digits = os.urandom(_BYTES * _PREPARED).hex()
        size = 2 * _BYTES
        _prepared.extend(digits[at : at + size] for at in range(0, len(digits), size))
        return _prepared.pop()


#: Random ids that no request has yet: asking the kernel for each takes longest.
_prepared: list[str] = []
#: Bytes of an id, and how many are made at once.
_BYTES, _PREPARED = 16, 100
# The workers of a server must not have the same ones.
os.register_at_fork(after_in_child=_prepared.clear)


def well_formed(sent_id: str) -> bool:
    """Whether the id that a client or a proxy sent is kept."""
    return _WELL_FORMED.fullmatch(sent_id) is not None


class RequestId:
    """Puts a request id into the scope's state and the answer's headers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        sent_id = Headers(scope=scope).get(_HEADER, "")
        request_id = sent_id if well_formed(sent_id) else new_id()
        scope.setdefault("state", {})["request_id"] = request_id

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"].append((b"x-request-id", request_id.encode()))
            await send(message)

        await self._app(scope, receive, named)

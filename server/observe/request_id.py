"""server.observe: every answer has a request id, and whatever breaks is found in the log by it."""

from __future__ import annotations

import logging
import re
import secrets

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.execution.executor import MASK
from server.http.negotiation import GRAPHQL
from server.http.refusal import encoded, failure

__all__ = ["RequestId", "new_id"]

logger = logging.getLogger("playgraph.server")

_HEADER = "X-Request-ID"
#: A proxy's id is taken over when it can stand in a log line as it is.
_WELL_FORMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{7,127}")


def new_id() -> str:
    """32 hexadecimal digits that nobody had before."""
    return secrets.token_hex(16)


class RequestId:
    """Names the request, and masks what no layer inside of it caught."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(_HEADER, "")
        request_id = given if _WELL_FORMED.fullmatch(given) else new_id()
        scope.setdefault("state", {})["request_id"] = request_id
        started = False

        async def named(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                MutableHeaders(scope=message)[_HEADER] = request_id
            await send(message)

        try:
            await self._app(scope, receive, named)
        except Exception:
            logger.exception("request %s failed", request_id)
            if started:
                raise  # half an answer is out: only closing the connection says so
            await _masked(request_id)(scope, receive, named)


def _masked(request_id: str) -> Response:
    body = encoded({"errors": [failure(MASK, "INTERNAL", requestId=request_id)]})
    headers = {"Cache-Control": "no-store"}
    return Response(body, 500, headers, f"{GRAPHQL}; charset=utf-8")

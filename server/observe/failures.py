"""server.observe: unexpected exceptions: logged with the request id, answered with 500."""

from __future__ import annotations

import asyncio
import logging

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.execution.errors import failure
from server.execution.executor import MASK
from server.http.fallback import json_errors
from server.http.refusal import stopping

__all__ = ["Failures"]

logger = logging.getLogger("playgraph.server")


class Failures:
    """Masks exceptions that no inner layer has handled."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except asyncio.CancelledError:  # the server stops, and this request takes too long
            scope["state"]["error"] = "UNAVAILABLE"
            if not started:
                refusal = stopping()
                refusal.headers["Connection"] = "close"
                response = json_errors(503, failure(str(refusal), refusal.code), refusal.headers)
                await response(scope, receive, send)
        except Exception:
            request_id = scope["state"]["request_id"]
            logger.exception("request %s failed", request_id, extra={"request_id": request_id})
            if started:
                raise  # the answer is incomplete: closing the connection shows that
            masked = json_errors(500, failure(MASK, "INTERNAL", requestId=request_id))
            await masked(scope, receive, send)

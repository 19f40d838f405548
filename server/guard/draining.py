"""server.guard: draining of refused requests: reads and drops the rest of the body.

Closing a connection while the client is still sending resets it, and the reset can overtake the
refusal, so that the client never reads it.
"""

from __future__ import annotations

import asyncio

from starlette.responses import Response
from starlette.types import Receive, Send

__all__ = ["DRAIN_BYTES", "DRAIN_SECONDS", "send_then_drain"]

#: Most bytes that are read and dropped, and longest time spent on it.
DRAIN_BYTES = 64 * 1024 * 1024
DRAIN_SECONDS = 10.0


async def send_then_drain(response: Response, receive: Receive, send: Send) -> None:
    """Send a response at once, but keep the connection open until the request body ends."""
    start = {"status": response.status_code, "headers": response.raw_headers}
    await send({"type": "http.response.start", **start})
    await send({"type": "http.response.body", "body": response.body, "more_body": True})
    await _drain(receive)
    await send({"type": "http.response.body", "body": b""})


async def _drain(receive: Receive) -> None:
    drained, more = 0, True
    try:
        async with asyncio.timeout(DRAIN_SECONDS):
            while more and drained < DRAIN_BYTES:
                message = await receive()
                drained += len(message.get("body", b""))
                more = message.get("more_body", False)
    except TimeoutError:
        return

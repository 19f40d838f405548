"""server.guard: reads and drops what a refused client is still sending.

A connection that is closed while the client is still sending is reset, and the reset overtakes
the refusal: the client would never read it.
"""

from __future__ import annotations

import asyncio

from starlette.responses import Response
from starlette.types import Receive, Send

__all__ = ["DRAIN_BYTES", "DRAIN_SECONDS", "send_then_drain"]

#: What is read and dropped at most.
DRAIN_BYTES = 64 * 1024 * 1024
DRAIN_SECONDS = 10.0


async def send_then_drain(response: Response, receive: Receive, send: Send) -> None:
    """Send a response at once; the connection stays open until the request's body has ended."""
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

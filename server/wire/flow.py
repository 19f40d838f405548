"""server.wire: when a connection reads, and how many of its requests may wait."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

from uvicorn.protocols.http.flow_control import FlowControl

from server.http.refusal import Refusal

__all__ = ["PIPELINED", "Flow", "too_many"]

#: Most requests of a connection that wait for the answers to earlier ones.
PIPELINED = 128


class Flow(FlowControl):
    """Does not read while requests of the connection wait; uvicorn would after each answer."""

    def __init__(self, transport: asyncio.Transport, waiting: Collection[object]) -> None:
        super().__init__(transport)
        self._waiting = waiting

    def resume_reading(self) -> None:
        if not self._waiting:
            super().resume_reading()


def too_many() -> None:
    """Raise the refusal (503) of one request more."""
    raise Refusal(
        503,
        "OVERLOADED",
        f"More than {PIPELINED} requests of the connection wait for their answers.",
        {"Retry-After": "1"},
    )

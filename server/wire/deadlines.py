"""server.wire: deadlines of a connection: for a request's head, its body, and reading an answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from datastore.base.settings import Settings
from server.http.refusal import Refusal

__all__ = ["Alarm", "Deadlines"]


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Longest times in seconds. Each is a total, which bytes that trickle in do not extend."""

    head: float
    body: float
    answer: float
    idle: int

    @classmethod
    def of(cls, settings: Settings) -> Deadlines:
        """The deadlines given by the settings."""
        return cls(
            settings.head_seconds,
            settings.body_seconds,
            settings.answer_seconds,
            settings.idle_seconds,
        )

    def missed(self, in_head: bool) -> Refusal:
        """The refusal (408) of a request whose head or body did not arrive in time."""
        part, seconds = ("headers", self.head) if in_head else ("body", self.body)
        return Refusal(
            408,
            "REQUEST_TIMEOUT",
            f"The {part} did not arrive within {seconds:g} seconds: send the request again.",
        )


class Alarm:
    """Calls a function once after some seconds, unless stopped."""

    __slots__ = ("_handle", "_loop", "_ring")

    def __init__(self, loop: asyncio.AbstractEventLoop, ring: Callable[[], None]) -> None:
        self._loop = loop
        self._ring = ring
        self._handle: asyncio.TimerHandle | None = None

    def start(self, seconds: float) -> None:
        """Start the alarm, again if it is running."""
        self.stop()
        self._handle = self._loop.call_later(seconds, self._ring)

    def stop(self) -> None:
        """Stop the alarm if it is running."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

"""server.guard: where parts of requests run, and the limit of how many may wait.

Cheap parts run at once, in the event loop. Expensive ones take turns in a second thread: the
interpreter switches between the two within SWITCH_SECONDS, so that cheap requests do not wait for
expensive ones.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from starlette.requests import ClientDisconnect

from server.http.refusal import Refusal

__all__ = ["CHEAP", "SWITCH_SECONDS", "Turns"]

T = TypeVar("T")

#: Largest cost of what runs in the event loop; about a millisecond.
CHEAP = 250.0
#: Longest time that a thread waits for another one that computes, for `sys.setswitchinterval`. A
#: request needs the interpreter a few times; Python's default of 5 ms would make it wait 20 ms.
SWITCH_SECONDS = 0.0005


class Turns:
    """Runs the work of requests in one process. At most `most` expensive parts run or wait."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._present = 0
        self._turn = asyncio.Lock()
        self._thread = ThreadPoolExecutor(1, "expensive")

    async def run(
        self, cost: float, work: Callable[[], T], abandoned: Callable[[], Awaitable[bool]]
    ) -> T:
        """Run something of this cost: expensive work after all that was sent before, unless
        `abandoned` says then that nobody waits for it.

        Raises Refusal (503) if too many are waiting, and ClientDisconnect if the request was
        abandoned.
        """
        if cost <= CHEAP:
            return work()
        if self._present >= self._most:
            raise Refusal(
                503,
                "OVERLOADED",
                f"{self._most:,} expensive requests are already waiting: try again later.",
                {"Retry-After": "1"},
            )
        self._present += 1
        try:
            async with self._turn:
                if await abandoned():
                    raise ClientDisconnect
                return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        finally:
            self._present -= 1

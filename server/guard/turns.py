"""server.guard: the order in which requests are executed, and the limit of how many may wait.

Parsing, validating and executing keep the process busy until their end. Cheap requests run at
once; expensive ones take turns, so that cheap requests that arrive in the meantime wait for one of
them at most.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from starlette.requests import ClientDisconnect

from server.http.refusal import Refusal

__all__ = ["CHEAP", "Turns"]

#: Largest cost of what runs at once; about a millisecond.
CHEAP = 250.0


class Turns:
    """Turns of expensive requests in one process, first come, first served."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._present = 0
        self._turn = asyncio.Lock()
        #: Whether an expensive request has run since the event loop last looked for new ones.
        self._has_run = False

    @asynccontextmanager
    async def turn(
        self, cost: float, abandoned: Callable[[], Awaitable[bool]]
    ) -> AsyncIterator[None]:
        """Wait until something of this cost may run. `abandoned` is asked after the wait.

        Raises Refusal (503) if too many expensive requests are waiting, and ClientDisconnect if
        the request was abandoned.
        """
        if cost <= CHEAP:
            yield
            return
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
                while self._has_run:  # requests that have arrived in the meantime go first
                    await asyncio.sleep(0)
                if await abandoned():
                    raise ClientDisconnect
                try:
                    yield
                finally:
                    self._has_run = True
                    asyncio.get_running_loop().call_soon(self._rested)
        finally:
            self._present -= 1

    def _rested(self) -> None:
        self._has_run = False

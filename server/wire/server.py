"""server.wire: uvicorn's server with a graceful end that refuses new requests in words."""

from __future__ import annotations

import asyncio
import logging
import socket
from typing import Any

import uvicorn

from server.wire.garbage import collect_some

__all__ = ["Server"]

logger = logging.getLogger("uvicorn.error")

#: Seconds between looks at a second Ctrl-C, which ends the server at once.
_PATIENCE = 0.1


class Server(uvicorn.Server):
    """Finishes running requests when it is stopped, and answers new ones with 503 meanwhile.

    uvicorn closes its port first, so that clients would see refused connections. The whole takes
    `timeout_graceful_shutdown` seconds at most; requests that still run then are cancelled.
    """

    async def on_tick(self, counter: int) -> bool:
        """Do what is due ten times a second; returns whether to stop."""
        collect_some()
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Finish running requests, then close everything."""
        clock = asyncio.get_running_loop().time
        deadline = clock() + (self.config.timeout_graceful_shutdown or 0)
        protocol: Any = self.config.http_protocol_class
        if hasattr(protocol, "stopping"):
            protocol.stopping = True
            running = set(self.server_state.tasks)
            if running:
                logger.info("Finishing %d running request(s)", len(running))
            for connection in list(self.server_state.connections):
                cycle: Any = getattr(connection, "cycle", None)
                if cycle is not None:
                    cycle.keep_alive = False
            while running and clock() < deadline and not self.force_exit:
                _, running = await asyncio.wait(running, timeout=_PATIENCE)
        self.config.timeout_graceful_shutdown = max(0, round(deadline - clock()))
        await super().shutdown(sockets)

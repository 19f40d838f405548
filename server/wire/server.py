"""server.wire: uvicorn's server with a graceful end that refuses new requests in words."""

from __future__ import annotations

import asyncio
import logging
import socket
from typing import Any

import uvicorn

from datastore.base.plural import counted
from server.observe.team import Team
from server.wire.acceptor import Acceptor
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

    def __init__(self, config: uvicorn.Config, team: Team | None = None) -> None:
        """`team` are the workers that share the socket, of which this server is one."""
        super().__init__(config)
        self._team = team
        self._acceptor: Acceptor | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to accept connections."""
        if self._team is None or sockets is None:
            await super().startup(sockets)
            return
        (listener,) = sockets
        await super().startup([])
        connections = self.server_state.connections
        self._acceptor = Acceptor(listener, self._team, connections, self._protocol)
        self._acceptor.start()

    def _protocol(self) -> asyncio.Protocol:
        """The protocol of a new connection, as uvicorn makes it."""
        make: Any = self.config.http_protocol_class
        protocol: asyncio.Protocol = make(
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )
        return protocol

    async def on_tick(self, counter: int) -> bool:
        """Do what is due ten times a second; returns whether to stop."""
        collect_some()
        if self._team is not None and self._acceptor is not None:
            self._team.tick()
            self._acceptor.report()
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Finish running requests, then close everything."""
        clock = asyncio.get_running_loop().time
        deadline = clock() + (self.config.timeout_graceful_shutdown or 0)
        protocol: Any = self.config.http_protocol_class
        if hasattr(protocol, "stopping"):
            for waiting in list(self.server_state.connections):
                release: Any = getattr(waiting, "release", None)
                if release is not None:
                    release()  # what the fast path waits for is a running request
            protocol.stopping = True
            running = set(self.server_state.tasks)
            if running:
                logger.info("Finishing %s", counted(len(running), "running request"))
            for connection in list(self.server_state.connections):
                cycle: Any = getattr(connection, "cycle", None)
                if cycle is not None:
                    cycle.keep_alive = False
            while running and clock() < deadline and not self.force_exit:
                _, running = await asyncio.wait(running, timeout=_PATIENCE)
        if self._acceptor is not None:
            self._acceptor.stop()
        self.config.timeout_graceful_shutdown = max(0, round(deadline - clock()))
        await super().shutdown(sockets)

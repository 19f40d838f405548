"""server.guard: clients, known by their API key, else by their address, and their budgets.

Requests without a valid key are refused, if one is required. Neither keys nor addresses are logged
or kept longer than in memory.
"""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv6Address, IPv6Network, ip_address

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.guard.keys import Key, KeyFile
from server.guard.rates import Budget, Rates, Spending
from server.http.refusal import Refusal

__all__ = ["Clients", "Limited", "network"]

#: Paths that need no key and are not limited, also behind the prefix.
_FREE = ("/healthz", "/readyz")
#: Bits of an IPv6 address that belong to one client.
_NETWORK = 64


class Clients:
    """The clients of a server, and what each may use. `address_header` is the header in which a
    trusted proxy sends their addresses, in lower case."""

    def __init__(
        self, keys: KeyFile, rates: Rates, requires_key: bool = False, address_header: str = ""
    ) -> None:
        self._keys = keys
        self._rates = rates
        self._requires_key = requires_key
        self.address_header = address_header

    def budget(self, authorization: str, listed: str, address: str) -> Budget | None:
        """The budget of a client, which is not empty; None if it has no limit.

        `listed` are the addresses in the header, `address` that of the connection. Raises Refusal
        without a key (401), if one is required, and for clients that have used too much (429).
        """
        key = self._key(authorization) if authorization or self._requires_key else None
        if key is None and not self._rates.rate:
            return None
        # The last entry is the one that the trusted proxy has added.
        own = listed.rpartition(",")[2].strip() or address
        client = f"key {key.name}" if key else f"address {network(own)}"
        budget = self._rates.budget(client, key.rate if key else None)
        if budget is not None:
            budget.require()
        return budget

    def _key(self, authorization: str) -> Key | None:
        """The key of a request; None without a valid one, if none is required."""
        scheme, _, token = authorization.partition(" ")
        is_bearer = scheme.lower() == "bearer" and bool(token.strip())
        key = self._keys.find(token.strip()) if is_bearer else None
        if key is None and self._requires_key:
            challenge = 'Bearer realm="playgraph"'
            if is_bearer:
                challenge += ', error="invalid_token"'
            message = (
                "The API key is not valid."
                if is_bearer
                else "An API key is required: send it as Authorization: Bearer KEY."
            )
            raise Refusal(401, "UNAUTHENTICATED", message, {"WWW-Authenticate": challenge})
        return key


@lru_cache(1_000)
def network(address: str) -> str:
    """What an address is limited by: itself, or the network of an IPv6 address."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(IPv6Network((parsed, _NETWORK), strict=False))
    return str(parsed)


class Limited:
    """Middleware that refuses requests of clients that have no key or have used too much.

    The budget of a request is put in its state; the endpoint spends the cost of the operation, so
    that it is spent before the execution. Every other request costs 1.
    """

    def __init__(self, app: ASGIApp, clients: Clients, root: str = "") -> None:
        self._app = app
        self._clients = clients
        self._free = {*_FREE, *(root + path for path in _FREE)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in self._free:
            await self._app(scope, receive, send)
            return
        headers, header = Headers(scope=scope), self._clients.address_header
        listed = ",".join(headers.getlist(header)) if header else ""
        address = scope["client"][0] if scope.get("client") else ""
        budget = self._clients.budget(headers.get("authorization", ""), listed, address)
        if budget is None:
            await self._app(scope, receive, send)
            return
        spending = scope.setdefault("state", {})["budget"] = Spending(budget)

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                spending.settle()
                MutableHeaders(scope=message).update(budget.headers())
            await send(message)

        await self._app(scope, receive, counted)

"""server.guard: middleware that knows clients: by their API key, else by their address.

It refuses requests without a valid key, if one is required, and gives each request the budget of
its client. Neither keys nor addresses are logged or kept longer than in memory.
"""

from __future__ import annotations

from ipaddress import IPv6Address, IPv6Network, ip_address

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.guard.keys import Key, KeyFile
from server.guard.rates import Rates, Spending
from server.http.refusal import Refusal

__all__ = ["Clients"]

#: Paths that need no key and are not limited, also behind the prefix.
_FREE = ("/healthz", "/readyz")
#: Bits of an IPv6 address that belong to one client.
_NETWORK = 64


class Clients:
    """Raises Refusal for clients without a key (401), if `requires_key`, and for those that have
    used too much (429).

    The budget of a request is put in its state; the endpoint spends the cost of the operation, so
    that it is spent before the execution. Every other request costs 1.
    """

    def __init__(
        self,
        app: ASGIApp,
        keys: KeyFile,
        rates: Rates,
        requires_key: bool = False,
        address_header: str = "",
        root: str = "",
    ) -> None:
        self._app = app
        self._keys = keys
        self._rates = rates
        self._requires_key = requires_key
        self._address_header = address_header
        self._free = {*_FREE, *(root + path for path in _FREE)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in self._free:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        key = self._key(headers)
        client = f"key {key.name}" if key else f"address {self._address(scope, headers)}"
        budget = self._rates.budget(client, key.rate if key else None)
        if budget is None:
            await self._app(scope, receive, send)
            return
        budget.require()
        spending = scope.setdefault("state", {})["budget"] = Spending(budget)

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                spending.settle()
                MutableHeaders(scope=message).update(budget.headers())
            await send(message)

        await self._app(scope, receive, counted)

    def _key(self, headers: Headers) -> Key | None:
        """The key of a request; None without a valid one, if none is required."""
        scheme, _, token = headers.get("authorization", "").partition(" ")
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

    def _address(self, scope: Scope, headers: Headers) -> str:
        address = scope["client"][0] if scope.get("client") else ""
        if self._address_header:
            # The last entry is the one that the trusted proxy has added.
            listed = ",".join(headers.getlist(self._address_header))
            address = listed.rpartition(",")[2].strip() or address
        try:
            parsed = ip_address(address)
        except ValueError:
            return address[:64]
        if isinstance(parsed, IPv6Address):
            if parsed.ipv4_mapped is not None:
                return str(parsed.ipv4_mapped)
            return str(IPv6Network((parsed, _NETWORK), strict=False))
        return str(parsed)

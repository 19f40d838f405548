"""server.http: the path prefix of a server published as `https://a.example/games/`, for example.

A proxy may strip the prefix or keep it: both forms of a path work. Every address that the server
sends is relative or starts with the prefix.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from datastore.base.errors import SettingsError

__all__ = ["Prefix", "root_path"]

_ROOT_PATH = re.compile(r"(?:/[A-Za-z0-9._~-]+)*")
#: The server's own paths. With the prefix `/graphql`, the page and the endpoint would coincide.
_RESERVED = (
    "assets", "explore", "explorer.json", "favicon.ico", "favicon.svg", "graphql", "healthz",
    "licenses.md", "metrics", "readyz",
)  # fmt: skip


def root_path(text: str) -> str:
    """Normalise a path prefix: "" or `/a/b`, without a trailing slash.

    Raises SettingsError for an invalid path and for a path that the server uses itself.
    """
    path = text.strip().rstrip("/")
    if path and not path.startswith("/"):
        path = f"/{path}"
    segments = path.split("/")[1:]
    if not _ROOT_PATH.fullmatch(path) or any(part in (".", "..") for part in segments):
        raise SettingsError(
            f"PLAYGRAPH_ROOT_PATH is {text!r}: it must be a path such as /games, of letters, "
            "digits and . _ ~ -"
        )
    if segments and segments[0] in _RESERVED:
        raise SettingsError(
            f"PLAYGRAPH_ROOT_PATH is {text!r}, but the server itself uses /{segments[0]}: choose "
            "another path."
        )
    return path


class Prefix:
    """Routes by the path after the prefix, and makes redirects paths that start with it.

    Redirects need no host: scheme, host and port stay those that the client uses.
    """

    def __init__(self, app: ASGIApp, root: str) -> None:
        self._app = app
        self._root = root

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def located(message: Message) -> None:
            if message["type"] == "http.response.start" and 300 <= message["status"] < 400:
                headers = MutableHeaders(scope=message)
                if "location" in headers:
                    headers["location"] = _path_of(headers["location"])
            await send(message)

        await self._app(self._routed(scope), receive, located)

    def _routed(self, scope: Scope) -> Scope:
        """The scope as ASGI specifies it: the prefix is in `root_path` and starts `path`."""
        root, path = self._root, scope["path"]
        if not root:
            return scope
        if path == root or path.startswith(f"{root}/"):
            return {**scope, "root_path": root}
        return {**scope, "root_path": root, "path": root + path}


def _path_of(location: str) -> str:
    url = urlsplit(location)
    # Two leading slashes would turn the first segment into a host.
    path = "/" + url.path.lstrip("/")
    return f"{path}?{url.query}" if url.query else path

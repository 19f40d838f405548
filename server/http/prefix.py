"""server.http: a path prefix: the server is reached as `https://a.example/games/`, say.

A proxy may cut the prefix off or leave it: both forms of a path are understood. Every address
that the server hands out is relative or carries the prefix.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from datastore.base.errors import SettingsError

__all__ = ["Prefix", "root_path"]

_ROOT_PATH = re.compile(r"(?:/[A-Za-z0-9._~-]+)*")
#: Paths of ours: `/graphql` as a prefix would be the page and the endpoint at once.
_TAKEN = ("assets", "explorer.json", "favicon.ico", "favicon.svg", "graphql", "healthz", "readyz")


def root_path(text: str) -> str:
    """Read a path prefix: empty, or `/a/b` without a slash at its end.

    Raises SettingsError for what is no path, and for a path of the server itself.
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
    if segments and segments[0] in _TAKEN:
        raise SettingsError(
            f"PLAYGRAPH_ROOT_PATH is {text!r}, but the server itself has /{segments[0]}: choose "
            "another path."
        )
    return path


class Prefix:
    """Routes by the path behind the prefix, and writes redirects as paths that carry it.

    A path is enough for a redirect: scheme, host and port stay those that the client uses.
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
        """The scope as ASGI wants it: the prefix in `root_path`, and at the start of `path`."""
        root, path = self._root, scope["path"]
        if not root:
            return scope
        if path == root or path.startswith(f"{root}/"):
            return {**scope, "root_path": root}
        return {**scope, "root_path": root, "path": root + path}


def _path_of(location: str) -> str:
    url = urlsplit(location)
    # Two slashes would make a host of the first segment.
    path = "/" + url.path.lstrip("/")
    return f"{path}?{url.query}" if url.query else path

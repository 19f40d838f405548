"""server.http: compression by the client's preferred coding among zstd, br and gzip.

Answers to operations are compressed by `compressed`, at levels that take little time; everything
else, such as the files of the page, by the library.
"""

from __future__ import annotations

import sys
import threading
from functools import lru_cache

import brotli
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette_compress import CompressMiddleware, add_compress_type

from server.http.negotiation import GRAPHQL, quality, split

if sys.version_info >= (3, 14):
    from compression.zstd import compress as _zstd
else:
    from zstandard import ZstdCompressor

    class _Zstd(threading.local):
        """A compressor for each thread: making one takes longer than most of its work."""

        def __init__(self) -> None:
            self.compress = ZstdCompressor(level=3).compress

    _compressors = _Zstd()

    def _zstd(data: bytes) -> bytes:
        return _compressors.compress(data)


try:
    from isal.isal_zlib import compress as _deflate
except ImportError:  # no wheel for this machine
    from zlib import compress as _deflate

__all__ = ["LEAST", "Compression", "coding", "compressed"]

#: In order of the server's preference: best compression for the CPU time first.
_CODINGS = ("zstd", "br", "gzip")
#: Smallest answer that is compressed, in bytes; smaller ones fit one or two packets anyway.
LEAST = 1_000
#: `wbits` of zlib for gzip with the largest window.
_GZIP = 31

add_compress_type(GRAPHQL)


class Compression:
    """Compresses answers by the weights in `Accept-Encoding`.

    The library ignores weights, so it is passed only the chosen coding.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = CompressMiddleware(app, minimum_size=LEAST)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        chosen = coding(", ".join(Headers(scope=scope).getlist("accept-encoding")))
        headers = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
        if chosen:
            headers.append((b"accept-encoding", chosen.encode()))

        async def varying(message: Message) -> None:
            if message["type"] == "http.response.start":
                _vary(MutableHeaders(scope=message), message["status"])
            await send(message)

        await self._app({**scope, "headers": headers}, receive, varying)


@lru_cache(256)
def coding(accept_encoding: str) -> str | None:
    """The content coding to use; None for no compression."""
    weights: dict[str, float] = {}
    for part in split(accept_encoding, ","):
        name, *parameters = split(part, ";") or [""]
        weight: float | None = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip().lower() == "q":
                weight = quality(value.strip())
        weights[name.lower().replace("x-gzip", "gzip")] = 0.0 if weight is None else weight
    rest = weights.get("*", 0.0)
    best = max(_CODINGS, key=lambda name: weights.get(name, rest))
    preference = weights.get(best, rest)
    return best if preference > 0 and preference >= weights.get("identity", 0.0) else None


def compressed(coding: str, body: bytes) -> bytes:
    """A body in one of the content codings."""
    if coding == "zstd":
        return _zstd(body)
    if coding == "br":
        # Quality 2 takes a fifth of the time of 4, for 2 % more bytes.
        packed: bytes = brotli.compress(body, quality=2)
        return packed
    return _deflate(body, 1, _GZIP)


def _vary(headers: MutableHeaders, status: int) -> None:
    """Add `Accept-Encoding` to `Vary` once, also in answers that are not compressed."""
    if "content-type" not in headers and status != 304:
        return
    named = {name.strip() for line in headers.getlist("vary") for name in line.split(",")}
    headers["vary"] = ", ".join(sorted(named | {"Accept-Encoding"}))

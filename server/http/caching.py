"""server.http: entity tags and conditional requests (RFC 9110, 8.8 and 13)."""

from __future__ import annotations

import hashlib
import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from datastore.base.errors import SettingsError

__all__ = ["Conditional", "cache_control", "entity_tag"]

_TAG = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')
_VALUE = re.compile(r"[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?")
#: Headers that describe the body, which a 304 does not have.
_OF_THE_BODY = ("content-type", "content-length", "content-encoding", "accept-ranges")


def cache_control(text: str) -> str:
    """Check the setting of the header `Cache-Control`. Raises SettingsError if it is invalid."""
    if not _VALUE.fullmatch(text):
        raise SettingsError(
            f"PLAYGRAPH_CACHE_CONTROL is {text!r}: it must be a header value in ASCII, such as "
            "no-cache or 'public, max-age=60'."
        )
    return text


def entity_tag(version: str, media_type: str, body: bytes) -> str:
    """A strong entity tag for a snapshot version, a media type and the bytes of an answer."""
    digest = hashlib.blake2b(digest_size=16)
    for part in (version.encode(), media_type.encode(), body):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return f'"{digest.hexdigest()}"'


class Conditional:
    """Gives each content coding its own tag, and answers 304 if `If-None-Match` lists the tag.

    It must wrap the compression, because a strong tag identifies the bytes on the wire.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        known: list[str] = []
        if scope["method"] in ("GET", "HEAD"):
            known = Headers(scope=scope).getlist("if-none-match")
            if known:
                scope = _without_conditions(scope)
        unchanged = False

        async def conditional(message: Message) -> None:
            nonlocal unchanged
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                _tag_coding(headers)
                unchanged = message["status"] == 200 and _matches(known, headers.get("etag"))
                if unchanged:
                    message["status"] = 304
                    for name in _OF_THE_BODY:
                        del headers[name]
            elif unchanged:
                if message.get("more_body"):
                    return
                message = {"type": "http.response.body", "body": b""}
            await send(message)

        await self._app(scope, receive, conditional)


def _tag_coding(headers: MutableHeaders) -> None:
    tag, coding = headers.get("etag"), headers.get("content-encoding")
    if tag and coding:
        headers["etag"] = f'{tag[:-1]}-{coding}"'


def _matches(known: list[str], tag: str | None) -> bool:
    if tag is None or not known:
        return False
    listed = ", ".join(known).strip()
    return listed == "*" or tag.removeprefix("W/") in _TAG.findall(listed)


def _without_conditions(scope: Scope) -> Scope:
    # Both are handled here: `If-None-Match` overrides `If-Modified-Since`.
    handled = (b"if-none-match", b"if-modified-since")
    return {**scope, "headers": [pair for pair in scope["headers"] if pair[0] not in handled]}

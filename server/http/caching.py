"""server.http: conditional requests (RFC 9110, 13), and the header `Cache-Control`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from datastore.base.errors import SettingsError

__all__ = ["Condition", "Conditional", "cache_control"]

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


class Condition:
    """The condition of a request: `If-None-Match`, with all of its lines."""

    __slots__ = ("matches_any", "tags")

    def __init__(self, lines: Iterable[str]) -> None:
        listed = ", ".join(lines).strip()
        #: Whether it is `*`, which is met by any answer.
        self.matches_any = listed == "*"
        #: The listed tags, with quotes and without `W/`.
        self.tags = frozenset(_TAG.findall(listed))

    def lists(self, tag: str | None) -> bool:
        """Whether the client has the answer with this tag."""
        return tag is not None and (self.matches_any or tag.removeprefix("W/") in self.tags)


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
        condition: Condition | None = None
        if scope["method"] in ("GET", "HEAD"):
            lines = Headers(scope=scope).getlist("if-none-match")
            if lines:
                condition = Condition(lines)
                scope = _without_conditions(scope)
                # The endpoint knows the tags of its answers before it makes them.
                scope.setdefault("state", {})["condition"] = condition
        unchanged = False

        async def conditional(message: Message) -> None:
            nonlocal unchanged
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                _tag_coding(headers)
                if condition is not None and message["status"] == 200:
                    unchanged = condition.lists(headers.get("etag"))
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
    if tag and coding and not tag.endswith(f'-{coding}"'):
        headers["etag"] = f'{tag[:-1]}-{coding}"'


def _without_conditions(scope: Scope) -> Scope:
    # Both are handled here: `If-None-Match` overrides `If-Modified-Since`.
    handled = (b"if-none-match", b"if-modified-since")
    return {**scope, "headers": [pair for pair in scope["headers"] if pair[0] not in handled]}

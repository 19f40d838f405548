"""server.wire: checks of a request's head, so that a proxy and the server read it the same way.

RFC 9112, 3.2 and 6. The parser itself refuses malformed lines, lengths and chunks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from httptools import HttpParserCallbackError, HttpParserError, parse_url

from server.http.refusal import Refusal

__all__ = ["check_head", "malformed", "origin_form", "unreadable", "without_upgrade"]

Headers = Iterable[tuple[bytes, bytes]]

_HOST = re.compile(
    rb"(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+(?::[0-9]{0,5})?"
    rb"|\[[0-9A-Fa-f:.]+\](?::[0-9]{0,5})?"
)
#: Header fields of an upgrade, which is always declined.
_OF_AN_UPGRADE = (b"upgrade", b"http2-settings")


def malformed(reason: str) -> Refusal:
    """The refusal (400) of a request that is not valid HTTP/1.1."""
    return Refusal(400, "BAD_REQUEST", f"Malformed HTTP/1.1 request: {reason}.")


def unreadable(error: HttpParserError) -> Refusal:
    """The refusal (400) for the parser's reason, such as "invalid header token"."""
    if isinstance(error, HttpParserCallbackError):
        return malformed(
            "invalid request target"
        )  # the only part of a head that uvicorn parses itself
    text = str(error).strip("'. ") or "invalid syntax"
    if "PRI/Upgrade" in text:
        return malformed("HTTP/2 is not supported")
    begins_with_header = text.split()[0] in ("Content-Length", "Transfer-Encoding")
    return malformed(text if begins_with_header else text[0].lower() + text[1:])


def check_head(method: bytes, version: str, headers: Headers) -> None:
    """Check the head of a request; header names are in lower case.

    Raises Refusal: 400 for an invalid head, 405 for a tunnel (CONNECT).
    """
    if version not in ("1.0", "1.1"):
        raise malformed(f"HTTP/{version} is not supported")
    if method == b"CONNECT":
        raise Refusal(
            405,
            "METHOD_NOT_ALLOWED",
            "The method is 'CONNECT': use GET or POST.",
            {"Allow": "GET, HEAD, POST"},
        )
    hosts, codings, has_length = [], [], False
    for name, value in headers:
        if name == b"host":
            hosts.append(value)
        elif name == b"transfer-encoding":
            codings.append(value)
        elif name == b"content-length":
            has_length = True
    if len(hosts) > 1 or (not hosts and version == "1.1"):
        raise malformed("several Host headers" if hosts else "no Host header")
    if hosts and not _HOST.fullmatch(hosts[0].strip(b" \t")):
        raise malformed("the Host header is not a valid host and port")
    if codings:
        if version == "1.0":
            raise malformed("Transfer-Encoding is not allowed in HTTP/1.0")
        if len(codings) > 1 or codings[0].strip(b" \t").lower() != b"chunked":
            raise malformed("the only supported Transfer-Encoding is chunked")
        if has_length:
            raise malformed("both Transfer-Encoding and Content-Length are given")


def origin_form(target: bytes) -> bytes:
    """Path and query of a request target, which may be a full URL if a proxy sends it.

    Raises Refusal (400) if it is neither a path nor an HTTP URL.
    """
    if target.startswith(b"/") or target == b"*":
        return target
    url = parse_url(target)
    if url.schema.lower() not in (b"http", b"https") or not url.host:
        raise malformed("the target is neither a path nor an HTTP URL")
    return (url.path or b"/") + (b"?" + url.query if url.query is not None else b"")


def without_upgrade(method: bytes, target: bytes, version: str, headers: Headers) -> bytes:
    """The head of the same request without its offer to upgrade (RFC 9110, 7.8)."""
    lines = [b"%b %b HTTP/%b" % (method, target, version.encode())]
    for name, value in headers:
        if name in _OF_AN_UPGRADE:
            continue
        if name == b"connection":
            options = [option.strip() for option in value.split(b",")]
            value = b", ".join(option for option in options if option.lower() not in _OF_AN_UPGRADE)
        lines.append(b"%b: %b" % (name, value))
    return b"\r\n".join([*lines, b"", b""])

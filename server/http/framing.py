"""server.http: what a request's head must be, so that no two parsers read it differently.

RFC 9112, 3.2 and 6. The parser refuses malformed lines, lengths and chunks by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from httptools import parse_url

from server.http.refusal import Refusal

__all__ = ["check_head", "malformed", "origin_form", "without_upgrade"]

Headers = Iterable[tuple[bytes, bytes]]

_HOST = re.compile(
    rb"(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+(?::[0-9]{0,5})?"
    rb"|\[[0-9A-Fa-f:.]+\](?::[0-9]{0,5})?"
)
#: Header fields that only an upgrade needs. What is in them is for the protocol that is declined.
_OF_AN_UPGRADE = (b"upgrade", b"http2-settings")


def malformed(reason: str) -> Refusal:
    """The refusal (400) of a request that is not valid HTTP/1.1."""
    return Refusal(400, "BAD_REQUEST", f"Malformed HTTP/1.1 request: {reason}.")


def check_head(method: bytes, version: str, headers: Headers) -> None:
    """Check names in lower case and their values. Raises Refusal (400; 405 for a tunnel)."""
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
        raise malformed("it has several Host headers" if hosts else "it has no Host header")
    if hosts and not _HOST.fullmatch(hosts[0].strip(b" \t")):
        raise malformed("its Host header is not a host and port")
    if codings:
        if version == "1.0":
            raise malformed("HTTP/1.0 has no Transfer-Encoding")
        if len(codings) > 1 or codings[0].strip(b" \t").lower() != b"chunked":
            raise malformed("Transfer-Encoding must be chunked, and nothing else")
        if has_length:
            raise malformed("it has both a Transfer-Encoding and a Content-Length")


def origin_form(target: bytes) -> bytes:
    """Path and query of a request target, which proxies may write as a whole URL.

    Raises Refusal (400).
    """
    if target.startswith(b"/") or target == b"*":
        return target
    url = parse_url(target)
    if url.schema.lower() not in (b"http", b"https") or not url.host:
        raise malformed("its target is neither a path nor an HTTP URL")
    return (url.path or b"/") + (b"?" + url.query if url.query is not None else b"")


def without_upgrade(method: bytes, target: bytes, version: str, headers: Headers) -> bytes:
    """The head of the same request without its wish to speak another protocol. RFC 9110, 7.8."""
    lines = [b"%b %b HTTP/%b" % (method, target, version.encode())]
    for name, value in headers:
        if name in _OF_AN_UPGRADE:
            continue
        if name == b"connection":
            options = [option.strip() for option in value.split(b",")]
            value = b", ".join(option for option in options if option.lower() not in _OF_AN_UPGRADE)
        lines.append(b"%b: %b" % (name, value))
    return b"\r\n".join([*lines, b"", b""])

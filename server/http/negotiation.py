"""server.http: the media type of an answer, and whether a body is JSON. RFC 9110, 8 and 12.

Audits and older clients want `application/json` where `Accept` is missing or a wildcard; the
specification wants `application/graphql-response+json` with a status that is not 2xx. Both get
what they want: an answer has one media type, a refusal may have the other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from starlette.datastructures import Headers

from server.http.refusal import Refusal

__all__ = [
    "GRAPHQL",
    "JSON",
    "MediaTypes",
    "negotiate",
    "quality",
    "refusal_type",
    "require_json",
    "split",
]

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"

_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # noqa: S105
_MEDIA_TYPE = re.compile(rf"({_TOKEN}/{_TOKEN})")
_PARAMETER = re.compile(rf'({_TOKEN})=({_TOKEN}|"(?:\\.|[^"\\])*")')
_PARTS = {mark: re.compile(rf'(?:[^{mark}"]|"(?:\\.|[^"\\])*")+') for mark in ",;"}
_UTF8 = {"utf-8", "utf8"}
#: Headers are at most some KB, so that this is at most some MB; clients send few distinct ones.
_REMEMBERED = 256


@dataclass(frozen=True, slots=True)
class MediaTypes:
    """What one request accepts: the type of an answer, and the type of a request error."""

    answer: str
    refusal: str

    @property
    def error_status(self) -> int:
        """Of a request error. `application/json` promises 200 to whoever asks for it by name."""
        return 400 if self.refusal == GRAPHQL else 200


#: Without `Accept`, and with a wildcard.
_ANYTHING = MediaTypes(JSON, GRAPHQL)


@dataclass(frozen=True, slots=True)
class _Range:
    name: str
    quality: float


@lru_cache(_REMEMBERED)
def negotiate(accept: str) -> MediaTypes:
    """The media types for an `Accept` header; empty when there is none. Raises Refusal (406)."""
    if not accept.strip(" \t,"):
        return _ANYTHING
    ranges = [found for part in split(accept, ",") if (found := _range(part))]
    names = [found.name for found in ranges]
    best: dict[str, tuple[float, bool, int]] = {}
    for offer in (GRAPHQL, JSON):
        for name in (offer, "application/*", "*/*"):
            if name in names:
                place = names.index(name)
                if ranges[place].quality > 0:
                    # Equal qualities: what is named goes before a wildcard, then the order counts.
                    best[offer] = (ranges[place].quality, name == offer, -place)
                break
    if not best:
        raise Refusal(
            406,
            "NOT_ACCEPTABLE",
            f"The header 'Accept' is {accept!r}, but answers are {GRAPHQL} or {JSON} in UTF-8: "
            "accept one of them.",
        )
    if len(best) == 1:
        (only,) = best
        return MediaTypes(only, only)
    named = best[JSON][1]
    if not named and best[JSON][0] >= best[GRAPHQL][0] and not best[GRAPHQL][1]:
        return _ANYTHING
    chosen = max(best, key=lambda offer: best[offer])
    return MediaTypes(chosen, chosen if named else GRAPHQL)


def refusal_type(headers: Headers) -> str:
    """The media type of a refusal, also for a client that accepts none of ours."""
    try:
        return negotiate(", ".join(headers.getlist("accept"))).refusal
    except Refusal:
        return GRAPHQL


def require_json(content_types: list[str], encodings: list[str]) -> None:
    """Raises Refusal (415) for a body that is not declared as uncompressed JSON in UTF-8."""
    given = ", ".join(content_types)
    if not given:
        raise _unsupported(f"The request has no 'Content-Type': send {JSON}.")
    _require_json(given)
    if any(encoding.strip().lower() not in ("", "identity") for encoding in encodings):
        raise _unsupported(
            f"The header 'Content-Encoding' is {', '.join(encodings)!r}: do not compress the body.",
            {"Accept-Encoding": "identity"},
        )


@lru_cache(_REMEMBERED)
def _require_json(given: str) -> None:
    parsed = _media_type(given)
    if parsed is None or parsed[0] != JSON:
        raise _unsupported(
            f"The header 'Content-Type' is {given!r}: send {JSON}.",
            {"Accept-Post": JSON},
        )
    charset = parsed[1].get("charset", "utf-8")
    if charset.lower() not in _UTF8:
        raise _unsupported(f"The body's charset is {charset!r}: send UTF-8.")


def quality(text: str) -> float | None:
    """A weight between 0 and 1; None when invalid."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value <= 1 else None


def split(text: str, mark: str) -> list[str]:
    """The parts between commas or semicolons; those in a quoted text do not count."""
    return [part.strip(" \t") for part in _PARTS[mark].findall(text)]


def _range(text: str) -> _Range | None:
    parsed = _media_type(text)
    if parsed is None:
        return None
    name, parameters = parsed
    weight = quality(parameters.get("q", "1"))
    if weight is None or parameters.get("charset", "utf-8").lower() not in _UTF8:
        return None
    return _Range(name, weight)


def _media_type(text: str) -> tuple[str, dict[str, str]] | None:
    first, *rest = split(text, ";") or [""]
    if not _MEDIA_TYPE.fullmatch(first):
        return None
    parameters: dict[str, str] = {}
    for part in rest:
        found = _PARAMETER.fullmatch(part)
        if found is None:
            if part:
                return None
            continue
        value = found[2]
        if value.startswith('"'):
            value = re.sub(r"\\(.)", r"\1", value[1:-1])
        parameters.setdefault(found[1].lower(), value)
    return first.lower(), parameters


def _unsupported(message: str, headers: dict[str, str] | None = None) -> Refusal:
    return Refusal(415, "UNSUPPORTED_MEDIA_TYPE", message, headers)

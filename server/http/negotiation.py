"""server.http: media types of answers and of request bodies (RFC 9110, 8 and 12).

If `Accept` is missing or a wildcard, audits and older clients expect `application/json`, but the
specification requires `application/graphql-response+json` for refusals, with a status other than
2xx. Both are satisfied: an answer has one media type, a refusal may have the other.
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
#: Most cached header values. Each has some KB at most; clients send few distinct ones.
_REMEMBERED = 256


@dataclass(frozen=True, slots=True)
class MediaTypes:
    """Media types for one request: that of an answer and that of a request error."""

    answer: str
    refusal: str

    @property
    def error_status(self) -> int:
        """Status of a request error: 200 for a client that explicitly asks for JSON."""
        return 400 if self.refusal == GRAPHQL else 200


#: For a missing `Accept` or a wildcard.
_ANYTHING = MediaTypes(JSON, GRAPHQL)


@dataclass(frozen=True, slots=True)
class _Range:
    name: str
    quality: float


@lru_cache(_REMEMBERED)
def negotiate(accept: str) -> MediaTypes:
    """The media types for an `Accept` header, "" if it is missing.

    Raises Refusal (406) if the client accepts neither.
    """
    if not accept.strip(" \t,"):
        return _ANYTHING
    ranges = [range_ for part in split(accept, ",") if (range_ := _range(part))]
    names = [range_.name for range_ in ranges]
    best: dict[str, tuple[float, bool, int]] = {}
    for offer in (GRAPHQL, JSON):
        for name in (offer, "application/*", "*/*"):
            if name in names:
                place = names.index(name)
                if ranges[place].quality > 0:
                    # Ties: an exact name precedes a wildcard, then the order in the header counts.
                    best[offer] = (ranges[place].quality, name == offer, -place)
                break
    if not best:
        raise Refusal(
            406,
            "NOT_ACCEPTABLE",
            f"The header 'Accept' is {accept!r}: it must include {GRAPHQL} or {JSON} in UTF-8.",
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
    """The media type of a refusal, even if the client accepts neither media type."""
    try:
        return negotiate(", ".join(headers.getlist("accept"))).refusal
    except Refusal:
        return GRAPHQL


def require_json(content_types: list[str], encodings: list[str]) -> None:
    """Raise Refusal (415) unless the body is declared as uncompressed JSON in UTF-8."""
    content_type = ", ".join(content_types)
    if not content_type:
        raise _unsupported(f"The request has no 'Content-Type': send {JSON}.")
    _require_json(content_type)
    if any(encoding.strip().lower() not in ("", "identity") for encoding in encodings):
        raise _unsupported(
            f"The header 'Content-Encoding' is {', '.join(encodings)!r}: do not compress the body.",
            {"Accept-Encoding": "identity"},
        )


@lru_cache(_REMEMBERED)
def _require_json(content_type: str) -> None:
    parsed = _media_type(content_type)
    if parsed is None or parsed[0] != JSON:
        raise _unsupported(
            f"The header 'Content-Type' is {content_type!r}: send {JSON}.",
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
    """The parts of a header between commas or semicolons (`mark`), except in quoted strings."""
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
        parameter = _PARAMETER.fullmatch(part)
        if parameter is None:
            if part:
                return None
            continue
        value = parameter[2]
        if value.startswith('"'):
            value = re.sub(r"\\(.)", r"\1", value[1:-1])
        parameters.setdefault(parameter[1].lower(), value)
    return first.lower(), parameters


def _unsupported(message: str, headers: dict[str, str] | None = None) -> Refusal:
    return Refusal(415, "UNSUPPORTED_MEDIA_TYPE", message, headers)

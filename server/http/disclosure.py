"""server.http: how much errors tell a client, by the profile of the server.

Errors are dicts in response format. In production, they name nothing of this server that the client
does not have to know: no field, argument, type, option, limit or version, and no similar names of
the schema. Similar names of the catalogue, which is public, are still suggested.
"""

from __future__ import annotations

import re
from typing import Any

from server.execution.errors import DOCUMENT, INPUT, OPERATION, PARSE, VALIDATION

__all__ = ["Disclosure"]

#: Longest word and longest message of an error, in characters: messages quote what clients sent.
_WORD, _MESSAGE = 100, 1_000
_LONG_WORD = re.compile(rf"\S{{{_WORD + 1},}}")
#: Characters of a longer word that are quoted.
_QUOTED = 60

#: Codes whose messages are about HTTP, JSON or the client's own words only; kept in production.
_KEPT = frozenset(
    {
        OPERATION,
        "BAD_REQUEST",
        "BATCHING_NOT_SUPPORTED",
        "INTERNAL",
        "METHOD_NOT_ALLOWED",
        "NOT_ACCEPTABLE",
        "NOT_FOUND",
        "PERSISTED_QUERY_HASH_MISMATCH",
        "PERSISTED_QUERY_NOT_FOUND",
        "PERSISTED_QUERY_NOT_IN_LIST",
        "PERSISTED_QUERY_NOT_SUPPORTED",
        "QUERY_NOT_IN_SAFELIST",
        "RATE_LIMITED",
        "STALE_CURSOR",
        "UNAUTHENTICATED",
        "UNSUPPORTED_MEDIA_TYPE",
    }
)
_INVALID = "The document is not valid for this schema."
_NEUTRAL = {
    PARSE: "The document is not valid GraphQL.",
    VALIDATION: _INVALID,
    INPUT: "A variable or an argument is not valid for this operation.",
    "INVALID_ARGUMENT": "A variable or an argument is not valid for this operation.",
    "FORBIDDEN": "This data is not open to clients.",
    "UNAVAILABLE": "This data is not available at present.",
    "BODY_TOO_LARGE": "The body is too large.",
    "HEADERS_TOO_LARGE": "The headers are too large.",
    "URI_TOO_LONG": "The URL is too long.",
    "REQUEST_TIMEOUT": "The request did not arrive in time.",
    "ORIGIN_NOT_ALLOWED": "Pages of this origin may not call this server.",
    "OVERLOADED": "The server is busy: try again later.",
    "PRIVATE_NETWORK_NOT_ALLOWED": "Pages from public networks may not call this server.",
}
_LIMIT = "The request exceeds a limit of this server."
_LIMITS = ("ANSWER_TOO_LARGE", "COST_EXCEEDED", "DEADLINE_EXCEEDED", DOCUMENT)
#: Message of every other code.
_OTHER = "The request cannot be answered."
#: The `extensions` that are kept in production.
_EXTENSIONS = ("code", "classification", "suggestions", "requestId")
_PARTS = ("locations", "path")


class Disclosure:
    """Bounds what the errors of answers quote; in production, also hides what they tell."""

    def __init__(self, production: bool = False) -> None:
        self._production = production

    def error(self, error: dict[str, Any]) -> dict[str, Any]:
        """An error as the client may see it."""
        if not self._production:
            return error | {"message": bounded(error["message"])}
        extensions = error.get("extensions", {})
        return {
            "message": self.message(extensions.get("code", ""), error["message"]),
            **{part: error[part] for part in _PARTS if part in error},
            "extensions": {key: extensions[key] for key in _EXTENSIONS if key in extensions},
        }

    def errors(self, errors: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The errors of a request that is not executed.

        In production only the first, so that one request tests one guess at the schema.
        """
        return [self.error(error) for error in (errors[:1] if self._production else errors)]

    def message(self, code: str, message: str) -> str:
        """The message of an error with this code."""
        if self._production and code not in _KEPT:
            return _LIMIT if code in _LIMITS else _NEUTRAL.get(code, _OTHER)
        return bounded(message)


def bounded(message: str) -> str:
    """A message of bounded length, whose long words (numbers, names, values) are cut."""
    if len(message) <= _WORD:
        return message
    message = _LONG_WORD.sub(lambda word: f"{word[0][:_QUOTED]}…", message)
    return message if len(message) <= _MESSAGE else f"{message[:_MESSAGE]}…"

"""server.execution: errors of requests that are not executed, with Apollo's codes."""

from __future__ import annotations

from typing import Any

from graphql import GraphQLError

__all__ = [
    "DOCUMENT",
    "INPUT",
    "OPERATION",
    "PARSE",
    "VALIDATION",
    "RequestError",
    "failure",
    "formatted",
    "shortened",
    "too_complex",
]

#: Apollo's error codes, which front-end libraries know.
PARSE = "GRAPHQL_PARSE_FAILED"
VALIDATION = "GRAPHQL_VALIDATION_FAILED"
OPERATION = "OPERATION_RESOLUTION_FAILURE"
INPUT = "BAD_USER_INPUT"
#: Code of documents that exceed a limit.
DOCUMENT = "DOCUMENT_TOO_COMPLEX"

#: Longest message of graphql-core, in characters; it may quote whole literals.
_LONGEST = 1_000


class RequestError(Exception):
    """A request that cannot be executed: its response has errors and no data."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__(errors[0]["message"])
        self.errors = errors

    @property
    def code(self) -> str:
        """The code of the first error."""
        return str(self.errors[0]["extensions"]["code"])

    @property
    def limit(self) -> str | None:
        """The exceeded limit; None if it is another error."""
        limit: str | None = self.errors[0]["extensions"].get("limit")
        return limit


def failure(message: str, code: str, **more: object) -> dict[str, Any]:
    """An error in response format, with a code and further `extensions`."""
    return {"message": message, "extensions": {"code": code, **more}}


def formatted(error: GraphQLError, code: str) -> dict[str, Any]:
    """An error of graphql-core in response format, with a code."""
    response = {**error.formatted, "extensions": {"code": code}}
    return response | {"message": shortened(error.message)}


def shortened(message: str) -> str:
    """A message of at most 1,000 characters."""
    return message if len(message) <= _LONGEST else f"{message[:_LONGEST]}…"


def too_complex(limit: str, noun: str, counted: int, most: int) -> RequestError:
    """The refusal of a document that has more of something than allowed."""
    message = f"The document has {counted:,} {noun}: at most {most:,} are allowed."
    return RequestError([failure(message, DOCUMENT, limit=limit, requested=counted, maximum=most)])

"""server.execution: errors of requests that are not executed, with Apollo's codes."""

from __future__ import annotations

import re
from typing import Any

from graphql import GraphQLEnumType, GraphQLError, GraphQLSchema

__all__ = [
    "DOCUMENT",
    "INPUT",
    "MOST_ERRORS",
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

#: Most errors of a document, or of variables, that are reported: each may search the schema for
#: similar names, or quote the whole value.
MOST_ERRORS = 10
#: Longest message of graphql-core, in characters; it may quote whole literals.
_LONGEST = 1_000


#: How graphql-core refuses the value of an enum.
_ENUM = re.compile(r"(?:does not exist in '(\w+)' enum|Enum '(\w+)' cannot represent)")


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


def formatted(
    error: GraphQLError, code: str, schema: GraphQLSchema | None = None
) -> dict[str, Any]:
    """An error of graphql-core in response format, with a code.

    With a schema, the refusal of an enum's value lists the values that there are.
    """
    message = shortened(error.message)
    refused = _ENUM.search(message) if schema is not None else None
    kind = schema.type_map.get(refused[1] or refused[2]) if schema and refused else None
    if isinstance(kind, GraphQLEnumType):
        message += f" Its values: {', '.join(kind.values)}."
    response = {**error.formatted, "extensions": {"code": code}}
    return response | {"message": message}


def shortened(message: str) -> str:
    """A message of at most 1,000 characters."""
    return message if len(message) <= _LONGEST else f"{message[:_LONGEST]}…"


def too_complex(limit: str, noun: str, counted: int, most: int) -> RequestError:
    """The refusal of a document that has more of something than allowed."""
    message = f"The document has {counted:,} {noun}: at most {most:,} are allowed."
    return RequestError([failure(message, DOCUMENT, limit=limit, requested=counted, maximum=most)])

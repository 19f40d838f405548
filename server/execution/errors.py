"""server.execution: errors of requests that are not executed, with Apollo's codes."""

from __future__ import annotations

from typing import Any

from graphql import GraphQLError

__all__ = ["INPUT", "OPERATION", "PARSE", "VALIDATION", "RequestError", "failure", "formatted"]

#: Apollo's error codes, which front-end libraries know.
PARSE = "GRAPHQL_PARSE_FAILED"
VALIDATION = "GRAPHQL_VALIDATION_FAILED"
OPERATION = "OPERATION_RESOLUTION_FAILURE"
INPUT = "BAD_USER_INPUT"


class RequestError(Exception):
    """A request that cannot be executed: its response has errors and no data."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__(errors[0]["message"])
        self.errors = errors


def failure(message: str, code: str, **more: object) -> dict[str, Any]:
    """An error in response format, with a code and further `extensions`."""
    return {"message": message, "extensions": {"code": code, **more}}


def formatted(error: GraphQLError, code: str) -> dict[str, Any]:
    """An error of graphql-core in response format, with a code."""
    return {**error.formatted, "extensions": {"code": code}}

"""server.execution: the errors of a request that is not executed, in Apollo's codes."""

from __future__ import annotations

from typing import Any

from graphql import GraphQLError

__all__ = ["INPUT", "OPERATION", "PARSE", "VALIDATION", "RequestError", "failure", "formatted"]

#: Codes that front ends know.
PARSE = "GRAPHQL_PARSE_FAILED"
VALIDATION = "GRAPHQL_VALIDATION_FAILED"
OPERATION = "OPERATION_RESOLUTION_FAILURE"
INPUT = "BAD_USER_INPUT"


class RequestError(Exception):
    """A request that cannot be executed: it has errors and no data."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__(errors[0]["message"])
        self.errors = errors


def failure(message: str, code: str, **more: object) -> dict[str, Any]:
    """One error as it is sent, with a code and further `extensions`."""
    return {"message": message, "extensions": {"code": code, **more}}


def formatted(error: GraphQLError, code: str) -> dict[str, Any]:
    """An error of graphql-core as it is sent, with a code."""
    return {**error.formatted, "extensions": {"code": code}}

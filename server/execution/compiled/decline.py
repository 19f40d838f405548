"""server.execution.compiled: what a plan leaves to graphql-core."""

from __future__ import annotations

__all__ = ["Decline"]


class Decline(BaseException):
    """An operation or an execution that graphql-core takes over, for one of a few reasons.

    Not an Exception, because it must not become the error of a field.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

"""server.http: refusals of requests, and the answers to them."""

from __future__ import annotations

from starlette.responses import Response

from server.execution.encoding import encoded
from server.execution.errors import failure
from server.http.disclosure import Disclosure

__all__ = ["Refusal", "refused", "stopping"]


class Refusal(Exception):
    """A request that is refused regardless of its document. Clients see status, code, message and
    headers."""

    def __init__(
        self, status: int, code: str, message: str, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = headers or {}


def refused(refusal: Refusal, media_type: str, disclosure: Disclosure) -> Response:
    """The answer to a refused request: one error and no data."""
    error = disclosure.error(failure(str(refusal), refusal.code))
    body = encoded({"errors": [error]})
    headers = {"Cache-Control": "no-store", **refusal.headers}
    return Response(body, refusal.status, headers, f"{media_type}; charset=utf-8")


def stopping() -> Refusal:
    """The refusal (503) of a request that a stopping server does not finish."""
    message = "The server is stopping: send the request again."
    return Refusal(503, "UNAVAILABLE", message, {"Retry-After": "1"})

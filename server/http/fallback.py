"""server.http: answers for errors outside the endpoints: 404, 405, 503, 500.

They are JSON; a browser that opens an address with nothing gets a page with a way back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from datastore.base.errors import Unavailable
from server.execution.encoding import encoded
from server.execution.errors import failure
from server.http.disclosure import Disclosure
from server.http.negotiation import GRAPHQL

__all__ = ["handlers", "json_errors"]


LostPage = Callable[[Request], Response | None]


def json_errors(
    status: int, error: dict[str, Any], headers: Mapping[str, str] | None = None
) -> Response:
    """An answer with one error, no data and `Cache-Control: no-store`."""
    all_headers = {"Cache-Control": "no-store", **(headers or {})}
    return Response(encoded({"errors": [error]}), status, all_headers, f"{GRAPHQL}; charset=utf-8")


def handlers(
    root_path: str, disclosure: Disclosure, has_page: bool, lost: LostPage | None
) -> dict[Any, Callable[[Request, Any], Any]]:
    """The application's exception handlers; paths in messages start with `root_path`.

    Without a page for people, the message of 404 names no path. `lost` gives the readers of
    pages another answer; None for all others.
    """

    async def http_error(request: Request, error: HTTPException) -> Response:
        if error.status_code == 404:
            if lost is not None and (page := lost(request)) is not None:
                return page
            hint = (
                f" GraphQL is at {root_path}/graphql, GraphiQL at {root_path}/, the explorer at "
                f"{root_path}/explore."
            )
            message = f"Not found.{hint if has_page else ''}"
            return json_errors(404, failure(message, "NOT_FOUND"))
        if error.status_code == 405:
            # A route names its methods in an order of its own in each process, or not at all.
            given = (error.headers or {}).get("Allow", "GET, HEAD")
            allowed = ", ".join(sorted(given.split(", ")))
            message = f"The method is {request.method[:20]!r}: use one of {allowed}."
            return json_errors(405, failure(message, "METHOD_NOT_ALLOWED"), {"Allow": allowed})
        message = f"{error.detail}."
        return json_errors(error.status_code, failure(message, "BAD_REQUEST"), error.headers)

    async def unavailable(request: Request, error: Unavailable) -> Response:
        masked = disclosure.error(failure(str(error), error.code))
        return json_errors(503, masked, {"Retry-After": "5"})

    return {HTTPException: http_error, Unavailable: unavailable}

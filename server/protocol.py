"""server: GraphQL over HTTP. A request in, its JSON answer out."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from datastore.base.errors import Unavailable
from schema.context import Context
from server.execution.executor import Executor, RequestError
from server.holder import Holder

__all__ = ["GraphQLEndpoint"]

#: Largest request body, in bytes.
_MOST_BODY = 1_000_000
_GRAPHQL = "application/graphql-response+json"
_JSON = "application/json"


class _Refusal(Exception):
    """A request that is no well-formed GraphQL request; it is answered with this status."""

    def __init__(self, status: int, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers or {}


@dataclass(frozen=True, slots=True)
class _Parameters:
    query: str
    variables: dict[str, Any] | None
    operation_name: str | None


class GraphQLEndpoint:
    """Answers `/graphql`."""

    def __init__(self, executor: Executor, holder: Holder) -> None:
        self._executor = executor
        self._holder = holder

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The endpoint is an application of its own: routes take methods away from functions."""
        response = await self.answer(Request(scope, receive))
        await response(scope, receive, send)

    async def answer(self, request: Request) -> Response:
        """Answer one request; whatever a client sends, the status is below 500."""
        request_id = uuid.uuid4().hex
        headers: dict[str, str] = {}
        media_type = _GRAPHQL if _GRAPHQL in request.headers.get("accept", "") else _JSON
        try:
            parameters = await _parameters(request)
            document = self._executor.document(parameters.query)
            if request.method == "GET" and not self._executor.is_query(
                document, parameters.operation_name
            ):
                raise _Refusal(405, "GET can only run queries.", {"Allow": "POST"})
            context = Context(self._holder.store)
            answer = self._executor.run(
                document,
                parameters.variables,
                parameters.operation_name,
                context,
                request_id,
            )
            status = 200
        except RequestError as error:
            answer = {"errors": error.errors}
            status = 400 if media_type == _GRAPHQL else 200
        except _Refusal as refusal:
            answer = {"errors": [{"message": str(refusal)}]}
            status, headers = refusal.status, refusal.headers
        except Unavailable as error:
            answer = {"errors": [{"message": str(error), "extensions": error.extensions()}]}
            status, headers = 503, {"Retry-After": "5"}
        body = json.dumps(answer, allow_nan=False, separators=(",", ":"))
        return Response(
            body, status, {"X-Request-ID": request_id, **headers}, f"{media_type}; charset=utf-8"
        )


async def _parameters(request: Request) -> _Parameters:
    if request.method == "GET":
        given: Any = dict(request.query_params)
        for name in ("variables", "extensions"):
            if given.get(name):
                given[name] = _decoded(given[name], f"The parameter '{name}'")
    elif request.method == "POST":
        content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if content_type != _JSON:
            raise _Refusal(415, f"The content type must be {_JSON}.")
        given = _decoded((await _body(request)), "The body")
    else:
        raise _Refusal(405, "GraphQL is asked by GET or POST.", {"Allow": "GET, POST"})
    if not isinstance(given, dict):
        raise _Refusal(400, "The request must be a JSON object with a 'query'.")
    query: Any = given.get("query")
    variables = given.get("variables")
    operation: Any = given.get("operationName")
    if not isinstance(query, str) or not query:
        raise _Refusal(400, "The request has no 'query', or it is no text.")
    if variables is not None and not isinstance(variables, dict):
        raise _Refusal(400, "'variables' must be an object.")
    if operation is not None and not isinstance(operation, str):
        raise _Refusal(400, "'operationName' must be a text.")
    if not isinstance(given.get("extensions", {}), dict | None):
        raise _Refusal(400, "'extensions' must be an object.")
    return _Parameters(query, variables, operation or None)


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > _MOST_BODY:
            raise _Refusal(413, f"The body is larger than {_MOST_BODY:,} bytes.")
    return bytes(body)


def _decoded(text: str | bytes, what: str) -> Any:
    try:
        if isinstance(text, bytes):
            text = text.decode("utf-8")
        return json.loads(text, parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise _Refusal(400, f"{what} is not UTF-8.") from None
    except (ValueError, RecursionError):
        raise _Refusal(400, f"{what} is no valid JSON.") from None


def _no_constant(name: str) -> Any:
    raise ValueError(name)

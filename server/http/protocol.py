"""server.http: GraphQL over HTTP. A request in, its JSON answer out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from datastore.base.errors import Unavailable
from schema.context import Context
from server.execution.executor import Executor, RequestError
from server.guard.limits import preferred
from server.http.caching import entity_tag
from server.http.negotiation import MediaTypes, negotiate, require_json
from server.http.parameters import Parameters, from_body, from_url
from server.http.refusal import Refusal, encoded, refused
from server.snapshots.holder import Holder

__all__ = ["Documents", "GraphQLEndpoint"]

_METHODS = "GET, HEAD, POST"
_NOTHING: Mapping[str, str] = {}


class Documents(Protocol):
    """Which document a request means."""

    def text(self, parameters: Parameters) -> str:
        """Its text. Raises RequestError or Refusal for one that cannot be found."""

    def remember(self, parameters: Parameters) -> None:
        """The document of this request is valid."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """One request, read."""

    reads: bool
    parameters: Parameters
    media_types: MediaTypes
    request_id: str


class GraphQLEndpoint:
    """Answers `/graphql`."""

    def __init__(
        self, executor: Executor, holder: Holder, documents: Documents, cache_control: str
    ) -> None:
        self._executor = executor
        self._holder = holder
        self._documents = documents
        self._cache_control = cache_control

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The endpoint is an application of its own: routes take methods away from functions."""
        request = Request(scope, receive)
        try:
            # Read first, refuse then: nothing that is still coming resets the connection.
            body = await request.body()
        except ClientDisconnect:
            return
        response = self.answer(request, body)
        response.headers["Vary"] = "Accept"
        await response(scope, receive, send)

    def answer(self, request: Request, body: bytes) -> Response:
        """Answer one request; whatever a client sends, the status is below 500."""
        try:
            asked = _read(request, body)
            return self._answer(asked)
        except Refusal as refusal:
            return refused(refusal, preferred(request.headers))

    def _answer(self, asked: _Asked) -> Response:
        try:
            return self._executed(asked)
        except RequestError as error:
            status, media_type = asked.media_types.error_status, asked.media_types.refusal
            return _response({"errors": error.errors}, status, media_type)
        except Unavailable as error:
            unavailable = Refusal(503, error.code, str(error), {"Retry-After": "5"})
            return refused(unavailable, asked.media_types.refusal)

    def _executed(self, asked: _Asked) -> Response:
        parameters = asked.parameters
        text = self._documents.text(parameters)
        document = self._executor.document(text)
        operation = document.operation(parameters.operation_name)
        if asked.reads and not self._executor.is_query(document, parameters.operation_name):
            raise Refusal(
                405,
                "METHOD_NOT_ALLOWED",
                f"GET runs queries, and the operation is a {operation.operation.value}: "
                "send it by POST.",
                {"Allow": "POST"},
            )
        document.require_valid()
        self._documents.remember(parameters)
        store = self._holder.store
        answer = self._executor.run(
            document,
            parameters.variables,
            parameters.operation_name,
            Context(store),
            asked.request_id,
        )
        media_type = asked.media_types.answer
        version = {"X-Snapshot": store.manifest.version}
        if "errors" in answer:
            return _response(answer, 200, media_type, version)
        body = encoded(answer)
        values = [media_type, text, parameters.operation_name, parameters.variables]
        tag = entity_tag(store.manifest.version, encoded({"request": values}), body)
        headers = {**version, "ETag": tag, "Cache-Control": self._cache_control}
        return Response(body, 200, headers, f"{media_type}; charset=utf-8")


def _read(request: Request, body: bytes) -> _Asked:
    headers, method = request.headers, request.method
    media_types = negotiate(", ".join(headers.getlist("accept")))
    if method == "POST":
        require_json(headers.getlist("content-type"), headers.getlist("content-encoding"))
        parameters = from_body(body)
    elif method in ("GET", "HEAD"):
        parameters = from_url(request.scope["query_string"])
    else:
        raise Refusal(
            405,
            "METHOD_NOT_ALLOWED",
            f"The method is {method[:20]!r}: ask GraphQL by GET or POST.",
            {"Allow": _METHODS},
        )
    return _Asked(method != "POST", parameters, media_types, request.state.request_id)


def _response(
    answer: dict[str, Any], status: int, media_type: str, more: Mapping[str, str] = _NOTHING
) -> Response:
    headers = {**more, "Cache-Control": "no-store"}
    return Response(encoded(answer), status, headers, f"{media_type}; charset=utf-8")

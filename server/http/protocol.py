"""server.http: the endpoint `/graphql`: GraphQL over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeVar

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from datastore.base.errors import Unavailable
from server.execution.encoding import encoded
from server.execution.errors import RequestError
from server.execution.executor import Executor
from server.execution.prepared import Prepared
from server.http.answers import Answers, Client, Executed, Representation, request_of
from server.http.answers import Request as Asked
from server.http.disclosure import Disclosure
from server.http.errors import SEARCH, SearchNeeded
from server.http.negotiation import MediaTypes, negotiate, refusal_type, require_json
from server.http.parameters import Parameters, from_body, from_url
from server.http.refusal import Refusal, refused
from server.snapshots.holder import Holder

__all__ = ["Documents", "GraphQLEndpoint"]

T = TypeVar("T")

_METHODS = "GET, HEAD, POST"
#: Usual cost of parsing and validating a document, per character, and of reading or compressing a
#: body, per byte, in units of a plain field.
_CHARACTER, _BYTE = 0.5, 0.004
#: Iterations of the event loop that it takes to notice a closed connection: one to read the end of
#: the stream, one to report it, and one to be sure.
_ITERATIONS = 3


class Documents(Protocol):
    """Looks up the document that a request names."""

    def known(self, parameters: Parameters) -> str | None:
        """The document's text; None if it is not found or not allowed. Counts nothing."""

    def text(self, parameters: Parameters) -> str:
        """The document's text. Raises RequestError or Refusal if it is not found or not allowed."""

    def remember(self, parameters: Parameters) -> None:
        """Called for each request whose document is valid."""

    @property
    def operation_names(self) -> frozenset[str]:
        """Names of the operations that the operator trusts."""

    def cache_uses(self) -> tuple[int, int]:
        """How many documents were found by hash, and how many were not."""


class Turns(Protocol):
    """Decides when and where the work of requests runs."""

    async def run(
        self, cost: float, work: Callable[[], T], abandoned: Callable[[], Awaitable[bool]]
    ) -> T:
        """The result of some work of this cost. Raises Refusal if too many wait, and
        ClientDisconnect if the request was abandoned meanwhile."""


class Budget(Protocol):
    """What the client of a request may use; in the request's state, if it is limited."""

    def spend(self, cost: float) -> None:
        """Take the cost of what comes next. Raises Refusal if nothing is left."""

    def charge(self, cost: float) -> None:
        """Take the cost of what has been done."""


@dataclass(frozen=True, slots=True)
class _GraphQLRequest:
    """A request after reading and negotiation."""

    queries_only: bool
    parameters: Parameters
    media_types: MediaTypes
    client: Client
    request_id: str
    #: Cost of reading its body, and of variables of that size.
    size_cost: float


class GraphQLEndpoint:
    """Answers `/graphql`."""

    def __init__(
        self,
        executor: Executor,
        holder: Holder,
        documents: Documents,
        turns: Turns,
        answers: Answers,
        disclosure: Disclosure,
        documents_in_urls: bool = True,
    ) -> None:
        self._executor = executor
        self._turns = turns
        self._holder = holder
        self._documents = documents
        self._answers = answers
        self._disclosure = disclosure
        self._documents_in_urls = documents_in_urls

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request as an ASGI application, because routes restrict functions' methods."""
        request = Request(scope, receive)
        try:
            # Read before refusing: a client that is still sending would get a reset.
            body = await request.body()
            response = await self.answer(request, body)
        except ClientDisconnect:
            return
        response.headers["Vary"] = "Accept"
        await response(scope, receive, send)

    async def answer(self, request: Request, body: bytes) -> Response:
        """Answer one request. No client input causes a status of 500.

        Raises ClientDisconnect if the client has gone before the request was executed.
        """
        try:
            return await self._answer(await self._read(request, body), request)
        except Refusal as refusal:
            request.state.error = refusal.code
            return refused(refusal, refusal_type(request.headers), self._disclosure)

    async def _read(self, request: Request, body: bytes) -> _GraphQLRequest:
        headers, method = request.headers, request.method
        size_cost = _BYTE * len(body)
        media_types = negotiate(", ".join(headers.getlist("accept")))
        if method == "POST":
            require_json(headers.getlist("content-type"), headers.getlist("content-encoding"))
            parameters = await self._turns.run(
                size_cost, partial(from_body, body), partial(_abandoned, request)
            )
        elif method in ("GET", "HEAD"):
            parameters = from_url(request.scope["query_string"])
            if parameters.query is not None and not self._documents_in_urls:
                raise Refusal(
                    405,
                    "METHOD_NOT_ALLOWED",
                    "GET only takes the ids of known documents: send this document with POST.",
                    {"Allow": "POST"},
                )
        else:
            raise Refusal(
                405,
                "METHOD_NOT_ALLOWED",
                f"The method is {method[:20]!r}: use GET or POST.",
                {"Allow": _METHODS},
            )
        state = request.state
        # The compression has left the coding that it would choose, and no other.
        client = Client(
            media_types.answer,
            headers.get("accept-encoding"),
            getattr(state, "condition", None),
        )
        return _GraphQLRequest(
            method != "POST", parameters, media_types, client, state.request_id, size_cost
        )

    async def _answer(self, graphql: _GraphQLRequest, request: Request) -> Response:
        media_types = graphql.media_types
        try:
            return await self._executed(graphql, request)
        except RequestError as error:
            request.state.error, request.state.limit = error.code, error.limit
            body = encoded({"errors": self._disclosure.errors(error.errors)})
            return _uncached(body, media_types.error_status, media_types.refusal)
        except Unavailable as error:
            request.state.error = error.code
            unavailable = Refusal(503, error.code, str(error), {"Retry-After": "5"})
            return refused(unavailable, media_types.refusal, self._disclosure)

    async def _executed(self, graphql: _GraphQLRequest, request: Request) -> Response:
        parameters, variables = graphql.parameters, graphql.parameters.variables or {}
        text = self._documents.text(parameters)
        budget: Budget | None = getattr(request.state, "budget", None)
        reading_cost = 0.0 if self._executor.knows(text) else _CHARACTER * len(text)
        if budget is not None and reading_cost:
            budget.spend(reading_cost)
        abandoned = partial(_abandoned, request)

        def prepare() -> tuple[Prepared, float, Asked]:
            prepared = self._executor.prepared(text, parameters.operation_name)
            if graphql.queries_only:
                _require_query(prepared)
            cost = self._executor.require_valid(prepared, variables)
            return prepared, cost, request_of(text, parameters)

        prepared, cost, asked = await self._turns.run(
            reading_cost + graphql.size_cost, prepare, abandoned
        )
        self._documents.remember(parameters)
        # For the access log. A valid name consists of letters, digits and underscores.
        request.state.operation, request.state.cost = prepared.name, cost
        if budget is not None:
            budget.spend(cost)
        answers, store, client = self._answers, self._holder.store, graphql.client
        known = answers.find(store, asked)
        unchanged = answers.unchanged(store, asked, client, known)
        if unchanged is not None:
            request.state.executed = True
            return _response(unchanged)
        digest = answers.digest(store, asked)

        def execute(may_search: bool) -> tuple[Executed, Representation]:
            executed = known or answers.execute(
                store,
                prepared,
                cost,
                parameters,
                digest,
                graphql.request_id,
                may_search=may_search,
            )
            return executed, answers.represent(store, executed, client)

        if known:
            turn_cost = _BYTE * len(known.body)
        else:
            turn_cost = 0.0 if answers.is_quick(prepared, cost) else cost
        try:
            executed, representation = await self._turns.run(
                turn_cost, partial(execute, turn_cost > 0), abandoned
            )
        except SearchNeeded:  # what is quick has looked for an unknown name
            executed, representation = await self._turns.run(
                cost + SEARCH, partial(execute, True), abandoned
            )
        if not known:
            answers.keep(store, asked, executed)
            request.state.cost = executed.cost
            if budget is not None:
                budget.charge(executed.cost - cost)
        request.state.executed, request.state.error = True, executed.code or None
        return _response(representation)


async def _abandoned(request: Request) -> bool:
    """Whether the client has closed the connection."""
    for _ in range(_ITERATIONS):
        await asyncio.sleep(0)
    return await request.is_disconnected()


def _require_query(prepared: Prepared) -> None:
    if not prepared.is_query:
        kind = prepared.operation.operation.value
        raise Refusal(
            405,
            "METHOD_NOT_ALLOWED",
            f"GET only supports queries, but the operation is a {kind}: use POST.",
            {"Allow": "POST"},
        )


def _response(representation: Representation) -> Response:
    response = Response(representation.body, representation.status)
    response.raw_headers = representation.headers
    return response


def _uncached(body: bytes, status: int, media_type: str) -> Response:
    headers = {"Cache-Control": "no-store"}
    return Response(body, status, headers, f"{media_type}; charset=utf-8")

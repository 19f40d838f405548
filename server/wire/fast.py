"""server.wire: answers usual requests as soon as they have arrived, in one pass.

A request is usual if it asks for a known operation of little cost as browsers and clients send it:
POST with JSON, or GET. Its answer is the same as that of the application, byte for byte. All other
requests, and all that must be refused, are left to the application.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from server.execution.executor import Executor
from server.guard.clients import Clients
from server.guard.rates import Budget
from server.http.answers import Answers, Representation, request_of
from server.http.parameters import Parameters, from_body
from server.http.protocol import Documents
from server.observe.access import Request
from server.observe.finished import Finished
from server.observe.request_id import new_id
from server.snapshots.holder import Holder
from server.wire.heads import Head, Heads

__all__ = ["INCOMPLETE", "FastPath"]

#: Instead of an answer, if the rest of the body should be awaited.
INCOMPLETE = b""


class FastPath:
    """Answers usual requests of one application."""

    def __init__(
        self,
        heads: Heads,
        clients: Clients,
        executor: Executor,
        holder: Holder,
        documents: Documents,
        answers: Answers,
        finished: Finished,
    ) -> None:
        self._heads = heads
        self._clients = clients
        self._executor = executor
        self._holder = holder
        self._documents = documents
        self._answers = answers
        self._finished = finished
        self._defaults: tuple[Sequence[tuple[bytes, bytes]], bytes] = ((), b"")

    def answer(
        self, data: bytes, defaults: Sequence[tuple[bytes, bytes]], address: str = ""
    ) -> bytes | None:
        """The answer to a request that has arrived alone from an address, with its head and some
        default headers.

        INCOMPLETE if the rest of a small body should be awaited; None if the application should
        answer, to which the request is still new.
        """
        start = time.perf_counter()
        end = data.find(b"\r\n\r\n") + 4
        head = self._heads.of(data[:end]) if end > 3 else None
        if head is None:
            return None
        if len(data) != head.size:
            return INCOMPLETE if len(data) < head.size else None
        try:
            budget = self._clients.budget(head.authorization, head.address, address)
            answered = self._answered(head, head.parameters or from_body(data[end:]))
        except Exception:
            return None  # the application finds the same, and answers or reports it
        if answered is None:
            return None
        request_id, name, cost, code, sent = answered
        if self._defaults[0] is not defaults:
            self._defaults = defaults, b"".join([b"%b: %b\r\n" % pair for pair in defaults])
        status, body = sent.status, sent.body
        self._finished.add(
            Request(
                time.time(),
                head.method,
                head.path,
                status,
                len(body),
                time.perf_counter() - start,
                name,
                request_id,
                cost,
                code,
            )
        )
        parts = (
            STATUS_LINE[status],
            self._defaults[1],
            sent.lines,
            head.before_budget,
            b"" if budget is None else _spent(budget, cost),
            head.before_id,
            request_id.encode(),
            head.after_id,
            body,
        )
        return b"".join(parts)

    def _answered(
        self, head: Head, parameters: Parameters
    ) -> tuple[str, str | None, float, str, Representation] | None:
        """The request's id, the operation's name and cost, the code of its gravest error, and what
        is sent."""
        text = self._documents.known(parameters)
        if text is None:
            return None
        answers, client, request_id = self._answers, head.client, head.request_id or new_id()
        store, asked = self._holder.store, request_of(text, parameters)
        executed = answers.find(store, asked)
        if executed is None:
            prepared = self._executor.known(text, parameters.operation_name)
            if prepared is None or not prepared.is_query:
                return None
            cost = prepared.cost(parameters.variables or {})
            unchanged = answers.unchanged(store, asked, client)
            if unchanged is not None:
                self._documents.remember(parameters)
                return request_id, prepared.name, cost, "", unchanged
            if not answers.is_quick(prepared, cost):
                return None
            digest = answers.digest(store, asked)
            executed = answers.execute(
                store, prepared, cost, parameters, digest, request_id, may_search=False
            )
            answers.keep(store, asked, executed)
        elif not executed.is_ready(client):
            return None
        self._documents.remember(parameters)
        sent = answers.represent(store, executed, client)
        return request_id, executed.operation, executed.cost, executed.code, sent


def _spent(budget: Budget, cost: float) -> bytes:
    """Take the cost of an answered request, and return the header lines about what is left."""
    budget.take(cost or 1)
    headers = budget.headers().items()
    return "".join([f"{name.lower()}: {value}\r\n" for name, value in headers]).encode()

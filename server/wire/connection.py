"""server.wire: the connection protocol: limits, deadlines and refusals from the first byte.

uvicorn has no deadlines for requests, and its fast parser has no limits for URLs and headers. It
also stops at an offer to upgrade, even if the offer is declined: the body would be read as the next
request.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httptools
from starlette.types import Message, Scope
from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

from server.guard.draining import DRAIN_BYTES, DRAIN_SECONDS
from server.guard.limits import Limits
from server.http.refusal import Refusal, stopping
from server.wire.deadlines import Alarm, Deadlines
from server.wire.fast import INCOMPLETE, FastPath
from server.wire.flow import PIPELINED, Flow, too_many
from server.wire.framing import check_head, malformed, origin_form, unreadable, without_upgrade

__all__ = ["GuardedProtocol", "guarded"]

#: Request headers that affect a refusal. Those of a preflight are omitted: it is refused, too.
_OF_A_REFUSAL = (b"accept", b"origin", b"x-request-id")
#: Most bytes and seconds spent on reading the rest of an oversized head, which may hold these.
LATE_BYTES = 1024 * 1024
LATE_SECONDS = 1.0
#: Seconds, in total, that the fast path waits for the rest of a small body. Many clients send it on
#: its own.
_HELD_SECONDS = 0.02
#: Seconds between checks of a missed deadline while the server itself does not read.
_PAUSED_SECONDS = 1.0


def guarded(
    limits: Limits, deadlines: Deadlines, fast: FastPath | None = None
) -> type[asyncio.Protocol]:
    """A protocol class with these limits and deadlines, for `uvicorn.Config(http=…)`. `fast`
    answers what it can instead of the application."""
    parts = {"limits": limits, "deadlines": deadlines, "fast": fast}
    return type("Guarded", (GuardedProtocol,), parts)


class GuardedProtocol(HttpToolsProtocol):
    """Reads requests strictly, and lets the application answer refused ones.

    A refusal is answered after all earlier requests, passes through the application's middleware
    and closes the connection. The rest of the client's data is read and dropped.
    """

    limits: Limits
    deadlines: Deadlines
    fast: FastPath | None
    #: Whether the server is being stopped: new requests are refused.
    stopping = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._in_head = False
        self._in_body = False
        self._progress = False
        self._pending_bytes = 0
        self._framing_bytes = 0
        self._trailer_bytes = 0
        self._requests = 0
        self._running: RequestResponseCycle | None = None
        #: The request that is arriving, and which part of it; None between requests.
        self._arriving: tuple[int, bool] | None = None
        self._arrival = Alarm(self.loop, self._missed)
        self._reading = Alarm(self.loop, lambda: self.transport.abort())
        self._unanswered = 0
        #: A request without the rest of its body, which the fast path waits for.
        self._held = b""
        self._holding = Alarm(self.loop, self.release)
        #: When the fast path last answered, by the clock of the event loop.
        self._answered_at = 0.0
        self._refusal: Refusal | None = None
        self._draining = False
        self._drained = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.flow = Flow(transport, self.pipeline)
        self.timeout_keep_alive_task = self.loop.call_later(
            self.deadlines.head, self.timeout_keep_alive_handler
        )

    def connection_lost(self, exc: Exception | None) -> None:
        self._unset_keepalive_if_required()
        self._arrival.stop()
        self._reading.stop()
        self._holding.stop()
        # uvicorn tells only the newest request, which may be waiting behind the running one.
        self.pipeline.clear()
        if self._running is not None:
            self._running.disconnected = True
            self._running.message_event.set()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        was_held = bool(self._held)
        if was_held:
            data, self._held = self._held + data, b""
        if self.fast is not None and self._is_idle():
            address = self.client[0] if self.client else ""
            answer = self.fast.answer(data, self.server_state.default_headers, address)
            if answer == INCOMPLETE:
                self._held = data
                if not was_held:  # bytes that trickle in do not extend it
                    self._holding.start(_HELD_SECONDS)
                return
            if was_held:
                self._holding.stop()
            if answer is not None:
                self._send(answer)
                return
        self._receive(data)

    def _is_idle(self) -> bool:
        """Whether only a new request may arrive, and its answer may be sent at once."""
        return not (
            self._unanswered
            or self._in_head
            or self._in_body
            or self._pending_bytes
            or self._draining
            or self.stopping
            or self.flow.write_paused
            or self.transport.is_closing()
        )

    def _send(self, answer: bytes) -> None:
        self.transport.write(answer)
        self.server_state.total_requests += 1
        if not self._answered_at:  # the alarm of a connection's first request may ring too late
            self._unset_keepalive_if_required()
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )
        self._answered_at = self.loop.time()

    def release(self) -> None:
        """Let the deadlines apply to a request that has not arrived yet, and its task run."""
        data, self._held = self._held, b""
        if data and not self.transport.is_closing():
            self._receive(data)

    def _receive(self, data: bytes) -> None:
        if self._draining:
            self._drained += len(data)
            if self._drained > DRAIN_BYTES:
                self._close()
            return
        self._progress = False
        if self._in_body:
            self._framing_bytes += len(data)
        try:
            self._feed(data)
        except httptools.HttpParserError as error:
            self._refuse(self._refusal or unreadable(error))
            return
        self._watch()
        if self._in_body and self._framing_bytes > self.limits.body + self.limits.head:
            # Endless extensions of chunks, or a body of tiny chunks.
            self._refuse(malformed("the chunks have too many bytes besides the body"))
            return
        # The parser buffers a line until it is complete.
        self._pending_bytes = 0 if self._progress else self._pending_bytes + len(data)
        if self._pending_bytes > self.limits.head:
            refusal = self._refuse_late(self.limits.headers_too_large())
            if self._pending_bytes > self.limits.head + LATE_BYTES or not self._in_head:
                self._refuse(refusal)

    def _feed(self, data: bytes) -> None:
        while True:
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade as upgrade:
                # Every upgrade is declined: a parser reads the head again, without it. A new one,
                # since this one reads nothing more where the connection closes after the request.
                head = without_upgrade(
                    self.parser.get_method(),
                    self.url,
                    self.parser.get_http_version(),
                    self.headers,
                )
                self.parser = httptools.HttpRequestParser(self)
                self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
                data = head + data[upgrade.args[0] :]
            else:
                return

    def _watch(self) -> None:
        """Start the deadline of the part of a request that has begun to arrive."""
        arriving = (self._requests, self._in_head) if self._in_head or self._in_body else None
        if arriving == self._arriving:
            return
        self._arriving = arriving
        if arriving is None:
            self._arrival.stop()
        else:
            self._arrival.start(self.deadlines.head if self._in_head else self.deadlines.body)

    def _missed(self) -> None:
        if self._draining or self._arriving is None or self.transport.is_closing():
            return
        if self.flow.read_paused:  # earlier requests are being answered
            self._arrival.start(_PAUSED_SECONDS)
            return
        self._refuse(self.deadlines.missed(self._in_head))

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._unset_keepalive_if_required()
        self._in_head = self._progress = True
        self._requests += 1
        self._framing_bytes = self._trailer_bytes = 0

    def on_url(self, url: bytes) -> None:
        if self._refusal is not None:
            return
        super().on_url(url)
        try:
            self.limits.check_url(len(self.url))
        except Refusal as refusal:
            self._refuse_late(refusal)

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._in_head:
            if self._refusal is None or name.lower() in _OF_A_REFUSAL:
                super().on_header(name, value)
            return
        # A trailer, which must not be treated as a header (RFC 9110, 6.5.1).
        self._trailer_bytes += len(name) + len(value) + 4
        if self._trailer_bytes > self.limits.headers:
            self._check(lambda: self.limits.check_headers([(name, b" " * self._trailer_bytes)]))

    def on_headers_complete(self) -> None:
        self._in_head, self._in_body, self._progress = False, True, True
        self._check(self._check_head)
        if self.parser.should_upgrade():
            return
        if self.parser.get_http_version() == "1.0":  # which knows no interim responses
            self.expect_100_continue = False
        super().on_headers_complete()
        self._unanswered += 1
        if len(self.pipeline) > PIPELINED:
            self._check(too_many)

    def _check_head(self) -> None:
        if self._refusal is not None:
            raise self._refusal
        if self.stopping:
            raise stopping()
        self.limits.check_headers(self.headers)
        check_head(self.parser.get_method(), self.parser.get_http_version(), self.headers)
        self.url = origin_form(self.url)

    def on_body(self, body: bytes) -> None:
        self._progress = True
        self._framing_bytes -= len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        if self.parser.should_upgrade():
            return
        self._in_body, self._progress = False, True
        super().on_message_complete()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._running = cycle
        super()._start_asgi_task(cycle, app)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._in_head or self._in_body:
            self._unset_keepalive_if_required()  # the next request is arriving
        if self.transport.is_closing():
            self._reading.start(self.deadlines.answer)
        self._unanswered -= 1
        self._answer_refusal_in_turn()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._reading.start(self.deadlines.answer)

    def resume_writing(self) -> None:
        super().resume_writing()
        if not self.transport.is_closing():
            self._reading.stop()

    def timeout_keep_alive_handler(self) -> None:
        # The fast path does not set the alarm at each answer.
        seconds = self._answered_at + self.timeout_keep_alive - self.loop.time()
        if self._held or seconds > 0:
            self.timeout_keep_alive_task = self.loop.call_later(
                max(seconds, _HELD_SECONDS), self.timeout_keep_alive_handler
            )
        else:
            self._close()

    def _close(self) -> None:
        """Close the connection as soon as the client has read all answers, or at a deadline."""
        if not self.transport.is_closing():
            self.transport.close()
            self._reading.start(self.deadlines.answer)

    def _check(self, check: Callable[[], None]) -> None:
        try:
            check()
        except Refusal as refusal:
            self._refusal = refusal
            raise  # stops the parser

    def _refuse_late(self, refusal: Refusal) -> Refusal:
        """Refuse at the end of the head, which may take a moment; return the first refusal."""
        if self._refusal is None:
            self._refusal = refusal
            self.loop.call_later(LATE_SECONDS, self._refuse_now, refusal)
        return self._refusal

    def _refuse_now(self, refusal: Refusal) -> None:
        if not self._draining and not self.transport.is_closing():
            self._refuse(refusal)

    def _refuse(self, refusal: Refusal) -> None:
        self._refusal, self._draining = refusal, True
        cycle = self.cycle
        if cycle is not None and cycle.more_body and not cycle.response_complete:
            # The body of the current request cannot be read: the refusal is its answer.
            if cycle.response_started:
                self._close()
                return
            cycle.disconnected = True
            cycle.message_event.set()
            self._unanswered -= 1
            queued = [entry for entry in self.pipeline if entry[0] is cycle]
            for entry in queued:
                self.pipeline.remove(entry)
        self._answer_refusal_in_turn()

    def _answer_refusal_in_turn(self) -> None:
        if not self._draining or self._unanswered or self.transport.is_closing():
            return
        self._unset_keepalive_if_required()
        task = self.loop.create_task(self._answer_refusal())
        task.add_done_callback(self.tasks.discard)
        self.tasks.add(task)

    async def _answer_refusal(self) -> None:
        messages: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            messages.append(message)

        scope = self._refused_scope()
        await self.app(scope, receive, send)
        if self.transport.is_closing():
            return
        start, *rest = messages
        lines = [STATUS_LINE[start["status"]]]
        for name, value in (*self.server_state.default_headers, *start["headers"]):
            lines.append(b"%b: %b\r\n" % (name, value))
        body = [] if scope["method"] == "HEAD" else [part["body"] for part in rest]
        self.transport.write(b"".join([*lines, b"connection: close\r\n\r\n", *body]))
        # Closing at once would reset the connection of a client that is still sending.
        if self.transport.can_write_eof():
            self.transport.write_eof()
        slow = self._refusal is not None and self._refusal.status == 408
        self.loop.call_later(LATE_SECONDS if slow else DRAIN_SECONDS, self._close)

    def _refused_scope(self) -> Scope:
        """The known facts about the refused request, for the middleware and the log."""
        headers = [pair for pair in self.headers or [] if pair[0] in _OF_A_REFUSAL]
        url = getattr(self, "url", b"")
        path = url.partition(b"?")[0]
        return {
            **(self.scope or {"type": "http", "http_version": "1.1", "scheme": "http"}),
            "method": self.parser.get_method().decode("ascii") if url else "-",
            "path": path.decode("latin-1"),
            "raw_path": path,
            "query_string": b"",
            "root_path": "",
            "headers": headers,
            "state": {**self.app_state, "refusal": self._refusal},
        }

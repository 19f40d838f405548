"""server.observe: traces by OpenTelemetry: one span per request. Needs the extra `playgraph[otel]`.

Spans contain nothing that identifies a person: no client address, query string, document, variables
or headers. The environment variables of OpenTelemetry (`OTEL_EXPORTER_OTLP_ENDPOINT`,
`OTEL_SERVICE_NAME`, `OTEL_TRACES_SAMPLER`, …) choose the collector, the name and the sampling.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from datastore.base.errors import SettingsError
from server.observe.metrics import outcome

if TYPE_CHECKING:
    from opentelemetry.trace import Span, Tracer

__all__ = ["Traced", "otlp_tracer"]

#: Longest operation name in a span, in characters.
_LONGEST = 100
#: Paths that are routes; others, which strangers make up, are left out.
_ROUTES = ("/graphql", "/healthz", "/readyz", "/metrics", "/explorer.json")


@contextmanager
def otlp_tracer() -> Iterator[Tracer]:
    """A tracer that sends spans to a collector by OTLP; the last ones when the context ends.

    Raises SettingsError if OpenTelemetry is not installed.
    """
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import SERVICE_NAME, OTELResourceDetector, Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        raise SettingsError(
            "PLAYGRAPH_TRACING is 'otlp', but OpenTelemetry is not installed: install the extra "
            "with pip install 'playgraph[otel]'."
        ) from None
    resource = Resource({SERVICE_NAME: "playgraph"}).merge(OTELResourceDetector().detect())
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    try:
        yield provider.get_tracer("playgraph")
    finally:
        provider.shutdown()


class Traced:
    """Middleware that makes each request a span, child of the client's span if it sent one."""

    def __init__(self, app: ASGIApp, tracer: Tracer) -> None:
        from opentelemetry.trace import SpanKind
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        self._app = app
        self._tracer = tracer
        self._kind = SpanKind.SERVER
        self._propagator = TraceContextTextMapPropagator()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 0

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        headers = Headers(scope=scope)
        sent = {name: headers[name] for name in ("traceparent", "tracestate") if name in headers}
        parent = self._propagator.extract(sent)
        with self._tracer.start_as_current_span(
            scope["method"], parent, self._kind, record_exception=False
        ) as span:
            try:
                await self._app(scope, receive, watched)
            finally:
                _describe(span, scope, status)


def _describe(span: Span, scope: Scope, status: int) -> None:
    """Name the span and add what is known after the answer."""
    from opentelemetry.trace import StatusCode

    state, method = scope.get("state", {}), scope["method"]
    route = next((route for route in _ROUTES if scope["path"].endswith(route)), None)
    operation = (state.get("operation") or "")[:_LONGEST]
    result = outcome(status, state)
    attributes = {
        "http.request.method": method,
        "http.route": route,
        "http.response.status_code": status or None,
        "graphql.operation.name": operation or None,
        "graphql.operation.type": "query" if state.get("executed") else None,
        "playgraph.cost": state.get("cost"),
        "playgraph.outcome": result,
        "playgraph.request_id": state.get("request_id"),
        "error.type": state.get("error"),
    }
    span.update_name(f"query {operation}" if operation else f"{method} {route or ''}".strip())
    span.set_attributes({name: value for name, value in attributes.items() if value is not None})
    if result == "failed":
        span.set_status(StatusCode.ERROR)

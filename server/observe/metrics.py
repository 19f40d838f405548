"""server.observe: metrics of requests, in the text format of Prometheus.

Labels are bounded: operation names (`OperationNames`), outcomes, codes of errors, limits.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from threading import Lock
from typing import Any

from prometheus_client import (
    CollectorRegistry,
    Gauge,
    ProcessCollector,
)
from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.observe.access import Request as Executed
from server.observe.figures import SnapshotFigures
from server.observe.names import OperationNames
from server.observe.tallies import Distribution, Tally
from server.observe.team import Team
from server.snapshots.holder import Holder

__all__ = ["Measured", "Metrics", "outcome"]

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
_COSTS = (10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1_000.0, 2_500.0, 5_000.0, 12_000.0)
#: Codes of executions that were stopped: their answer has status 200, and they count as refusals.
_STOPPED = ("ANSWER_TOO_LARGE", "DEADLINE_EXCEEDED")

#: Hits and misses of a cache.
Uses = Callable[[], tuple[int, int]]


def outcome(status: int, state: Mapping[str, Any]) -> str:
    """What became of a request: ok, errors (of fields), refused, failed, or disconnected."""
    error = state.get("error")
    if error == "INTERNAL" or status == 500:
        return "failed"
    if not status:
        return "disconnected"
    if error is None and status < 400:
        return "ok"
    return "errors" if state.get("executed") else "refused"


class Metrics:
    """The metrics of one application, in a registry of its own.

    `exposed` is what is shown: the same, or the metrics of all workers of the server.
    """

    def __init__(
        self,
        holder: Holder,
        trusted_names: Iterable[str] = (),
        caches: Mapping[str, Uses] = {},
        cached_bytes: Mapping[str, Callable[[], float]] = {},
        declined: Callable[[], Mapping[str, int]] = dict,
        team: Team | None = None,
    ) -> None:
        self.registry = registry = CollectorRegistry()
        #: Called before the metrics are read.
        self.before_reading: Callable[[], None] = lambda: None
        registry.register(_Before(self))
        self.exposed = registry if team is None else team.registry
        self._names = OperationNames(trusted_names)
        self._lock = Lock()
        self._requests = Tally(
            registry,
            "playgraph_requests",
            "GraphQL requests by operation and outcome.",
            ["operation", "outcome"],
        )
        self._seconds = Distribution(
            registry,
            "playgraph_request_seconds",
            "Time from the headers of a GraphQL request to the last byte of its answer.",
            _SECONDS,
            ["operation"],
        )
        self._cost = Distribution(
            registry,
            "playgraph_request_cost",
            "Estimated cost of executed GraphQL operations.",
            _COSTS,
        )
        self._refusals = Tally(
            registry,
            "playgraph_refusals",
            "Refused requests of all paths, by limit, error code or HTTP status.",
            ["reason"],
        )
        self._responses = Tally(
            registry,
            "playgraph_http_responses",
            "Answers of all paths by HTTP status.",
            ["status"],
        )
        self._running = Gauge(
            "playgraph_requests_running",
            "Requests of all paths that are not answered yet, with unfinished uploads.",
            registry=registry,
        )
        for name, size in cached_bytes.items():
            text = f"Size of the cached {name}s."
            gauge = Gauge(f"playgraph_{name}_cache_bytes", text, registry=registry)
            gauge.set_function(size)
        registry.register(SnapshotFigures(holder))
        registry.register(_Caches(caches))
        registry.register(_Declined(declined))
        ProcessCollector(registry=registry)

    async def page(self, request: Request) -> Response:
        """The metrics, in the format of Prometheus or OpenMetrics, as the client prefers."""
        encode, content_type = choose_encoder(request.headers.get("accept", ""))
        headers = {"Content-Type": content_type, "Cache-Control": "no-store"}
        # Other workers are waited for.
        return Response(await run_in_threadpool(encode, self.exposed), headers=headers)

    def begin(self) -> None:
        """Count a request that has arrived."""
        self._running.inc()

    def end(self, path: str, status: int, state: Mapping[str, Any], seconds: float) -> None:
        """Count a request whose answer has been sent; status 0 if there was none."""
        self._running.dec()
        with self._lock:
            is_counted = self._count(path, status, state)
            if is_counted and state.get("executed"):
                self._measure(state.get("operation"), [seconds], [state.get("cost", 0.0)])

    def count_executed(self, requests: Iterable[Executed]) -> None:
        """Count requests that were executed as soon as they had arrived. Thread-safe."""
        alike: defaultdict[tuple[str, int, str | None, str], list[Executed]] = defaultdict(list)
        for request in requests:
            alike[request.path, request.status, request.operation, request.code].append(request)
        with self._lock:
            for (path, status, operation, code), group in alike.items():
                state = {"operation": operation, "executed": True, "error": code or None}
                self._count(path, status, state, len(group))
                seconds = [request.seconds for request in group]
                self._measure(operation, seconds, [request.cost for request in group])

    def _count(self, path: str, status: int, state: Mapping[str, Any], times: int = 1) -> bool:
        """Count some requests; whether they are of GraphQL."""
        if status:
            self._responses.add(str(status), times=times)
        result, error = outcome(status, state), state.get("error")
        if result == "refused" or error in _STOPPED:
            reason = state.get("limit") or (error or f"http_{status}").lower()
            self._refusals.add(reason, times=times)
        if not path.endswith("/graphql"):
            return False
        operation = self._names.label(state.get("operation"), bool(state.get("executed")))
        self._requests.add(operation, result, times=times)
        return True

    def _measure(
        self, operation: str | None, seconds: Sequence[float], costs: Sequence[float]
    ) -> None:
        """Add the times and costs of executed requests."""
        self._seconds.add(seconds, self._names.label(operation, True))
        self._cost.add(costs)


class Measured:
    """Middleware that counts each request after its answer has been sent."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start, status = time.perf_counter(), 0

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        self._metrics.begin()
        try:
            await self._app(scope, receive, watched)
        finally:
            seconds = time.perf_counter() - start
            self._metrics.end(scope["path"], status, scope.get("state", {}), seconds)


class _Before(Collector):
    """Collects nothing, but as the first."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def describe(self) -> Iterable[Metric]:
        """No metrics."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """No metrics, after what must be done before others are collected."""
        self._metrics.before_reading()
        return ()


class _Caches(Collector):
    """Collects the hits and misses of caches."""

    def __init__(self, caches: Mapping[str, Uses]) -> None:
        self._caches = caches

    def describe(self) -> Iterable[Metric]:
        """The metric without values."""
        return [_cache_uses()]

    def collect(self) -> Iterable[Metric]:
        """The metric."""
        metric = _cache_uses()
        for name, uses in self._caches.items():
            hits, misses = uses()
            metric.add_metric([name, "hit"], hits)
            metric.add_metric([name, "miss"], misses)
        yield metric


class _Declined(Collector):
    """Collects how many executions were left to graphql-core."""

    def __init__(self, declined: Callable[[], Mapping[str, int]]) -> None:
        self._declined = declined

    def describe(self) -> Iterable[Metric]:
        """The metric without values."""
        return [_declined_executions()]

    def collect(self) -> Iterable[Metric]:
        """The metric."""
        metric = _declined_executions()
        for reason, count in sorted(self._declined().items()):
            metric.add_metric([reason], count)
        yield metric


def _declined_executions() -> CounterMetricFamily:
    text = "Executions that the compiled plans have left to graphql-core, by reason."
    return CounterMetricFamily("playgraph_declined_executions", text, labels=["reason"])


def _cache_uses() -> CounterMetricFamily:
    text = "Uses of caches: answers, objects, parsed documents, persisted queries."
    return CounterMetricFamily("playgraph_cache_uses", text, labels=["cache", "result"])

"""server: the ASGI application, composed of routes and middleware."""

from __future__ import annotations

import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from graphql import NoSchemaIntrospectionCustomRule, ValuesOfCorrectTypeRule, specified_rules
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount, Route
from threadpoolctl import threadpool_limits

from datastore.base.settings import Settings
from datastore.store import Store
from schema.graph import graphql_schema
from server.documents.persisted import PersistedQueries
from server.documents.trusted import TrustedDocuments
from server.execution.executor import KEPT_BYTES, Executor
from server.execution.operation import Bounds
from server.execution.values import BoundedValues
from server.guard.clients import Clients, Limited
from server.guard.document_limits import DocumentLimits
from server.guard.documents import DocumentGuard
from server.guard.keys import KeyFile
from server.guard.limits import Limits
from server.guard.rates import Rates
from server.guard.sizes import SizeGuard
from server.guard.turns import SWITCH_SECONDS, Turns
from server.http.answers import Answers
from server.http.caching import Conditional, cache_control
from server.http.compression import Compression
from server.http.disclosure import Disclosure
from server.http.errors import ErrorExtensions
from server.http.fallback import handlers
from server.http.headers import SecurityHeaders
from server.http.origins import CrossOrigin, origins
from server.http.prefix import Prefix, root_path
from server.http.protocol import Documents, GraphQLEndpoint
from server.observe.access import AccessLog
from server.observe.failures import Failures
from server.observe.finished import Finished
from server.observe.health import Health
from server.observe.metrics import Measured, Metrics
from server.observe.request_id import RequestId
from server.observe.team import Team
from server.pages.assets import STATIC, Assets, favicon, licenses
from server.pages.explorer import ExplorerPage, has_explorer, page_documents
from server.pages.graphiql import GraphiQLPage
from server.pages.lost import no_such_page
from server.pages.report import ReportPage
from server.snapshots.holder import Holder
from server.snapshots.people import people_of
from server.snapshots.quarantine import Quarantine
from server.snapshots.reload import reloading

if TYPE_CHECKING:
    from server.wire.fast import FastPath

__all__ = ["create_app"]

logger = logging.getLogger("playgraph.app")


def create_app(
    settings: Settings,
    store: Store | None = None,
    quarantine: Quarantine | None = None,
    team: Team | None = None,
) -> Starlette:
    """Create the application.

    It serves `store`, or else the live snapshot of the data folder, and switches to each newly
    released snapshot. `quarantine` has the snapshots that must not be served; `team` are the
    workers if there are several. Also limits NumPy's BLAS to one thread in this process, and
    shortens the turns of its threads. Raises SettingsError for invalid documents, origins, headers
    or path prefixes.
    """
    # Matrices are small here: more threads cost more than they save if the cores are busy.
    threadpool_limits(1, "blas")
    sys.setswitchinterval(SWITCH_SECONDS)
    workers = 1 if team is None else team.size
    holder = Holder(store, people_of(settings), quarantine, workers)
    root = root_path(settings.root_path)
    production = settings.profile == "production"
    disclosure = Disclosure(production)
    health = Health(holder, team, detailed=not production)
    requires_key = settings.access == "keys"
    keys = KeyFile(settings.data_dir)
    if requires_key and not keys.listed():
        logger.warning("There are no API keys: every request is refused. Use playgraph keys add.")
    # A browser cannot send a key with the page. In production, only the explorer is served: it
    # sends documents of this release by id.
    has_graphiql = not production and not requires_key
    pages: list[BaseRoute] = []
    report = ReportPage(holder, settings.data_dir, root, hints=not production)
    if has_graphiql:
        pages += _graphiql(GraphiQLPage(holder, root))
    serves_explorer = has_graphiql or (not requires_key and has_explorer())
    if serves_explorer:
        pages += _explorer(ExplorerPage(root, report, has_graphiql))
    reports = [] if requires_key else [Route("/report", report.page)]
    guard = DocumentGuard(graphql_schema(), DocumentLimits.of(settings))
    executor = _executor(settings, guard, disclosure, KEPT_BYTES // workers)
    holder.residency.on_room = executor.fit
    documents = _documents(settings, executor)
    answers = Answers(
        executor,
        guard,
        cache_control(settings.cache_control),
        settings.answer_cache_bytes // workers,
    )
    caches = {
        "answers": answers.cache_uses,
        "documents": executor.cache_uses,
        "objects": executor.object_uses,
        "persisted": documents.cache_uses,
    }
    cached_bytes = {"answer": lambda: answers.size, "object": executor.kept_bytes}
    metrics = Metrics(
        holder, documents.operation_names, caches, cached_bytes, executor.declined, team
    )
    # In production and on a port of their own, strangers cannot see them.
    if not production and settings.metrics_port is None:
        pages.append(Route("/metrics", metrics.page))

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        if not holder.ready:
            holder.load(settings.data_dir)
        async with reloading(holder, settings.data_dir, settings.reload_seconds):
            if team is not None:
                team.set_ready()
            yield
        finished.flush()

    lost = partial(no_such_page, root_path=root) if serves_explorer else None
    endpoint = GraphQLEndpoint(
        executor,
        holder,
        documents,
        Turns(settings.max_waiting),
        answers,
        disclosure,
        documents_in_urls=not production,
    )
    limits, finished = Limits.of(settings), Finished(metrics)
    rates = Rates(settings.rate, settings.rate_seconds)
    clients = Clients(keys, rates, requires_key, settings.address_header.lower())
    # These add headers to answers; the others do not, or only to refusals.
    security = Middleware(
        SecurityHeaders, has_page=has_graphiql, hsts_seconds=settings.hsts_seconds
    )
    cross_origin = Middleware(
        CrossOrigin, allowed=origins(settings.cors_origins), disclosure=disclosure
    )
    decorating = [security, Middleware(RequestId), cross_origin], [Middleware(Compression)]
    app = Starlette(
        routes=[
            Route("/graphql", endpoint),
            Route("/healthz", health.alive),
            Route("/readyz", health.ready),
            *pages,
            *reports,
        ],
        middleware=[
            security,
            Middleware(RequestId),
            Middleware(Measured, metrics=metrics),
            Middleware(AccessLog, before=finished.flush),
            cross_origin,
            Middleware(Failures),
            Middleware(
                SizeGuard,
                limits=limits,
                disclosure=disclosure,
                max_bodies_bytes=settings.max_bodies_bytes,
            ),
            Middleware(Limited, clients=clients, root=root),
            Middleware(Conditional),
            Middleware(Compression),
            Middleware(Prefix, root=root),
        ],
        exception_handlers=handlers(root, disclosure, has_graphiql, lost),
        lifespan=lifespan,
    )

    def fast_path() -> FastPath | None:
        """The fast path of the application; None if all requests are traced."""
        from server.wire.fast import FastPath
        from server.wire.heads import Heads

        if settings.tracing != "off":
            return None
        header = clients.address_header
        heads = Heads(root, limits, decorating, header, documents_in_urls=not production)
        return FastPath(heads, clients, executor, holder, documents, answers, finished)

    app.state.fast_path = fast_path
    app.state.holder, app.state.metrics = holder, metrics
    return app


def _graphiql(page: GraphiQLPage) -> list[BaseRoute]:
    return [Route("/", page.page), Route("/explorer.json", page.settings)]


def _explorer(page: ExplorerPage) -> list[BaseRoute]:
    return [
        Route("/explore", page.page),
        Route("/explore/{view:path}", page.page),
        Route("/favicon.svg", favicon),
        Route("/favicon.ico", favicon),
        Route("/licenses.md", licenses),
        Mount("/assets", Assets(directory=STATIC / "assets", check_dir=False)),
    ]


def _executor(
    settings: Settings, guard: DocumentGuard, disclosure: Disclosure, kept_bytes: int
) -> Executor:
    rules = [BoundedValues if rule is ValuesOfCorrectTypeRule else rule for rule in specified_rules]
    if settings.profile == "production":
        rules.append(NoSchemaIntrospectionCustomRule)
    return Executor(
        graphql_schema(),
        ErrorExtensions,
        settings.max_tokens,
        settings.max_characters,
        guard=guard,
        rules=rules,
        bounds=Bounds(settings.max_execution_ms / 1_000, settings.max_answer_bytes),
        present=disclosure.error,
        compiles=bool(settings.compile),
        kept_bytes=kept_bytes,
    )


def _documents(settings: Settings, executor: Executor) -> Documents:
    if settings.documents:
        return TrustedDocuments.load(Path(settings.documents), executor, page_documents())
    return PersistedQueries(settings.persisted_queries, settings.persisted_bytes, page_documents())

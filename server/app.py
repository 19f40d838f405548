"""server: the application: it composes routes and middleware, and has no other job."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, Route
from threadpoolctl import threadpool_limits

from datastore.base.settings import Settings
from datastore.store import Store
from schema.graph import graphql_schema
from server.documents.persisted import PersistedQueries
from server.documents.trusted import TrustedDocuments
from server.execution.executor import Executor
from server.guard.limits import Limits
from server.guard.sizes import SizeGuard
from server.http.caching import Conditional, cache_control
from server.http.compression import Compression
from server.http.errors import extensions_of
from server.http.fallback import handlers
from server.http.headers import SecurityHeaders
from server.http.origins import CrossOrigin, origins
from server.http.prefix import Prefix, root_path
from server.http.protocol import Documents, GraphQLEndpoint
from server.observe.access import AccessLog
from server.observe.failures import Failures
from server.observe.health import Health
from server.observe.request_id import RequestId
from server.pages.assets import STATIC, Assets, favicon
from server.pages.graphiql import GraphiQLPage
from server.snapshots.holder import Holder
from server.snapshots.reload import reloading

__all__ = ["create_app"]


def create_app(settings: Settings, store: Store | None = None) -> Starlette:
    """The application over a snapshot: the given one, else the newest of the settings' folder;
    then over each that is released there. NumPy's BLAS has one thread in this process from now on.

    Raises SettingsError for documents, an origin, a header or a path prefix that are invalid.
    """
    # Matrices are small here: threads cost more than they save, where others use the cores.
    threadpool_limits(1, "blas")
    holder = Holder(store)
    root = root_path(settings.root_path)
    page = GraphiQLPage(holder, root)
    health = Health(holder)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        if not holder.ready:
            holder.load(settings.data_dir)
        async with reloading(holder, settings.data_dir, settings.reload_seconds):
            yield

    return Starlette(
        routes=[
            Route("/graphql", _graphql(settings, holder)),
            Route("/healthz", health.alive),
            Route("/readyz", health.ready),
            Route("/", page.page),
            Route("/explorer.json", page.settings),
            Route("/favicon.svg", favicon),
            Route("/favicon.ico", favicon),
            Mount("/assets", Assets(directory=STATIC / "assets", check_dir=False)),
        ],
        middleware=[
            Middleware(SecurityHeaders),
            Middleware(RequestId),
            Middleware(AccessLog),
            Middleware(CrossOrigin, allowed=origins(settings.cors_origins)),
            Middleware(Failures),
            Middleware(SizeGuard, limits=Limits.of(settings)),
            Middleware(Conditional),
            Middleware(Compression),
            Middleware(Prefix, root=root),
        ],
        exception_handlers=handlers(root),
        lifespan=lifespan,
    )


def _graphql(settings: Settings, holder: Holder) -> GraphQLEndpoint:
    executor = Executor(graphql_schema(), extensions_of, settings.max_tokens)
    documents: Documents
    if settings.documents:
        documents = TrustedDocuments.load(Path(settings.documents), executor)
    else:
        documents = PersistedQueries(settings.persisted_queries, settings.persisted_bytes)
    return GraphQLEndpoint(executor, holder, documents, cache_control(settings.cache_control))

"""server: the application: routes, and headers for every answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from threadpoolctl import threadpool_limits

from datastore.base.errors import Unavailable
from datastore.base.settings import Settings
from datastore.store import Store
from schema.query import schema
from server.documents.persisted import PersistedQueries
from server.documents.trusted import TrustedDocuments
from server.execution.executor import Executor
from server.guard.limits import Limits, Most
from server.http.caching import Conditional, cache_control
from server.http.compression import Compression
from server.http.errors import extensions_of
from server.http.origins import origins
from server.http.protocol import Documents, GraphQLEndpoint
from server.observe.health import Health
from server.observe.request_id import RequestId
from server.pages.graphiql import STATIC, ExplorerPage
from server.snapshots.holder import Holder
from server.snapshots.reload import reloading

__all__ = ["create_app"]

#: Inline styles are what the editor needs; everything else comes from files of this origin.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; worker-src 'self'; "
    "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def create_app(settings: Settings, store: Store | None = None) -> Starlette:
    """The application over a snapshot: the given one, else the newest of the settings' folder;
    then over each that is released there. NumPy's BLAS has one thread in this process from now on.

    Raises SettingsError for documents, an origin or a header that cannot be used.
    """
    # Matrices are small here: threads cost more than they save, where others use the cores.
    threadpool_limits(1, "blas")
    holder = Holder(store)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        if not holder.ready:
            holder.load(settings.data_dir)
        async with reloading(holder, settings.data_dir, settings.reload_seconds):
            yield

    executor = Executor(schema._schema, extensions_of, settings.max_tokens)
    endpoint = GraphQLEndpoint(
        executor, holder, _documents(settings, executor), cache_control(settings.cache_control)
    )
    health, page = Health(holder), ExplorerPage(holder)
    return Starlette(
        routes=[
            Route("/graphql", endpoint),
            Route("/healthz", health.alive),
            Route("/readyz", health.ready),
            Route("/", page.page),
            Route("/explorer.json", page.settings),
            Route("/favicon.svg", _favicon),
            Route("/favicon.ico", _favicon),
            Mount("/assets", _Assets(directory=STATIC / "assets", check_dir=False)),
        ],
        middleware=[
            Middleware(_Headers),
            Middleware(RequestId),
            *_cors(settings),
            Middleware(Limits, most=Most.of(settings)),
            Middleware(Conditional),
            Middleware(Compression),
        ],
        exception_handlers={404: _not_found, Unavailable: _unavailable},
        lifespan=lifespan,
    )


def _documents(settings: Settings, executor: Executor) -> Documents:
    if settings.documents:
        return TrustedDocuments.load(Path(settings.documents), executor)
    return PersistedQueries(settings.persisted_queries, settings.persisted_bytes)


def _cors(settings: Settings) -> list[Middleware]:
    allowed = origins(settings.cors_origins)
    if not allowed:
        return []
    cors = Middleware(
        CORSMiddleware,
        allow_origins=allowed,
        allow_methods=["GET", "HEAD", "POST"],
        # No cookie or password is ever read, so no header is a secret that a page could misuse.
        allow_headers=["*"],
        expose_headers=["ETag", "X-Request-ID", "X-Snapshot"],
    )
    return [cors]


class _Headers:
    """Adds the security headers to every answer: workers take their policy from their own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)


class _Assets(StaticFiles):
    """Files whose names change with their content."""

    async def check_config(self) -> None:
        """Where the page was not built there is no folder: its files are 404, and no error."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


async def _favicon(request: Request) -> Response:
    icon = STATIC / "favicon.svg"
    if not icon.is_file():
        return Response(status_code=204)
    return FileResponse(icon, headers={"Cache-Control": "public, max-age=86400"})


async def _not_found(request: Request, error: Exception) -> Response:
    message = "There is nothing here. GraphQL is at /graphql, the explorer at /."
    return JSONResponse({"errors": [{"message": message}]}, 404)


async def _unavailable(request: Request, error: Exception) -> Response:
    return JSONResponse({"errors": [{"message": str(error)}]}, 503, {"Retry-After": "5"})

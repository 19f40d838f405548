"""server.observe: health checks: whether the process is alive and ready to answer."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from server.snapshots.holder import Holder

__all__ = ["Health"]


class Health:
    """Serves `/healthz` and `/readyz`."""

    def __init__(self, holder: Holder, detailed: bool = True) -> None:
        self._holder = holder
        self._detailed = detailed

    async def alive(self, request: Request) -> Response:
        """200 as long as the process runs."""
        return JSONResponse({"status": "ok"}, headers=_FRESH)

    async def ready(self, request: Request) -> Response:
        """200, with the live snapshot's version if detailed; 503 until a snapshot is loaded."""
        if not self._holder.ready:
            return JSONResponse({"status": "loading"}, 503, headers={**_FRESH, "Retry-After": "5"})
        manifest = self._holder.store.manifest
        if not self._detailed:
            return JSONResponse({"status": "ok"}, headers=_FRESH)
        body = {
            "status": "ok",
            "version": manifest.version,
            "builtAt": manifest.built_at,
            "demo": manifest.demo,
        }
        return JSONResponse(body, headers=_FRESH)


_FRESH = {"Cache-Control": "no-store"}

"""server.observe: health checks: whether the process is alive and ready to answer."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from server.observe.team import Team
from server.snapshots.holder import Holder

__all__ = ["Health"]


class Health:
    """Serves `/healthz` and `/readyz`."""

    def __init__(self, holder: Holder, team: Team | None = None, *, detailed: bool = True) -> None:
        self._holder = holder
        self._team = team
        self._detailed = detailed

    async def alive(self, request: Request) -> Response:
        """200 as long as the process runs."""
        return JSONResponse({"status": "ok"}, headers=_FRESH)

    async def ready(self, request: Request) -> Response:
        """200, with the live snapshot's version if detailed; 503 if no snapshot is loaded, here or
        in another worker.

        The status is `degraded` if another snapshot should be live, but cannot be served.
        """
        problem = self._holder.problem
        if not self._holder.ready:
            state = {"status": "damaged" if problem else "loading"}
            if problem and self._detailed:
                state["problem"] = problem
            return JSONResponse(state, 503, headers={**_FRESH, "Retry-After": "5"})
        if self._team is not None and not self._team.ready:
            return JSONResponse(_LOADING, 503, headers={**_FRESH, "Retry-After": "1"})
        manifest = self._holder.store.manifest
        status = "degraded" if problem else "ok"
        if not self._detailed:
            return JSONResponse({"status": status}, headers=_FRESH)
        body = {
            "status": status,
            "version": manifest.version,
            "builtAt": manifest.built_at,
            "demo": manifest.demo,
        }
        if problem:
            body["problem"] = problem
        return JSONResponse(body, headers=_FRESH)


_FRESH = {"Cache-Control": "no-store"}
_LOADING = {"status": "loading"}

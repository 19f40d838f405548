"""server.pages: the GraphiQL page and its settings."""

from __future__ import annotations

from functools import cache
from html import escape
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from server.http.headers import POLICY
from server.pages.assets import STATIC
from server.pages.examples import example_tabs
from server.pages.missing import missing_page
from server.snapshots.holder import Holder

__all__ = ["GraphiQLPage"]


class GraphiQLPage:
    """Serves `/` and `/explorer.json`."""

    def __init__(self, holder: Holder, root_path: str) -> None:
        self._holder = holder
        self._root_path = root_path

    async def page(self, request: Request) -> Response:
        """The page; if it is not built, one that explains how to get it."""
        built = STATIC / "index.html"
        if not built.is_file():
            return missing_page(request, self._root_path)
        page, headers = _text(built, built.stat().st_mtime_ns), {"Cache-Control": "no-cache"}
        if self._root_path:
            # Behind a proxy, the page's address may lack the trailing slash.
            page = page.replace("<head>", f'<head><base href="{escape(self._root_path)}/">', 1)
            headers["Content-Security-Policy"] = POLICY.replace(
                "base-uri 'none'", "base-uri 'self'"
            )
        return HTMLResponse(page, headers=headers)

    async def settings(self, request: Request) -> Response:
        """The page's settings; example keys are chosen from the live snapshot."""
        store = self._holder.store
        body = {
            "endpoint": "graphql",  # relative to the page
            "dataset": {"version": store.manifest.version, "demo": store.manifest.demo},
            "tabs": example_tabs(store),
        }
        return JSONResponse(body, headers={"Cache-Control": "no-cache"})


@cache
def _text(file: Path, modified_ns: int) -> str:
    """The text of a file, cached until it is modified."""
    return file.read_text(encoding="utf-8")

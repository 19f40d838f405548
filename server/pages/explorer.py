"""server.pages: the explorer, and the documents that it asks."""

from __future__ import annotations

import json
from functools import cache
from html import escape
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from server.pages.assets import STATIC
from server.pages.missing import missing_page
from server.pages.reader import base_address, preferred_language
from server.pages.report import ReportPage

__all__ = ["POLICY", "ExplorerPage", "has_explorer", "page_documents"]

#: Stricter than GraphiQL's: no inline styles. The page sets its own base address.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'"
)


class ExplorerPage:
    """Serves `/explore` and every view below it, with links to the report, if there is one, and to
    GraphiQL, if that is served."""

    def __init__(self, root_path: str, report: ReportPage, has_graphiql: bool) -> None:
        self._root_path = root_path
        self._report = report
        self._has_graphiql = has_graphiql

    async def page(self, request: Request) -> Response:
        """The page, in the language that the browser prefers; if it is not built, one that explains
        how to get it."""
        built = STATIC / "explore.html"
        if not built.is_file():
            return missing_page(request, self._root_path)
        page = _text(built, built.stat().st_mtime_ns)
        page = page.replace(
            "<head>", f'<head><base href="{escape(base_address(request, self._root_path))}">', 1
        )
        language = preferred_language(request.headers.get("accept-language", ""))
        links = " data-graphiql" * self._has_graphiql + " data-report" * self._report.is_built
        page = page.replace('<html lang="en">', f'<html lang="{language}"{links}>', 1)
        headers = {
            "Cache-Control": "no-cache",
            "Content-Security-Policy": POLICY,
            "Vary": "Accept-Language",
        }
        return HTMLResponse(page, headers=headers)


def has_explorer() -> bool:
    """Whether the explorer is built."""
    return (STATIC / "explore.html").is_file()


def page_documents() -> dict[str, str]:
    """The documents of the built explorer by id; none without a built page."""
    manifest = STATIC / "explorer-documents.json"
    if not manifest.is_file():
        return {}
    documents: dict[str, str] = json.loads(manifest.read_text(encoding="utf-8"))
    return documents


@cache
def _text(file: Path, modified_ns: int) -> str:
    """The text of a file, cached until it is modified."""
    return file.read_text(encoding="utf-8")

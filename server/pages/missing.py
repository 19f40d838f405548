"""server.pages: the page that explains that the pages are not built."""

from __future__ import annotations

from functools import cache
from html import escape
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

__all__ = ["missing_page"]

_MISSING = Path(__file__).parent / "missing.html"


def missing_page(request: Request, root_path: str) -> Response:
    """A page that says how to build the pages and how to query without them."""
    page = _template().replace("{root_path}", escape(root_path))
    page = page.replace("{origin}", escape(f"{request.url.scheme}://{request.url.netloc}"))
    return HTMLResponse(page, headers={"Cache-Control": "no-store"})


@cache
def _template() -> str:
    return _MISSING.read_text(encoding="utf-8")

"""server.pages: what a browser is shown at an address that has nothing."""

from __future__ import annotations

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from server.pages.reader import base_address, preferred_language, prefers_page

__all__ = ["NO_REPORT", "Said", "lost_page", "no_such_page"]

#: Heading and sentence by language.
Said = dict[str, tuple[str, str]]

_NO_SUCH_PAGE: Said = {
    "en": ("There is no such page", "The address may be mistyped."),
    "es": ("Esta página no existe", "Puede que la dirección tenga un error."),
}
NO_REPORT: Said = {
    "en": (
        "There is no report of this snapshot yet",
        "Make it with: <code>playgraph report</code>",
    ),
    "es": (
        "Todavía no hay un informe de estos datos",
        "Se crea con: <code>playgraph report</code>",
    ),
}
_WAY_BACK = {"en": "Explore the data", "es": "Explorar los datos"}
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
_STYLE = (
    "body{max-width:40rem;margin:12vh auto;padding:0 1.5rem;font:1rem/1.6 system-ui,sans-serif}"
)


def no_such_page(request: Request, root_path: str) -> Response | None:
    """The page of 404 for a browser; None for programs."""
    return lost_page(request, root_path, _NO_SUCH_PAGE) if prefers_page(request) else None


def lost_page(request: Request, root_path: str, said: Said) -> Response:
    """A page of status 404 that says what there is not, with a link to the explorer."""
    language = preferred_language(request.headers.get("accept-language", ""))
    title, sentence = said[language]
    address = escape(f"{base_address(request, root_path)}explore")
    page = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex">'
        f'<title>{title} · playgraph</title><link rel="icon" href="data:,">'
        f"<style>{_STYLE}</style></head><body><main><h1>{title}</h1><p>{sentence}</p>"
        f'<p><a href="{address}">{_WAY_BACK[language]}</a></p></main></body></html>\n'
    )
    headers = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": _POLICY,
        "Vary": "Accept, Accept-Language",
    }
    return HTMLResponse(page, 404, headers)

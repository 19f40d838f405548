"""server.pages: files of the built page: assets, icon, licences."""

from __future__ import annotations

from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles

__all__ = ["STATIC", "Assets", "favicon", "licenses"]

#: Written by the build hook; absent if the page is not built.
STATIC = Path(__file__).parent / "static"


class Assets(StaticFiles):
    """Files whose names change with their content."""

    async def check_config(self) -> None:
        """Skip the check of the folder: without a built page, its files are answered with 404."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        """A file that browsers cache forever."""
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


async def favicon(request: Request) -> Response:
    """The icon; 204 without a built page."""
    icon = STATIC / "favicon.svg"
    if not icon.is_file():
        return Response(status_code=204)
    return FileResponse(icon, headers={"Cache-Control": "public, max-age=86400"})


async def licenses(request: Request) -> Response:
    """Licences of all packages that the page bundles, as Vite writes them; 404 without a built
    page."""
    text = STATIC / "licenses.md"
    if not text.is_file():
        raise HTTPException(404)
    return FileResponse(text, media_type="text/markdown; charset=utf-8")

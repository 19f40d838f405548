"""server.pages: the data report, if `playgraph report` has been run for the live snapshot."""

from __future__ import annotations

from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response

from datastore.base.snapshot import report_page
from server.pages.lost import NO_REPORT, lost_page
from server.pages.reader import prefers_page
from server.snapshots.holder import Holder

__all__ = ["ReportPage"]

#: The page has inline styles, and needs nothing else.
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)


class ReportPage:
    """Serves `/report`."""

    def __init__(self, holder: Holder, data_dir: Path, root_path: str, *, hints: bool) -> None:
        """With `hints`, an answer without a report explains how to get one."""
        self._holder = holder
        self._data_dir = data_dir
        self._root_path = root_path
        self._hints = hints

    @property
    def is_built(self) -> bool:
        """Whether the live snapshot has a report."""
        return self._file().is_file()

    def _file(self) -> Path:
        return report_page(self._data_dir, self._holder.store.manifest.version)

    async def page(self, request: Request) -> Response:
        """The report of the live snapshot; 404 if there is none."""
        file = self._file()
        if not file.is_file():
            if not self._hints:
                raise HTTPException(404)
            if prefers_page(request):
                return lost_page(request, self._root_path, NO_REPORT)
            text = "There is no report of this snapshot yet. Make it with: playgraph report\n"
            return PlainTextResponse(text, 404, {"Cache-Control": "no-store"})
        headers = {"Cache-Control": "no-cache", "Content-Security-Policy": _POLICY}
        return FileResponse(file, media_type="text/html; charset=utf-8", headers=headers)

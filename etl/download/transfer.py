"""etl.download: one file, continued where an earlier transfer ended.

The part that has arrived is `.NAME.part`, next to it `.NAME.part.json` with what identifies the
version on the server. It is continued only if the server still has that version, and gets its name
when it is complete and verified.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from datastore.base.errors import InputError
from datastore.base.snapshot import digest
from etl.download.http import Client, Interrupted, Unusable, chunks
from etl.download.table import RawFile

__all__ = ["Transfer"]


class _Origin(msgspec.Struct, frozen=True):
    """The version on the server that a part belongs to: its address, and its ETag or date."""

    url: str
    validator: str


class Transfer:
    """The transfer of one file to a folder. `advance` counts bytes that arrived, and those
    that must be fetched again, as a negative number."""

    def __init__(
        self, file: RawFile, folder: Path, client: Client, advance: Callable[[int], object]
    ) -> None:
        self.file = file
        self.path = folder / file.name
        self._part = folder / f".{file.name}.part"
        self._origin = folder / f".{file.name}.part.json"
        self._client = client
        self._advance = advance

    def present(self) -> bool:
        """Whether the file is there already. Raises InputError if another one has its name."""
        if not self.path.exists():
            return False
        problem = self._problem(self.path)
        if problem is not None:
            raise InputError(
                f"{self.path} {problem}. Remove it, or choose another folder with --to.",
                path=self.path,
            )
        return True

    def run(self) -> None:
        """Fetch the file. Raises InputError if that fails; what has arrived is kept, unless it is
        not the file of the table."""
        if self._continuable():
            self._advance(self._size())
        else:
            self._discard()
        self._client.repeat(self.file.url, self._attempt, self._size)
        problem = self._problem(self._part)
        if problem is not None:
            self._discard()
            raise InputError(
                f"{self.file.url} {problem}. It was not kept. The published file may have changed: "
                "compare it with its publisher, then correct the table."
            )
        self._part.replace(self.path)
        self._origin.unlink(missing_ok=True)

    def _attempt(self, have: int) -> None:
        try:
            self._request(have)
        except Unusable as error:
            if error.total == have:
                return  # complete, but an earlier command ended before it was renamed
            self._advance(-have)
            self._discard()
            self._request_whole()

    def _request_whole(self) -> None:
        try:
            self._request(0)
        except Unusable:
            raise InputError(
                f"{self.file.url} cannot be fetched: the server offers only parts of it."
            ) from None

    def _request(self, have: int) -> None:
        headers = {}
        origin = self._known()
        if have and origin is not None:
            headers = {"Range": f"bytes={have}-", "If_Range": origin.validator}
        with self._client.open(self.file.url, **headers) as response:
            if response.headers.get_content_type() == "text/html":
                raise InputError(
                    f"{self.file.url} is an HTML page, not a file: look at it in a browser, and "
                    "give a table with the file's own address, with --from."
                )
            if response.status == 206 and not headers:
                raise Unusable
            start = _start(response)
            if start not in (0, have) or (start and not _same(origin, response)):
                raise Unusable
            total = _total(response, start)
            expected = self.file.bytes
            if total is not None and expected is not None and total != expected:
                raise InputError(
                    f"{self.file.url} has {total:,} bytes, but the table says {expected:,}. The "
                    "published file may have changed: correct the table."
                )
            if start == 0:
                self._advance(-have)
                self._remember(response)
            with self._part.open("ab" if start else "wb") as part:
                for chunk in chunks(response):
                    part.write(chunk)
                    self._advance(len(chunk))
        if total is not None and self._size() < total:
            raise Interrupted("the connection was closed too early")

    def _remember(self, response: Any) -> None:
        """Keep what identifies this version; without that, a part cannot be continued."""
        etag = response.headers.get("ETag", "")
        validator = etag if etag.startswith('"') else response.headers.get("Last-Modified", "")
        self._origin.unlink(missing_ok=True)
        if validator:
            self._origin.write_bytes(msgspec.json.encode(_Origin(self.file.url, validator)))

    def _known(self) -> _Origin | None:
        try:
            return msgspec.json.decode(self._origin.read_bytes(), type=_Origin)
        except (OSError, msgspec.DecodeError):
            return None

    def _continuable(self) -> bool:
        origin = self._known()
        return origin is not None and origin.url == self.file.url and self._part.exists()

    def _discard(self) -> None:
        self._part.unlink(missing_ok=True)
        self._origin.unlink(missing_ok=True)

    def _size(self) -> int:
        return self._part.stat().st_size if self._part.exists() else 0

    def _problem(self, path: Path) -> str | None:
        """How a file differs from the table; None if it does not."""
        size = path.stat().st_size
        if not size:
            return "is empty"
        if self.file.bytes is not None and size != self.file.bytes:
            return f"has {size:,} bytes instead of {self.file.bytes:,}"
        if self.file.sha256 is not None and (sha256 := digest(path)) != self.file.sha256:
            return f"has SHA-256 {sha256} instead of {self.file.sha256}"
        return None


def _same(origin: _Origin | None, response: Any) -> bool:
    """Whether an answer is of the version that a part belongs to, as far as the server says it."""
    etag = response.headers.get("ETag")
    return etag is None or origin is None or origin.validator[:1] != '"' or etag == origin.validator


def _start(response: Any) -> int:
    """The first byte that an answer has."""
    if response.status != 206:
        return 0
    found = re.match(r"bytes (\d+)-", response.headers.get("Content-Range", ""))
    return int(found[1]) if found else -1


def _total(response: Any, start: int) -> int | None:
    """Size of the whole file, if the server says it."""
    length = response.headers.get("Content-Length", "")
    return start + int(length) if length.isdecimal() else None

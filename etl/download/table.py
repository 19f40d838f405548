"""etl.download: the table of files: addresses, sizes, checksums."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated
from urllib.parse import unquote, urlsplit

import msgspec
from msgspec import Meta

from datastore.base.errors import InputError
from datastore.base.visible import INVISIBLE
from etl.download.http import Client, is_address

__all__ = ["PUBLISHED", "RawFile", "read_table"]

#: The declared table of public files.
PUBLISHED = Path(__file__).with_name("published.toml")
#: Any table is far smaller.
_MOST_BYTES = 1_000_000


class RawFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file to fetch. Size and SHA-256 are verified if they are given."""

    url: str
    kind: str = ""
    origin: str = ""
    file: str = ""
    bytes: Annotated[int, Meta(ge=1)] | None = None
    sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")] | None = None

    @property
    def name(self) -> str:
        """Its name in the folder."""
        return self.file or unquote(urlsplit(self.url).path.rpartition("/")[2])

    @property
    def verifiable(self) -> str:
        """What the table says of its content, for people."""
        size = "" if self.bytes is None else f"{self.bytes:,} bytes"
        checksum = "" if self.sha256 is None else f"SHA-256 {self.sha256}"
        return ", ".join(filter(None, (size, checksum))) or "size and checksum unknown"


def read_table(source: str, client: Client) -> dict[str, RawFile]:
    """The files of a table, by name. `source` is the path or the address of a TOML file.

    Raises InputError if it cannot be read or is not such a table.
    """
    if is_address(source):
        content = client.read(source, _MOST_BYTES)
    else:
        try:
            content = Path(source).read_bytes()
        except OSError as error:
            raise InputError(f"{source} cannot be read: {error.strerror}.") from None
    try:
        table = msgspec.toml.decode(content, type=dict[str, RawFile])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError(
            f"{source} is not a table of files ({error}). docs/build.md describes its form."
        ) from None
    if not table:
        raise InputError(f"{source} lists no files.")
    _check(source, table)
    return table


def _check(source: str, table: dict[str, RawFile]) -> None:
    taken: dict[str, str] = {}
    for key, file in table.items():
        if not is_address(file.url):
            raise InputError(f"{source}, [{key}]: {file.url!r} is not an http or https address.")
        if not re.fullmatch(rf"[^\W.-][^/\\:{INVISIBLE}]*", file.name):
            raise InputError(
                f"{source}, [{key}]: {file.name!r} is not a plain file name. Set `file` to another."
            )
        if file.name in taken:
            raise InputError(
                f"{source}: [{taken[file.name]}] and [{key}] are both called {file.name}. Set "
                "`file` of one of them."
            )
        taken[file.name] = key

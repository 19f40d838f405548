"""etl.snapshot: the objects of a data folder in object storage, with conditional writes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import obstore
from filelock import FileLock
from obstore.exceptions import AlreadyExistsError, BaseError, PreconditionError
from obstore.store import GCSStore, LocalStore, S3Store

from datastore.base.errors import SnapshotError
from etl.snapshot.addresses import bucket_of, folder_of, name_of

if TYPE_CHECKING:
    from obstore import ObjectMeta, UpdateVersion

__all__ = ["POINTER", "Changed", "Content", "Entry", "Objects"]

#: The object that names the live snapshot.
POINTER = "current"

_CHUNK = 1 << 20
#: Parts of 5 MB that are uploaded at a time.
_PARTS = 4


class Changed(Exception):
    """An object is not the one that was read: somebody else has written it."""


class Entry(NamedTuple):
    """An object: its size in bytes, and what identifies this version of it."""

    bytes: int
    tag: str


class Content(NamedTuple):
    """What an object holds, and what identifies this version of it."""

    content: bytes
    version: UpdateVersion


class Objects:
    """The objects below an address, by path. Every method raises SnapshotError if the storage
    cannot be used."""

    def __init__(self, address: str) -> None:
        """`address` is `s3://BUCKET/PREFIX`, `gs://...` or `file:///...`. Raises SnapshotError for
        an invalid one."""
        #: The address without options.
        self.name = name_of(address)
        self._folder = folder_of(address)
        self._bucket = None if self._folder else bucket_of(address)

    def read(self, path: str) -> Content | None:
        """A small object; None if there is none."""
        with self._reached():
            try:
                found = obstore.get(self._store(), path)
                return Content(bytes(found.bytes()), _version(found.meta))
            except FileNotFoundError:
                pass
        self.listed(path)  # raises if it is the bucket that is missing
        return None

    def listed(self, prefix: str = "") -> dict[str, Entry]:
        """All objects whose path is the prefix or is below it, by path."""
        if self._folder is not None and not self._folder.is_dir():
            return {}
        with self._reached():
            store = self._store()
            found = [each for batch in obstore.list(store, prefix or None) for each in batch]
            if prefix:
                with suppress(FileNotFoundError):
                    found.append(obstore.get(store, prefix).meta)  # not in its own list
            return {each["path"]: Entry(each["size"], each["e_tag"] or "") for each in found}

    def download(self, path: str, target: Path) -> None:
        """Copy an object to a file. Raises SnapshotError if there is none."""
        target.parent.mkdir(parents=True, exist_ok=True)
        with self._reached():
            content = obstore.get(self._store(), path).stream(min_chunk_size=_CHUNK)
            with target.open("wb") as file:
                for chunk in content:
                    file.write(chunk)

    def upload(self, source: Path, path: str) -> Entry:
        """Copy a file to an object, which readers see as a whole or not at all."""
        with self._reached():
            put = obstore.put(self._store(create=True), path, source, max_concurrency=_PARTS)
            return Entry(source.stat().st_size, put["e_tag"] or "")

    def swap(self, path: str, content: bytes, before: Content | None) -> None:
        """Write an object, provided that it still is the one that was read before, or that it
        still does not exist (None). Raises Changed otherwise, and writes nothing."""
        with self._reached():
            store = self._store(create=True)
            try:
                if isinstance(store, LocalStore):
                    assert self._folder is not None
                    with FileLock(self._folder / f".{path}.lock"):
                        self._require(path, before)
                        obstore.put(store, path, content)
                    return
                self._require(path, before)  # some storages ignore the condition of a write
                obstore.put(store, path, content, mode=before.version if before else "create")
            except (AlreadyExistsError, PreconditionError):
                raise Changed(path) from None

    def delete(self, paths: Iterable[str]) -> None:
        """Delete objects, in this order, as far as they exist."""
        with self._reached():
            for path in paths:
                with suppress(FileNotFoundError):
                    obstore.delete(self._store(), path)

    def unchanged(self, path: str, before: Content | None) -> bool:
        """Whether an object still is the one that was read before."""
        now = self.read(path)
        return (now and now.version) == (before and before.version)

    def _require(self, path: str, before: Content | None) -> None:
        if not self.unchanged(path, before):
            raise Changed(path)

    def _store(self, *, create: bool = False) -> S3Store | GCSStore | LocalStore:
        if self._folder is None:
            assert self._bucket is not None
            return self._bucket
        if not create and not self._folder.is_dir():
            raise FileNotFoundError(f"{self._folder} does not exist")
        return LocalStore(self._folder, automatic_cleanup=True, mkdir=create)

    @contextmanager
    def _reached(self) -> Iterator[None]:
        try:
            yield
        except (BaseError, OSError, NotImplementedError) as error:
            raise SnapshotError(
                f"{self.name} cannot be used: {_reason(error)}. Check the address, its credentials "
                "and region, and the network."
            ) from error


def _version(meta: ObjectMeta) -> UpdateVersion:
    names: UpdateVersion = {}
    if meta["e_tag"]:
        names["e_tag"] = meta["e_tag"]
    if meta["version"]:
        names["version"] = meta["version"]
    return names


def _reason(error: Exception) -> str:
    """What went wrong, without the details for developers and the markup of answers."""
    text = " ".join(str(error).partition("\n\nDebug source")[0].split())
    text = re.sub(r"<\?xml.*?<Message>(.*?)</Message>.*", r"\1", text)
    return (text.partition(" - ")[2] or text).rstrip(". ")

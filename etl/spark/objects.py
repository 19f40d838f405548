"""etl.spark: raw files in buckets, which playgraph reads by itself: without jars, and of any size.

Driver and workers use their own credentials, as for a data folder in object storage.
"""

from __future__ import annotations

import re
from fnmatch import translate
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from datastore.base.errors import InputError, SnapshotError
from etl.snapshot.objects import Objects

__all__ = ["download", "in_bucket", "listed", "start"]

_SCHEMES = ("s3://", "gs://")
_PATTERN = re.compile(r"[*\[]")


def in_bucket(address: str) -> bool:
    """Whether an address is one of these, not one for Spark, such as `s3a://`."""
    return address.startswith(_SCHEMES)


def listed(address: str) -> list[str]:
    """The addresses of the objects of an address or a pattern, by name: the object itself, all
    below a prefix, or those that match a pattern with `*` and `[…]` in the names of its folders
    and files. Raises InputError if the bucket cannot be read."""
    bucket, wanted, options = _parts(address)
    folder = start(address)[len(bucket) + 1 :]
    try:
        keys = sorted(Objects(bucket + options).listed(folder))
    except SnapshotError as error:
        raise InputError(f"{address} cannot be read: {error}", path=Path(address)) from error
    if folder != wanted:
        names = [re.compile(translate(name)) for name in wanted.split("/")]
        keys = [key for key in keys if _matches(key, names)]
    return [f"{bucket}/{quote(key, safe='/ =,+@:')}{options}" for key in keys]


def start(address: str) -> str:
    """The beginning of the address, before any pattern: a folder, or the object itself."""
    bucket, key, _ = _parts(address)
    pattern = _PATTERN.search(key)
    return f"{bucket}/{key[: pattern.start()].rpartition('/')[0] if pattern else key}"


def _matches(key: str, names: list[re.Pattern[str]]) -> bool:
    """Whether a key, or a folder above it, has these names."""
    parts = key.split("/")
    pairs = zip(names, parts, strict=False)
    return len(parts) >= len(names) and all(name.match(part) for name, part in pairs)


def download(address: str, folder: Path) -> Path:
    """A copy of an object in a folder. Raises InputError if it cannot be read."""
    bucket, key, options = _parts(address)
    path = folder / (key.rsplit("/", 1)[-1] or "file")
    try:
        Objects(bucket + options).download(key, path)
    except SnapshotError as error:
        raise InputError(f"{address} cannot be read: {error}", path=path) from error
    return path


def _parts(address: str) -> tuple[str, str, str]:
    """The bucket, the key in it, and the options of an address."""
    parts = urlsplit(address)
    options = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{parts.netloc}", unquote(parts.path).strip("/"), options

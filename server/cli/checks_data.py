"""server.cli: what `playgraph doctor` checks in a data folder and in object storage."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from datastore.base.damage import damage
from datastore.base.errors import OtherFormat, SettingsError, SnapshotError
from datastore.base.format import FORMAT
from datastore.base.plural import counted
from datastore.base.quarantine import quarantined
from datastore.base.settings import Settings
from datastore.base.snapshot import Manifest, current_version, read_manifest, snapshot_path
from server.cli.checks import Check

__all__ = ["check_data"]

_MEGA = 1_000_000


def check_data(settings: Settings) -> Iterator[Check]:
    """The data folder: whether it can be written, its free space, its snapshots. For object
    storage: whether it can be read, then the folder that a server fetches it into."""
    folder = settings.data_dir
    if settings.storage:
        fetched = (folder / "current").is_file()
        yield _storage(settings.storage, fetched=fetched)
        if not fetched:
            yield _cache(folder)
            return
    existing = next(
        path for path in (folder.absolute(), *folder.absolute().parents) if path.exists()
    )
    writable = existing.is_dir() and os.access(existing, os.W_OK | os.X_OK)
    demo = not settings.data_dir_named
    if not folder.is_dir() and not demo:
        yield Check(
            "data folder",
            "error",
            f"{folder} is not a folder." if folder.exists() else f"{folder} does not exist.",
            "Mount its disk, choose another folder with --data, or build one with playgraph build.",
        )
        return
    if writable:
        yield Check("data folder", "ok", str(folder))
    else:
        yield Check(
            "data folder",
            "warning",
            f"{existing} cannot be written by this user.",
            "A server only reads it. To build here, run playgraph as the folder's owner.",
        )
    version = None
    try:
        version = current_version(folder)
        if version is None:
            yield _nothing_built(folder, demo=demo, writable=writable)
        else:
            yield _live(folder, version)
    except SnapshotError as error:
        yield Check("snapshot", "error", str(error), "Repair it as the message says.")
    yield from _quarantine(folder)
    if settings.access == "keys":
        yield _keys(folder)
    yield _space(folder, existing, version)


def _keys(folder: Path) -> Check:
    """Whether the file of API keys can be read."""
    from server.guard.keys import KeyFile

    try:
        keys = len(KeyFile(folder).listed())
    except SettingsError as error:
        return Check("API keys", "error", str(error), "Restore the file, or add the keys again.")
    if keys:
        return Check("API keys", "ok", counted(keys, "key"))
    advice = f"Add one with playgraph keys add NAME --data {folder}."
    return Check("API keys", "warning", "There are none: every request is refused.", advice)


def _storage(address: str, *, fetched: bool) -> Check:
    """Whether the live snapshot can be read from object storage. A server that has `fetched` one
    before serves that without the storage."""
    try:
        from etl.snapshot.storage import Storage

        storage = Storage(address)
        version = storage.version()
        if not storage.holds(version):
            raise SnapshotError(
                f"{storage.name} names {version} as live, which is not there. Choose another with "
                f"playgraph snapshots use VERSION --data {storage.name}, or build again."
            )
    except ImportError as error:
        return Check("storage", "error", f"{error}.", "Repair the package that the wheels name.")
    except SnapshotError as error:
        found, _, advice = str(error).partition(". ")
        status: Literal["warning", "error"] = "warning" if fetched else "error"
        served = " A server serves the snapshot fetched before." if fetched else ""
        return Check("storage", status, f"{found}.{served}", advice)
    return Check("storage", "ok", f"{storage.name}: snapshot {version} is live")


def _cache(folder: Path) -> Check:
    """Whether a folder can be made for what is fetched."""
    existing = next(path for path in folder.parents if path.exists())
    if existing.is_dir() and os.access(existing, os.W_OK | os.X_OK):
        return Check("cache", "ok", f"Nothing has been fetched to {folder} yet")
    return Check(
        "cache",
        "error",
        f"{existing} cannot be written by this user; {folder} is to hold what is fetched.",
        "Set XDG_CACHE_HOME to a writable folder.",
    )


def _nothing_built(folder: Path, *, demo: bool, writable: bool) -> Check:
    if demo and writable:
        return Check(
            "snapshot",
            "warning",
            "Nothing has been built yet. A server builds and serves the invented demo dataset.",
            "For real answers, run playgraph build.",
        )
    return Check(
        "snapshot",
        "error",
        f"No snapshot in {folder}.",
        "Run playgraph build, or serve the demo dataset with --demo.",
    )


def _live(folder: Path, version: str) -> Check:
    advice = "Build again with playgraph build."
    try:
        manifest = read_manifest(snapshot_path(folder, version))
        problem = _damage(folder, manifest)
    except OtherFormat as error:
        problem = (
            f"was written by another version of playgraph (format {error.format}; this version "
            f"reads {FORMAT})"
        )
        if error.demo:
            found = (
                f"The live snapshot {version} {problem}. A server builds the demo dataset again."
            )
            return Check("snapshot", "warning", found, "Run playgraph demo.")
        advice = "Run playgraph build with all raw files."
    except SnapshotError as error:
        problem = f"is damaged: {str(error).rstrip('.')}"
    else:
        if problem is None:
            kind = "the invented demo dataset, " if manifest.demo else ""
            return Check("snapshot", "ok", f"{kind}{version}: every byte is as it was written")
        problem = f"is damaged: {problem}"
    from server.snapshots.selection import eligible

    found = f"The live snapshot {version} {problem}."
    for other in eligible(folder, {version}):
        if _damage(folder, other) is None:
            return Check(
                "snapshot",
                "warning",
                f"{found} A server serves {other.version} instead.",
                f"{advice.rstrip('.')}, or playgraph snapshots use {other.version}.",
            )
    return Check("snapshot", "error", f"{found} There is no other whole snapshot.", advice)


def _damage(folder: Path, manifest: Manifest) -> str | None:
    """What is wrong with a snapshot; reads every byte."""
    snapshot = snapshot_path(folder, manifest.version)
    if (problem := quarantined(snapshot)) is not None:
        return problem
    return next((problem.text for problem in damage(snapshot, manifest)), None)


def _quarantine(folder: Path) -> Iterator[Check]:
    for snapshot in sorted((folder / "snapshots").glob("[!.]*")):
        problem = quarantined(snapshot)
        if problem is not None:
            yield Check(
                "quarantine",
                "warning",
                f"Snapshot {snapshot.name} is quarantined: {problem}.",
                f"Restore its files and run playgraph snapshots verify {snapshot.name}, or remove "
                "it with playgraph snapshots prune --keep N.",
            )


def _space(folder: Path, existing: Path, version: str | None) -> Check:
    """Free space, against the size of the live snapshot: a build writes another one."""
    free = shutil.disk_usage(existing).free
    files = snapshot_path(folder, version).rglob("*") if version else ()
    needed = sum(path.stat().st_size for path in files if path.is_file())
    found = f"{free / _MEGA:,.0f} MB are free"
    if free > 2 * needed and free > 100 * _MEGA:
        return Check("disk", "ok", found)
    return Check(
        "disk",
        "warning",
        f"{found}; a build of the same size needs {max(100, 2 * needed / _MEGA):,.0f} MB.",
        "Free space, for example with playgraph snapshots prune --keep 2.",
    )

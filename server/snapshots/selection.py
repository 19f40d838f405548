"""server.snapshots: opens the live snapshot, or the newest whole one if that is damaged."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from operator import itemgetter
from pathlib import Path

import msgspec

from datastore.base.damage import Problem, damage, sizes
from datastore.base.errors import DamagedSnapshot, SnapshotError
from datastore.base.snapshot import (
    Manifest,
    current_version,
    forgotten_digest,
    read_manifest,
    snapshot_path,
)
from datastore.people import People
from datastore.store import Store
from server.snapshots.quarantine import Quarantine

__all__ = ["damaged", "eligible", "open_another", "open_verified", "open_whole"]

logger = logging.getLogger("playgraph.snapshots")

Check = Callable[[Path, Manifest], list[Problem]]


def open_whole(data_dir: Path, people: People, quarantine: Quarantine) -> Store | None:
    """The live snapshot after a check of all sizes; None if nothing has been built yet.

    If it cannot be opened, the newest whole snapshot, with an error in the log. Raises
    SnapshotError if there is none.
    """
    version = current_version(data_dir)
    if version is None:
        return None
    folder = snapshot_path(data_dir, version)
    try:
        return _open(folder, people, quarantine, sizes)
    except SnapshotError as error:
        store = open_another(data_dir, people, quarantine, {version}, sizes)
        if store is None:
            raise SnapshotError(f"{error} There is no other whole snapshot.") from error
        logger.error("%s This server serves snapshot %s instead.", error, store.manifest.version)
        return store


def open_verified(folder: Path, people: People, quarantine: Quarantine) -> Store:
    """A snapshot after a check of every byte. Raises SnapshotError if it cannot be opened."""
    return _open(folder, people, quarantine, damage)


def open_another(
    data_dir: Path,
    people: People,
    quarantine: Quarantine,
    without: set[str],
    check: Check = damage,
) -> Store | None:
    """The newest whole snapshot besides those `without`; None if there is none.

    Never the demo dataset in place of real data, nor a snapshot that holds a forgotten user.
    """
    for manifest in eligible(data_dir, without):
        folder = snapshot_path(data_dir, manifest.version)
        if quarantine.problem(folder) is not None:
            continue
        try:
            return _open(folder, people, quarantine, check)
        except SnapshotError as error:
            logger.error("%s", error)
    return None


def eligible(data_dir: Path, without: set[str]) -> Iterator[Manifest]:
    """Manifests of the snapshots that may be served in place of those `without`, newest first."""
    found, demo = [], False
    forgotten = _forgotten(data_dir)
    for folder in (data_dir / "snapshots").glob("[!.]*"):
        try:
            manifest = read_manifest(folder)
            age = manifest.built_at, folder.stat().st_mtime_ns  # two may be of one second
        except (SnapshotError, OSError):
            continue
        if folder.name in without:
            demo = demo or manifest.demo
        elif manifest.version == folder.name and manifest.forgotten == forgotten:
            found.append((age, manifest))
    newest_first = sorted(found, key=itemgetter(0), reverse=True)
    yield from (manifest for _, manifest in newest_first if demo or not manifest.demo)


def _open(folder: Path, people: People, quarantine: Quarantine, check: Check) -> Store:
    if (problem := quarantine.problem(folder)) is not None:
        raise damaged(folder, problem)
    identity = _inode(folder)
    try:
        manifest = read_manifest(folder)
        _require_none(folder, check(folder, manifest))
        try:
            return Store.open(folder, people)
        except SnapshotError:
            _require_none(folder, damage(folder, manifest))
            raise
    except DamagedSnapshot as error:
        if _inode(folder) != identity:
            raise SnapshotError(f"Snapshot {folder} was replaced while it was opened.") from error
        quarantine.add(folder, error.problem)
        raise damaged(folder, error.problem) from error


def _require_none(folder: Path, problems: list[Problem]) -> None:
    lasting = [problem for problem in problems if problem.lasting]
    if lasting:
        raise damaged(folder, lasting[0].text)
    if problems:
        raise SnapshotError(f"Snapshot {folder} cannot be opened: {problems[0].text}.")


def damaged(folder: Path, problem: str) -> DamagedSnapshot:
    """The error for a snapshot in quarantine: what is wrong with it, and what to do."""
    return DamagedSnapshot(
        f"Snapshot {folder} is damaged: {problem}. It is quarantined: build again, or restore its "
        f"files and run playgraph snapshots verify {folder.name}.",
        problem,
    )


def _inode(folder: Path) -> int | None:
    try:
        return folder.stat().st_ino
    except OSError:
        return None


class _Forgotten(msgspec.Struct):
    hashes: list[str]


def _forgotten(data_dir: Path) -> str | None:
    """The digest of the list of forgotten users; None, which fits no snapshot, if it is damaged."""
    try:
        content = (data_dir / "forgotten.json").read_bytes()
        hashes = msgspec.json.decode(content, type=_Forgotten).hashes
    except FileNotFoundError:
        return ""
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None
    return forgotten_digest(hashes)

"""etl.snapshot: the snapshots of a data folder: listed, and found by name."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from datastore.base.errors import SnapshotError
from datastore.base.evaluation import Evaluation, read_evaluation
from datastore.base.quarantine import quarantined
from datastore.base.reader import SnapshotReader
from datastore.base.snapshot import (
    Manifest,
    current_version,
    dangling,
    read_manifest,
)
from datastore.base.visible import quoted
from etl.snapshot.disk_usage import disk
from etl.snapshot.forgotten_users import ForgottenUsers

__all__ = ["StoredSnapshot", "find", "folders_of", "nothing_built", "stored_snapshots", "users_in"]


@dataclass(frozen=True, slots=True)
class StoredSnapshot:
    """One snapshot of a data folder; `problem` is the reason why it cannot be served."""

    version: str
    folder: Path
    serves: bool
    size: int  # bytes of all its files, shared ones included
    built_at: str  # ISO 8601, UTC; of a damaged one, when its folder was last changed
    manifest: Manifest | None
    evaluation: Evaluation | None
    problem: str | None


def stored_snapshots(data_dir: Path) -> list[StoredSnapshot]:
    """All snapshots, the newest first. Raises SnapshotError when there are none."""
    live = _serving(data_dir)
    snapshots = [_read(folder, serves=folder.name == live) for folder in folders_of(data_dir)]
    if not snapshots:
        raise nothing_built(data_dir)
    return sorted(snapshots, key=_age, reverse=True)


def find(data_dir: Path, name: str | None = None) -> Path:
    """Folder of the version with a prefix; of the live one without a prefix.

    Raises SnapshotError for a name that no version or several begin with, and lists the versions.
    """
    folders = {folder.name: folder for folder in folders_of(data_dir)}
    if name is None:
        name = current_version(data_dir)
        if name is None:
            raise nothing_built(data_dir)
        if name not in folders:
            raise dangling(str(data_dir / "current"), name)
        return folders[name]
    matching = [version for version in folders if name and version.startswith(name)]
    if name in folders:
        return folders[name]
    if len(matching) == 1:
        return folders[matching[0]]
    if matching:
        shown = ", ".join(matching[:5])
        raise SnapshotError(f"{name!r} matches several versions: {shown}. Enter more characters.")
    if not folders:
        raise nothing_built(data_dir)
    available = ", ".join(folders)
    deleted = " playgraph forget deleted all earlier ones." if len(ForgottenUsers(data_dir)) else ""
    raise SnapshotError(
        f"No snapshot in {data_dir} is called {quoted(name)}; available: {available}.{deleted}"
    )


def folders_of(data_dir: Path) -> list[Path]:
    """The folders of all snapshots, readable or not, by version."""
    folder = data_dir / "snapshots"
    return sorted(folder.glob("[!.]*/"))


def users_in(
    data_dir: Path, user_ids: Collection[str], columns: Iterable[tuple[str, str]]
) -> set[str]:
    """Those of some users that are in one of these columns of tables, in any snapshot.

    Raises SnapshotError if the live snapshot cannot be read. Others that cannot are left out.
    """
    live, columns, found = _serving(data_dir), list(columns), set[str]()
    for folder in folders_of(data_dir):
        try:
            reader = SnapshotReader(folder)
            for table, column in columns:
                if table in reader.manifest.tables:
                    found.update(set(user_ids).intersection(reader.column(table, column)))
        except SnapshotError:
            if folder.name == live:
                raise
    return found


def _read(folder: Path, *, serves: bool) -> StoredSnapshot:
    manifest, evaluation, problem = None, None, None
    try:
        manifest = read_manifest(folder)
        evaluation = read_evaluation(folder)
        if damage := quarantined(folder):
            problem = f"Snapshot {folder.name} is quarantined: {damage}."
    except SnapshotError as error:
        problem = str(error)
    changed = datetime.fromtimestamp(folder.stat().st_mtime, UTC).isoformat(timespec="seconds")
    built_at = manifest.built_at if manifest else changed
    return StoredSnapshot(
        folder.name, folder, serves, disk([folder]), built_at, manifest, evaluation, problem
    )


def _age(snapshot: StoredSnapshot) -> tuple[str, bool, int]:
    """Of two that were built in the same second the live one came last; of others the file system
    knows which did, unless they were copied."""
    return snapshot.built_at, snapshot.serves, snapshot.folder.stat().st_mtime_ns


def _serving(data_dir: Path) -> str | None:
    try:
        return current_version(data_dir)
    except SnapshotError:
        return None


def nothing_built(data_dir: Path) -> SnapshotError:
    """The error for a data folder without snapshots."""
    if data_dir.exists() and not data_dir.is_dir():
        return SnapshotError(f"{data_dir} is not a folder.")
    return SnapshotError(f"No snapshot in {data_dir}: run playgraph build, or playgraph demo.")

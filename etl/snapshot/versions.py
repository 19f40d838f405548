"""etl.snapshot: the snapshots of a data folder: listed, verified, made live, pruned."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from datastore.base.errors import SnapshotError
from datastore.base.evaluation import Evaluation, read_evaluation
from datastore.base.snapshot import (
    Manifest,
    current_version,
    damage,
    read_manifest,
    snapshot_path,
)
from etl.snapshot.forgotten_users import ForgottenUsers
from etl.snapshot.lock import build_lock, unwritable
from etl.snapshot.pointer import UNFINISHED, point, remove_unfinished

__all__ = ["StoredSnapshot", "disk", "find", "prune", "stored_snapshots", "use", "verify"]


@dataclass(frozen=True, slots=True)
class StoredSnapshot:
    """One snapshot of a data folder; `problem` is the reason why it has no manifest."""

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
    snapshots = [_read(folder, serves=folder.name == live) for folder in _folders(data_dir)]
    if not snapshots:
        raise _nothing(data_dir)
    return sorted(snapshots, key=_age, reverse=True)


def find(data_dir: Path, name: str | None = None) -> Path:
    """Folder of the version with a prefix; of the live one without a prefix.

    Raises SnapshotError for a name that no version or several begin with, and lists the versions.
    """
    folders = {folder.name: folder for folder in _folders(data_dir)}
    if name is None:
        name = current_version(data_dir)
        if name is None:
            raise _nothing(data_dir)
        return snapshot_path(data_dir, name)
    matching = [version for version in folders if name and version.startswith(name)]
    if name in folders:
        return folders[name]
    if len(matching) == 1:
        return folders[matching[0]]
    if matching:
        shown = ", ".join(matching[:5])
        raise SnapshotError(f"{name!r} matches several versions: {shown}. Enter more characters.")
    if not folders:
        raise _nothing(data_dir)
    available = ", ".join(folders)
    raise SnapshotError(f"No snapshot in {data_dir} is called {name!r}; available: {available}.")


def verify(folder: Path, opens: Callable[[Path], object]) -> list[str]:
    """What is wrong with a snapshot: bytes that are not those of the manifest, or what `opens`
    says of it. Nothing when it is whole."""
    try:
        problems = damage(folder, read_manifest(folder))
        if not problems:
            opens(folder)
    except SnapshotError as error:
        return [str(error)]
    return problems


def use(data_dir: Path, name: str, opens: Callable[[Path], object]) -> Path:
    """Make a version live; running servers switch to it. Returns its folder.

    Raises SnapshotError when it is unknown or damaged, or while a build is running; the
    previous one stays live then.
    """
    with _locked(data_dir):
        folder = find(data_dir, name)
        problems = verify(folder, opens)
        if not problems and read_manifest(folder).forgotten != ForgottenUsers(data_dir).digest:
            problems = ["it holds a forgotten user; run the same playgraph forget again"]
        if problems:
            raise SnapshotError(
                f"Snapshot {folder.name} cannot be made live: {problems[0].rstrip('.')}. "
                "Nothing was changed."
            )
        point(data_dir, folder.name)
    return folder


def prune(data_dir: Path, keep: int, *, dry_run: bool) -> tuple[list[StoredSnapshot], int]:
    """Remove all snapshots except the newest `keep` readable ones and the live one.

    Returns the removed snapshots, and the bytes that this frees: files shared with a kept snapshot
    are not freed. A dry run removes nothing. A server that has one of them open is not disturbed:
    mapped files live until they are closed. Raises SnapshotError while a build is running.
    """
    with _locked(data_dir):
        current_version(data_dir)  # raises where it cannot be known which one serves
        snapshots = stored_snapshots(data_dir)
        readable = [snapshot.version for snapshot in snapshots if snapshot.problem is None]
        removed = [
            snapshot
            for snapshot in snapshots
            if not (snapshot.serves or snapshot.version in readable[:keep])
        ]
        freed = _freed([snapshot.folder for snapshot in removed])
        if not dry_run:
            for snapshot in removed:
                # Out of sight at once, and a later command's work if this one is killed.
                hidden = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=snapshot.folder.parent))
                snapshot.folder.rename(hidden / snapshot.version)
            remove_unfinished(data_dir)
    return removed, freed


def disk(folders: Iterable[Path]) -> int:
    """Bytes of the files of some snapshots; those that they share count once."""
    return sum({_inode(stat): stat.st_size for stat in _files(folders)}.values())


def _freed(folders: list[Path]) -> int:
    """Bytes of the files that no other snapshot shares."""
    stats = _files(folders)
    links = Counter(map(_inode, stats))
    ours = {_inode(stat): stat.st_size for stat in stats if links[_inode(stat)] == stat.st_nlink}
    return sum(ours.values())


def _files(folders: Iterable[Path]) -> list[os.stat_result]:
    return [path.stat() for folder in folders for path in folder.rglob("*") if path.is_file()]


def _inode(stat: os.stat_result) -> tuple[int, int]:
    return stat.st_dev, stat.st_ino


def _folders(data_dir: Path) -> list[Path]:
    folder = data_dir / "snapshots"
    if not folder.is_dir():
        return []
    return [path for path in sorted(folder.iterdir()) if not path.name.startswith(".")]


def _read(folder: Path, *, serves: bool) -> StoredSnapshot:
    manifest, evaluation, problem = None, None, None
    try:
        manifest = read_manifest(folder)
        evaluation = read_evaluation(folder)
    except SnapshotError as error:
        problem = str(error)
    changed = datetime.fromtimestamp(folder.stat().st_mtime, UTC).isoformat(timespec="seconds")
    built_at = manifest.built_at if manifest else changed
    return StoredSnapshot(
        folder.name, folder, serves, disk([folder]), built_at, manifest, evaluation, problem
    )


def _age(snapshot: StoredSnapshot) -> tuple[str, int]:
    """Of two that were built in the same second the file system knows which came first."""
    return snapshot.built_at, snapshot.folder.stat().st_mtime_ns


def _serving(data_dir: Path) -> str | None:
    try:
        return current_version(data_dir)
    except SnapshotError:
        return None


def _nothing(data_dir: Path) -> SnapshotError:
    return SnapshotError(f"No snapshot in {data_dir}: run playgraph build, or playgraph demo.")


@contextmanager
def _locked(data_dir: Path) -> Iterator[None]:
    """Nobody builds meanwhile; what the system refuses becomes a SnapshotError."""
    if not _folders(data_dir):
        raise _nothing(data_dir)
    with build_lock(data_dir, "A build"):
        try:
            yield
        except OSError as error:
            raise unwritable(data_dir, error) from error

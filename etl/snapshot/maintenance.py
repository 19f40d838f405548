"""etl.snapshot: the snapshots of a data folder: verified, made live, pruned."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from datastore.base.damage import damage
from datastore.base.errors import SnapshotError
from datastore.base.quarantine import end_quarantine
from datastore.base.snapshot import current_version, read_manifest
from etl.snapshot.disk_usage import freed_by
from etl.snapshot.forgotten_users import ForgottenUsers
from etl.snapshot.lock import build_lock, unwritable
from etl.snapshot.pointer import UNFINISHED, point, remove_unfinished
from etl.snapshot.reports import remove_orphaned_reports
from etl.snapshot.versions import StoredSnapshot, find, folders_of, nothing_built, stored_snapshots

__all__ = ["prune", "use", "verify"]


def verify(folder: Path, opens: Callable[[Path], object]) -> list[str]:
    """What is wrong with a snapshot: bytes that are not those of the manifest, or what `opens`
    says of it. Nothing when it is whole: that also ends its quarantine."""
    try:
        problems = [problem.text for problem in damage(folder, read_manifest(folder))]
        if not problems:
            opens(folder)
            end_quarantine(folder)
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
    """Remove all snapshots except the newest `keep` readable ones and the live one, with their
    reports.

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
        freed = freed_by([snapshot.folder for snapshot in removed])
        if not dry_run:
            for snapshot in removed:
                # Out of sight at once, and a later command's work if this one is killed.
                hidden = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=snapshot.folder.parent))
                snapshot.folder.rename(hidden / snapshot.version)
            remove_unfinished(data_dir)
            remove_orphaned_reports(data_dir)
    return removed, freed


@contextmanager
def _locked(data_dir: Path) -> Iterator[None]:
    """Nobody builds meanwhile; what the system refuses becomes a SnapshotError."""
    if not folders_of(data_dir):
        raise nothing_built(data_dir)
    with build_lock(data_dir, "A build"):
        try:
            yield
        except OSError as error:
            raise unwritable(data_dir, error) from error

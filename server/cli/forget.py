"""server.cli: `playgraph forget`."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from datastore.base.errors import PlaygraphError, SnapshotError
from datastore.base.plural import counted
from datastore.base.settings import Settings
from server.cli.console import fail, progress_console
from server.cli.data_folder import data_folder
from server.cli.options import data_option, dry_run_option, jobs_option, settings_of
from server.cli.release import build_options, interruptible, print_release

if TYPE_CHECKING:
    from etl.sources.removal import SourceRows

__all__ = ["forget"]

_UNFINISHED = "The removal is not complete: run the same command again."


@click.command()
@click.argument("user_ids", nargs=-1, required=True, metavar="USER...")
@data_option
@jobs_option
@dry_run_option
def forget(user_ids: tuple[str, ...], *, dry_run: bool, **given: Any) -> None:
    """Permanently delete users and exclude them from future imports.

    Releases a new snapshot without them and deletes all older ones."""
    if not all(user.strip() for user in user_ids):
        raise click.UsageError("A user id is blank. Nothing was changed.")
    settings = settings_of(storage=True, **given)
    with data_folder(settings, sources=True, writes=not dry_run, may_be_empty=True) as folder:
        if settings.data_dir_named and not folder.is_dir():
            raise SnapshotError(f"The data folder {folder} does not exist. Nothing was changed.")
        _forget(user_ids, folder, settings, dry_run=dry_run)


def _forget(user_ids: tuple[str, ...], folder: Path, settings: Settings, *, dry_run: bool) -> None:
    from datastore.base.snapshot import current_version
    from etl.process.progress import Reporter
    from etl.release.build import forget as run
    from etl.snapshot.forgotten_users import ForgottenUsers
    from etl.snapshot.live_snapshot import LiveSnapshot
    from etl.subjects import SUBJECTS

    console = progress_console()
    current_version(folder)  # raises if the pointer to the live snapshot is lost
    unknown = LiveSnapshot.of(folder).unknown_users(
        user_ids, (subject.user_ids for subject in SUBJECTS)
    )
    if dry_run:
        _preview(folder, user_ids, unknown)
        return
    removed = _rows_of(folder, user_ids)
    try:
        with interruptible(_UNFINISHED):
            built = run(user_ids, folder, build_options(settings), Reporter(console))
    except PlaygraphError as error:
        forgotten = ForgottenUsers(folder)
        begun = all(forgotten.covers(user_id) for user_id in user_ids)
        fail(f"{error} {_UNFINISHED}" if begun else str(error), 1)
    if unknown:
        click.echo(f"Not in the data, but excluded from now on: {_quoted(unknown)}", err=True)
    if built is None:
        who = "The user is" if len(set(user_ids)) == 1 else "The users are"
        click.echo(f"No snapshot has been built yet. {who} excluded from future imports.")
    else:
        print_release(built, folder, console)
    for rows in removed:
        text = f"Removed {counted(rows.rows, rows.noun)} from {rows.file}."
        console.print(text, markup=False, highlight=False, soft_wrap=True)


def _preview(folder: Path, user_ids: Sequence[str], unknown: Sequence[str]) -> None:
    """Print what would be removed."""
    from datastore.base.snapshot import current_version
    from etl.snapshot.versions import stored_snapshots
    from etl.sources.removal import rows_of_users
    from etl.subjects import RAW_KINDS

    snapshots = stored_snapshots(folder) if current_version(folder) else []
    versions = [snapshot.version for snapshot in snapshots]
    known = [user for user in user_ids if user not in unknown] if versions else []
    if known:
        click.echo(f"Would remove {counted(len(known), 'user')}: {_quoted(known)}")
    for rows in rows_of_users(folder, user_ids, RAW_KINDS):
        click.echo(f"Would remove {counted(rows.rows, rows.noun)} from {rows.file}")
    if versions:
        earlier = counted(len(versions), "earlier snapshot")
        click.echo(f"Would release a new snapshot and delete {earlier}: {', '.join(versions)}")
    absent = unknown if versions else user_ids
    if absent:
        click.echo(f"Not in the data, but would be excluded from now on: {_quoted(absent)}")
    click.echo("Nothing was changed.")


def _rows_of(folder: Path, user_ids: Sequence[str]) -> list[SourceRows]:
    """The rows to be removed; none of a source that cannot be read, because it is deleted."""
    from etl.sources.removal import rows_of_users
    from etl.subjects import RAW_KINDS

    rows: list[SourceRows] = []
    with suppress(SnapshotError):
        rows.extend(rows_of_users(folder, user_ids, RAW_KINDS))
    return rows


def _quoted(user_ids: Sequence[str]) -> str:
    return ", ".join(map(repr, user_ids))

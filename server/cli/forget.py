"""server.cli: `playgraph forget`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from datastore.base.errors import PlaygraphError, SnapshotError
from datastore.base.plural import counted
from datastore.base.settings import Settings
from datastore.base.visible import is_utf8
from server.cli.console import fail, progress_console
from server.cli.data_folder import data_folder
from server.cli.options import data_option, dry_run_option, jobs_option, settings_of
from server.cli.release import build_options, interruptible, print_release

if TYPE_CHECKING:
    from etl.sources.removal import SourceRows

__all__ = ["forget"]

_UNFINISHED = "The removal is not complete: run the same command again."
_NOBODY = (
    "None of these users is in the data: nothing was removed. To exclude them from future imports "
    "anyway, add --force."
)


class _ForgetCommand(click.Command):
    """A command whose arguments may look like options."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Raises UsageError for an unknown option, which may be a user id."""
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            hint = "If it is a user id, put -- in front of the ids."
            raise click.UsageError(f"{error.format_message()} {hint}", ctx) from None


@click.command(cls=_ForgetCommand)
@click.argument("user_ids", nargs=-1, required=True, metavar="USER...")
@data_option
@jobs_option
@dry_run_option
@click.option("--force", is_flag=True, help="Continue even if none of the users is in the data.")
def forget(user_ids: tuple[str, ...], *, dry_run: bool, force: bool, **given: Any) -> None:
    """Permanently delete users and exclude them from future imports.

    Releases a new snapshot without them and deletes all older ones. Refuses if none of the users is
    in the data: an id may be mistyped. Put -- in front of ids if one begins with a hyphen."""
    if not all(user.strip() for user in user_ids):
        raise click.UsageError("A user id is blank. Nothing was changed.")
    if not all(is_utf8(user) for user in user_ids):
        raise click.UsageError("A user id is not valid UTF-8. Nothing was changed.")
    settings = settings_of(storage=True, **given)
    with data_folder(settings, sources=True, writes=not dry_run, may_be_empty=True) as folder:
        if settings.data_dir_named and not folder.is_dir():
            raise SnapshotError(f"The data folder {folder} does not exist. Nothing was changed.")
        given_ids = list(dict.fromkeys(user_id.strip() for user_id in user_ids))
        _forget(given_ids, folder, settings, dry_run=dry_run, force=force)


def _forget(
    user_ids: Sequence[str], folder: Path, settings: Settings, *, dry_run: bool, force: bool
) -> None:
    from datastore.base.snapshot import current_version
    from etl.process.progress import Reporter
    from etl.release.build import forget as run
    from etl.snapshot.forgotten_users import ForgottenUsers
    from etl.snapshot.versions import folders_of

    console = progress_console()
    current_version(folder)  # raises if the pointer to the live snapshot is lost
    removed, certain = _rows_of(folder, user_ids)
    unknown = _unknown(folder, user_ids, removed) if certain else []
    begun = any(map(ForgottenUsers(folder).covers, user_ids))  # calling it again completes it
    if len(unknown) == len(user_ids) and not force and not begun:
        fail(_NOBODY, 1)
    if dry_run:
        _preview(folder, user_ids, unknown)
        return
    before = {path.name for path in folders_of(folder)}
    try:
        with interruptible(_UNFINISHED):
            reporter = Reporter(console)
            built = run(user_ids, folder, build_options(settings), reporter)
    except PlaygraphError as error:
        recorded = all(map(ForgottenUsers(folder).covers, user_ids))
        fail(f"{error} {_UNFINISHED}" if recorded else str(error), 1)
    if unknown:
        click.echo(f"Not in the data, but excluded from now on: {_quoted(unknown)}", err=True)
    if built is None:
        who = "The user is" if len(user_ids) == 1 else "The users are"
        click.echo(f"No snapshot has been built yet. {who} excluded from future imports.")
    else:
        print_release(built, folder, reporter)
    for rows in removed:
        text = f"Removed {counted(rows.rows, rows.noun)} from {rows.file}."
        console.print(text, markup=False, highlight=False, soft_wrap=True)
    users = counted(len(user_ids) - len(unknown), "user")
    rows_removed = counted(sum(rows.rows for rows in removed), "row")
    deleted = counted(len(before - {path.name for path in folders_of(folder)}), "earlier snapshot")
    click.echo(f"Removed {users} with {rows_removed} of raw files; deleted {deleted}.")


def _preview(folder: Path, user_ids: Sequence[str], unknown: Sequence[str]) -> None:
    """Print what would be removed."""
    from datastore.base.snapshot import current_version
    from etl.snapshot.versions import stored_snapshots
    from etl.sources.removal import rows_of_users
    from etl.subjects import RAW_KINDS

    snapshots = stored_snapshots(folder) if current_version(folder) else []
    versions = [snapshot.version for snapshot in snapshots]
    known = [user for user in user_ids if user not in unknown]
    if known:
        click.echo(f"Would remove {counted(len(known), 'user')}: {_quoted(known)}")
    for rows in rows_of_users(folder, user_ids, RAW_KINDS):
        click.echo(f"Would remove {counted(rows.rows, rows.noun)} from {rows.file}")
    if versions:
        earlier = counted(len(versions), "earlier snapshot")
        click.echo(f"Would release a new snapshot and delete {earlier}: {', '.join(versions)}")
    if unknown:
        click.echo(f"Not in the data, but would be excluded from now on: {_quoted(unknown)}")
    click.echo("Nothing was changed.")


def _rows_of(folder: Path, user_ids: Sequence[str]) -> tuple[list[SourceRows], bool]:
    """The rows to be removed, and whether these are all: a source that cannot be read is deleted
    without a count."""
    from etl.sources.removal import rows_of_users
    from etl.subjects import RAW_KINDS

    rows: list[SourceRows] = []
    try:
        rows.extend(rows_of_users(folder, user_ids, RAW_KINDS))
    except SnapshotError:
        return rows, False
    return rows, True


def _unknown(folder: Path, user_ids: Sequence[str], rows: Sequence[SourceRows]) -> list[str]:
    """The users that are in no snapshot and have no rows; none if the live snapshot cannot be read,
    for then it may have them."""
    from etl.snapshot.versions import users_in
    from etl.subjects import SUBJECTS

    try:
        known = users_in(folder, user_ids, (subject.user_ids for subject in SUBJECTS))
    except SnapshotError:
        return []
    known.update(*(found.users for found in rows))
    return [user_id for user_id in user_ids if user_id not in known]


def _quoted(user_ids: Sequence[str]) -> str:
    return ", ".join(map(repr, user_ids))

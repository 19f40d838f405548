"""server.cli: `playgraph snapshots`: list, verify, use and prune; `show` and `diff` have files."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from server.cli.console import plain_table, print_json, terminal
from server.cli.data_folder import as_stored, data_folder
from server.cli.options import data_option, dry_run_option, json_option, settings_of
from server.cli.snapshots_diff import diff
from server.cli.snapshots_show import show
from server.cli.snapshots_storage import pull, push

if TYPE_CHECKING:
    from rich.table import Table

    from etl.snapshot.versions import StoredSnapshot

__all__ = ["snapshots"]

_MEGA = 1_000_000
#: More columns than any table needs.
_WIDE = 1_000
#: Columns of the list, as far as any snapshot has them and the terminal is wide enough: the first
#: ones come first.
_NOUNS = ("users", "titles", "ratings", "reviews", "play_rows")


@click.group()
def snapshots() -> None:
    """List, compare, verify, choose and delete snapshots."""


@snapshots.command("list")
@data_option
@json_option
def list_(data_dir: Path | None, *, as_json: bool) -> None:
    """List the snapshots, newest first; * marks the live one."""
    from etl.snapshot.disk_usage import disk
    from etl.snapshot.versions import stored_snapshots

    settings = settings_of(storage=True, data_dir=data_dir)
    with data_folder(settings, whole=(), writes=False) as folder:
        listed = stored_snapshots(folder)
        total = disk(snapshot.folder for snapshot in listed) / _MEGA
    if settings.storage:  # there they share no files
        total = sum(snapshot.size for snapshot in listed) / _MEGA
    if as_json:
        print_json(
            [
                {
                    "version": snapshot.version,
                    "serves": snapshot.serves,
                    "built_at": snapshot.built_at,
                    "bytes": snapshot.size,
                    "subjects": snapshot.manifest.subjects if snapshot.manifest else None,
                    "ndcg_at_10": _ndcg(snapshot.evaluation),
                    "problem": as_stored(settings, snapshot.problem or "") or None,
                }
                for snapshot in listed
            ]
        )
        return
    console = terminal()
    known = {noun for snapshot in listed for noun in _counts(snapshot.manifest)}
    nouns = [noun for noun in _NOUNS if noun in known]
    unlimited = console.options.update(width=_WIDE)
    while nouns and console.measure(_table(listed, nouns), options=unlimited).maximum > (
        console.width
    ):
        nouns.pop()
    console.print(_table(listed, nouns))
    console.print(f"Total: {total:,.1f} MB.", highlight=False)
    for snapshot in listed:
        if snapshot.problem:
            click.echo(as_stored(settings, snapshot.problem))
    if not any(snapshot.serves for snapshot in listed):
        click.echo(f"No snapshot is live: {as_stored(settings, _why_none_is_live(folder))}")


def _why_none_is_live(folder: Path) -> str:
    """What is wrong with the pointer to the live snapshot, and what to do."""
    from datastore.base.errors import SnapshotError
    from etl.snapshot.versions import find

    try:
        return f"{find(folder).name} was chosen meanwhile."
    except SnapshotError as error:
        return str(error)


def _table(listed: Iterable[StoredSnapshot], nouns: Sequence[str]) -> Table:
    """One row per snapshot, with these counts. Versions never wrap: they are copied."""
    table = plain_table()
    for head in ("  version", "built (UTC)"):
        table.add_column(head, no_wrap=True, overflow="ignore")
    for head in (*(noun.replace("_", " ") for noun in nouns), "NDCG@10", "MB"):
        table.add_column(head, justify="right")
    for snapshot in listed:
        counts = _counts(snapshot.manifest)
        ndcg = _ndcg(snapshot.evaluation)
        table.add_row(
            f"{'*' if snapshot.serves else ' '} {snapshot.version}",
            snapshot.built_at[:16].replace("T", " "),
            *(f"{counts[noun]:,}" if noun in counts else "-" for noun in nouns),
            "-" if ndcg is None else f"{ndcg:.3f}",
            f"{snapshot.size / _MEGA:,.1f}",
        )
    return table


def _counts(manifest: Any) -> dict[str, int]:
    """The counts of all subjects; none of a damaged snapshot."""
    subjects = manifest.subjects.values() if manifest else ()
    return {noun: count for subject in subjects for noun, count in subject.counts.items()}


def _ndcg(evaluation: Any) -> float | None:
    return evaluation.rankings[0].ndcg_at_10.value if evaluation and evaluation.users else None


snapshots.add_command(show)
snapshots.add_command(diff)


@snapshots.command()
@click.argument("version", required=False)
@data_option
def verify(version: str | None, data_dir: Path | None) -> None:
    """Check every byte of a snapshot, and that it opens.

    VERSION defaults to the live one.
    """
    from datastore.store import Store
    from etl.snapshot.disk_usage import disk
    from etl.snapshot.maintenance import verify as check
    from etl.snapshot.versions import find

    settings = settings_of(storage=True, data_dir=data_dir)
    with data_folder(settings, whole=(version,), writes=False) as data:
        folder = find(data, version)
        problems = check(folder, Store.open)
        size = disk([folder]) / _MEGA
    if not problems:
        click.echo(f"Snapshot {folder.name} is intact: {size:,.1f} MB checked.")
        return
    for problem in problems:
        text = as_stored(settings, problem).rstrip(".")
        click.echo(f"Snapshot {folder.name} is damaged: {text}.", err=True)
    sys.exit(1)


@snapshots.command()
@click.argument("version")
@data_option
def use(version: str, data_dir: Path | None) -> None:
    """Make a snapshot the live one, for example to roll back.

    The snapshot is verified first. Running servers switch to it. Also repairs a lost pointer to the
    live snapshot.
    """
    from datastore.store import Store
    from etl.snapshot.maintenance import use as choose

    with data_folder(settings_of(storage=True, data_dir=data_dir), whole=(version,)) as data:
        folder = choose(data, version, Store.open)
    click.echo(f"Snapshot {folder.name} is live; running servers switch to it.")


@snapshots.command()
@click.option(
    "--keep",
    type=click.IntRange(1),
    required=True,
    metavar="N",
    help="Number of snapshots to keep.",
)
@dry_run_option
@data_option
def prune(keep: int, data_dir: Path | None, *, dry_run: bool) -> None:
    """Delete old snapshots.

    The live snapshot and the newest N readable snapshots are kept.
    """
    from etl.snapshot.maintenance import prune as remove

    settings = settings_of(storage=True, data_dir=data_dir)
    with data_folder(settings, whole=(), writes=not dry_run) as folder:
        removed, freed = remove(folder, keep, dry_run=dry_run)
    if settings.storage:  # where they share no files
        freed = sum(snapshot.size for snapshot in removed)
    for snapshot in removed:
        why = ", which cannot be read" if snapshot.problem else ""
        click.echo(f"{'Would remove' if dry_run else 'Removed'} {snapshot.version}{why}.")
    if removed:
        click.echo(f"{'Would free' if dry_run else 'Freed'} {freed / _MEGA:,.1f} MB.")
    else:
        click.echo("Nothing to remove.")


snapshots.add_command(push)
snapshots.add_command(pull)

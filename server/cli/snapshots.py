"""server.cli: `playgraph snapshots`: list, inspect, compare, use and prune snapshots."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from server.cli.console import print_json
from server.cli.options import data_option, dry_run_option, json_option, settings_of

if TYPE_CHECKING:
    from rich.table import Table

    from etl.release.diff import Diff, Moved

__all__ = ["snapshots"]

_MEGA = 1_000_000


@click.group()
def snapshots() -> None:
    """List, compare, verify, choose and delete snapshots."""


@snapshots.command("list")
@data_option
@json_option
def list_(data_dir: Path | None, *, as_json: bool) -> None:
    """List the snapshots, newest first; * marks the live one."""
    from rich.console import Console

    from etl.snapshot.versions import disk, stored_snapshots

    folder = settings_of(data_dir=data_dir).data_dir
    listed = stored_snapshots(folder)
    if as_json:
        print_json(
            [
                {
                    "version": snapshot.version,
                    "serves": snapshot.serves,
                    "built_at": snapshot.built_at,
                    "bytes": snapshot.size,
                    "dataset": snapshot.manifest.dataset if snapshot.manifest else None,
                    "ndcg_at_10": _ndcg(snapshot.evaluation),
                    "problem": snapshot.problem,
                }
                for snapshot in listed
            ]
        )
        return
    table = _table("  version", "built (UTC)")
    for head in ("users", "reviews", "play rows", "NDCG@10", "MB"):
        table.add_column(head, justify="right")
    for snapshot in listed:
        facts = snapshot.manifest.dataset if snapshot.manifest else None
        ndcg = _ndcg(snapshot.evaluation)
        table.add_row(
            f"{'*' if snapshot.serves else ' '} {snapshot.version}",
            snapshot.built_at[:16].replace("T", " "),
            *(f"{n:,}" for n in (facts.users, facts.reviews, facts.play_rows))
            if facts
            else ("-", "-", "-"),
            "-" if ndcg is None else f"{ndcg:.3f}",
            f"{snapshot.size / _MEGA:,.1f}",
        )
    console = Console()
    console.print(table)
    total = disk(snapshot.folder for snapshot in listed) / _MEGA
    console.print(f"Total: {total:,.1f} MB.", highlight=False)
    for snapshot in listed:
        if snapshot.problem:
            click.echo(snapshot.problem)
    if not any(snapshot.serves for snapshot in listed):
        click.echo("No snapshot is live. Choose one with playgraph snapshots use VERSION.")


def _ndcg(evaluation: Any) -> float | None:
    return evaluation.rankings[0].ndcg_at_10.value if evaluation and evaluation.users else None


@snapshots.command()
@click.argument("version", required=False)
@data_option
@json_option
def show(version: str | None, data_dir: Path | None, *, as_json: bool) -> None:
    """Show details of a snapshot.

    VERSION defaults to the live one.
    """
    from rich.console import Console

    from datastore.base.reader import SnapshotReader
    from datastore.base.snapshot import current_version
    from etl.release.drift import Drift
    from etl.release.drift_text import drift_text
    from etl.release.evaluation_tables import print_evaluation
    from etl.snapshot.versions import disk, find

    folder = settings_of(data_dir=data_dir).data_dir
    snapshot = SnapshotReader(find(folder, version))
    manifest, report = snapshot.manifest, snapshot.report
    if as_json:
        print_json({"manifest": manifest, "report": report, "evaluation": snapshot.evaluation})
        return
    facts = manifest.dataset
    live = current_version(folder) == manifest.version
    console = Console()
    table = _table("Snapshot", manifest.version)
    table.add_row("live", "yes" if live else "no")
    table.add_row("built", f"{manifest.built_at}, by playgraph {manifest.playgraph}")
    table.add_row("data", "invented DEMO dataset" if facts.demo else "raw dumps")
    table.add_row("folder", str(snapshot.folder))
    table.add_row("size", f"{disk([snapshot.folder]) / _MEGA:,.1f} MB")
    for file in manifest.inputs:
        table.add_row(f"{file.kind} file", f"{file.name} (SHA-256 {file.sha256[:16]}…)")
    table.add_row("crawl year", str(facts.crawl_year or "unknown"))
    for field in ("games", "users", "reviews", "play_rows"):
        table.add_row(field.replace("_", " "), f"{getattr(facts, field):,}")
    for field, count in facts.coverage.items():
        table.add_row(field.replace("_", " "), f"{count:,}")
    for name, value in _flat(manifest.parameters | {"trained": manifest.model}):
        table.add_row(name, value)
    console.print(table, soft_wrap=True)
    _print_sources(console, report["sources"])
    if snapshot.evaluation is None:
        click.echo("The recommender has not been measured: run playgraph evaluate.")
    else:
        print_evaluation(snapshot.evaluation, console)
        if snapshot.evaluation.gate is not None:
            click.echo(snapshot.evaluation.gate.reason)
    drift = report.get("drift")
    if drift is None:
        click.echo("Drift: no snapshot to compare the data with.")
    else:
        click.echo(drift_text(msgspec.convert(drift, Drift)))


def _flat(values: dict[str, Any], prefix: str = "") -> Iterable[tuple[str, str]]:
    for name, value in values.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}: ")
        else:
            yield f"{prefix}{name}".replace("_", " "), f"{value}"


def _print_sources(console: Any, sources: list[dict[str, Any]]) -> None:
    table = _table("source", "outcome", "reason", count="right")
    for source in sources:
        table.add_row(source["source"], "rows", "", f"{source['rows']:,}")
        for outcome in ("kept", "deduplicated", "rescued", "rejected", "notes"):
            if outcome == "kept":
                table.add_row("", outcome, "", f"{source[outcome]:,}")
                continue
            label = "noted" if outcome == "notes" else outcome
            for reason, count in source[outcome].items():
                table.add_row("", label, reason, f"{count:,}")
    console.print(table)


@snapshots.command()
@click.argument("before")
@click.argument("after", required=False)
@click.option(
    "--top",
    type=click.IntRange(1),
    default=5,
    show_default=True,
    metavar="N",
    help="Number of most-changed answers to show.",
)
@data_option
@json_option
def diff(before: str, after: str | None, top: int, data_dir: Path | None, *, as_json: bool) -> None:
    """Compare two snapshots.

    AFTER defaults to the live one.
    """
    from datastore.base.reader import SnapshotReader
    from etl.release.diff import diff as compare
    from etl.snapshot.versions import find

    folder = settings_of(data_dir=data_dir).data_dir
    difference = compare(
        SnapshotReader(find(folder, before)), SnapshotReader(find(folder, after)), top
    )
    if as_json:
        print_json(difference)
    else:
        _print_diff(difference)


def _print_diff(difference: Diff) -> None:
    from rich.console import Console

    console = Console()

    def print_line(text: str) -> None:
        console.print(text, highlight=False, markup=False)

    print_line(f"From {difference.before} to {difference.after}\n")
    sections = (("Rows", difference.rows), ("Coverage and quality", difference.quality))
    for title, counts in sections:
        table = _table(title, before="right", after="right", change="right")
        changed = [count for count in counts if count.before != count.after]
        for count in changed:
            change = f"{count.after - count.before:+,}"
            table.add_row(count.what, f"{count.before:,}", f"{count.after:,}", change)
        _print_table(console, table, len(counts) - len(changed))
    table = _table("Metrics", before="right", after="right", change="right")
    for metric in difference.metrics:
        sides = (metric.before, metric.after)
        if not any(sides):
            continue
        change = "-"
        if metric.before and metric.after:
            change = f"{metric.after.value - metric.before.value:+.3f}"
        table.add_row(metric.what, *map(_estimate, sides), change)
    _print_table(console, table, 0)
    if not table.row_count:
        print_line("Neither recommender has been measured.\n")
    for noun, (new, removed) in difference.keys.items():
        moved = difference.moved_counts[noun]
        print_line(f"{noun.capitalize()}: {new:,} new, {removed:,} removed, {moved:,} changed.")
    for noun, answers in difference.moved.items():
        if not answers:
            continue
        not_shown = difference.moved_counts[noun] - len(answers)
        console.print("", _moved(noun, answers), sep="\n")
        if not_shown:
            print_line(f"{not_shown:,} more {'have' if not_shown > 1 else 'has'} changed.")
    console.print()
    for lists in difference.lists:
        print_line(
            f"The {lists.what}: {lists.shared:.1%} of the games are unchanged, and "
            f"{lists.same:.1%} of the lists contain the same games "
            f"({lists.sample:,} lists compared)."
        )


_TITLES = {
    "developers": "Most-changed developers",
    "games": "Most-changed games",
    "users": "Most-changed users",
    "genres": "Genres with a different top player",
    "years": "Years with different best developers",
}


def _moved(noun: str, answers: list[Moved]) -> Table:
    has_figures = any(answer.figures.keys() != {"answer"} for answer in answers)
    justify = "right" if has_figures else "left"
    columns = ("", "figure") if has_figures else ("",)
    table = _table(*columns, before=justify, after=justify)
    table.title, table.title_justify = _TITLES[noun], "left"
    for answer in answers:
        label = answer.name or answer.key
        for figure, (old, new) in answer.figures.items():
            names = (label, figure) if has_figures else (label,)
            table.add_row(*names, _figure(old), _figure(new))
            label = ""
    return table


def _figure(value: Any) -> str:
    if value is None:
        return "unknown"
    return value if isinstance(value, str) else f"{value:,}"


def _estimate(estimate: Any) -> str:
    if estimate is None:
        return "-"
    return f"{estimate.value:.3f} ±{(estimate.high - estimate.low) / 2:.3f}"


def _print_table(console: Any, table: Table, unchanged: int) -> None:
    if table.row_count:
        console.print(table)
    if unchanged:
        title = table.columns[0].header
        console.print(f"{title}: {unchanged:,} unchanged.", highlight=False)
    if table.row_count or unchanged:
        console.print()


@snapshots.command()
@click.argument("version", required=False)
@data_option
def verify(version: str | None, data_dir: Path | None) -> None:
    """Check every byte of a snapshot, and that it opens.

    VERSION defaults to the live one.
    """
    from datastore.store import Store
    from etl.snapshot.versions import disk, find
    from etl.snapshot.versions import verify as check

    folder = find(settings_of(data_dir=data_dir).data_dir, version)
    problems = check(folder, Store.open)
    if not problems:
        click.echo(f"Snapshot {folder.name} is intact: {disk([folder]) / _MEGA:,.1f} MB checked.")
        return
    for problem in problems:
        click.echo(f"Snapshot {folder.name} is damaged: {problem.rstrip('.')}.", err=True)
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
    from etl.snapshot.versions import use as choose

    folder = choose(settings_of(data_dir=data_dir).data_dir, version, Store.open)
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
    from etl.snapshot.versions import prune as remove

    removed, freed = remove(settings_of(data_dir=data_dir).data_dir, keep, dry_run=dry_run)
    for snapshot in removed:
        why = ", which cannot be read" if snapshot.problem else ""
        click.echo(f"{'Would remove' if dry_run else 'Removed'} {snapshot.version}{why}.")
    if removed:
        click.echo(f"{'Would free' if dry_run else 'Freed'} {freed / _MEGA:,.1f} MB.")
    else:
        click.echo("Nothing to remove.")


def _table(*left: str, **more: Any) -> Table:
    """A table without a border, which fits a terminal of 80 columns."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False)
    for head in left:
        table.add_column(head, overflow="fold")
    for head, justify in more.items():
        table.add_column(head, justify=justify)
    return table

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

    from etl.snapshot.versions import disk, kept

    folder = settings_of(data_dir=data_dir).data_dir
    found = kept(folder)
    if as_json:
        print_json(
            [
                {
                    "version": one.version,
                    "serves": one.serves,
                    "built_at": one.built_at,
                    "bytes": one.size,
                    "dataset": one.manifest.dataset if one.manifest else None,
                    "ndcg_at_10": _ndcg(one.evaluation),
                    "problem": one.problem,
                }
                for one in found
            ]
        )
        return
    table = _table("  version", "built (UTC)")
    for head in ("users", "reviews", "play rows", "NDCG@10", "MB"):
        table.add_column(head, justify="right")
    for one in found:
        facts = one.manifest.dataset if one.manifest else None
        ndcg = _ndcg(one.evaluation)
        table.add_row(
            f"{'*' if one.serves else ' '} {one.version}",
            one.built_at[:16].replace("T", " "),
            *(f"{n:,}" for n in (facts.users, facts.reviews, facts.play_rows))
            if facts
            else ("-", "-", "-"),
            "-" if ndcg is None else f"{ndcg:.3f}",
            f"{one.size / _MEGA:,.1f}",
        )
    console = Console()
    console.print(table)
    console.print(f"Together {disk(one.folder for one in found) / _MEGA:,.1f} MB.", highlight=False)
    for one in found:
        if one.problem:
            click.echo(one.problem)
    if not any(one.serves for one in found):
        click.echo("None of them is live. Choose one with playgraph snapshots use VERSION.")


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
    found = SnapshotReader(find(folder, version))
    manifest, report = found.manifest, found.report
    if as_json:
        print_json({"manifest": manifest, "report": report, "evaluation": found.evaluation})
        return
    facts = manifest.dataset
    serves = current_version(folder) == manifest.version
    console = Console()
    table = _table("Snapshot", manifest.version)
    table.add_row("serves", "yes" if serves else "no")
    table.add_row("built", f"{manifest.built_at}, by playgraph {manifest.playgraph}")
    table.add_row("data", "the invented DEMO world" if facts.demo else "from raw dumps")
    table.add_row("folder", str(found.folder))
    table.add_row("size", f"{disk([found.folder]) / _MEGA:,.1f} MB")
    for file in manifest.inputs:
        table.add_row(f"{file.kind} file", f"{file.name} (SHA-256 {file.sha256[:16]}…)")
    table.add_row("crawl year", str(facts.crawl_year or "unknown"))
    for what in ("games", "users", "reviews", "play_rows"):
        table.add_row(what.replace("_", " "), f"{getattr(facts, what):,}")
    for what, count in facts.coverage.items():
        table.add_row(what.replace("_", " "), f"{count:,}")
    for name, value in _flat(manifest.parameters | {"trained": manifest.model}):
        table.add_row(name, value)
    console.print(table, soft_wrap=True)
    _print_sources(console, report["sources"])
    if found.evaluation is None:
        click.echo("The recommender was not measured: playgraph evaluate does it.")
    else:
        print_evaluation(found.evaluation, console)
        if found.evaluation.gate is not None:
            click.echo(found.evaluation.gate.reason)
    drift = report.get("drift")
    if drift is None:
        click.echo("Drift: there was nothing to compare the data with.")
    else:
        click.echo(drift_text(msgspec.convert(drift, Drift)))


def _flat(values: dict[str, Any], prefix: str = "") -> Iterable[tuple[str, str]]:
    for name, value in values.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}: ")
        else:
            yield f"{prefix}{name}".replace("_", " "), f"{value}"


def _print_sources(console: Any, sources: list[dict[str, Any]]) -> None:
    table = _table("source", "what", "reason", count="right")
    for source in sources:
        table.add_row(source["source"], "rows", "", f"{source['rows']:,}")
        for what in ("kept", "deduplicated", "rescued", "rejected", "notes"):
            if what == "kept":
                table.add_row("", what, "", f"{source[what]:,}")
                continue
            for reason, count in source[what].items():
                table.add_row("", "noted" if what == "notes" else what, reason, f"{count:,}")
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
    found = compare(SnapshotReader(find(folder, before)), SnapshotReader(find(folder, after)), top)
    if as_json:
        print_json(found)
    else:
        _print_diff(found)


def _print_diff(found: Diff) -> None:
    from rich.console import Console

    console = Console()

    def say(text: str) -> None:
        console.print(text, highlight=False, markup=False)

    say(f"From {found.before} to {found.after}\n")
    for title, changes in (("Rows", found.rows), ("Coverage and quality", found.quality)):
        table = _table(title, before="right", after="right", change="right")
        changed = [one for one in changes if one.before != one.after]
        for one in changed:
            table.add_row(
                one.what, f"{one.before:,}", f"{one.after:,}", f"{one.after - one.before:+,}"
            )
        _print_table(console, table, len(changes) - len(changed))
    table = _table("Metrics", before="right", after="right", change="right")
    for metric in found.metrics:
        sides = (metric.before, metric.after)
        if not any(sides):
            continue
        change = "-"
        if metric.before and metric.after:
            change = f"{metric.after.value - metric.before.value:+.3f}"
        table.add_row(metric.what, *map(_estimate, sides), change)
    _print_table(console, table, 0)
    if not table.row_count:
        say("The recommender was measured in neither.\n")
    for noun, (new, gone) in found.keys.items():
        moved = found.moved_counts[noun]
        say(f"{noun.capitalize()}: {new:,} new, {gone:,} gone, {moved:,} with other figures.")
    for noun, answers in found.moved.items():
        if not answers:
            continue
        left = found.moved_counts[noun] - len(answers)
        console.print("", _moved(noun, answers), sep="\n")
        if left:
            say(f"{left:,} more {'have' if left > 1 else 'has'} changed.")
    console.print()
    for lists in found.lists:
        say(
            f"The {lists.what}: {lists.shared:.1%} of the games stay, and {lists.same:.1%} of the "
            f"lists have the same games ({lists.sample:,} lists were compared)."
        )


_TITLES = {
    "developers": "Developers that moved most",
    "games": "Games that moved most",
    "users": "Users that moved most",
    "genres": "Genres with another top player",
    "years": "Years with other best developers",
}


def _moved(noun: str, answers: list[Moved]) -> Table:
    figures = any(one.figures.keys() != {"answer"} for one in answers)
    side = "right" if figures else "left"
    columns = ("", "figure") if figures else ("",)
    table = _table(*columns, before=side, after=side)
    table.title, table.title_justify = _TITLES[noun], "left"
    for one in answers:
        label = one.name or one.key
        for figure, (old, new) in one.figures.items():
            names = (label, figure) if figures else (label,)
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
        what = table.columns[0].header
        console.print(f"{what}: {unchanged:,} unchanged.", highlight=False)
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
        click.echo(f"Snapshot {folder.name} is whole: {disk([folder]) / _MEGA:,.1f} MB checked.")
        return
    for problem in problems:
        click.echo(f"Snapshot {folder.name} is damaged: {problem.rstrip('.')}.", err=True)
    sys.exit(1)


@snapshots.command()
@click.argument("version")
@data_option
def use(version: str, data_dir: Path | None) -> None:
    """Make a snapshot the live one, for example to roll back.

    It is verified first. Running servers switch to it. Also repairs a lost pointer.
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
    """Delete old snapshots, never the live one.

    The newest N readable ones are kept, too.
    """
    from etl.snapshot.versions import prune as remove

    going, freed = remove(settings_of(data_dir=data_dir).data_dir, keep, dry_run=dry_run)
    for one in going:
        why = ", which cannot be read" if one.problem else ""
        click.echo(f"{'Would remove' if dry_run else 'Removed'} {one.version}{why}.")
    if going:
        click.echo(f"{freed / _MEGA:,.1f} MB {'would be' if dry_run else 'are'} free.")
    else:
        click.echo("Nothing to remove.")


def _table(*left: str, **more: Any) -> Table:
    """A table without lines around it: it fits a terminal of 80 columns."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False)
    for head in left:
        table.add_column(head, overflow="fold")
    for head, justify in more.items():
        table.add_column(head, justify=justify)
    return table

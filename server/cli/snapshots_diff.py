"""server.cli: `playgraph snapshots diff`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from server.cli.console import plain_table, print_json, terminal
from server.cli.data_folder import data_folder
from server.cli.options import data_option, json_option, settings_of

if TYPE_CHECKING:
    from rich.table import Table

    from datastore.base.evaluation import Estimate
    from etl.release.diff import Diff, Moved

__all__ = ["diff"]


@click.command()
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

    settings = settings_of(storage=True, data_dir=data_dir)
    with data_folder(settings, whole=(before, after), writes=False) as folder:
        difference = compare(
            SnapshotReader(find(folder, before)), SnapshotReader(find(folder, after)), top
        )
    if as_json:
        print_json(difference)
    else:
        _print_diff(difference)


def _print_diff(difference: Diff) -> None:
    console = terminal()

    def print_line(text: str) -> None:
        console.print(text, highlight=False, markup=False)

    print_line(f"From {difference.before} to {difference.after}\n")
    sections = (("Rows", difference.rows), ("Coverage and quality", difference.quality))
    for title, counts in sections:
        table = plain_table(title, before="right", after="right", change="right")
        changed = [count for count in counts if count.before != count.after]
        for count in changed:
            change = f"{count.after - count.before:+,}"
            table.add_row(count.what, f"{count.before:,}", f"{count.after:,}", change)
        _print_table(console, table, len(counts) - len(changed))
    table = plain_table("Metrics", before="right", after="right", change="right")
    for metric in difference.metrics:
        sides = (metric.before, metric.after)
        if sides == (None, None):
            continue
        change = "-"
        if metric.before is not None and metric.after is not None:
            change = f"{_value(metric.after) - _value(metric.before):+.3f}"
        table.add_row(metric.what, *map(_estimate, sides), change)
    _print_table(console, table, 0)
    if not table.row_count:
        print_line("No model of either snapshot has been measured.\n")
    for noun, (new, removed) in difference.keys.items():
        moved = difference.moved_counts[noun]
        print_line(f"{noun.capitalize()}: {new:,} new, {removed:,} removed, {moved:,} changed.")
    for noun, answers in difference.moved.items():
        if not answers:
            continue
        not_shown = difference.moved_counts[noun] - len(answers)
        console.print("", _moved(difference.headings[noun], answers), sep="\n")
        if not_shown:
            print_line(f"{not_shown:,} more {'have' if not_shown > 1 else 'has'} changed.")
    console.print()
    for lists in difference.lists:
        print_line(
            f"The {lists.what}: {lists.shared:.1%} of the {lists.entries} are unchanged, and "
            f"{lists.same:.1%} of the lists contain the same {lists.entries} "
            f"({lists.sample:,} lists compared)."
        )


def _moved(heading: str, answers: list[Moved]) -> Table:
    has_figures = any(answer.figures.keys() != {"answer"} for answer in answers)
    justify = "right" if has_figures else "left"
    columns = ("", "figure") if has_figures else ("",)
    table = plain_table(*columns, before=justify, after=justify)
    table.title, table.title_justify = heading, "left"
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


def _value(estimate: Estimate | float) -> float:
    return estimate if isinstance(estimate, float) else estimate.value


def _estimate(estimate: Estimate | float | None) -> str:
    if estimate is None:
        return "-"
    if isinstance(estimate, float):
        return f"{estimate:.3f}"
    return f"{estimate.value:.3f} ±{(estimate.high - estimate.low) / 2:.3f}"


def _print_table(console: Any, table: Table, unchanged: int) -> None:
    if table.row_count:
        console.print(table)
    if unchanged:
        title = table.columns[0].header
        console.print(f"{title}: {unchanged:,} unchanged.", highlight=False)
    if table.row_count or unchanged:
        console.print()

"""etl.release: the build report as tables on the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from etl.raw.counts import FORGOTTEN, SourceReport
from etl.release.drift_text import drift_text
from etl.release.report import BuildReport

__all__ = ["print_report"]

#: Fields of the counts by reason, and what the table calls them.
_REASONS = {
    "deduplicated": "deduplicated",
    "rescued": "rescued",
    "rejected": "rejected",
    "notes": "noted",
}


def print_report(report: BuildReport, console: Console) -> None:
    """Print the rows of added files, the row counts of all files, their reasons (after an update
    those of the kinds of files that it added), what to know of the data, and what has drifted."""
    if report.added:
        console.print(_added(report.added))
    console.print(
        _counts(report.sources, "Row counts of all files" if report.added else "Row counts")
    )
    kinds = {file.source for file in report.added}
    console.print(_reasons([each for each in report.sources if not kinds or each.source in kinds]))
    for notice in report.notices:
        console.print(f"Note: {notice}", markup=False, highlight=False, soft_wrap=True)
    if report.drift is not None:
        console.print(drift_text(report.drift), markup=False, highlight=False, soft_wrap=True)


def _added(files: Sequence[SourceReport]) -> Table:
    """What each file brought, before its rows are merged with those of other files."""
    table = Table("file", "source", title="Added files", title_justify="left")
    for heading in ("rows", "accepted", "rejected"):
        table.add_column(heading, justify="right")
    for file in files:
        left_out = file.counts.rejected.total() + file.counts.notes[FORGOTTEN]
        numbers = (file.counts.rows, file.counts.rows - left_out, file.counts.rejected.total())
        table.add_row(file.file, file.source, *(f"{number:,}" for number in numbers))
    return table


def _counts(sources: list[SourceReport], title: str) -> Table:
    table = Table("source", title=title, title_justify="left")
    for heading in ("lines", "rows", "kept", "deduplicated", "rescued", "rejected"):
        table.add_column(heading, justify="right")
    for source in sources:
        counts = source.counts
        reasons = (counts.deduplicated, counts.rescued, counts.rejected)
        totals = (counts.lines, counts.rows, counts.kept, *(r.total() for r in reasons))
        table.add_row(source.source, *(f"{total:,}" for total in totals))
    return table


def _reasons(sources: list[SourceReport]) -> Table:
    table = Table("source", "what", "reason", title="Reasons", title_justify="left")
    table.add_column("count", justify="right")
    for source in sources:
        for name, label in _REASONS.items():
            for reason, count in sorted(getattr(source.counts, name).items()):
                table.add_row(source.source, label, reason, f"{count:,}")
    return table

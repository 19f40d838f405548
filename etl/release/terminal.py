"""etl.release: the build report as tables on the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from etl.raw.counts import SourceReport
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
    """Print the row counts, then their reasons, what to know of the data, and what has drifted."""
    console.print(_counts(report.sources))
    console.print(_reasons(report.sources))
    for notice in report.notices:
        console.print(f"Note: {notice}", markup=False, highlight=False, soft_wrap=True)
    if report.drift is not None:
        console.print(drift_text(report.drift), markup=False, highlight=False, soft_wrap=True)


def _counts(sources: list[SourceReport]) -> Table:
    table = Table("source", title="Row counts", title_justify="left")
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

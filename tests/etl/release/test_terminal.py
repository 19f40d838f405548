"""The tables that a build prints."""

from __future__ import annotations

import io
from collections import Counter

from rich.console import Console

from datastore.base.gate import Gate
from etl.raw.counts import FORGOTTEN, RowCounts, SourceReport
from etl.release.report import BuildReport
from etl.release.terminal import print_report

COUNTS = RowCounts(
    1_234, 1, 1_230, 1_200, Counter({"duplicate id": 30}),
    Counter(), Counter({"line cannot be read": 1}), Counter({"no title": 5}),
)  # fmt: skip
GATE = Gate(True, "Released.", forced=False, first=False)
REPORT = BuildReport("abc", [SourceReport("games", "g.json", COUNTS)], {}, {}, {}, GATE)


def printed(report: BuildReport) -> list[list[str]]:
    """The cells of all rows of the tables."""
    output = io.StringIO()
    print_report(report, Console(file=output, width=120))
    return [
        [cell.strip() for cell in line.strip("│").split("│")]
        for line in output.getvalue().splitlines()
        if line.startswith("│")
    ]


def test_the_table_shows_the_counts_and_then_the_reasons() -> None:
    rows = printed(REPORT)
    assert rows == [
        ["games", "1,234", "1,230", "1,200", "30", "0", "1"],
        ["games", "deduplicated", "duplicate id", "30"],
        ["games", "rejected", "line cannot be read", "1"],
        ["games", "noted", "no title", "5"],
    ]


def test_after_an_update_the_added_files_come_first_and_only_their_reasons_are_shown() -> None:
    notes = Counter({FORGOTTEN: 3})
    new = RowCounts(9, 0, 9, 0, rejected=Counter({"unknown title": 2}), notes=notes)
    sources = [
        SourceReport("games", "g.json", COUNTS),
        SourceReport("ratings", "r1.csv, r2.csv", new + RowCounts(5, 0, 5, 9)),
    ]
    added = [SourceReport("ratings", "r2.csv", new)]
    assert printed(BuildReport("abc", sources, {}, {}, {}, GATE, added=added)) == [
        ["r2.csv", "ratings", "9", "4", "2"],
        ["games", "1,234", "1,230", "1,200", "30", "0", "1"],
        ["ratings", "14", "14", "9", "0", "0", "2"],
        ["ratings", "rejected", "unknown title", "2"],
        ["ratings", "noted", "rows of forgotten users left out", "3"],
    ]

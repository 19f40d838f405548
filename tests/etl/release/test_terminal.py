"""The tables that a build prints."""

from __future__ import annotations

import io
from collections import Counter

from rich.console import Console

from datastore.base.gate import Gate
from etl.raw.counts import RowCounts, SourceReport
from etl.release.report import BuildReport
from etl.release.terminal import print_report

COUNTS = RowCounts(
    1_234, 1, 1_230, 1_200, Counter({"duplicate id": 30}),
    Counter(), Counter({"line cannot be read": 1}), Counter({"no title": 5}),
)  # fmt: skip
GATE = Gate(True, "Released.", forced=False, first=False)
REPORT = BuildReport("abc", [SourceReport("games", "g.json", COUNTS)], {}, {}, {}, GATE)


def test_the_table_shows_the_counts_and_then_the_reasons() -> None:
    output = io.StringIO()
    print_report(REPORT, Console(file=output, width=120))
    rows = [
        [cell.strip() for cell in line.strip("│").split("│")]
        for line in output.getvalue().splitlines()
        if line.startswith("│")
    ]
    assert rows == [
        ["games", "1,234", "1,230", "1,200", "30", "0", "1"],
        ["games", "deduplicated", "duplicate id", "30"],
        ["games", "rejected", "line cannot be read", "1"],
        ["games", "noted", "no title", "5"],
    ]

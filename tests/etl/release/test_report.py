"""The report of a build is plain JSON."""

from __future__ import annotations

import json
from collections import Counter

from datastore.base.gate import Gate
from datastore.base.snapshot import ModelEntry, SubjectData
from etl.raw.counts import RowCounts, SourceReport
from etl.release.report import BuildReport

COUNTS = RowCounts(
    1_234, 1, 1_230, 1_200, Counter({"duplicate id": 30}),
    Counter(), Counter({"line cannot be read": 1}), Counter({"no title": 5}),
)  # fmt: skip
REPORT = BuildReport(
    "abc",
    [SourceReport("games", "g.json", COUNTS)],
    {"games": SubjectData({"games": 3}, {"undated_games": 2}, {"players": 3})},
    {"prices": ModelEntry("d1g", {"games": 3})},
    {"read games": 0.12345},
    Gate(True, "Released.", forced=False, first=False),
)


def test_the_report_is_plain_json() -> None:
    assert json.loads(json.dumps(REPORT.as_json())) == {
        "version": "abc",
        "sources": [
            {"source": "games", "file": "g.json", "lines": 1234, "unreadable": 1, "rows": 1230,
             "kept": 1200, "deduplicated": {"duplicate id": 30}, "rescued": {},
             "rejected": {"line cannot be read": 1}, "notes": {"no title": 5}},
        ],
        "subjects": {
            "games": {
                "counts": {"games": 3}, "coverage": {"undated_games": 2}, "facts": {"players": 3},
            },
        },
        "models": {"prices": {"inputs": "d1g", "facts": {"games": 3}}},
        "seconds": {"read games": 0.123},
        "gate": {"released": True, "reason": "Released.", "forced": False, "first": False},
        "notices": [], "drift": None,
    }  # fmt: skip

"""What a build found: counts with reasons, the rejects, and the limit of what may be unread."""

from __future__ import annotations

import io
import json
from collections import Counter
from pathlib import Path

import pytest
from rich.console import Console

from datastore.base.errors import InputError
from etl.raw.report import BuildReport, Rejects, SourceReport


def source(lines: int, unreadable: int) -> SourceReport:
    return SourceReport("games", "dump.json", lines=lines, unreadable=unreadable)


@pytest.mark.parametrize(
    ("lines", "unreadable", "share"),
    [(100, 1, 0.01), (100, 29, 0.29), (100, 7, 0.07), (10, 0, 0), (0, 0, 0), (1, 1, 1)],
)
def test_as_many_unreadable_lines_as_allowed_are_allowed(
    tmp_path: Path, lines: int, unreadable: int, share: float
) -> None:
    rejects = Rejects(tmp_path / "rejects.jsonl")
    rejects.check(source(lines, unreadable), share)
    rejects.close()


def test_one_more_is_too_many_and_the_message_says_all(tmp_path: Path) -> None:
    rejects = Rejects(tmp_path / "rejects.jsonl")
    report = source(12_000, 1_199)
    rejects.unreadable(report, 1_007, "byte 3 is not UTF-8", b"abc\xff")
    rejects.unreadable(report, 2_000, "it is odd", b"odd")
    with pytest.raises(InputError) as caught:
        rejects.check(report, 0.1)
    rejects.close()
    assert str(caught.value) == (
        "dump.json: 1,201 of 12,000 lines (10.01%) cannot be read; at most 10% may "
        "(--max-rejects). The first one is line 1,007: byte 3 is not UTF-8. "
        "All of them stand in {rejects}."
    )


def test_a_reject_has_file_line_reason_and_the_start_of_its_content(tmp_path: Path) -> None:
    rejects = Rejects(tmp_path / "rejects.jsonl")
    report = source(9, 0)
    rejects.add(report, 3, "no id", {"a": "♥"})
    rejects.unreadable(report, 4, "byte 1 is not UTF-8", b"x\xff\ny" + b"z" * 5000)
    rejects.close()
    first, second = map(json.loads, rejects.path.read_text("ascii").splitlines())
    assert first == {
        "file": "dump.json",
        "line": 3,
        "reason": "no id",
        "users": [],
        "content": "{'a': '♥'}",
    }
    assert second["content"] == "x\\xff\ny" + "z" * 993
    assert report.unreadable == report.rejected["line cannot be read"] == 1


REPORT = BuildReport(
    "abc",
    [SourceReport("games", "g.json", 1_234, 1, 1_230, 1_200, Counter({"id stands twice": 30}),
                  Counter(), Counter({"line cannot be read": 1}), Counter({"no title": 5}))],
    {"undated_games": 2}, {"players": 3}, {"read games": 0.12345},
)  # fmt: skip


def test_the_table_shows_the_counts_and_then_the_reasons() -> None:
    output = io.StringIO()
    REPORT.print(Console(file=output, width=120))
    rows = [
        [cell.strip() for cell in line.strip("│").split("│")]
        for line in output.getvalue().splitlines()
        if line.startswith("│")
    ]
    assert rows == [
        ["games", "1,234", "1,230", "1,200", "30", "0", "1"],
        ["games", "deduplicated", "id stands twice", "30"],
        ["games", "rejected", "line cannot be read", "1"],
        ["games", "noted", "no title", "5"],
    ]


def test_the_report_is_plain_json() -> None:
    assert json.loads(json.dumps(REPORT.as_json())) == {
        "version": "abc",
        "sources": [
            {"source": "games", "file": "g.json", "lines": 1234, "unreadable": 1, "rows": 1230,
             "kept": 1200, "deduplicated": {"id stands twice": 30}, "rescued": {},
             "rejected": {"line cannot be read": 1}, "notes": {"no title": 5}},
        ],
        "coverage": {"undated_games": 2}, "model": {"players": 3}, "seconds": {"read games": 0.123},
        "drift": None,
    }  # fmt: skip

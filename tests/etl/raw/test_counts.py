"""Row counts add up and survive JSON."""

from __future__ import annotations

from collections import Counter

from etl.raw.counts import RowCounts

FILE = RowCounts(9, 1, 8, 0, rejected=Counter({"no id": 2, "line cannot be read": 1}))
MERGE = RowCounts(kept=5, deduplicated=Counter({"repeated": 1}), rejected=Counter({"no id": 1}))


def test_the_sum_has_the_counts_of_both_and_changes_neither() -> None:
    assert (
        RowCounts(
            lines=9,
            unreadable=1,
            rows=8,
            kept=5,
            deduplicated=Counter({"repeated": 1}),
            rejected=Counter({"no id": 3, "line cannot be read": 1}),
        )
        == FILE + MERGE
    )
    assert FILE.rejected["no id"] == 2


def test_counts_are_read_back_from_json_and_other_keys_are_ignored() -> None:
    plain = FILE.as_json()
    assert list(plain["rejected"]) == ["line cannot be read", "no id"]
    assert RowCounts.from_json({"file": "x", **plain}) == FILE

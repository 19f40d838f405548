"""The ratings of all files: one for each viewer and title, and scores of all distinct rows."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.titles import rating_table
from etl.titles.rating_table import RatingTable
from etl.titles.ratings import Ratings

#: (viewer, title, half stars, time)
Row = tuple[str, str, int, int]
TITLES = ["as1", "as2", "hs1"]
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["b", "a", "c", "B"]),
        st.sampled_from([*TITLES, "zs1"]),
        st.integers(1, 10),
        st.one_of(st.integers(0, 3), st.sampled_from([-(10**10), 10**11])),
    ),
    max_size=30,
)


def part(rows: list[Row]) -> Ratings:
    viewers, titles = (list(dict.fromkeys(row[place] for row in rows)) for place in (0, 1))
    return Ratings(
        pa.array(viewers, pa.string()),
        pa.array(titles, pa.string()),
        np.array([viewers.index(row[0]) for row in rows], np.int32),
        np.array([titles.index(row[1]) for row in rows], np.int32),
        np.array([row[2] for row in rows], np.uint8),
        np.array([row[3] for row in rows], np.int64),
    )


def table(*files: list[Row], titles: list[str] = TITLES) -> RatingTable:
    return rating_table.rating_table([part(rows) for rows in files], pa.array(titles, pa.string()))


def rows(found: RatingTable) -> dict[tuple[str, str], tuple[int, int]]:
    """Value and time by viewer and title."""
    result: dict[tuple[str, str], tuple[int, int]] = {}
    for viewer, (start, end) in zip(
        found.viewer_ids.to_pylist(), pairwise(found.offsets.tolist()), strict=True
    ):
        titles = found.titles[start:end].tolist()
        assert titles == sorted(set(titles))
        assert titles
        for at, title in enumerate(titles, start):
            result[viewer, TITLES[title]] = (int(found.values[at]), int(found.times[at]))
    return result


def test_ratings_are_by_viewer_id_and_title() -> None:
    found = table([("b", "hs1", 9, 5), ("B", "as2", 1, 6), ("b", "as1", 2, 7)])
    assert found.viewer_ids.to_pylist() == ["B", "b"]  # by code point
    assert found.offsets.tolist() == [0, 1, 3]
    assert found.titles.tolist() == [1, 0, 2]
    assert found.titles.dtype == np.uint16
    assert (found.values.tolist(), found.times.tolist()) == ([1, 2, 9], [6, 7, 5])


def test_the_unknown_titles_with_most_ratings_are_named() -> None:
    first = [("a", f"xs{number}", 8, 7) for number in range(9)]
    found = table([*first, ("a", "as1", 8, 7), ("b", "xs8", 1, 7)], [("c", "xs8", 2, 8)])
    assert found.scores.unknown == [("xs8", 3), ("xs0", 1), ("xs1", 1), ("xs2", 1), ("xs3", 1)]
    assert table([("a", "as1", 8, 7)]).scores.unknown == []


def test_of_several_ratings_of_a_title_the_last_by_time_counts() -> None:
    found = table([("a", "as1", 4, 20), ("a", "as1", 6, 30), ("a", "as1", 8, 10)])
    assert rows(found) == {("a", "as1"): (6, 30)}
    assert found.scores.rows == 3
    assert (found.scores.count[0], found.scores.sum[0]) == (3, 18)  # all of them are in the score
    assert found.scores.counts.notes == {"in the score only: rated differently later": 2}


def test_of_equal_times_the_later_row_counts_and_the_later_file() -> None:
    found = table([("a", "as1", 8, 7), ("a", "as1", 4, 7)], [("a", "as1", 6, 7)])
    assert rows(found) == {("a", "as1"): (6, 7)}


def test_rows_that_are_equal_in_all_columns_count_once_across_files_too() -> None:
    row = ("a", "as1", 8, 7)
    found = table([row, ("a", "as1", 4, 7), row], [row, ("a", "as1", 8, 9)])
    assert found.scores.rows == found.scores.count[0] == 3
    assert found.scores.sum[0] == 8 + 4 + 8
    assert found.scores.counts.deduplicated == {"repeated row": 2}
    assert found.scores.counts.notes == {
        "in the score only: rated differently later": 1,
        "in the score only: rated the same later": 1,
    }


def test_a_row_that_is_repeated_later_is_the_later_row() -> None:
    found = table([("a", "as1", 8, 7), ("a", "as1", 4, 7), ("a", "as1", 8, 7)])
    assert rows(found) == {("a", "as1"): (8, 7)}


def test_ratings_of_unknown_titles_are_rejected_and_their_viewers_are_none() -> None:
    found = table([("a", "zs9", 8, 7), ("b", "as1", 4, 7), ("b", "zs9", 4, 7)])
    assert rows(found) == {("b", "as1"): (4, 7)}
    assert found.scores.counts.rejected == {"unknown title": 2}
    assert found.scores.counts.kept == 1


def test_without_a_rating_there_is_no_viewer() -> None:
    for found in (table(), table([]), table([("a", "zs9", 8, 7)])):
        assert len(found.viewer_ids) == len(found.values) == found.scores.rows == 0
        assert found.offsets.tolist() == [0]
        assert found.scores.count.tolist() == [0, 0, 0]


def test_more_titles_than_16_bits_number_need_32() -> None:
    titles = [f"as{number}" for number in range(1 << 16)]
    assert table([("a", "as5", 8, 7)], titles=titles).titles.dtype == np.uint16
    found = table([("a", "as65536", 8, 7)], titles=[*titles, "as65536"])
    assert found.titles.dtype == np.int32
    assert found.titles.tolist() == [1 << 16]


@pytest.mark.parametrize("slice_size", [1, 5, 1 << 20])
@given(files=st.lists(ROWS, max_size=3))
def test_all_agrees_with_a_reading_row_by_row(slice_size: int, files: list[list[Row]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rating_table, "_SOME", slice_size)
        found = table(*files)
    all_rows = [row for rows in files for row in rows]
    known = [row for row in all_rows if row[1] in TITLES]
    last: dict[tuple[str, str], tuple[int, int]] = {}
    for viewer, title, value, time in known:
        if time >= last.get((viewer, title), (0, -(10**18)))[1]:
            last[viewer, title] = (value, time)
    distinct = set(known)
    values: Counter[Any] = Counter()
    for _, title, value, _ in distinct:
        values[title] += value
    assert rows(found) == last
    assert found.viewer_ids.to_pylist() == sorted({viewer for viewer, _ in last})
    assert found.scores.sum.tolist() == [values[title] for title in TITLES]
    assert found.scores.count.tolist() == [
        sum(row[1] == title for row in distinct) for title in TITLES
    ]
    conflicts = sum(row[2] != last[row[0], row[1]][0] for row in distinct)
    replaced = len(distinct) - len(last)
    assert found.scores.counts.kept == len(distinct)
    assert found.scores.counts.deduplicated.total() == len(known) - len(distinct)
    assert found.scores.counts.rejected.total() == len(all_rows) - len(known)
    assert found.scores.counts.notes["in the score only: rated differently later"] == conflicts
    assert (
        found.scores.counts.notes["in the score only: rated the same later"] == replaced - conflicts
    )

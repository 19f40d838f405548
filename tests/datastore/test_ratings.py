"""Ratings by viewer and by title, in a literal world of three viewers and four titles."""

from __future__ import annotations

import numpy as np
import pytest

from datastore.ratings import Ratings

#: Viewer 0 has rated titles 0 and 2, viewer 1 title 2, viewer 2 titles 0, 2 and 3.
RATINGS = Ratings(
    {
        "rating_offsets": np.array([0, 2, 3, 6]),
        "rating_titles": np.array([0, 2, 2, 0, 2, 3], np.uint16),
        "rating_values": np.array([10, 1, 8, 7, 7, 8], np.uint8),
        "rating_times": np.array([5, 6, 7, 8, 9, 10]),
        "title_rating_offsets": np.array([0, 2, 2, 5, 6]),
        "title_rating_rows": np.array([0, 3, 1, 2, 4, 5], np.int32),
    }
)


def test_ratings_are_found_by_viewer_by_title_and_by_both() -> None:
    assert len(RATINGS) == 6
    assert [RATINGS.of_viewer(viewer) for viewer in range(3)] == [
        range(0, 2),
        range(2, 3),
        range(3, 6),
    ]
    assert [RATINGS.of_title(title).tolist() for title in range(4)] == [[0, 3], [], [1, 2, 4], [5]]
    rows = {
        (viewer, title): RATINGS.find(viewer, title) for viewer in range(3) for title in range(4)
    }
    assert {pair: row for pair, row in rows.items() if row is not None} == {
        (0, 0): 0,
        (0, 2): 1,
        (1, 2): 2,
        (2, 0): 3,
        (2, 2): 4,
        (2, 3): 5,
    }


def test_a_rating_has_stars_a_time_a_title_and_a_viewer() -> None:
    rows = np.array([1, 5])
    assert RATINGS.stars(rows).tolist() == [0.5, 4.0]
    assert RATINGS.times(rows).tolist() == [6, 10]
    assert RATINGS.viewers(rows).tolist() == [0, 2]
    assert RATINGS.titles(range(3, 6)).tolist() == [0, 2, 3]
    assert RATINGS.title(4) == 2


def test_the_mean_of_a_viewer_is_that_of_all_viewers() -> None:
    assert RATINGS.means().tolist() == [2.75, 4.0, pytest.approx(11 / 3)]
    assert [RATINGS.mean(viewer) for viewer in range(3)] == RATINGS.means().tolist()


def test_many_high_ratings_do_not_overflow() -> None:
    count = 1000
    ratings = Ratings(
        {
            "rating_offsets": np.array([0, count]),
            "rating_titles": np.arange(count, dtype=np.uint16),
            "rating_values": np.full(count, 10, np.uint8),
            "rating_times": np.zeros(count, np.int64),
            "title_rating_offsets": np.arange(count + 1),
            "title_rating_rows": np.arange(count, dtype=np.int32),
        }
    )
    assert ratings.means().tolist() == [ratings.mean(0)] == [5.0]


def test_without_viewers_there_are_no_means() -> None:
    empty = {
        "rating_offsets": np.zeros(1, np.int64),
        "title_rating_offsets": np.zeros(1, np.int64),
        **{
            name: np.zeros(0, np.int32)
            for name in ("rating_titles", "rating_values", "rating_times", "title_rating_rows")
        },
    }
    assert Ratings(empty).means().tolist() == []

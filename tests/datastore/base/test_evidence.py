"""What the ratings of one person say of a title, in worlds of two or three viewers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from datastore.base import evidence
from datastore.base.evidence import Content, Factors, Raters, spans

#: Viewer 0 rated titles 0 to 2 with 5, 1 and 5 stars, viewer 1 with 1, 5 and 1.
ARRAYS = {
    "rating_offsets": np.array([0, 3, 6]),
    "rating_titles": np.array([0, 1, 2, 0, 1, 2], np.uint16),
    "rating_values": np.array([10, 2, 10, 2, 10, 2], np.uint8),
    "viewer_means": np.array([3.0, 3.0], np.float32),
    "title_raters": np.array([[0, 1], [0, 1], [0, -1], [-1, -1]], np.int32),
    "title_rater_values": np.array([[10, 2], [2, 10], [10, 0], [0, 0]], np.uint8),
}
#: A person with a mean of 3 who gave title 0 five stars and title 1 one star.
TITLES, DEVIATIONS = np.array([0, 1]), np.array([2.0, -2.0])


def weigh(
    arrays: dict[str, np.ndarray], title: int, twins: Sequence[int] = ()
) -> tuple[object, object]:
    (common,) = Raters(arrays).common(TITLES, DEVIATIONS, np.array([title]), twins)
    return Raters.by_viewers(common), Raters.by_titles(common)


def test_a_viewer_in_perfect_agreement_counts_by_the_number_of_common_ratings() -> None:
    by_viewers, _ = weigh(ARRAYS, 2)
    weight = 2 / (2 + 10)  # correlation 1, of two ratings
    assert by_viewers == pytest.approx((weight * 2.0, weight))


def test_a_viewer_who_always_disagrees_lowers_what_they_rate_highly() -> None:
    arrays = ARRAYS | {
        "title_raters": np.array([[-1], [-1], [1]], np.int32),
        "title_rater_values": np.array([[0], [0], [2]], np.uint8),
    }
    by_viewers, _ = weigh(arrays, 2)
    weight = 2 / (2 + 10)  # correlation -1, and two stars below the mean
    assert by_viewers == pytest.approx((weight * 2.0, weight))


def test_titles_rated_alike_are_neighbours_and_those_rated_contrarily_too() -> None:
    _, by_titles = weigh(ARRAYS, 2)
    # Viewer 0 rated title 2 like title 0 and unlike title 1: both say two stars more.
    weight = 1 / (1 + 10)
    assert by_titles == pytest.approx((2 * weight * 2.0, 2 * weight))


def test_twins_are_not_neighbours() -> None:
    assert weigh(ARRAYS, 2, twins=[0]) == ((0.0, 0.0), (0.0, 0.0))


def test_twins_have_the_same_ratings_of_other_titles() -> None:
    raters = Raters(ARRAYS)
    others = np.array([1, 2])
    assert raters.twins(others, np.array([1.0, 5.0]), 0) == [0]
    assert raters.twins(others, np.array([5.0, 1.0]), 0) == [1]
    assert raters.twins(others, np.array([1.0, 4.5]), 0) == []
    assert raters.twins(others[:1], np.array([1.0]), 0) == []
    assert raters.twins(np.array([1, 3]), np.array([1.0, 5.0]), 0) == []
    assert raters.twins(others, np.array([1.0, 5.0]), 3) == []  # nobody rated title 3


def test_a_title_without_raters_has_no_evidence() -> None:
    assert weigh(ARRAYS, 3) == ((0.0, 0.0), (0.0, 0.0))


def test_a_person_without_ratings_has_no_evidence() -> None:
    empty = np.zeros(0, np.int64)
    (common,) = Raters(ARRAYS).common(empty, np.zeros(0), np.array([0]))
    assert Raters.by_viewers(common) == (0.0, 0.0)
    assert Raters.by_titles(common) == (0.0, 0.0)


def test_of_a_rater_with_too_many_ratings_every_nth_is_compared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(evidence, "MOST_RATER_RATINGS", 3)
    arrays = {
        "rating_offsets": np.array([0, 7, 9]),
        "rating_titles": np.array([0, 1, 2, 3, 4, 5, 6, 3, 6], np.uint16),
        "rating_values": np.array([1, 2, 3, 4, 5, 6, 7, 8, 9], np.uint8),
        "viewer_means": np.zeros(2, np.float32),
        "title_raters": np.tile(np.array([0, 1], np.int32), (7, 1)),
        "title_rater_values": np.ones((7, 2), np.uint8),
    }
    titles = np.array([0, 2, 3, 6])
    (common,) = Raters(arrays).common(titles, titles * 1.0, np.array([5]))
    # Of viewer 0 titles 0, 3 and 6, of viewer 1 both.
    assert common.raters.tolist() == [0, 0, 0, 1, 1]
    assert titles[common.titles].tolist() == [0, 3, 6, 3, 6]
    assert common.own.tolist() == [0.0, 3.0, 6.0, 3.0, 6.0]
    assert common.others.tolist() == [0.5, 2.0, 3.5, 4.0, 4.5]


def test_content_weighs_ratings_by_the_share_of_the_features_in_common() -> None:
    content = Content(
        {
            "title_feature_offsets": np.array([0, 1, 3, 5, 5]),
            "title_features": np.array([0, 0, 1, 0, 1], np.int32),
            "title_feature_shares": np.array([1.0, 0.25, 0.75, 0.25, 0.75], np.float32),
        }
    )
    # Title 0 has a quarter of the features of title 2, title 1 has all of them.
    evidence_ = content.evidence(TITLES, DEVIATIONS, np.array([2, 3]))
    assert evidence_.sums.tolist() == [0.25 * 2.0 - 1.0 * 2.0, 0.0]
    assert evidence_.weights.tolist() == [1.25, 0.0]


def test_factors_are_a_ridge_regression_of_what_the_effects_of_titles_leave() -> None:
    factors = Factors(
        {
            "title_effects": np.array([0.5, 0.0, 0.25], np.float32),
            "title_factors": np.array([[2.0], [-1.0], [1.0]], np.float32),
        }
    )
    own = (2.0 * 1.5 + -1.0 * -2.0) / (2.0**2 + 1.0**2 + 1.0)
    evidence_ = factors.evidence(TITLES, DEVIATIONS, np.array([2]))
    assert evidence_.sums == pytest.approx([0.25 + own])
    assert evidence_.weights.tolist() == [1.0]


def test_spans_are_the_indices_of_several_ranges() -> None:
    indices, owners = spans(np.array([3, 9, 5]), np.array([5, 9, 6]))
    assert (indices.tolist(), owners.tolist()) == ([3, 4, 5], [0, 0, 2])

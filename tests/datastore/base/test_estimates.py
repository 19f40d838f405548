"""Estimates of a person's rating: the shrunk mean, corrections, intervals."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datastore.base import evidence
from datastore.base.estimates import (
    INTERVAL_BINS,
    METHODS,
    NEIGHBOUR_METHODS,
    RANKING_METHODS,
    Estimator,
    Parameters,
    Person,
    interval_bins,
)
from rating_world import features, fitted, ratings, synthetic

TITLES = 100
WORLD = fitted(synthetic(seed=1, quality=0.5, taste=0.5))
PARAMETERS = Parameters(mean=3.0, spread=1.0, mean_shrinkage=2.0)


def person(stars: dict[int, float], parameters: Parameters = PARAMETERS) -> Person:
    return Person(np.array(list(stars), np.int64), np.array(list(stars.values())), parameters)


def test_the_mean_is_shrunk_to_that_of_all_ratings() -> None:
    assert person({}).mean == 3.0
    assert person({0: 5.0}).mean == (5.0 + 2 * 3.0) / 3
    assert person({0: 5.0, 1: 4.0}).mean == (9.0 + 2 * 3.0) / 4


def test_the_spread_is_that_of_all_viewers_until_there_are_ratings() -> None:
    assert person({}).spread == 1.0
    mean = (10.0 + 6.0) / 4
    assert person({0: 5.0, 1: 5.0}).spread == pytest.approx(
        ((2 * (5 - mean) ** 2 + 5 * 1.0) / 7) ** 0.5
    )


def test_a_person_without_a_title_forgets_the_rating() -> None:
    both = person({3: 5.0, 8: 1.0})
    assert both.without(8).mean == person({3: 5.0}).mean
    assert [title for title in range(10) if both.has_rated(title)] == [3, 8]


@pytest.mark.parametrize("method", METHODS)
def test_the_own_rating_of_a_title_does_not_count(method: str) -> None:
    low, high = (WORLD.person(np.array([3, 8]), np.array([2.0, stars])) for stars in (0.5, 5.0))
    assert WORLD.estimate(low, 8, method) == WORLD.estimate(high, 8, method)


@pytest.mark.parametrize("method", METHODS)
def test_viewers_get_the_estimate_of_their_list_given_by_hand(method: str) -> None:
    for viewer in range(20):
        known = WORLD.viewer(viewer)
        given_by_hand = WORLD.person(known.titles[::-1], known.stars[::-1])
        for title in range(TITLES):  # rated or not
            assert WORLD.estimate(known, title, method) == WORLD.estimate(
                given_by_hand, title, method
            )


lists = st.dictionaries(
    st.integers(0, TITLES - 1), st.integers(1, 10).map(lambda value: value / 2), max_size=30
)


@given(lists, st.integers(0, TITLES - 1), st.sampled_from(METHODS), st.randoms())
def test_estimates_are_on_the_scale_and_do_not_depend_on_the_order(
    stars: dict[int, float], title: int, method: str, random: Random
) -> None:
    def estimate(items: Sequence[tuple[int, float]]) -> tuple[float, float, float]:
        titles = np.array([title for title, _ in items], np.int64)
        given = WORLD.person(titles, np.array([value for _, value in items]))
        return WORLD.estimate(given, title, method)

    items = list(stars.items())
    value, low, high = estimate(items)
    assert 0.5 <= low <= value <= high <= 5
    random.shuffle(items)
    assert estimate(items) == (value, low, high)


@pytest.mark.parametrize("method", METHODS)
def test_a_viewers_own_rating_of_a_title_changes_no_estimate_of_it(method: str) -> None:
    for viewer in range(40):
        known = WORLD.viewer(viewer)
        for title in known.titles[::5].tolist():
            without = known.titles != title
            shorter = WORLD.person(known.titles[without], known.stars[without])
            changed = WORLD.person(known.titles, np.where(without, known.stars, 0.5))
            expected = WORLD.estimate(known, title, method)
            assert WORLD.estimate(shorter, title, method) == expected
            assert WORLD.estimate(changed, title, method) == expected


@pytest.mark.parametrize("method", NEIGHBOUR_METHODS)
def test_viewers_do_not_give_away_their_own_rating_as_their_neighbours(method: str) -> None:
    # The only rater of title 2 is the viewer: nothing else is known of it.
    world = fitted(ratings([{0: 5.0, 1: 1.0, 2: 5.0}, {0: 5.0, 1: 1.0}], 3))
    before = world.person(np.array([0, 1]), np.array([5.0, 1.0]))
    for person_ in (world.viewer(0), before, world.viewer(1)):
        assert world.estimate(person_, 2, method).value == pytest.approx(before.mean)
    # Somebody with other ratings who agrees with the viewer.
    other = world.person(np.array([0, 1]), np.array([4.5, 1.0]))
    assert world.estimate(other, 2, method).value > other.mean


@pytest.mark.parametrize("method", METHODS)
def test_many_titles_at_once_get_the_estimates_of_each(method: str) -> None:
    viewer = WORLD.viewer(0)
    titles = np.setdiff1d(np.arange(TITLES), viewer.titles)
    together = WORLD.estimates(viewer, titles, method).tolist()
    assert together == [WORLD.estimate(viewer, title, method).value for title in titles.tolist()]


@pytest.mark.parametrize("method", RANKING_METHODS)
def test_all_titles_get_the_corrections_of_each(
    method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "_BLOCK", 7)
    content = features([{title % 5: 0.25, 5 + title % 11: 0.75} for title in range(TITLES)])
    world = fitted(synthetic(seed=1, quality=0.5, taste=0.5), content)
    viewer = world.viewer(3)
    corrections = world.all_corrections(viewer, method)
    assert len(corrections) == TITLES
    assert corrections.any()
    for title in range(TITLES):
        assert corrections[title] == world.corrections(viewer, np.array([title]), method)[0]


@pytest.mark.parametrize("method", METHODS)
def test_people_without_ratings_have_an_estimate(method: str) -> None:
    nobody = WORLD.person(np.zeros(0, np.int64), np.zeros(0))
    estimate = WORLD.estimate(nobody, 5, method)
    assert 0.5 <= estimate.value <= 5


def test_what_agreeing_viewers_like_is_estimated_higher() -> None:
    # Fans give odd titles five stars and even ones one star, the others contrariwise.
    fans = [{title: 5.0 if title % 2 else 1.0 for title in range(12)} for _ in range(6)]
    others = [{title: 1.0 if title % 2 else 5.0 for title in range(12)} for _ in range(6)]
    world = fitted(ratings([*fans, *others], 12))
    fan = world.person(np.arange(8), np.array([1.0, 5.0] * 4))
    for method in ("PEARSON_VIEWERS", "ITEM_NEIGHBOURS", "FACTORS"):
        assert world.estimate(fan, 11, method).value > 3.5, method
        assert world.estimate(fan, 10, method).value < 2.5, method


def test_intervals_are_of_the_bin_and_clipped_to_the_scale() -> None:
    bins = [(-0.5, 0.25), *[(-100.0, 100.0)] * (INTERVAL_BINS - 1)]
    parameters = Parameters(3.0, 1.0, 2.0, {}, {"VIEWER_MEAN": bins})
    arrays = {name: np.zeros((0, 0)) for name in _ARRAYS} | {"rating_offsets": np.zeros(1)}
    world = Estimator(arrays, parameters)
    few = world.estimate(person({0: 3.0}, parameters), 1, "VIEWER_MEAN")
    spread = (5 / 6) ** 0.5
    assert few == pytest.approx((3.0, 3.0 - 0.5 * spread, 3.0 + 0.25 * spread))
    many = person(dict.fromkeys(range(10), 3.0), parameters)
    assert world.estimate(many, 11, "VIEWER_MEAN") == (3.0, 0.5, 5.0)


def test_bins_start_at_a_number_of_ratings() -> None:
    counts = np.array([0, 4, 5, 14, 15, 49, 50, 199, 200, 10_000])
    assert interval_bins(counts).tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]


_ARRAYS = (
    "rating_titles",
    "rating_values",
    "viewer_means",
    "title_raters",
    "title_rater_values",
    "title_effects",
    "title_factors",
    "title_feature_offsets",
    "title_features",
    "title_feature_shares",
)

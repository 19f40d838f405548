"""Means, effects, raters, factors and features, fitted to ratings."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from datastore.base.tables import ARRAYS, TABLES
from etl.titles import estimators
from etl.titles.estimators import Ratings, features, fit
from rating_world import NO_FEATURES, ratings, synthetic


def arrays(known: Ratings) -> dict[str, Any]:
    return fit(known, NO_FEATURES, seed=0)[0]


def test_the_means_of_viewers_are_shrunk_to_that_of_all() -> None:
    known = ratings([{0: 5.0, 1: 4.0}, {0: 1.0}], 2)
    fitted, parameters = fit(known, NO_FEATURES, seed=0)
    assert parameters.mean == pytest.approx(10 / 3)
    k, mean = parameters.mean_shrinkage, parameters.mean
    expected = [(9 + k * mean) / (2 + k), (1 + k * mean) / (1 + k)]
    assert fitted["viewer_means"] == pytest.approx(expected)


@pytest.mark.parametrize(("mood", "least", "most"), [(1.5, 0.5, 2.0), (0.1, 8.0, 48.0)])
def test_means_are_shrunk_more_where_viewers_are_alike(
    mood: float, least: float, most: float
) -> None:
    rng = np.random.default_rng(3)
    viewers = [
        {
            title: float(np.clip(np.round(2 * rng.normal(centre, 0.7)) / 2, 0.5, 5))
            for title in range(5)
        }
        for centre in rng.normal(3, mood, 400)
    ]
    _, parameters = fit(ratings(viewers, 5), NO_FEATURES, seed=0)
    assert least <= parameters.mean_shrinkage <= most


def test_titles_have_an_effect_where_they_differ() -> None:
    good_and_bad = [{0: 5.0, 1: 1.0, title: 3.0} for title in range(2, 22)]
    effects = arrays(ratings(good_and_bad, 22))["title_effects"]
    assert effects[0] > 1.5
    assert effects[1] < -1.5


def test_titles_have_no_effect_where_they_do_not_differ() -> None:
    assert np.abs(arrays(synthetic(seed=5, quality=0.0))["title_effects"]).max() < 0.05


def test_raters_are_those_with_most_ratings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(estimators, "_MOST_RATERS", 2)
    known = ratings([{0: 1.0}, {0: 2.0, 1: 2.5}, {0: 3.0, 1: 3.5, 2: 4.0}], 4)
    fitted = arrays(known)
    assert fitted["title_raters"].tolist() == [[2, 1], [2, 1], [2, -1], [-1, -1]]
    assert fitted["title_rater_values"].tolist() == [[6, 4], [7, 5], [8, 0], [0, 0]]


def test_raters_whose_ratings_would_not_all_be_compared_come_last(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(estimators, "_MOST_RATERS", 2)
    monkeypatch.setattr(estimators, "MOST_RATER_RATINGS", 2)
    known = ratings([{0: 1.0, 1: 1.0, 2: 1.0}, {0: 2.0}, {0: 3.0, 1: 3.0}], 3)
    assert arrays(known)["title_raters"].tolist() == [[2, 1], [2, 0], [0, -1]]


def test_factors_are_alike_for_titles_that_the_same_viewers_like() -> None:
    fans = [{title: 5.0 if title % 2 else 1.0 for title in range(12)} for _ in range(6)]
    others = [{title: 1.0 if title % 2 else 5.0 for title in range(12)} for _ in range(6)]
    factors = arrays(ratings([*fans, *others], 12))["title_factors"]
    products = factors @ factors.T
    assert products[0, 2] > 0.5
    assert products[0, 3] < -0.5


def test_a_fit_is_the_same_twice() -> None:
    known = synthetic(seed=1, quality=0.5, taste=0.5)
    first, second = (arrays(known) for _ in range(2))
    for name, array in first.items():
        assert array.tobytes() == second[name].tobytes(), name


def test_nothing_is_known_without_ratings() -> None:
    fitted, parameters = fit(ratings([], 3), NO_FEATURES, seed=0)
    assert parameters.mean == 2.75
    assert fitted["title_raters"].max(initial=-1) == -1
    assert not fitted["title_factors"].any()


def test_the_arrays_are_those_of_the_contract() -> None:
    fitted = arrays(synthetic(seed=1, quality=0.0))
    assert tuple(fitted) == estimators.ARRAYS
    for name, array in fitted.items():
        assert str(array.dtype) == ARRAYS[name].dtype, name


class Tables:
    """A reader of titles with these genres, cast and directors."""

    def __init__(self, **columns: list[list[int]]) -> None:
        schema = TABLES["titles"]
        self.titles = pa.table(
            {name: pa.array(rows, schema.field(name).type) for name, rows in columns.items()}
        )

    def table(self, name: str, *columns: str) -> pa.Table:
        assert name == "titles"
        return self.titles.select(columns)


def test_features_are_what_several_titles_have_and_rare_ones_count_more() -> None:
    reader: Any = Tables(
        genres=[[0], [0], [0, 1], []], cast=[[7], [8], [7], []], directors=[[], [7], [], []]
    )
    found = features(reader)
    assert found.offsets.tolist() == [0, 2, 3, 5, 5]
    # Genre 0 and person 7 of the cast; genre 1, person 8 and director 7 have one title each.
    assert found.features.tolist() == [0, 1, 0, 0, 1]
    genre, actor = np.log(4 / 3) ** 2, np.log(4 / 2) ** 2
    share = genre / (genre + actor)
    assert found.shares == pytest.approx([share, 1 - share, 1.0, share, 1 - share])


def test_a_part_of_the_ratings_keeps_the_viewers() -> None:
    known = ratings([{0: 1.0, 1: 2.0}, {1: 3.0}, {0: 4.0, 2: 5.0}], 3)
    part = known.subset(np.array([False, True, False, True, True]))
    assert part.offsets.tolist() == [0, 1, 1, 3]
    assert part.titles.tolist() == [1, 0, 2]
    assert part.values.tolist() == [4, 8, 10]
    assert known.viewers().tolist() == [0, 0, 1, 2, 2]

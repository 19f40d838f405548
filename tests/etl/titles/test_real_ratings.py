"""Verdicts on the real ratings: a fifth is hidden from the build and asked of the server.

PLAYGRAPH_RAW_DIR=DIR pytest -m raw tests/etl/titles/test_real_ratings.py
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.csv as csv
import pytest

from datastore.base.estimates import METHODS
from datastore.store import Store
from etl.release.build import Inputs
from harness import build_snapshot
from real_data import CATALOGUES, RATINGS, few_verdicts_measured, needs_titles
from resolvers.verdicts import for_viewer
from thorough import THOROUGH

ASKED = 8_000 if THOROUGH else 2_500

pytestmark = [pytest.mark.raw, needs_titles]


@pytest.fixture(scope="module")
def parts() -> tuple[pa.Table, pa.Table]:
    """Ratings that the build reads, and hidden ones, of other pairs of viewer and title."""
    table = csv.read_csv(RATINGS)
    pairs = pa.table({name: table[name] for name in ("userId", "movieId")}).to_pandas()
    numbers = pairs.groupby(["userId", "movieId"], sort=False).ngroup().to_numpy()
    hidden = np.random.default_rng(7).random(numbers.max() + 1)[numbers] < 0.2
    return table.filter(pa.array(~hidden)), table.filter(pa.array(hidden))


@pytest.fixture(scope="module")
def world(parts: tuple[pa.Table, pa.Table], tmp_path_factory: pytest.TempPathFactory) -> Store:
    visible = tmp_path_factory.mktemp("visible") / "ratings.csv"
    csv.write_csv(parts[0], visible)
    inputs = Inputs(titles=CATALOGUES, ratings=visible)
    with few_verdicts_measured():
        return Store.open(build_snapshot(inputs, tmp_path_factory.mktemp("real-titles")))


@pytest.fixture(scope="module")
def answers(
    parts: tuple[pa.Table, pa.Table], world: Store
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Stars of hidden ratings; estimate, low and high by each method."""
    last = parts[1].to_pandas().drop_duplicates(["userId", "movieId"], keep="last")
    asked = last.sample(ASKED, random_state=3)
    viewers = [world.viewers.find(str(viewer)) for viewer in asked["userId"]]
    known = [viewer is not None for viewer in viewers]
    asked = asked[known]
    rows = [viewer for viewer in viewers if viewer is not None]
    answers = {}
    for method in METHODS:
        verdicts = [
            for_viewer(world, row, title_id, method=method)
            for row, title_id in zip(rows, asked["movieId"], strict=True)
        ]
        answers[method] = np.array([(v.estimate, v.low, v.high) for v in verdicts])
    return asked["rating"].to_numpy(), answers


@pytest.mark.parametrize("method", METHODS)
def test_intervals_cover_four_fifths_of_hidden_ratings(
    answers: tuple[np.ndarray, dict[str, np.ndarray]], method: str
) -> None:
    stars, estimates = answers
    _, low, high = estimates[method].T
    assert 0.77 <= np.mean((low <= stars) & (stars <= high)) <= 0.83


def test_the_best_method_is_as_good_as_the_mean_of_the_viewer(
    answers: tuple[np.ndarray, dict[str, np.ndarray]],
    parts: tuple[pa.Table, pa.Table],
    world: Store,
) -> None:
    stars, estimates = answers
    rmse = {
        method: float(np.sqrt(np.mean((values[:, 0] - stars) ** 2)))
        for method, values in estimates.items()
    }
    everybody = float(parts[0]["rating"].to_numpy().mean())
    assert rmse[world.verdicts.parameters.best] <= 1.003 * rmse["VIEWER_MEAN"]
    assert rmse["VIEWER_MEAN"] < 0.93 * float(np.sqrt(np.mean((stars - everybody) ** 2)))
    for method in METHODS:
        assert rmse[method] <= 1.01 * rmse["VIEWER_MEAN"], method


def test_the_card_has_the_error_of_hidden_ratings(
    answers: tuple[np.ndarray, dict[str, np.ndarray]], world: Store
) -> None:
    stars, estimates = answers
    evaluation = world.verdicts.evaluation
    assert evaluation is not None
    for method, values in estimates.items():
        measured = evaluation.of(method).rmse
        hidden = float(np.sqrt(np.mean((values[:, 0] - stars) ** 2)))
        assert hidden == pytest.approx(measured.value, abs=0.04), method

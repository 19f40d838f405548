"""The model stage of verdicts: what it writes, and what must not be released."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest

import titles_world
from datastore.base.estimates import METHODS, Parameters
from datastore.base.evaluation import Estimate
from datastore.base.reader import SnapshotReader
from datastore.base.verdict_evaluation import GLOBAL_MEAN, VerdictEvaluation, VerdictMetrics
from etl.titles.estimators import Ratings, features, fit
from etl.titles.verdicts import VERDICTS


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The snapshot of a tiny world."""
    return titles_world.write(tmp_path_factory.mktemp("titles"))


def metrics(method: str, rmse: float, half: float = 0.01) -> VerdictMetrics:
    around = Estimate(rmse, rmse - half, rmse + half)
    return VerdictMetrics(method, around, around, Estimate(0.8, 0.79, 0.81), 2.0, around, None)


def figures(best: float, mean: float = 1.0, measured: int = 1_000) -> bytes:
    return msgspec.json.encode(
        VerdictEvaluation(
            seed=0,
            held_out=2_000,
            measured=measured,
            viewers=100,
            best="CONTENT",
            ranking="CONTENT",
            global_mean=metrics(GLOBAL_MEAN, mean),
            methods=[metrics(method, best if method == "CONTENT" else 2.0) for method in METHODS],
        )
    )


def test_a_model_as_good_as_the_live_one_may_be_released() -> None:
    assert VERDICTS.judge(figures(0.95), None) == ""
    assert VERDICTS.judge(figures(0.95), figures(0.95)) == ""
    assert VERDICTS.judge(figures(0.95), figures(0.99)) == ""


def test_a_difference_within_noise_does_not_refuse_a_model() -> None:
    assert VERDICTS.judge(figures(0.962), figures(0.95)) == ""
    assert VERDICTS.judge(figures(1.012), None) == ""


@pytest.mark.parametrize(
    ("new", "live", "reason"),
    [
        (
            figures(1.02),
            None,
            "Verdicts: the RMSE of the best method, CONTENT, is 1.020 stars on held-out ratings, "
            "worse than that of the mean of all ratings, 1.000.",
        ),
        (
            figures(0.97),
            figures(0.95),
            "Verdicts: the RMSE of the best method, CONTENT, is 0.970 stars on held-out ratings, "
            "worse than that of the live model, 0.950.",
        ),
    ],
)
def test_a_worse_model_is_refused(new: bytes, live: bytes | None, reason: str) -> None:
    assert VERDICTS.judge(new, live) == reason


def test_damaged_figures_of_the_live_model_do_not_stop_a_build() -> None:
    assert VERDICTS.judge(figures(0.95), b"{") == ""


def test_too_few_ratings_decide_nothing() -> None:
    assert VERDICTS.judge(figures(1.5, measured=100), figures(0.9)) == ""
    assert VERDICTS.judge(figures(0.97), figures(0.9, measured=100)) == ""


def test_the_quality_begins_with_the_mean_of_all_ratings() -> None:
    assert VERDICTS.quality is not None
    quality = VERDICTS.quality(figures(0.95))
    assert quality.best == "CONTENT"
    assert list(quality.methods) == [GLOBAL_MEAN, *METHODS]
    assert quality.methods["CONTENT"]["RMSE (stars)"] == Estimate(0.95, 0.94, 0.96)
    assert VERDICTS.quality(figures(0.95, measured=0)).methods == {}


def test_the_stage_writes_its_arrays_and_the_parameters(folder: Path) -> None:
    reader = SnapshotReader(folder)
    entry = reader.manifest.models["verdicts"]
    parameters = msgspec.convert(entry.facts, Parameters)
    arrays, fitted = fit(Ratings.read(reader), features(reader), seed=1)
    assert parameters.mean == fitted.mean
    assert parameters.mean_shrinkage == fitted.mean_shrinkage
    for name in VERDICTS.arrays:
        assert np.array_equal(reader.array(name), arrays[name]), name
    figures = msgspec.json.decode((folder / VERDICTS.evaluation).read_bytes())
    assert figures["seed"] == 1


@pytest.mark.parametrize("changed", ["rating_titles", "rating_values", "rating_offsets"])
def test_other_ratings_are_another_model(folder: Path, changed: str) -> None:
    reader = SnapshotReader(folder)
    before = VERDICTS.inputs(reader)
    assert VERDICTS.inputs(reader) == before
    reader.manifest.arrays[changed] = msgspec.structs.replace(
        reader.manifest.arrays[changed], sha256="other"
    )
    assert VERDICTS.inputs(reader) != before


def test_other_genres_are_another_model_and_other_times_are_not(folder: Path) -> None:
    reader = SnapshotReader(folder)
    before = VERDICTS.inputs(reader)
    arrays, tables = reader.manifest.arrays, reader.manifest.tables
    arrays["rating_times"] = msgspec.structs.replace(arrays["rating_times"], sha256="other")
    assert VERDICTS.inputs(reader) == before
    tables["titles"] = msgspec.structs.replace(tables["titles"], sha256="other")
    assert VERDICTS.inputs(reader) != before

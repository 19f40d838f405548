"""The model stage of verdicts: what it writes, and what must not be released."""

from __future__ import annotations

import msgspec
import pytest

from datastore.base.estimates import METHODS
from datastore.base.evaluation import Estimate
from datastore.base.verdict_evaluation import GLOBAL_MEAN, VerdictEvaluation, VerdictMetrics
from etl.titles.verdicts import VERDICTS


def metrics(method: str, rmse: float, half: float = 0.01) -> VerdictMetrics:
    around = Estimate(rmse, rmse - half, rmse + half)
    return VerdictMetrics(method, around, around, Estimate(0.8, 0.79, 0.81), 2.0, around, None)


def figures(best: float, mean: float = 1.0, measured: int = 1_000) -> bytes:
    return msgspec.json.encode(
        VerdictEvaluation(
            seed=0,
            held_out=2_000,
            calibrated=1_000,
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


def test_noise_is_no_reason_to_refuse_a_model() -> None:
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


def test_too_few_ratings_decide_nothing() -> None:
    assert VERDICTS.judge(figures(1.5, measured=100), figures(0.9)) == ""
    assert VERDICTS.judge(figures(0.97), figures(0.9, measured=100)) == ""

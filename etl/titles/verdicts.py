"""etl.titles: the model stage of verdicts: fits, measures and judges the methods of estimates."""

from __future__ import annotations

import hashlib
from math import hypot

import msgspec

from datastore.base.evaluation import Estimate
from datastore.base.plural import counted
from datastore.base.reader import SnapshotReader
from datastore.base.verdict_evaluation import FILE, VerdictEvaluation
from etl.process.threads import one_thread
from etl.snapshot.writer import SnapshotWriter
from etl.subject import Fitted, ModelStage, Quality, Task
from etl.titles import estimators
from etl.titles.estimators import Ratings, fit
from etl.titles.verdict_evaluation import evaluate

__all__ = ["VERDICTS"]

#: Measured pairs below which a difference means nothing.
_FEWEST_PAIRS = 200


def _inputs(reader: SnapshotReader) -> str:
    """Digest of the ratings, and of the table with genres, cast and directors."""
    arrays, tables = reader.manifest.arrays, reader.manifest.tables
    names = ("rating_offsets", "rating_titles", "rating_values")
    digests = [*(arrays[name].sha256 for name in names), tables["titles"].sha256]
    return hashlib.sha256("".join(digests).encode()).hexdigest()


def _fit(reader: SnapshotReader, writer: SnapshotWriter, task: Task) -> Fitted:
    ratings, content = Ratings.read(reader), estimators.features(reader)
    with one_thread("blas"):  # the same result on any number of cores
        measured, evaluation = evaluate(ratings, content, task.seed, task.stage.advance)
        arrays, parameters = fit(ratings, content, task.seed)
    for name in estimators.ARRAYS:
        writer.array(name, arrays[name])
    task.stage.say(
        f"best method: {measured.best}; "
        f"{counted(len(ratings.values), 'rating')}, the last of each viewer for each title"
    )
    parameters = msgspec.structs.replace(
        measured,
        mean=parameters.mean,
        spread=parameters.spread,
        mean_shrinkage=parameters.mean_shrinkage,
    )
    return Fitted(msgspec.to_builtins(parameters), evaluation)


def _judge(new: bytes, live: bytes | None) -> str:
    """The best method must not be worse than the mean of all ratings, nor than the live best."""
    candidate = msgspec.json.decode(new, type=VerdictEvaluation)
    if candidate.measured < _FEWEST_PAIRS:
        return ""
    best = candidate.of(candidate.best)
    limits = [("the mean of all ratings", candidate.global_mean.rmse)]
    served = _decoded(live)
    if served is not None and served.measured >= _FEWEST_PAIRS:
        limits.append(("the live model", served.of(served.best).rmse))
    for name, rmse in limits:
        if best.rmse.value - rmse.value > hypot(_half(best.rmse), _half(rmse)):
            return (
                f"Verdicts: the RMSE of the best method, {candidate.best}, is "
                f"{best.rmse.value:.3f} stars on held-out ratings, worse than that of {name}, "
                f"{rmse.value:.3f}."
            )
    return ""


def _decoded(live: bytes | None) -> VerdictEvaluation | None:
    """The figures of the live model; None if there are none, or if the file is damaged."""
    try:
        return msgspec.json.decode(live, type=VerdictEvaluation) if live is not None else None
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _half(estimate: Estimate) -> float:
    return (estimate.high - estimate.low) / 2


def _quality(content: bytes) -> Quality:
    """The errors of the mean of all ratings and of each method, on held-out ratings."""
    figures = msgspec.json.decode(content, type=VerdictEvaluation)
    if not figures.measured:
        return Quality(figures.best, {})
    return Quality(
        figures.best,
        {
            metrics.method: {
                "RMSE (stars)": metrics.rmse,
                "MAE (stars)": metrics.mae,
                "in 80 % interval": metrics.coverage,
            }
            for metrics in (figures.global_mean, *figures.methods)
        },
    )


VERDICTS = ModelStage(
    name="verdicts",
    recipe=2,
    arrays=estimators.ARRAYS,
    evaluation=FILE,
    inputs=_inputs,
    fit=_fit,
    judge=_judge,
    quality=_quality,
)

"""etl.sentiment: the sentiment stage: both scores of every review, found by worker processes if
there are many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from etl.columns.arrow import whole
from etl.process.progress import Reporter
from etl.process.workers import ThisProcess, Workers
from etl.sentiment import classifier
from etl.sentiment.reuse import Scores, reviews_digest
from etl.sentiment.scoring import Scoring

__all__ = ["ReviewScoring", "Sentiment"]

#: Reviews that the build's own process scores: to start a worker takes as long.
_FEW = 8_000

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sentiment:
    """Scores of reviews, -1 to 1, NaN without a text: VADER's compound, and the learned one.

    `digest` names all that the learned scores depend on.
    """

    compound: Floats
    learned: Floats
    digest: str

    def facts(self, recommend: npt.NDArray[np.bool_]) -> dict[str, Any]:
        """How well both scores tell recommended reviews, for the manifest."""
        return {
            "sentiment": classifier.facts(recommend, self.compound, self.learned),
            "reviews_sha256": self.digest,
        }


class ReviewScoring:
    """Reviews (user_id, app_id, recommend, text) being scored while the build does other things.

    Scores are taken from an earlier snapshot's where they are known. Few reviews are scored at
    once.
    """

    def __init__(self, rows: pa.Table, earlier: Scores | None, workers: Workers) -> None:
        text = whole(rows["text"])
        self._digest = reviews_digest(rows)
        self._compound = earlier.compound(text) if earlier else np.full(len(text), np.nan)
        known = earlier.learned(self._digest) if earlier else None
        self._learning = (
            classifier.Learning(rows, _fit_for(len(rows), workers)) if known is None else None
        )
        self._learned = np.full(len(text), np.nan)
        if known is not None:
            self._learned[text.is_valid().to_numpy(zero_copy_only=False)] = known
        self._new = np.flatnonzero(np.isnan(self._compound))
        self._scoring = Scoring(
            text.take(pa.array(self._new)).to_pylist(), _fit_for(len(self._new), workers)
        )

    def result(self, reporter: Reporter) -> Sentiment:
        """Wait for all scores. Raises PlaygraphError when the system ended a worker."""
        with reporter.stage("sentiment", self._scoring.texts) as stage:
            self._compound[self._new] = self._scoring.result(stage.advance)
            stage.rows(self._scoring.texts, "text")
        with reporter.stage("learned sentiment") as stage:
            found = self._learning.result() if self._learning else np.zeros(0)
            stage.rows(int(np.isfinite(found).sum()), "text")
        learned = found if self._learning else self._learned
        return Sentiment(self._compound, learned, self._digest)


def _fit_for(reviews: int, workers: Workers) -> Workers | ThisProcess:
    """Who scores this number of reviews in the least time."""
    return workers if reviews > _FEW else ThisProcess()

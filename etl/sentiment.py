"""etl: sentiment of review texts by VADER, on all cores.

C. J. Hutto, E. Gilbert: VADER, A Parsimonious Rule-based Model for Sentiment Analysis of Social
Media Text (ICWSM 2014), by the package vaderSentiment with its own lexicon.
"""

from __future__ import annotations

import signal
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import Self

import numpy as np
import numpy.typing as npt

__all__ = ["NEGATIVE", "NEUTRAL", "POSITIVE", "Scoring", "classes", "score"]

NEGATIVE, NEUTRAL, POSITIVE = 0, 1, 2

#: Texts a worker takes at once: large enough to hide the hand-over, small enough to share fairly.
_CHUNK = 1_000


def score(texts: Sequence[str]) -> list[float]:
    """Compound scores, -1 to 1. The store masks profanity with hearts, which the package reads
    as love; a blank stands for each of them."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    global _analyzer
    if _analyzer is None:
        _analyzer = SentimentIntensityAnalyzer()
    polarity = _analyzer.polarity_scores
    return [polarity(text.replace("♥", " "))["compound"] for text in texts]


_analyzer = None


def classes(compound: npt.NDArray[np.float64]) -> npt.NDArray[np.int8]:
    """Class of each compound score; NaN (no text) is neutral. Thresholds of the authors."""
    result = np.full(len(compound), NEUTRAL, np.int8)
    result[compound >= 0.05] = POSITIVE
    result[compound <= -0.05] = NEGATIVE
    return result


class Scoring:
    """Texts being scored by worker processes while the build does other things."""

    def __init__(self, texts: Sequence[str | None], jobs: int) -> None:
        self._positions = [at for at, text in enumerate(texts) if text]
        self._size = len(texts)
        said = [text for text in texts if text]
        chunks = [said[at : at + _CHUNK] for at in range(0, len(said), _CHUNK)]
        # Workers are spawned, not forked: the build has threads by now.
        self._pool = ProcessPoolExecutor(
            max(1, min(jobs, len(chunks))), get_context("spawn"), initializer=_ignore_interrupt
        )
        self._futures: list[Future[list[float]]] = [self._pool.submit(score, c) for c in chunks]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    @property
    def texts(self) -> int:
        """How many texts there are to score."""
        return len(self._positions)

    def result(self, advance: object = None) -> npt.NDArray[np.float64]:
        """Wait for all scores: one for each text, NaN where there was none."""
        compound = np.full(self._size, np.nan)
        scores: list[float] = []
        for future in self._futures:
            part = future.result()
            scores.extend(part)
            if callable(advance):
                advance(len(part))
        compound[self._positions] = scores
        return compound


def _ignore_interrupt() -> None:
    # Ctrl-C reaches the whole process group; the parent alone decides what to do about it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)

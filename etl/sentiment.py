"""etl: sentiment of review texts by VADER, on all cores.

C. J. Hutto, E. Gilbert: VADER, A Parsimonious Rule-based Model for Sentiment Analysis of Social
Media Text (ICWSM 2014), by the package vaderSentiment with its own lexicon.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess
from typing import Self

import numpy as np
import numpy.typing as npt

from datastore.base.codes import NEGATIVE, NEUTRAL, POSITIVE
from datastore.base.errors import PlaygraphError

__all__ = ["Scoring", "classes", "score"]

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
            max(1, min(jobs, len(chunks))), get_context("spawn"), initializer=_end_with_parent
        )
        with _interrupts_held():  # every worker is started here
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
        """Wait for all scores: one for each text, NaN where there was none.

        Raises PlaygraphError when the system ended a worker.
        """
        compound = np.full(self._size, np.nan)
        scores: list[float] = []
        for future in self._futures:
            try:
                part = future.result()
            except BrokenProcessPool:
                raise PlaygraphError(
                    "A process that scores the reviews was ended from outside, perhaps for want of "
                    "memory. Build again with --jobs 1."
                ) from None
            scores.extend(part)
            if callable(advance):
                advance(len(part))
        compound[self._positions] = scores
        return compound


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Ctrl-C reaches the whole process group; the parent alone decides what to do about it.

    Processes started within inherit the mask and never hear of it, not even while they start.
    The parent hears of it at the end.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _end_with_parent() -> None:
    """Do not outlive a parent that was killed: the queue alone would be waited on for ever."""
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)

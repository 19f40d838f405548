"""etl.sentiment: sentiment of review texts by VADER, on all cores."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from datastore.base.codes import NEGATIVE, NEUTRAL, POSITIVE
from etl.process.workers import ThisProcess, Workers, wait
from etl.sentiment.vader import Vader

__all__ = ["Scoring", "classes", "compounds", "score"]

#: Texts a worker takes at once: large enough to hide the hand-over, small enough to share fairly.
_CHUNK = 1_000


def score(texts: Sequence[str]) -> list[float]:
    """Compound scores, -1 to 1. The store masks profanity with hearts, which the package reads
    as love; each is replaced with a blank."""
    compound = _vader().compound
    return [compound(text.replace("♥", " ")) for text in texts]


def compounds(texts: Sequence[str | None]) -> npt.NDArray[np.float64]:
    """The score of each text by this process, NaN where there is none."""
    positions = [place for place, text in enumerate(texts) if text]
    compound = np.full(len(texts), np.nan)
    compound[positions] = score([text for text in texts if text])
    return compound


@cache
def _vader() -> Vader:
    """One for all texts of a process: to read the lexicon takes as long as some hundred texts."""
    return Vader()


def classes(compound: npt.NDArray[np.float64]) -> npt.NDArray[np.int8]:
    """Class of each compound score; NaN (no text) is neutral. Thresholds of the authors."""
    result = np.full(len(compound), NEUTRAL, np.int8)
    result[compound >= 0.05] = POSITIVE
    result[compound <= -0.05] = NEGATIVE
    return result


class Scoring:
    """Texts being scored by worker processes while the build does other things."""

    def __init__(self, texts: Sequence[str | None], workers: Workers | ThisProcess) -> None:
        self._positions = [start for start, text in enumerate(texts) if text]
        self._size = len(texts)
        nonblank = [text for text in texts if text]
        chunks = [nonblank[start : start + _CHUNK] for start in range(0, len(nonblank), _CHUNK)]
        self._futures = [workers.submit(score, chunk) for chunk in chunks]

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
            part = wait(future)
            scores.extend(part)
            if callable(advance):
                advance(len(part))
        compound[self._positions] = scores
        return compound

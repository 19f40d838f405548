"""etl.games: both sentiments of reviews in ranges of users.

VADER scores each text by itself. The learned sentiment is learned from all texts: each range turns
its texts into columns of words, one task deals them into folds, one task per fold fits a model to
the columns of the other folds, and each range scores its texts by the models.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy import sparse

from etl.parts.folder import WorkFolder
from etl.process.engine import Engine
from etl.sentiment import classifier, scoring
from etl.sentiment.reuse import reviews_digest
from etl.sentiment.reviews import Sentiment

__all__ = ["score"]

_REVIEWS = "reviews merged"
#: Arrays about the texts of a range: columns of words as a sparse matrix, flag, and fold.
_WORDS = ("word_values", "word_columns", "word_ends")
_FLAGS, _FOLD = "flags", "fold"
_DEALT = "texts to deal"
#: What is known about a fold's model.
_WEIGHTS, _TERMS = "weights", "terms"


def score(engine: Engine, folder: WorkFolder, ranges: int) -> dict[str, Any]:
    """Score the reviews of ranges of users: `compound` and `learned` of the work folder. Returns
    the facts about both."""
    parts, stage = range(ranges), "learned sentiment"
    for _ in engine.map(_Score(folder), parts, "sentiment"):
        pass
    for _ in engine.map(_Words(folder), parts, f"{stage}: words"):
        pass
    [folds] = engine.map(_Deal(folder, ranges), [0], f"{stage}: folds")
    for _ in engine.map(_Fit(folder, ranges), folds, f"{stage}: models"):
        pass
    for _ in engine.map(_Learned(folder, folds), parts, f"{stage}: scores"):
        pass
    facts: dict[str, Any]
    [facts] = engine.map(_Facts(folder, ranges), [0], f"{stage}: facts")
    return facts


@dataclass(frozen=True, slots=True)
class _Score:
    """Scores the texts of a range of users by VADER."""

    folder: WorkFolder

    def __call__(self, part: int) -> None:
        texts = self.folder.read(_REVIEWS, part)["text"].to_pylist()
        self.folder.write_array("compound", part, scoring.compounds(texts))


@dataclass(frozen=True, slots=True)
class _Words:
    """Finds the words of the texts of a range of users, and what they are dealt by."""

    folder: WorkFolder

    def __call__(self, part: int) -> None:
        rows = self.folder.read(_REVIEWS, part)
        rows = rows.filter(rows["text"].is_valid())
        texts = rows["text"].to_pylist()
        words = classifier.word_columns(texts)
        arrays = dict(zip(_WORDS, (words.data, words.indices, words.indptr[1:]), strict=True))
        for name, array in arrays.items():
            self.folder.write_array(name, part, array)
        self.folder.write_array(_FLAGS, part, rows["recommend"].to_numpy())
        digests = [_digest(classifier.folded(text)) for text in texts]
        dealt = pa.table([rows["user_id"], pa.array(digests, pa.string())], ["user_id", "text"])
        self.folder.write(_DEALT, part, dealt)


def _digest(text: str) -> str:
    """A text of 32 characters, which differs if the text does."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class _Deal:
    """Deals the texts of all ranges into folds. Returns the folds; none if there are too few."""

    folder: WorkFolder
    ranges: int

    def __call__(self, _only: int) -> list[int]:
        parts = range(self.ranges)
        dealt = pa.concat_tables([self.folder.read(_DEALT, part) for part in parts])
        flags = [self.folder.read_array(_FLAGS, part) for part in parts]
        users, texts = (dealt[name].to_pylist() for name in ("user_id", "text"))
        fold = classifier.folds(users, texts, np.concatenate(flags))
        if fold is None:
            return []
        ends = np.cumsum([len(own) for own in flags])
        for part, own in zip(parts, np.split(fold, ends[:-1]), strict=True):
            self.folder.write_array(_FOLD, part, own)
        found: list[int] = np.unique(fold).tolist()
        return found


@dataclass(frozen=True, slots=True)
class _Fit:
    """Fits the model of a fold to the texts of the others."""

    folder: WorkFolder
    ranges: int

    def __call__(self, fold: int) -> None:
        words, flags = [], []
        for part in range(self.ranges):
            seen = self.folder.read_array(_FOLD, part) != fold
            words.append(_words(self.folder, part)[seen])
            flags.append(self.folder.read_array(_FLAGS, part)[seen])
        model = classifier.fitted(sparse.vstack(words, "csr"), np.concatenate(flags))
        self.folder.write_array(_WEIGHTS, fold, model.weights)
        self.folder.write_array(_TERMS, fold, np.array([model.intercept, model.odds]))


def _words(folder: WorkFolder, part: int) -> sparse.csr_matrix:
    data, indices, ends = (folder.read_array(name, part) for name in _WORDS)
    indptr = np.append(0, ends).astype(ends.dtype)
    return sparse.csr_matrix((data, indices, indptr), (len(ends), classifier.COLUMNS))


@dataclass(frozen=True, slots=True)
class _Learned:
    """Scores the texts of a range of users by the models of their folds."""

    folder: WorkFolder
    folds: Sequence[int]

    def __call__(self, part: int) -> None:
        text = self.folder.read(_REVIEWS, part)["text"]
        scores = np.full(len(text), np.nan)
        if self.folds:
            scores[np.flatnonzero(text.is_valid().to_numpy())] = self._scores(part)
        self.folder.write_array("learned", part, scores)

    def _scores(self, part: int) -> npt.NDArray[np.float64]:
        words, fold = _words(self.folder, part), self.folder.read_array(_FOLD, part)
        scores = np.zeros(len(fold))
        for number in self.folds:
            own = fold == number
            terms = self.folder.read_array(_TERMS, number).tolist()
            model = classifier.Model(self.folder.read_array(_WEIGHTS, number), *terms)
            scores[own] = model.scores(words[own])
        return scores


@dataclass(frozen=True, slots=True)
class _Facts:
    """Finds the facts about all scores; they name all texts, too."""

    folder: WorkFolder
    ranges: int

    def __call__(self, _only: int) -> dict[str, Any]:
        columns = ["user_id", "app_id", "text", "recommend"]
        parts = range(self.ranges)
        tables = [self.folder.read(_REVIEWS, part).select(columns) for part in parts]
        rows = pa.concat_tables(tables).combine_chunks()
        del tables
        compound, learned = (np.concatenate(list(self._scores(name))) for name in _SCORES)
        sentiment = Sentiment(compound, learned, reviews_digest(rows))
        return sentiment.facts(rows["recommend"].to_numpy())

    def _scores(self, name: str) -> Iterator[npt.NDArray[np.float64]]:
        return self.folder.arrays(name, range(self.ranges))


_SCORES = ("compound", "learned")

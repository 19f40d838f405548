"""etl.sentiment: sentiment of review texts, learned from the data's own recommend flags.

A logistic regression of the flag on the words and pairs of words of a text:
`ln(p / (1 - p)) = w x + b`. Words are runs of letters or digits, runs of hearts (the store masks
profanity with them) and single signs, in lower case; x has an entry for each word and pair that
occurs, all equal, of length 1 together. They are hashed into columns, so only w and b
depend on other texts.

The score is `tanh((w x + b - ln(r / (1 - r))) / 2)`, r the share of texts that recommend: 2 q - 1,
where q is the probability of a recommendation if both flags were equally frequent. It is 0 where
the text is undecided.

Cross-fitted: texts are dealt into folds, and those of a fold are scored by a model that has seen
the other folds only. Equal texts, and all texts of a user, are in one fold.

R.-E. Fan et al., LIBLINEAR: A Library for Large Linear Classification (JMLR 2008), by
scikit-learn. K. Weinberger et al., Feature Hashing for Large Scale Multitask Learning (ICML 2009).
Cross-fitting: M. Stone, Cross-Validatory Choice and Assessment of Statistical Predictions (1974).
Equal frequencies: G. King, L. Zeng, Logistic Regression in Rare Events Data (2001), section 4.1.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from etl.process.memory import without_pandas
from etl.process.workers import ThisProcess, Workers, wait

if TYPE_CHECKING:
    from scipy import sparse

__all__ = [
    "COLUMNS",
    "FOLDS",
    "LEAST",
    "Learning",
    "Model",
    "auc",
    "cross_fitted",
    "deal",
    "facts",
    "fitted",
    "folded",
    "folds",
    "word_columns",
]

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Folds = npt.NDArray[np.int64]

FOLDS = 5
#: Texts of either flag that a model must have seen; with fewer there is no learned sentiment.
LEAST = 30

#: Of 1, 2, 4, 8 the inverse regularisation with the smallest log loss on 58,328 real reviews.
_C = 8.0
#: Columns of words.
COLUMNS = 1 << 18
_WORD = r"\w+|♥+|[^\w\s]"


_AT_ONCE = 4_096


class Learning:
    """The texts of the reviews (user_id, recommend, text) being learned from by a worker
    process."""

    def __init__(self, rows: pa.Table, workers: Workers | ThisProcess) -> None:
        self._size = len(rows)
        self._positions = np.flatnonzero(rows["text"].is_valid().to_numpy())
        reviews = rows.take(self._positions)
        recommend = reviews["recommend"].to_numpy()
        self._future = None
        if np.bincount(recommend, minlength=2).min() >= LEAST:
            users, texts = (reviews[name].to_pylist() for name in ("user_id", "text"))
            self._future = workers.submit(_learned, users, texts, recommend)

    def result(self) -> Floats:
        """Wait for all scores: one for each review, NaN without a text or where nothing is learned.

        Raises PlaygraphError when the system ended the worker.
        """
        scores = np.full(self._size, np.nan)
        if self._future:
            scores[self._positions] = wait(self._future)
        return scores


def _learned(users: Sequence[str], texts: Sequence[str], recommend: Flags) -> Floats:
    """Score of each text; NaN where that is too little to learn from."""
    fold = folds(users, texts, recommend)
    return np.full(len(texts), np.nan) if fold is None else cross_fitted(texts, recommend, fold)


def folds(users: Sequence[str], texts: Sequence[str], recommend: Flags) -> Folds | None:
    """The fold of each text, as `deal` deals them; None if that is too little to learn from."""
    if np.bincount(recommend, minlength=2).min() < LEAST:
        return None
    fold = deal(users, texts)
    return fold if _enough(recommend, fold) else None


def folded(text: str) -> str:
    """The same for texts that are equal except for case and whitespace."""
    return " ".join(text.casefold().split())


def deal(users: Sequence[str], texts: Sequence[str]) -> Folds:
    """Fold of each text, 0 to FOLDS - 1; folds are as equal in size as can be.

    Texts of one user share a fold, and so do texts that are equal except for case and whitespace.
    """
    from scipy import sparse
    from scipy.sparse import csgraph

    keys = (("text", folded(text)) for text in texts)
    nodes = _numbers([*(("user", user) for user in users), *keys])
    user, text = nodes[: len(users)], nodes[len(users) :]
    size = int(nodes.max(initial=-1)) + 1
    links = sparse.coo_array((np.ones(len(users), bool), (user, text)), shape=(size, size))
    _, group = csgraph.connected_components(links, directed=False)
    sizes = np.bincount(group[user])
    fold = np.zeros(len(sizes), np.int64)
    dealt = np.zeros(FOLDS, np.int64)
    for number in np.argsort(-sizes, kind="stable"):  # the greatest group first
        fold[number] = dealt.argmin()
        dealt[fold[number]] += sizes[number]
    dealt_to: Folds = fold[group[user]]
    return dealt_to


def cross_fitted(texts: Sequence[str], recommend: Flags, fold: Folds) -> Floats:
    """Score of each text, -1 to 1, to four places as VADER's, from the texts of other folds."""
    words = word_columns(texts)
    scores = np.zeros(len(texts))
    for number in np.unique(fold):
        seen = fold != number
        scores[~seen] = fitted(words[seen], recommend[seen]).scores(words[~seen])
    return scores


def word_columns(texts: Sequence[str]) -> sparse.csr_matrix:
    """Texts x columns of words and pairs of words: a row depends on its text alone."""
    from scipy import sparse

    with without_pandas():
        from sklearn.feature_extraction.text import HashingVectorizer

    vectorizer = HashingVectorizer(
        token_pattern=_WORD,
        ngram_range=(1, 2),
        n_features=COLUMNS,
        alternate_sign=False,
        binary=True,
        dtype=np.float32,
    )
    # Some at a time: what the vectorizer needs besides its result is several times as large.
    parts = (
        vectorizer.transform(texts[start : start + _AT_ONCE])
        for start in range(0, len(texts), _AT_ONCE)
    )
    empty = sparse.csr_matrix((0, COLUMNS), dtype=np.float32)
    return sparse.vstack([empty, *parts], "csr")


@dataclass(frozen=True, slots=True)
class Model:
    """A logistic regression: a weight for each column, and what is added to their sum."""

    weights: Floats
    intercept: float
    odds: float  # logarithm of those of the flag among the texts that were seen

    def scores(self, words: sparse.csr_matrix) -> Floats:
        """The score of each text, -1 to 1, to four places."""
        decided = words @ self.weights + self.intercept - self.odds
        return np.asarray(np.tanh(decided / 2).round(4), np.float64)


def fitted(words: sparse.csr_matrix, recommend: Flags) -> Model:
    """The model of the flags of these texts."""
    with without_pandas():
        from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(
        C=_C, solver="liblinear", dual=True, tol=0.1, max_iter=1_000, random_state=0
    )
    model.fit(words, recommend)
    share = recommend.mean()
    odds = float(np.log(share / (1 - share)))
    return Model(model.coef_[0].astype(np.float64), float(model.intercept_[0]), odds)


def auc(recommend: Flags, scores: Floats) -> float | None:
    """Area under the ROC curve: how often a text that recommends scores higher than one that does
    not, ties half. None where there is not one of either.

    The same as scikit-learn's `roc_auc_score`, which costs the build's process 132 MB and 0.6 s to
    load: only a worker loads scikit-learn, and only where many reviews have changed.
    """
    _, place, count = np.unique(scores, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[place]  # from 1; equal scores share their mean
    positive = int(recommend.sum())
    negative = len(recommend) - positive
    if not positive or not negative:
        return None
    wins = rank[recommend].sum() - positive * (positive + 1) / 2
    return float(wins / (positive * negative))


def facts(recommend: Flags, compound: Floats, learned: Floats) -> dict[str, Any]:
    """How well both sentiments tell recommended from not recommended reviews, for the manifest."""
    return {
        "vader_auc": _known_auc(recommend, compound),
        "learned_auc": _known_auc(recommend, learned),
        "reviews": int(np.count_nonzero(~np.isnan(compound))),
        "folds": FOLDS,
    }


def _known_auc(recommend: Flags, scores: Floats) -> float | None:
    known = ~np.isnan(scores)
    area = auc(recommend[known], scores[known])
    return None if area is None else round(area, 4)


def _enough(recommend: Flags, fold: Folds) -> bool:
    """Whether the texts outside of each fold have enough of either flag."""
    dealt = np.bincount(fold * 2 + recommend, minlength=2 * FOLDS).reshape(FOLDS, 2)
    return bool((dealt.sum(axis=0) - dealt).min() >= LEAST)


def _numbers(keys: Sequence[Hashable]) -> Folds:
    """Number of each key, from 0 in the order of their first coming."""
    number: dict[Hashable, int] = {}
    return np.array([number.setdefault(key, len(number)) for key in keys], np.int64)

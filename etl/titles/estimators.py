"""etl.titles: fits the arrays and numbers of an estimator to ratings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from datastore.base.estimates import HIGHEST, LOWEST, Parameters
from datastore.base.evidence import MOST_RATER_RATINGS
from datastore.base.lists import distinct
from datastore.base.reader import SnapshotReader
from etl.columns.arrow import whole

__all__ = ["ARRAYS", "Features", "Ratings", "features", "fit"]

Arrays = dict[str, npt.NDArray[Any]]

#: The arrays that a fit gives.
ARRAYS = (
    "viewer_means",
    "title_raters",
    "title_rater_values",
    "title_effects",
    "title_factors",
    "title_feature_offsets",
    "title_features",
    "title_feature_shares",
)

#: Raters of a title who may be neighbours. Twice as many take twice the time of a look-up.
_MOST_RATERS = 32
#: Candidates for the shrinkage of the viewer's mean, in ratings.
_MEAN_SHRINKAGES = (0.5, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 48.0)
#: Latent factors of a title; more are noise in data of this size.
_FACTORS = 16
#: Additional columns and iterations of the randomized decomposition (Halko, Martinsson, Tropp
#: 2011, algorithm 4.4).
_OVERSAMPLING, _POWER_ITERATIONS = 8, 2
#: Ratings that are copied at once.
_SOME = 1 << 20
#: Ratings are in steps of half a star: none are certain to less than that.
_LEAST_SPREAD = 0.5
#: The shrinkage of a title's effect where titles do not differ, in ratings.
_NO_EFFECT = 1e6


@dataclass(frozen=True, slots=True)
class Ratings:
    """Ratings by viewer, then title: the arrays `rating_offsets`, `rating_titles` and
    `rating_values`; and the number of titles."""

    offsets: npt.NDArray[np.int64]
    titles: npt.NDArray[Any]
    values: npt.NDArray[np.uint8]
    title_count: int

    @classmethod
    def read(cls, reader: SnapshotReader) -> Ratings:
        """All ratings of a snapshot."""
        return cls(
            reader.array("rating_offsets"),
            reader.array("rating_titles"),
            reader.array("rating_values"),
            reader.table("titles").num_rows,
        )

    @property
    def title_counts(self) -> npt.NDArray[np.int64]:
        """The number of ratings of each title."""
        parts = (self.titles[start : start + _SOME] for start in range(0, len(self.titles), _SOME))
        counts = (np.bincount(part, minlength=self.title_count) for part in parts)
        return sum(counts, start=np.zeros(self.title_count, np.int64))

    def viewers(self) -> npt.NDArray[np.int32]:
        """Viewer of each rating."""
        counts = np.diff(self.offsets)
        return np.repeat(np.arange(len(counts), dtype=np.int32), counts)

    def subset(self, kept: npt.NDArray[np.bool_]) -> Ratings:
        """Some of the ratings, of the same viewers."""
        before = np.concatenate([[0], np.cumsum(kept, dtype=np.int64)])
        return Ratings(before[self.offsets], self.titles[kept], self.values[kept], self.title_count)

    def arrays(self) -> Arrays:
        """The ratings as arrays of a snapshot."""
        return {
            "rating_offsets": self.offsets,
            "rating_titles": self.titles,
            "rating_values": self.values,
        }


@dataclass(frozen=True, slots=True)
class Features:
    """Genres, cast and directors of titles: the arrays `title_feature_offsets`,
    `title_features` and `title_feature_shares`."""

    offsets: npt.NDArray[np.int64]
    features: npt.NDArray[np.int32]
    shares: npt.NDArray[np.float32]


def features(reader: SnapshotReader) -> Features:
    """Features that at least two titles have, once per title. A feature's share of a title is by
    its squared idf, so that a common director says more than a common genre."""
    columns = ("genres", "cast", "directors")
    titles = reader.table("titles", *columns)
    rows, codes, first = list[Any](), list[Any](), 0
    for name in columns:
        column = whole(titles[name])
        offsets = column.offsets.to_numpy().astype(np.int64)
        offsets, values = distinct(offsets, column.values.to_numpy().astype(np.int64))
        codes.append(values + first)
        rows.append(np.repeat(np.arange(len(column)), np.diff(offsets)))
        first = int(codes[-1].max(initial=first - 1)) + 1
    title, code = np.concatenate(rows), np.concatenate(codes)
    counts = np.bincount(code, minlength=first)
    shared = counts[code] > 1
    title, code = title[shared], code[shared]
    numbers = np.cumsum(counts > 1) - 1
    order = np.argsort(title, kind="stable")
    title, code = title[order], code[order]
    weights = np.log(max(1, titles.num_rows) / counts[code]) ** 2
    totals = np.bincount(title, weights, titles.num_rows)[title]
    shares = np.divide(weights, totals, out=np.zeros(len(code)), where=totals > 0)
    offsets = np.concatenate([[0], np.cumsum(np.bincount(title, minlength=titles.num_rows))])
    return Features(offsets, numbers[code].astype(np.int32), shares.astype(np.float32))


def fit(ratings: Ratings, content: Features, seed: int) -> tuple[Arrays, Parameters]:
    """The arrays of an estimator and its means; shrinkage and intervals are measured later."""
    viewers = ratings.viewers()
    counts = np.diff(ratings.offsets)
    totals = _sums(viewers, ratings.values, len(counts)) / 2
    mean = float(totals.sum()) / len(viewers) if len(viewers) else (LOWEST + HIGHEST) / 2
    shrinkage = _mean_shrinkage(ratings, viewers, totals, mean)
    means = ((totals + shrinkage * mean) / (counts + shrinkage)).astype(np.float32)
    residuals = ratings.values.astype(np.float32)
    residuals /= 2
    residuals -= means[viewers]
    spread = float(np.sqrt(np.mean(np.square(residuals)))) if len(residuals) else 1.0
    spread = max(spread, _LEAST_SPREAD)
    effects = _title_effects(ratings, residuals)
    raters, values = _title_raters(ratings, viewers)
    residuals -= effects[ratings.titles]
    factors = _title_factors(ratings, residuals, seed)
    arrays: Arrays = {
        "viewer_means": means,
        "title_raters": raters,
        "title_rater_values": values,
        "title_effects": effects,
        "title_factors": factors,
        "title_feature_offsets": content.offsets,
        "title_features": content.features,
        "title_feature_shares": content.shares,
    }
    return arrays, Parameters(mean=mean, spread=spread, mean_shrinkage=shrinkage)


def _sums(
    groups: npt.NDArray[np.integer], values: npt.NDArray[Any], size: int
) -> npt.NDArray[np.float64]:
    """Sums of the values of each group, in their order; `bincount` would copy all of both."""
    sums = np.zeros(size)
    for start in range(0, len(groups), _SOME):
        some = slice(start, start + _SOME)
        np.add.at(sums, groups[some].astype(np.intp), values[some].astype(np.float64))
    return sums


def _mean_shrinkage(
    ratings: Ratings, viewers: npt.NDArray[np.int32], totals: npt.NDArray[np.float64], mean: float
) -> float:
    """The shrinkage that estimates each rating best from the viewer's others."""
    sample = slice(None, None, 1 + len(viewers) // 1_000_000)
    stars, viewer = ratings.values[sample] / 2, viewers[sample]
    others = totals[viewer] - stars
    counts = np.diff(ratings.offsets)[viewer] - 1

    def error(shrinkage: float) -> float:
        estimates = (others + shrinkage * mean) / (counts + shrinkage)
        return float(np.square(stars - estimates).sum())

    return min(_MEAN_SHRINKAGES, key=error)


def _title_effects(ratings: Ratings, residuals: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Mean residual of each title, shrunk by the ratio of the variances within and between titles
    (method of moments)."""
    counts = ratings.title_counts
    totals = _sums(ratings.titles, residuals, ratings.title_count)
    within = float(np.square(residuals, dtype=np.float64).mean()) if len(residuals) else 0.0
    rated = counts > 0
    # Of a title's squared total, its number of ratings times the variance is chance.
    surplus = float((totals[rated] ** 2 - counts[rated] * within).sum())
    between = surplus / max(1.0, float((counts[rated].astype(np.float64) ** 2).sum()))
    shrinkage = min(_NO_EFFECT, within / between) if between > 0 else _NO_EFFECT
    return np.asarray(totals / (counts + shrinkage), np.float32)


def _title_raters(
    ratings: Ratings, viewers: npt.NDArray[np.int32]
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.uint8]]:
    """Of each title, the raters with most ratings, who have most in common with others, and what
    they gave; -1 and 0 where there are fewer. Those whose ratings would not all be compared come
    last."""
    counts = np.diff(ratings.offsets)
    ranking = np.lexsort((-counts, counts > MOST_RATER_RATINGS))
    ranks = np.empty(len(counts), np.int32)
    ranks[ranking] = np.arange(len(counts), dtype=np.int32)
    keys = ratings.titles.astype(np.int64)
    keys *= max(1, len(counts))
    keys += ranks[viewers]
    keys *= 16
    keys += ratings.values
    keys.sort()
    by_title = ratings.title_counts
    starts = np.cumsum(by_title) - by_title
    places = starts[:, None] + np.arange(_MOST_RATERS)
    filled = np.arange(_MOST_RATERS) < by_title[:, None]
    best = keys[places[filled]]
    raters = np.full(filled.shape, -1, np.int32)
    values = np.zeros(filled.shape, np.uint8)
    raters[filled] = ranking[best // 16 % max(1, len(counts))]
    values[filled] = best % 16
    return raters, values


def _title_factors(
    ratings: Ratings, residuals: npt.NDArray[np.float32], seed: int
) -> npt.NDArray[np.float32]:
    """Latent factors of titles: titles x factors, by a randomized singular value decomposition of
    viewers x titles with 0 for what is not rated.

    They are scaled so that the covariance of two titles' ratings is about the product of their
    factors: singular values are corrected for what is missing and for those of pure noise.
    """
    from scipy import sparse

    viewer_count = len(ratings.offsets) - 1
    shape = (viewer_count, ratings.title_count)
    width = min(_FACTORS + _OVERSAMPLING, *shape)
    if not len(residuals) or not width:
        return np.zeros((ratings.title_count, _FACTORS), np.float32)
    matrix = sparse.csr_matrix(
        (residuals, ratings.titles.astype(np.int32), ratings.offsets), shape=shape, copy=False
    )
    start = np.random.default_rng(seed).standard_normal((ratings.title_count, width))
    basis = start.astype(np.float32)
    for _ in range(_POWER_ITERATIONS):
        basis = np.linalg.qr(matrix.T @ (matrix @ basis))[0]
    _, singular, directions = np.linalg.svd(matrix @ basis, full_matrices=False)
    vectors = (basis @ directions.T)[:, :_FACTORS]
    density = len(residuals) / (shape[0] * shape[1])
    noise = (
        float(np.square(residuals).mean()) * density * (np.sqrt(shape[0]) + np.sqrt(shape[1])) ** 2
    )
    signal = np.sqrt(np.maximum(singular[:_FACTORS].astype(np.float64) ** 2 - noise, 0.0))
    factors = np.zeros((ratings.title_count, _FACTORS), np.float32)
    factors[:, : vectors.shape[1]] = vectors * (signal / density / np.sqrt(viewer_count))
    return factors

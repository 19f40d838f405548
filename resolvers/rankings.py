"""resolvers: rankings of games and developers by the reviews of a year."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from datastore.base.codes import DEVELOPER, NEGATIVE, POSITIVE, RELEASE, REVIEW
from datastore.store import Store
from resolvers.arguments import check_first, check_year

__all__ = [
    "BEST",
    "COUNT",
    "WILSON",
    "WORST",
    "Coverage",
    "Place",
    "coverage",
    "rank",
    "rows_of_year",
    "wilson",
]

#: Which reviews count: those that recommend and are positive, or those that do neither and are
#: negative.
BEST, WORST = "best", "worst"
#: Sort by the number of these reviews, or by the lower bound of their share.
COUNT, WILSON = "count", "wilson"

#: Most places of a ranking.
_MOST = 100
_Z = 1.959963984540054  # 95 % confidence

Floats = npt.NDArray[np.float64]


class Place(NamedTuple):
    """A place in a ranking. `row` is a row of games or developers; `score` is the sort key."""

    rank: int
    row: int
    counted: int
    reviews: int
    score: float


class Coverage(NamedTuple):
    """Numbers of reviews with missing data, which rankings leave out."""

    undated: int
    missing_from_catalogue: int
    without_developer: int


def wilson(counted: npt.ArrayLike, total: npt.ArrayLike) -> Floats:
    """Lower bound of the 95 % Wilson score interval of a share; 0 for a share of 0.

    E. B. Wilson, Probable inference, the law of succession, and statistical inference (1927).
    """
    hits, size = np.asarray(counted, np.float64), np.maximum(np.asarray(total, np.float64), 1)
    share, z2 = hits / size, _Z * _Z
    centre = share + z2 / (2 * size)
    margin = _Z * np.sqrt((share * (1 - share) + z2 / (4 * size)) / size)
    # Exactly 0 for a share of 0, despite rounding.
    return np.where(hits > 0, np.maximum(0, (centre - margin) / (1 + z2 / size)), 0)


def rank(
    store: Store, noun: int, year: int, first: int, *, basis: int, side: str, by: str
) -> list[Place]:
    """Games or developers (`noun`) of a year; only those with at least one counted review.

    Ties by folded name, then by row. Raises InvalidArgument for a year or `first` out of range.
    """
    counts = store.rankings.of_year(noun, basis, check_year(year))
    first = check_first(first, _MOST)
    hits = counts.best if side == BEST else counts.worst
    scores = hits.astype(np.float64) if by == COUNT else wilson(hits, counts.reviews)
    # Rows of developers are in the order of their names; a game without a title comes first.
    names = counts.row if noun == DEVELOPER else np.nan_to_num(store.games.title_ranks, nan=-1)
    ties = names if noun == DEVELOPER else names[counts.row]
    order = np.lexsort((counts.row, ties, -scores))
    best = order[hits[order] > 0][:first].tolist()
    return [
        Place(
            place,
            int(counts.row[index]),
            int(hits[index]),
            int(counts.reviews[index]),
            float(scores[index]),
        )
        for place, index in enumerate(best, 1)
    ]


def rows_of_year(
    store: Store, noun: int, row: int, year: int, *, basis: int, side: str
) -> npt.NDArray[np.int64]:
    """The reviews counted for a game or developer (`noun`)."""
    reviews = store.reviews
    rows = reviews.of_developer(row) if noun == DEVELOPER else reviews.of_game(row)
    years = reviews.years if basis == REVIEW else reviews.release_years
    recommend, sentiment = reviews.recommend[rows], reviews.sentiment[rows]
    counted = (
        recommend & (sentiment == POSITIVE)
        if side == BEST
        else ~recommend & (sentiment == NEGATIVE)
    )
    counted_rows: npt.NDArray[np.int64] = rows[(years[rows] == year) & counted]
    return counted_rows


def coverage(store: Store, basis: int) -> Coverage:
    """Reviews with missing data, for rankings by this basis."""
    reviews = store.reviews
    years = reviews.release_years if basis == RELEASE else reviews.years
    return Coverage(
        int(np.isnan(years).sum()),
        int((reviews.game >= store.games.listed).sum()),
        int((reviews.developer < 0).sum()),
    )

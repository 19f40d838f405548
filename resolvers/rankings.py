"""resolvers: rankings of games and developers by the reviews of a year."""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from datastore.store import Store
from resolvers.arguments import check_first, check_year

__all__ = [
    "BEST",
    "COUNT",
    "RELEASE",
    "REVIEW",
    "WILSON",
    "WORST",
    "Coverage",
    "Place",
    "Ranking",
    "rank",
    "rows_of_year",
    "wilson",
]

#: Whose year counts: that of the review, or the release year of the game.
REVIEW, RELEASE = 0, 1
#: What is counted: reviews that recommend and are positive, or advise against and are negative.
BEST, WORST = "best", "worst"
#: By how many there are, or by the lower bound of their share.
COUNT, WILSON = "count", "wilson"

#: Most entries that one ranking lists.
_MOST = 100
_Z = 1.959963984540054  # 95 % confidence


class Place(NamedTuple):
    """A place in a ranking; `row` is of games or developers. `score` is what it is ranked by."""

    rank: int
    row: int
    counted: int
    reviews: int
    score: float


class Coverage(NamedTuple):
    """Reviews that a ranking could not place."""

    undated: int
    missing_from_catalogue: int
    without_developer: int


class Ranking(NamedTuple):
    """The places, and what the ranking does not know."""

    places: list[Place]
    coverage: Coverage


def wilson(counted: float, total: float) -> float:
    """Lower bound of the 95 % Wilson score interval of a share.

    E. B. Wilson, Probable inference, the law of succession, and statistical inference (1927).
    """
    if not counted:  # rounding would leave a trace of a share that is 0
        return 0.0
    share, z2 = counted / total, _Z * _Z
    centre = share + z2 / (2 * total)
    margin = _Z * sqrt((share * (1 - share) + z2 / (4 * total)) / total)
    return max(0.0, (centre - margin) / (1 + z2 / total))


def rank(
    store: Store, noun: str, year: int, first: int, *, basis: int, side: str, by: str
) -> Ranking:
    """Games or developers (`noun`) of a year; only those with at least one counted review.

    Ties by name (folded), then by row. Raises InvalidArgument for an impossible year or `first`.
    """
    check_year(year), check_first(first, _MOST)
    reviews = store.reviews
    years = reviews.years if basis == REVIEW else reviews.release_years
    owner = reviews.developer if noun == "developers" else reviews.game.astype(np.int64)
    mine = (years == year) & (owner >= 0)
    counted = mine & _counted(store, side, slice(None))
    size = len(store.developers) if noun == "developers" else len(store.games)
    totals = np.bincount(owner[mine], minlength=size)
    hits = np.bincount(owner[counted], minlength=size)
    rows = np.flatnonzero(hits)
    scores = [
        float(hits[row]) if by == COUNT else wilson(int(hits[row]), int(totals[row]))
        for row in rows.tolist()
    ]
    names = store.developers.folded if noun == "developers" else store.games.folded_titles
    best = sorted(
        zip(rows.tolist(), scores, strict=True),
        key=lambda pair: (-pair[1], names[pair[0]], pair[0]),
    )
    places = [
        Place(number, row, int(hits[row]), int(totals[row]), score)
        for number, (row, score) in enumerate(best[:first], 1)
    ]
    return Ranking(places, _coverage(store, years))


def rows_of_year(
    store: Store, noun: str, row: int, year: int, *, basis: int, side: str
) -> npt.NDArray[np.int64]:
    """The reviews that a place of a game or developer (`noun`) counts."""
    reviews = store.reviews
    rows = reviews.of_developer(row) if noun == "developers" else reviews.of_game(row)
    years = reviews.years if basis == REVIEW else reviews.release_years
    found: npt.NDArray[np.int64] = rows[(years[rows] == year) & _counted(store, side, rows)]
    return found


def _counted(store: Store, side: str, rows: npt.NDArray[np.int64] | slice) -> npt.NDArray[np.bool_]:
    recommend, sentiment = store.reviews.recommend[rows], store.reviews.sentiment[rows]
    if side == BEST:
        return np.asarray(recommend & (sentiment == 2))
    return np.asarray(~recommend & (sentiment == 0))


def _coverage(store: Store, years: npt.NDArray[np.float64]) -> Coverage:
    reviews = store.reviews
    return Coverage(
        int(np.isnan(years).sum()),
        int((reviews.game >= store.games.listed).sum()),
        int((reviews.developer < 0).sum()),
    )

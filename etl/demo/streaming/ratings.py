"""etl.demo.streaming: viewers and their ratings: a few whose answers are known, then a crowd.

As in the published ratings, viewers differ in mood, and nothing depends on the title.
"""

import csv
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from etl.demo.dump import open_dump
from etl.demo.streaming.canon import UNRATED

__all__ = ["FEWEST_VIEWERS", "KNOWN", "REJECTED", "Rating", "make_ratings", "write_ratings"]

FEWEST_VIEWERS = 50

_HEADER = ("userId", "rating", "timestamp", "movieId")
_FIRST_OF_CROWD = 101
_PER_VIEWER = 27
_STARS = np.arange(1, 11) / 2
_SHARES = (1.40, 3.10, 1.55, 6.65, 5.18, 20.42, 12.60, 26.12, 8.32, 14.64)
"""Percentage of each number of stars in the published ratings."""
_MOOD = 0.43
"""Standard deviation of viewers' means, as a share of that of all ratings."""
_SPREAD = 1.2
"""Standard deviation of the logarithm of ratings per viewer."""
_FIRST_DAY, _LAST_DAY = 9_700, 17_300
_NORMAL = NormalDist()
_BOUNDS = [_NORMAL.inv_cdf(sum(_SHARES[:end]) / sum(_SHARES)) for end in range(1, len(_SHARES))]
"""Where the standard normal distribution is cut so that the stars have their shares."""
_REPEATED = 0.013
"""Share of ratings that the same viewer gives again later."""


class Rating(NamedTuple):
    """A row as published; texts, because some rows are broken."""

    viewer: str
    rating: str
    timestamp: str
    title: str


def _of(viewer: str, ratings: dict[str, float], timestamp: int) -> Iterator[Rating]:
    for title, stars in ratings.items():
        yield Rating(viewer, str(float(stars)), str(timestamp), title)


_TASTE = {
    "as3": 5, "as4": 4.5, "as7": 4, "as8": 4.5, "ds2": 5, "ds5": 3, "hs1": 1, "hs2": 0.5, "hs5": 2,
    "ns1": 3.5, "ns4": 2, "ns5": 1.5, "ns8": 4, "ns10": 5,
}  # fmt: skip

KNOWN: tuple[Rating, ...] = (
    # 1 and 2 agree in everything, 3 with neither: it likes what they dislike.
    *_of("1", _TASTE, 1_100_000_000),
    *_of("2", _TASTE, 1_200_000_000),
    *_of("3", {title: 5.5 - stars for title, stars in _TASTE.items()}, 1_300_000_000),
    # 4 knows only the best, 5 only the worst; 6 has a single rating.
    *_of("4", dict.fromkeys(list(_TASTE)[:8], 5.0), 1_400_000_000),
    *_of("5", dict.fromkeys(list(_TASTE)[:8], 0.5), 1_400_000_000),
    Rating("6", "4.0", "1450000000", "ds1"),
    # 7 changes its mind: as1 ends at 2.5, ns1 (equal timestamps) at 4.0; ds3 is repeated exactly.
    Rating("7", "2.5", "1000000300", "as1"),
    Rating("7", "5.0", "1000000100", "as1"),
    Rating("7", "0.5", "1000000200", "as1"),
    Rating("7", "1.5", "1000000000", "ns1"),
    Rating("7", "4.0", "1000000000", "ns1"),
    Rating("7", "3.0", "1000000000", "ds3"),
    Rating("7", "3.0", "1000000000", "ds3"),
    # 8 has no valid row: an unknown title, impossible ratings, broken fields.
    Rating("8", "4.0", "1000000000", "xs1"),
    Rating("8", "4.0", "1000000001", "as0"),
    Rating("8", "5.5", "1000000002", "as1"),
    Rating("8", "0.0", "1000000003", UNRATED),
    Rating("8", "3.7", "1000000004", "as1"),
    Rating("8", "good", "1000000005", "as1"),
    Rating("8", "4.0", "", "as1"),
    # 11 to 15 rate as10, with mean 4.75, and as11, with mean 3.6.
    Rating("11", "5.0", "1420000000", "as10"),
    Rating("12", "4.5", "1420000000", "as10"),
    Rating("13", "5.0", "1420000000", "as10"),
    Rating("14", "4.5", "1420000000", "as10"),
    Rating("11", "3.0", "1420000060", "as11"),
    Rating("12", "3.5", "1420000060", "as11"),
    Rating("13", "4.0", "1420000060", "as11"),
    Rating("14", "3.5", "1420000060", "as11"),
    Rating("15", "4.0", "1420000060", "as11"),
)

REJECTED = {"unknown title": 2, "impossible rating": 3, "broken field": 2}
"""Invalid rows by reason; all are of viewer 8, who is therefore unknown."""

_NOT_OF_CROWD = frozenset(["as10", "as11", UNRATED])
_HEAVY = "9"
"""The viewer who has rated all that the crowd rates."""


def make_ratings(seed: int, titles: list[str], viewers: int) -> list[Rating]:
    """About 27 ratings per viewer, grouped by viewer, the known ones first.

    Raises ValueError if there are too few viewers for the known ones.
    """
    if viewers < FEWEST_VIEWERS:
        raise ValueError(f"The demo needs at least {FEWEST_VIEWERS} viewers, not {viewers}.")
    rng = np.random.default_rng(seed)
    open_titles = [title for title in titles if title not in _NOT_OF_CROWD]
    known = len({rating.viewer for rating in KNOWN}) + 1
    ids = [_HEAVY, *(str(_FIRST_OF_CROWD + number) for number in range(viewers - known))]
    sizes = _sizes(rng, len(ids), len(open_titles))
    rows = list(KNOWN)
    for viewer, size in zip(ids, sizes.tolist(), strict=True):
        rows += _evening(rng, viewer, size, open_titles)
    return rows


def _sizes(rng: np.random.Generator, viewers: int, titles: int) -> npt.NDArray[np.int64]:
    """Titles that each viewer rates; the first has rated all."""
    drawn = np.exp(rng.normal(0, _SPREAD, viewers))
    scaled: npt.NDArray[np.float64] = np.rint(drawn * _PER_VIEWER / drawn.mean())
    sizes = scaled.clip(1, titles // 2).astype(np.int64)
    sizes[0] = titles
    return sizes


def _evening(
    rng: np.random.Generator, viewer: str, size: int, titles: list[str]
) -> Iterator[Rating]:
    """Ratings of distinct titles by one viewer, a few of them twice."""
    start = int(rng.integers(_FIRST_DAY, _LAST_DAY)) * 86_400 + 68_400
    liking = rng.normal(0, _MOOD) + rng.normal(0, np.sqrt(1 - _MOOD**2), size)
    stars = _STARS[np.searchsorted(_BOUNDS, liking)]
    seconds = rng.integers(0, 20 * size + 60, size)
    chosen = rng.choice(len(titles), size, replace=False)
    again = rng.random(size) < _REPEATED
    changed = _STARS[rng.integers(0, len(_STARS), size)]
    columns = (stars, seconds, chosen, again, changed)
    for star, second, title, repeated, later in zip(*(c.tolist() for c in columns), strict=True):
        yield Rating(viewer, str(star), str(start + second), titles[title])
        if repeated:
            yield Rating(viewer, str(later), str(start + second + 86_400), titles[title])


def write_ratings(path: Path, rows: list[Rating], *, compress: bool) -> None:
    """Write the rows as CSV with CRLF, as published."""
    text = StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_HEADER)
    writer.writerows(rows)
    with open_dump(path, compress=compress) as file:
        file.write(text.getvalue().encode())

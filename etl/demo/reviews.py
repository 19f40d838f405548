"""etl.demo: the demo's reviews: who wrote what about which game, when, and how others voted."""

import math
import random
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from etl.demo.catalogue import Game
from etl.demo.dump import open_dump
from etl.demo.libraries import ItemRows, Shelf
from etl.demo.phrases import Sentiment, compose, page
from etl.demo.players import Crowd, Ints

CRAWL_YEAR = 2016
_YEARS = range(2010, CRAWL_YEAR + 1)
# Reviews per year, flatter than in the real dump (0.1 % in 2010), so that a small world has an
# answer for each year.
# The store does not print the crawl year; with the games that came out in it that year gets 17 %.
_YEAR_WEIGHTS = (2, 3, 5, 16, 37, 30, 5)
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_CRAWL_MONTHS = 8
# Players by number of reviews, one to ten.
_COUNT_WEIGHTS = (13665, 4681, 2561, 1529, 1004, 746, 563, 425, 328, 269)
_REPEATED_SHARE = 0.012
_RECOMMENDED = 0.885
_CLASSES: tuple[Sentiment, ...] = ("negative", "neutral", "positive")
_CLASS_WEIGHTS = {True: (0.1, 0.25, 0.65), False: (0.55, 0.25, 0.2)}
# The first reviews of the file show what is rare: votes by the thousand, and a text as long as
# the store allows.
_FIRST_VOTES = ((1_594, 1_739, 1_203), (987, 1_064, 2), (1, 1, 1), (0, 2, 0))
_FIRST_PAGE = 4
# Few: the sentiment of a whole page takes the build a second.
_PAGE_SHARE = 0.0002


def review_total(lines: int) -> int:
    """Reviews for `lines` library lines: 59,305 for the published 88,310, 1.5 each for few."""
    return round(min(1.5 * lines, 59_305 * math.pow(lines / 88_310, 0.74)))


class Plan:
    """How many reviews each player writes, and of which games: filled while the libraries are made.

    `counts` (players,), owners first; `twice` (players,) marks those whose line occurs twice.
    Owners review what they own, the others what their taste would have them own.
    """

    def __init__(self, rng: np.random.Generator, crowd: Crowd, total: int) -> None:
        self._rng = rng
        self._crowd = crowd
        self._sizes = np.append(crowd.sizes, np.zeros(len(crowd.reviewers), dtype=np.int64))
        self.counts, self.twice = _counts(rng, self._sizes, len(crowd.owners), total)
        self._pairs: list[tuple[Ints, Ints]] = []

    def read(self, first: int, rows: ItemRows) -> None:
        """Picks the reviewed games of the owners from `first` on; the played ones rather."""
        wish = np.log1p(rows.minutes) + 4 * self._rng.random(len(rows.owner))
        order = np.lexsort((-wish, rows.owner))
        owner = rows.owner[order]
        rank = np.arange(len(owner)) - np.searchsorted(owner, owner)
        chosen = rank < self.counts[first + owner]
        self._pairs.append((first + owner[chosen], rows.game[order][chosen]))

    def pairs(self, games: Sequence[Game]) -> Iterator[tuple[int, list[int]]]:
        """(player, reviewed games) in the order of the players, those without a library last."""
        for players, reviewed in self._pairs:
            rows = zip(players.tolist(), reviewed.tolist(), strict=True)
            for player, group in groupby(rows, key=lambda row: row[0]):
                yield player, [game for _, game in group]
        shelf = Shelf(games)
        for player in np.flatnonzero((self.counts > 0) & (self._sizes == 0)).tolist():
            draws = shelf.draw_by_mix(
                self._rng, np.repeat(self._crowd.mixes[[player]], 200, axis=0)
            )
            yield player, list(dict.fromkeys(draws.tolist()))[: int(self.counts[player])]


def write_reviews(
    path: Path, seed: int, games: Sequence[Game], crowd: Crowd, plan: Plan, *, compress: bool
) -> None:
    """The reviews dump: one Python 3 literal per line; some lines occur twice."""
    rng = random.Random(f"reviews {seed}")
    leaning = [rng.gauss(0, 0.06) for _ in games]
    number = 0
    with open_dump(path, compress=compress) as out:
        for player, reviewed in plan.pairs(games):
            texts = []
            for game in reviewed:
                texts.append(_review(rng, games[game], leaning[game], number))
                number += 1
            who = crowd.player(player)
            line = (
                f"{{'user_id': {who.user_id!r}, 'user_url': {who.user_url!r}, "
                f"'reviews': [{', '.join(texts)}]}}\n"
            )
            out.write((line * (1 + bool(plan.twice[player]))).encode())


def _counts(
    rng: np.random.Generator, sizes: Ints, owners: int, total: int
) -> tuple[Ints, NDArray[np.bool_]]:
    """Reviews of each player (players,), and whose line occurs twice; all lines have `total`."""
    counts = np.zeros(len(sizes), dtype=np.int64)
    twice = np.zeros(len(sizes), dtype=bool)
    weights = np.cumsum(_COUNT_WEIGHTS) / sum(_COUNT_WEIGHTS)
    # Those without a library line come first: a review is all that is known of them.
    order = np.append(np.arange(owners, len(sizes)), rng.permutation(owners))
    left = total
    draws = 1 + np.searchsorted(weights[:-1], rng.random(len(order)), side="right")
    again = rng.random(len(order)) < _REPEATED_SHARE
    again[:2] = True
    for place, player in enumerate(order.tolist()):
        count = min(int(draws[place]), int(sizes[player]) or 10)
        if (1 + again[place]) * count > left:
            counts[player] = min(count, left)
            break
        counts[player], twice[player] = count, again[place]
        left -= (1 + int(again[place])) * count
        if not left:
            break
    return counts, twice


def _review(rng: random.Random, game: Game, leaning: float, number: int) -> str:
    recommend = rng.random() < _RECOMMENDED + leaning
    sentiment = rng.choices(_CLASSES, _CLASS_WEIGHTS[recommend])[0]
    year = rng.choices(_YEARS, _YEAR_WEIGHTS)[0]
    # Nobody reviews what is not out; what came out after the crawl had been in early access for
    # years.
    year = max(year, game.year if game.year <= CRAWL_YEAR else 2014)
    helpful, voted, funny = _FIRST_VOTES[number] if number < len(_FIRST_VOTES) else _votes(rng)
    edited = rng.randrange(year, CRAWL_YEAR + 1) if rng.random() < 0.1 else 0
    text = compose(rng, sentiment)
    if number == _FIRST_PAGE or rng.random() < _PAGE_SHARE:
        text = page(text or "A page. ")
    return (
        f"{{'funny': {_funny(funny)!r}, 'posted': 'Posted {_day(rng, year)}.', "
        f"'last_edited': {f'Last edited {_day(rng, edited)}.' if edited else ''!r}, "
        f"'item_id': {game.app_id!r}, 'helpful': {_helpful(helpful, voted)!r}, "
        f"'recommend': {recommend}, "
        f"'review': {text!r}}}"
    )


def _day(rng: random.Random, year: int) -> str:
    day = rng.randrange(1, 29)
    if year == CRAWL_YEAR:
        return f"{_MONTHS[rng.randrange(_CRAWL_MONTHS)]} {day}"
    return f"{rng.choice(_MONTHS)} {day}, {year}"


def _votes(rng: random.Random) -> tuple[int, int, int]:
    """(found it helpful, voted, found it funny)."""
    if rng.random() < 0.51:
        return 0, 0, 0
    voted = min(9_000, int(rng.paretovariate(0.9)))
    helpful = (
        sum(rng.random() < 0.65 for _ in range(voted))
        if voted < 20
        else round(voted * rng.betavariate(6, 3))
    )
    funny = min(5_000, int(rng.paretovariate(1.4))) if rng.random() < 0.28 else 0
    return helpful, voted, funny


def _helpful(helpful: int, voted: int) -> str:
    if not voted:
        return "No ratings yet"
    percent = round(100 * helpful / voted)
    return f"{helpful:,} of {voted:,} people ({percent}%) found this review helpful"


def _funny(count: int) -> str:
    if not count:
        return ""
    return f"{count:,} {'person' if count == 1 else 'people'} found this review funny"

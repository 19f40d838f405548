"""etl.demo: the demo's players: ids, library sizes, tastes."""

import math
import random
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from etl.demo import names
from etl.demo.tastes import TASTES

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

# The real ids begin at 76561197960265728; the invented ones keep the 17 digits and stay below.
FIRST_STEAM_ID = 76561190000000000
EMPTY_SHARE = 0.19
_VANITY_SHARE = 0.35
_REPEATED_SHARE = 0.0078
# Spread of the library sizes: the logarithm's standard deviation of the published ones.
_SIZE_SIGMA = 1.45
# The published libraries: 5,153,209 items on 88,310 lines of a catalogue of 32,135 records, the
# largest 7,762.
_ROWS_A_LINE = 5_153_209 / 88_310
_PUBLISHED_GAMES = 32_135
_LARGEST = 7_762


@dataclass(frozen=True)
class Player:
    """`user_id` is the number itself or a vanity name; `steam_id` always the 17-digit number."""

    user_id: str
    steam_id: str

    @property
    def user_url(self) -> str:
        """The address of the player in the store: by number or by name."""
        kind = "profiles" if self.user_id == self.steam_id else "id"
        return f"http://steamcommunity.com/{kind}/{self.user_id}"


@dataclass(frozen=True)
class Crowd:
    """The owners of the libraries, each once, and those known from reviews only.

    `sizes` (owners,) is the number of items of each library; `mixes` (everybody, tastes) each
    player's shares of the tastes, rows of sum 1, owners first. The line of an owner in `twice`
    occurs twice: equal, or for those in `older` first an older, shorter one. `miscounted` is the
    owner whose line claims one item more than it lists.
    """

    owners: list[Player]
    reviewers: list[Player]
    sizes: Ints
    mixes: Floats
    twice: frozenset[int]
    older: frozenset[int]
    miscounted: int

    def player(self, index: int) -> Player:
        """The player of a row of `mixes`."""
        return (
            self.owners[index]
            if index < len(self.owners)
            else self.reviewers[index - len(self.owners)]
        )


def older_size(size: int) -> int:
    """The number of items in the older line of a library of `size` items."""
    return size * 3 // 5


def make_crowd(seed: int, lines: int, games: int, records: int) -> Crowd:
    """Players of `lines` lines of the items dump, `games` to own, a catalogue of `records`.

    Raises ValueError when there are too few lines for a repeated line of each kind.
    """
    if lines < 50:
        raise ValueError(f"The demo needs at least 50 users, not {lines}.")
    rng = np.random.default_rng([seed, 1])
    repeats = max(4, round(_REPEATED_SHARE * lines))
    owners = lines - repeats
    people = _people(seed, rng, owners + max(4, lines // 60))
    empty = rng.permutation(owners)[: round(EMPTY_SHARE * lines)]
    listed = np.ones(owners, dtype=bool)
    listed[empty] = False
    # Small libraries only: an older line must not weigh in the total.
    repeated = rng.choice(np.flatnonzero(listed), repeats, replace=False)
    sizes = _sizes(rng, listed, repeated, rows=_rows(lines, records), largest=_largest(games))
    twice = repeated.tolist()
    miscounted = next(owner for owner in np.flatnonzero(listed).tolist() if owner not in twice)
    return Crowd(
        owners=people[:owners],
        reviewers=people[owners:],
        sizes=sizes,
        mixes=_mixes(rng, len(people)),
        twice=frozenset(twice),
        older=frozenset(twice[::2]),
        miscounted=miscounted,
    )


def _rows(lines: int, records: int) -> int:
    """Item rows in all: at the published sizes the published number; they grow with `records`."""
    return round(_ROWS_A_LINE * lines * math.pow(min(1.0, records / _PUBLISHED_GAMES), 0.25))


def _largest(games: int) -> int:
    return min(_LARGEST, games // 2)


def _people(seed: int, rng: np.random.Generator, count: int) -> list[Player]:
    handles = names.handles(random.Random(f"handles {seed}"))
    vanity = rng.random(count) < _VANITY_SHARE
    # Growing steps keep the numbers distinct without a look-up.
    numbers = rng.permutation(FIRST_STEAM_ID + np.cumsum(rng.integers(1, 9_000, count)))
    return [
        Player(next(handles) if named else str(number), str(number))
        for named, number in zip(vanity.tolist(), numbers.tolist(), strict=True)
    ]


def _sizes(
    rng: np.random.Generator, listed: NDArray[np.bool_], repeated: Ints, *, rows: int, largest: int
) -> Ints:
    """Heavy-tailed library sizes (owners,): all lines, repeated ones too, add up to `rows`."""
    sizes = np.zeros(len(listed), dtype=np.int64)
    sizes[repeated] = rng.integers(5, 21, len(repeated))
    twice = [
        older_size(int(size)) if place % 2 == 0 else int(size)
        for place, size in enumerate(sizes[repeated])
    ]
    free = listed.copy()
    free[repeated] = False
    wanted = rows - int(sizes.sum()) - sum(twice)
    raw = np.exp(rng.standard_normal(int(free.sum())) * _SIZE_SIGMA)
    raw[np.argmax(raw)] = np.inf
    sizes[free] = _scaled(raw, wanted, largest)
    return sizes


def _scaled(raw: Floats, total: int, largest: int) -> Ints:
    low, high = 0.0, float(largest)
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (
            (middle, high) if np.clip(raw * middle, 1, largest).sum() < total else (low, middle)
        )
    sizes = np.clip(np.floor(raw * low), 1, largest).astype(np.int64)
    # Rounding down leaves less than one item a library to give.
    order = np.flatnonzero(sizes < largest)[: total - int(sizes.sum())]
    sizes[order] += 1
    return sizes


def _mixes(rng: np.random.Generator, count: int) -> Floats:
    """Shares of the tastes (count, tastes): one or two tastes make most of a player."""
    weights = np.array([taste.players for taste in TASTES])
    draws = rng.standard_gamma(0.25 * weights, (count, len(TASTES))) + 1e-9
    mixes: Floats = draws / draws.sum(axis=1, keepdims=True)
    return mixes

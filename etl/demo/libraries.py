"""etl.demo: the demo's libraries: owned games and playtimes, written as the items dump."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from etl.demo.catalogue import Game
from etl.demo.dump import open_dump
from etl.demo.oddities import GHOST_ROWS
from etl.demo.players import Crowd, Floats, Ints, older_size
from etl.demo.tastes import TASTES

# Owners worked on at a time: some 100,000 rows, which keeps the memory flat whatever the number
# of players.
CHUNK = 2_000
ZERO_SHARE = 0.36
_ZIPF = 1.4
# Share of the draws that follow the crowd and not the player: gifts, bundles, sales.
_BUNDLE_SHARE = 0.15
_RECENT_SHARE = 0.03
_MOST_MINUTES = 640_000
_MOST_RECENT_MINUTES = 14 * 24 * 60


@dataclass(frozen=True)
class ItemRows:
    """Item rows of some owners, sorted by owner: parallel arrays (rows,); times in minutes."""

    owner: Ints
    game: Ints
    minutes: Ints
    recent: Ints


class Shelf:
    """The games by taste, drawn by popularity: Zipf within a taste, ghosts at a fixed share."""

    def __init__(self, games: Sequence[Game]) -> None:
        self.taste: Ints = np.array([game.taste for game in games], dtype=np.int64)
        ghost = np.array([game.ghost for game in games])
        self._order = np.argsort(self.taste, kind="stable")
        weights = np.zeros(len(games))
        for taste in range(len(TASTES)):
            for kind, mass in ((False, 1 - GHOST_ROWS), (True, GHOST_ROWS)):
                found = np.flatnonzero((self.taste == taste) & (ghost == kind))
                zipf = 1 / (np.arange(len(found)) + 6.0) ** _ZIPF
                weights[found] = mass * zipf / zipf.sum()
        # Taste t fills the interval [t, t + 1).
        self._bounds = np.cumsum(weights[self._order])
        self.crowd: Floats = np.cumsum([taste.players for taste in TASTES])
        self.crowd /= self.crowd[-1]

    def __len__(self) -> int:
        return len(self.taste)

    def draw(self, rng: np.random.Generator, tastes: Ints) -> Ints:
        """A game (draws,) of each given taste."""
        points = tastes + rng.random(len(tastes))
        return self._order[
            np.minimum(np.searchsorted(self._bounds, points, side="right"), len(self) - 1)
        ]

    def draw_by_mix(self, rng: np.random.Generator, mixes: Floats) -> Ints:
        """A game for each row of `mixes` (draws, tastes), now and then by the crowd's taste."""
        point = rng.random((len(mixes), 1))
        tastes = (point >= np.cumsum(mixes, axis=1)[:, :-1]).sum(axis=1)
        gifts = rng.random(len(mixes)) < _BUNDLE_SHARE
        tastes[gifts] = np.searchsorted(self.crowd[:-1], rng.random(int(gifts.sum())), side="right")
        return self.draw(rng, tastes)


def make_rows(rng: np.random.Generator, shelf: Shelf, sizes: Ints, mixes: Floats) -> ItemRows:
    """The libraries of one chunk of owners with `sizes` (owners,) and `mixes` (owners, tastes)."""
    owner, game = _owned(rng, shelf, sizes, mixes)
    affinity = mixes[owner, shelf.taste[game]]
    never = _never_played(rng, affinity)
    # Heavy tails: a lognormal around two hours for a stranger's taste, around a day for the
    # player's own.
    habit = rng.standard_normal(len(sizes))[owner]
    minutes = np.exp(
        4.4 + 2.0 * np.sqrt(affinity) + 0.6 * habit + 1.9 * rng.standard_normal(len(owner))
    )
    minutes = np.where(never, 0, np.clip(np.ceil(minutes), 1, _MOST_MINUTES)).astype(np.int64)
    lately = rng.random(len(owner)) * (1.5 - affinity) < _RECENT_SHARE / (1 - ZERO_SHARE)
    recent = np.ceil(np.exp(4.5 + 1.6 * rng.standard_normal(len(owner)))).astype(np.int64)
    recent = np.where(lately, np.minimum(np.minimum(recent, minutes), _MOST_RECENT_MINUTES), 0)
    return ItemRows(owner, game, minutes, recent)


def write_libraries(
    path: Path, rng: np.random.Generator, games: Sequence[Game], crowd: Crowd, *, compress: bool
) -> Iterator[tuple[int, ItemRows]]:
    """Write the items dump; yields (first owner, rows) of each chunk, for the reviews.

    The file is complete when the iterator is exhausted.
    """
    shelf = Shelf(games)
    heads = [
        f"{{'item_id': {game.app_id!r}, 'item_name': {game.name!r}, 'playtime_forever': "
        for game in games
    ]
    with open_dump(path, compress=compress) as out:
        for first in range(0, len(crowd.owners), CHUNK):
            sizes = crowd.sizes[first : first + CHUNK]
            rows = make_rows(rng, shelf, sizes, crowd.mixes[first : first + len(sizes)])
            out.write("".join(_lines(heads, rows, crowd, first)).encode())
            yield first, rows


def _lines(heads: list[str], rows: ItemRows, crowd: Crowd, first: int) -> Iterator[str]:
    """The lines of the chunk of owners from `first` on; then, for some, a second line."""
    again = []
    items = list(zip(rows.game.tolist(), rows.minutes.tolist(), rows.recent.tolist(), strict=True))
    start = 0
    for owner, size in enumerate(crowd.sizes[first : first + CHUNK].tolist(), first):
        library = items[start : start + size]
        start += size
        texts = [
            f"{heads[game]}{total}, 'playtime_2weeks': {recent}}}"
            for game, total, recent in library
        ]
        line = _line(crowd, owner, texts)
        if owner in crowd.twice:
            again.append(line)
        if owner in crowd.older:
            played = [(game, total * 2 // 3) for game, total, _ in library[: older_size(size)]]
            texts = [f"{heads[game]}{total}, 'playtime_2weeks': 0}}" for game, total in played]
            line = _line(crowd, owner, texts)
        yield line
    yield from again


def _line(crowd: Crowd, owner: int, items: list[str]) -> str:
    player = crowd.owners[owner]
    count = len(items) + (owner == crowd.miscounted)
    return (
        f"{{'user_id': {player.user_id!r}, 'items_count': {count}, "
        f"'steam_id': {player.steam_id!r}, 'user_url': {player.user_url!r}, "
        f"'items': [{', '.join(items)}]}}\n"
    )


def _never_played(rng: np.random.Generator, affinity: Floats) -> NDArray[np.bool_]:
    """Whether each row was never played: mostly games outside the player's taste."""
    interest = 1.2 * np.sqrt(affinity) + rng.random(len(affinity))
    rank = np.argsort(np.argsort(interest, kind="stable"), kind="stable")
    return rank < round(ZERO_SHARE * len(affinity))


def _owned(rng: np.random.Generator, shelf: Shelf, sizes: Ints, mixes: Floats) -> tuple[Ints, Ints]:
    """Distinct games of each owner: (owner, game), both (rows,) and sorted by owner."""
    owner, game = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    missing, flat = sizes, np.full_like(mixes, 1 / len(TASTES))
    for blend in (0.0, 0.0, 0.5, 1.0):
        # Draws repeat: more of them than needed, and from ever flatter tastes, fill the libraries.
        more = np.repeat(np.arange(len(sizes)), missing + missing // 2 + 2 * (missing > 0))
        drawn = shelf.draw_by_mix(rng, ((1 - blend) * mixes + blend * flat)[more])
        owner, game = _first_distinct(
            np.concatenate([owner, more]), np.concatenate([game, drawn]), sizes, len(shelf)
        )
        missing = sizes - np.bincount(owner, minlength=len(sizes))
    for who in np.flatnonzero(missing).tolist():
        rest = np.setdiff1d(np.arange(len(shelf)), game[owner == who])
        bought = rng.choice(rest, missing[who], replace=False)
        owner, game = np.append(owner, np.full(len(bought), who)), np.append(game, bought)
    order = np.argsort(owner, kind="stable")
    return owner[order], game[order]


def _first_distinct(owner: Ints, game: Ints, sizes: Ints, games: int) -> tuple[Ints, Ints]:
    """Distinct (owner, game), at most `sizes[owner]` per owner, in order of first occurrence."""
    _, place = np.unique(owner * games + game, return_index=True)
    place.sort()
    place = place[np.argsort(owner[place], kind="stable")]
    owner, game = owner[place], game[place]
    counts = np.bincount(owner, minlength=len(sizes))
    rank = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    keep = rank < sizes[owner]
    return owner[keep], game[keep]

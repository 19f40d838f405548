"""analysis: the catalogue: releases, prices, free games, genres, developers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from analysis.charts import Chart, Figure, Section, dollars, number, share
from analysis.counts import Bins, by_year, first_and_last, top, years_of
from datastore.base.plural import counted
from datastore.store import Store

__all__ = ["catalogue", "genres"]

#: A year or genre with fewer games is not compared with others.
_FEW = 20
#: Years that a figure of releases shows.
_YEARS = 30
_GENRES = 12
_TOP = 10
_PRICES = Bins.of_measures(
    0, 0.005, 1, 3, 5, 10, 15, 20, 30, 50, 100, names=("free", "<1"), step=0.01
)


def catalogue(store: Store) -> Section:
    """Releases, prices and free games over the years, and developers."""
    figures = (*_releases(store), *_prices(store), *_price_years(store), *_free(store))
    return Section("Games, prices and free content", [*figures, *_developers(store)])


def genres(store: Store) -> Section:
    """Genres by size, and how often they occur together."""
    return Section("Genres", [*_sizes(store), *_together(store)])


def _title(store: Store, game: int) -> str:
    return store.games.title[game] or f"game {store.games.app_id[game]}"


def _listed(store: Store, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Values of catalogue games, which are the first rows."""
    return values[: store.games.listed]


def _releases(store: Store) -> Iterator[Figure]:
    years = _listed(store, store.games.years)
    span = years_of(years)
    if not span:
        return
    counts = by_year(years, span)
    dated = sum(counts)
    peak = span[int(np.argmax(counts))]
    first = max(span[0], peak - 4)
    recent = sum(counts[first - span[0] : peak - span[0] + 1])
    finding = f"Releases peak in {peak} with {counted(max(counts), 'game')}."
    if first < peak:
        finding += (
            f" {share(recent, dated)} of the {counted(dated, 'dated game')} were released from "
            f"{first} to {peak}."
        )
    if dated < len(years):
        finding += f" The release year of {counted(len(years) - dated, 'game')} is unknown."
    start = max(span[0], span[-1] - _YEARS)
    labels = [str(year) for year in range(start, span[-1] + 1)]
    chart = Chart("columns", labels, {"games": counts[-len(labels) :]}, "games", "release year")
    title = "Games released per year" + (f" since {start}" if start > span[0] else "")
    yield Figure("releases", title, finding, chart)


def _prices(store: Store) -> Iterator[Figure]:
    prices = _listed(store, store.games.prices)
    known = prices[~np.isnan(prices)]
    paid = known[known > 0]
    if not len(paid):
        return
    dearest = top(np.nan_to_num(prices), 3)
    names = ", ".join(f"{_title(store, game)} ({dollars(prices[game])})" for game in dearest)
    finding = (
        f"Half of the {counted(len(paid), 'paid game')} cost at most {dollars(np.median(paid))}, "
        f"95% at most {dollars(np.percentile(paid, 95))}. The outliers are {names}."
    )
    chart = _PRICES.chart(known, "games", "price in USD")
    yield Figure("prices", "Prices of games in USD", finding, chart)


def _price_years(store: Store) -> Iterator[Figure]:
    years, prices = _listed(store, store.games.years), _listed(store, store.games.prices)
    paid = prices > 0
    span = years_of(years[paid])
    quantiles: dict[str, list[float | None]] = {"median": [], "90th percentile": []}
    for year in span:
        of_year = prices[paid & (years == year)]
        enough = len(of_year) >= _FEW
        for name, percent in (("median", 50), ("90th percentile", 90)):
            quantiles[name].append(float(np.percentile(of_year, percent)) if enough else None)
    labels = [str(year) for year in span]
    ends = first_and_last(labels, quantiles["median"])
    if ends is None:
        return
    first, before, last, after = ends
    change = "did not change" if before == after else ("fell" if after < before else "rose")
    amounts = (
        f"is {dollars(before)} for games of {first} as for those of {last}"
        if before == after
        else f"{change} from {dollars(before)} for games of {first} to {dollars(after)} for those "
        f"of {last}"
    )
    known = [i for i, value in enumerate(quantiles["median"]) if value is not None]
    kept = slice(known[0], known[-1] + 1)
    series = {name: values[kept] for name, values in quantiles.items()}
    most, peak = max(
        (value, label)
        for label, value in zip(labels, quantiles["median"], strict=True)
        if value is not None
    )
    finding = f"The median price of paid games {amounts}"
    if most > max(before, after):
        finding += f", and highest for {peak} ({dollars(most)})"
    finding += f". Years with fewer than {_FEW} are left out."
    chart = Chart("lines", labels[kept], series, "USD", "release year")
    yield Figure("price-years", "Prices of paid games by release year", finding, chart)


def _free(store: Store) -> Iterator[Figure]:
    years, prices = _listed(store, store.games.years), _listed(store, store.games.prices)
    priced = ~np.isnan(prices)
    free = prices == 0
    if not priced.any():
        return
    span = years_of(years[priced])
    shares: list[float | None] = []
    for year in span:
        of_year = int((priced & (years == year)).sum())
        here = int((free & (years == year)).sum())
        shares.append(100 * here / of_year if of_year >= _FEW else None)
    finding = (
        f"{free.sum():,} of {counted(int(priced.sum()), 'game')} with a known price are free "
        f"({share(free.sum(), priced.sum())})."
    )
    labels = [str(year) for year in span]
    ends = first_and_last(labels, shares)
    if ends is None:
        return
    known = [
        (value, label) for label, value in zip(labels, shares, strict=True) if value is not None
    ]
    most, peak = max(known)
    finding += (
        f" The share is {ends[1]:.1f}% for releases of {ends[0]}, {ends[3]:.1f}% for those of "
        f"{ends[2]}, and highest in {peak} ({most:.1f}%)."
    )
    places = [i for i, value in enumerate(shares) if value is not None]
    kept = slice(places[0], places[-1] + 1)
    chart = Chart("lines", labels[kept], {"free": shares[kept]}, "% free", "release year")
    yield Figure("free", "Free games by release year", finding, chart)


def _developers(store: Store) -> Iterator[Figure]:
    rows = store.games.developer_rows[: store.games.listed]
    known = rows[rows >= 0]
    if not len(known):
        return
    counts = np.bincount(known)
    best = top(counts, _TOP)
    one = int((counts == 1).sum())
    developers = int((counts > 0).sum())
    names = [store.developers.name[row] for row in best]
    finding = (
        f"{names[0]} has the most entries ({counts[best[0]]:,}). {share(one, developers)} of "
        f"the {counted(developers, 'developer')} have one only."
    )
    chart = Chart("bars", names, {"items": [int(counts[row]) for row in best]}, "items")
    yield Figure("developers", "Developers with the most items", finding, chart)


def _sizes(store: Store) -> Iterator[Figure]:
    counts = np.bincount(store.games.genres.values, minlength=len(store.genres.name))
    best = top(counts, _GENRES)
    if not best:
        return
    with_genre = int((np.diff(store.games.genres.offsets) > 0).sum())
    names = [store.genres.name[row] for row in best]
    finding = (
        f"{names[0]} is the largest of {counted(int((counts > 0).sum()), 'genre')}: "
        f"{share(counts[best[0]], with_genre)} of the {counted(with_genre, 'game')} with a genre "
        f"belong to it. A game has {number(round(counts.sum() / with_genre, 1))} genres on average."
    )
    chart = Chart("bars", names, {"games": [int(counts[row]) for row in best]}, "games", "genre")
    yield Figure("genres", "Games per genre", finding, chart)


def _together(store: Store) -> Iterator[Figure]:
    pairs = store.games.genres.distinct()
    genre_count = len(store.genres.name)
    owners = np.repeat(np.arange(len(store.games)), np.diff(pairs.offsets))
    has = np.zeros((len(store.games), genre_count), np.float32)
    has[owners, pairs.values] = 1
    together = (has.T @ has).round().astype(np.int64)
    sizes = together.diagonal()
    best = top(sizes, _GENRES)
    if len(best) < 2:
        return
    names = [store.genres.name[row] for row in best]
    series = {
        name: [
            None if row == column else round(100 * int(together[row, column]) / int(sizes[row]), 1)
            for row in best
        ]
        for name, column in zip(names, best, strict=True)
    }
    # Lift: how many times as often a pair occurs as it would by chance.
    expected = np.outer(sizes, sizes) / max(1, len(set(owners.tolist())))
    lift = np.where(together >= _FEW, together / np.maximum(expected, 1e-9), 0.0)
    lift = np.triu(lift, 1)
    one, other = np.unravel_index(int(lift.argmax()), lift.shape)
    common = np.triu(together, 1)
    first, second = np.unravel_index(int(common.argmax()), common.shape)
    name = store.genres.name
    finding = (
        f"The most frequent pair is {name[first]} and {name[second]} "
        f"({counted(int(common[first, second]), 'game')})."
    )
    if lift[one, other] > 0:
        finding += (
            f" The pair furthest above chance is {name[one]} and {name[other]}: "
            f"{counted(int(together[one, other]), 'game')}, {lift[one, other]:.1f} times as many "
            "as if genres were independent."
        )
    chart = Chart("matrix", names, series, "% of the games of a row", "genre")
    yield Figure(
        "genre-pairs", "Share of a row's games that also have the column's genre", finding, chart
    )

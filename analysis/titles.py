"""analysis: streaming titles by platform, year, duration and age rating, and viewers' ratings."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from analysis.charts import Chart, Figure, Section, number, share
from analysis.counts import Bins, by_year, top, years_of
from datastore.base.codes import MIN, MOVIE, PLATFORMS, TITLE_KINDS
from datastore.base.plural import counted
from datastore.store import Store

__all__ = ["ratings", "titles"]

_TOP = 10
_RATINGS = 12
#: Ratings that are counted at once.
_BATCH = 1_000_000
_SECONDS_PER_DAY = 86_400
_MINUTES = Bins.of_counts(0, 30, 60, 75, 90, 105, 120, 150, 180)
_PER_VIEWER = Bins.of_counts(1, 2, 6, 11, 21, 51, 101, 201, 501, 1001)
_STARS = [half / 2 for half in range(1, 11)]


def titles(store: Store) -> Section:
    """Titles by platform, release year, duration and age rating, and the most frequent actors."""
    figures = (*_platforms(store), *_years(store), *_durations(store), *_ages(store))
    return Section("Streaming titles", [*figures, *_actors(store)])


def ratings(store: Store) -> Section:
    """Stars, ratings over the years and per viewer, and scores of titles."""
    figures = (*_stars(store), *_per_viewer(store), *_scores(store))
    return Section("Viewers' ratings", figures if len(store.ratings) else ())


def _name(store: Store, title: int) -> str:
    platform = PLATFORMS[store.titles.platform[title]].capitalize()
    published = store.titles.frame.value("published_title", title)
    return f"{published or store.titles.title_id[title]} ({platform})"


def _platforms(store: Store) -> Iterator[Figure]:
    platform, kind = store.titles.platform, store.titles.kind
    counts = np.bincount(platform, minlength=len(PLATFORMS))
    order = top(counts, len(PLATFORMS))
    names = [PLATFORMS[code].capitalize() for code in order]
    series = {
        f"{noun.lower()}{'' if noun == 'SERIES' else 's'}": [
            int(((platform == code) & (kind == number)).sum()) for code in order
        ]
        for number, noun in enumerate(TITLE_KINDS)
    }
    shares = [100 * part / counts[code] for part, code in zip(series["series"], order, strict=True)]
    most = int(np.argmax(shares))
    finding = (
        f"{names[0]} has the most titles: {counts[order[0]]:,} of {len(platform):,} "
        f"({share(counts[order[0]], len(platform))}). {names[most]} has the largest share of "
        f"series ({shares[most]:.1f}%)."
    )
    chart = Chart("bars", names, series, "titles", "platform")
    yield Figure("platforms", "Titles per platform", finding, chart)


def _years(store: Store) -> Iterator[Figure]:
    years = store.titles.years
    span = years_of(years)
    if not span:
        return
    medians = {
        code: float(np.nanmedian(years[store.titles.platform == code]))
        for code in range(len(PLATFORMS))
        if np.isfinite(years[store.titles.platform == code]).any()
    }
    oldest, newest = min(medians, key=medians.__getitem__), max(medians, key=medians.__getitem__)
    known = years[~np.isnan(years)]
    first = int(np.nanargmin(years))
    start = max(span[0], span[-1] - 40)
    finding = (
        f"Half of the titles are of {int(np.median(known))} or later; the oldest is "
        f"{_name(store, first)} of {span[0]}."
    )
    if medians[oldest] < medians[newest]:
        finding += (
            f" {PLATFORMS[oldest].capitalize()} has the oldest catalogue (median "
            f"{medians[oldest]:.0f}), {PLATFORMS[newest].capitalize()} the newest "
            f"({medians[newest]:.0f})."
        )
    shown = range(start, span[-1] + 1)
    labels = [str(year) for year in shown]
    series = {
        PLATFORMS[code].capitalize(): by_year(years[store.titles.platform == code], shown)
        for code in medians
    }
    chart = Chart("columns", labels, series, "titles", "release year")
    title = (
        "Titles by release year" if start == span[0] else f"Titles by release year since {start}"
    )
    yield Figure("title-years", title, finding, chart)


def _durations(store: Store) -> Iterator[Figure]:
    catalogue = store.titles
    is_film = (catalogue.kind == MOVIE) & (catalogue.duration_types == MIN)
    films = np.flatnonzero(is_film & ~np.isnan(catalogue.durations))
    if not len(films):
        return
    minutes = catalogue.durations[films]
    longest, shortest = int(films[minutes.argmax()]), int(films[minutes.argmin()])
    finding = (
        f"Half of the {counted(len(films), 'film')} last {np.percentile(minutes, 25):.0f} to "
        f"{np.percentile(minutes, 75):.0f} minutes. The longest is {_name(store, longest)} with "
        f"{minutes.max():,.0f} minutes, the shortest {_name(store, shortest)} with "
        f"{minutes.min():,.0f}."
    )
    chart = _MINUTES.chart(minutes, "films", "minutes")
    yield Figure("durations", "Duration of films in minutes", finding, chart)


def _ages(store: Store) -> Iterator[Figure]:
    names, places = store.titles.ratings
    missing = store.titles.frame.numbers("rating_missing") == 1
    counts = np.bincount(places[~missing], minlength=len(names))
    best = top(counts, _RATINGS)
    if not best:
        return
    labels = [names[place].upper() for place in best]
    without = int(missing.sum())
    finding = (
        f"{labels[0]} is the most frequent age rating ({share(counts[best[0]], counts.sum())} of "
        f"the {counted(int(counts.sum()), 'rated title')}). {counted(without, 'title')} "
        f"({share(without, len(missing))}) without one {'counts' if without == 1 else 'count'} as "
        "G elsewhere."
    )
    values = {"titles": [int(counts[place]) for place in best]}
    chart = Chart("bars", labels, values, "titles", "age rating")
    yield Figure("age-ratings", "Titles by age rating", finding, chart)


def _actors(store: Store) -> Iterator[Figure]:
    counts = store.titles.cast_counts
    best = top(counts, _TOP)
    if not best:
        return
    names = [store.titles.display_name[person] for person in best]
    acting = counts[counts > 0]
    finding = (
        f"{names[0]} is in the cast of the most titles ({counts[best[0]]:,}). "
        f"{share((acting == 1).sum(), len(acting))} of {counted(len(acting), 'cast member')} are "
        "in one title only."
    )
    values = {"titles": [int(counts[person]) for person in best]}
    chart = Chart("bars", names, values, "titles", "cast member")
    yield Figure("actors", "Cast members with the most titles", finding, chart)


def _stars(store: Store) -> Iterator[Figure]:
    halves, years = _counted(store)
    total = int(halves.sum())
    mean = float((halves * np.arange(len(halves))).sum()) / 2 / total
    most = int(halves.argmax())
    whole = int(halves[2::2].sum())
    finding = (
        f"The mean of {total:,} ratings is {mean:.2f} stars, the most frequent {most / 2:g} "
        f"({share(halves[most], total)}). {share(whole, total)} are whole stars."
    )
    labels = [f"{stars:g}" for stars in _STARS]
    chart = Chart("columns", labels, {"ratings": halves[1:].tolist()}, "ratings", "stars")
    yield Figure("stars", "Ratings by stars", finding, chart)
    span = range(min(years), max(years) + 1)
    counts = [years.get(year, 0) for year in span]
    peak = int(np.argmax(counts))
    finding = (
        f"Ratings were given from {span[0]} to {span[-1]}, most of them in {span[peak]} "
        f"({counts[peak]:,}, {share(counts[peak], total)})."
    )
    labels = [str(year) for year in span]
    chart = Chart("columns", labels, {"ratings": counts}, "ratings", "year")
    yield Figure("rating-years", "Ratings per year", finding, chart)


def _counted(store: Store) -> tuple[npt.NDArray[np.int64], dict[int, int]]:
    """Numbers of ratings by half stars, and by year, in batches: there are millions."""
    halves, years = np.zeros(11, np.int64), dict[int, int]()
    for start in range(0, len(store.ratings), _BATCH):
        rows = slice(start, start + _BATCH)
        halves += np.bincount((store.ratings.stars(rows) * 2).astype(np.int64), minlength=11)
        days = store.ratings.times(rows) // _SECONDS_PER_DAY
        found = days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
        for year, count in zip(*np.unique(found, return_counts=True), strict=True):
            years[int(year)] = years.get(int(year), 0) + int(count)
    return halves, years


def _per_viewer(store: Store) -> Iterator[Figure]:
    counts = store.viewers.rating_count
    tenth = np.sort(counts)[::-1][: max(1, len(counts) // 10)]
    finding = (
        f"The median of {counted(len(counts), 'viewer')} rated {number(float(np.median(counts)))} "
        f"titles, the most active {counts.max():,}. The most active tenth gave "
        f"{share(tenth.sum(), counts.sum())} of all ratings."
    )
    chart = _PER_VIEWER.chart(counts, "viewers", "ratings")
    yield Figure("viewers", "Ratings per viewer", finding, chart)


def _scores(store: Store) -> Iterator[Figure]:
    scores = store.titles.scores
    known = scores[~np.isnan(scores)]
    if not len(known):
        return
    low, high = np.percentile(known, [5, 95])
    edges = np.linspace(low - (high - low) / 2, high + (high - low) / 2, 10) if high > low else None
    best = int(np.nanargmax(scores))
    finding = (
        f"90% of {counted(len(known), 'rated title')} have a score from {low:.2f} to {high:.2f}; "
        f"the highest is {known.max():.2f} ({_name(store, best)})."
    )
    if high - low < 0.5:
        finding += " Scores hardly tell titles apart."
    if edges is None:
        return
    inner = [round(float(edge), 2) for edge in edges]
    bins = Bins.of_measures(-np.inf, *inner[1:], names=(f"<{inner[1]}",))
    chart = bins.chart(known, "titles", "score")
    yield Figure("scores", "Scores of titles in stars", finding, chart)

"""analysis: reviews and their sentiment over time. Neither authors nor texts are shown."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analysis.charts import Chart, Figure, Section, share
from analysis.counts import by_year, first_and_last, top, years_of
from datastore.base.codes import NEGATIVE, NEUTRAL, POSITIVE
from datastore.base.plural import counted
from datastore.store import Store

__all__ = ["section"]

_FEW = 20
_TOP = 10
_CLASSES = {"negative": NEGATIVE, "neutral": NEUTRAL, "positive": POSITIVE}
_COLOURS = ("bad", "plain", "good")


def section(store: Store) -> Section:
    """Reviews per year, shares of sentiments, and how sentiment agrees with recommendation."""
    figures = (*_years(store), *_shares(store), *_agreement(store), *_most_reviewed(store))
    return Section("Reviews and sentiment", figures if len(store.reviews) else ())


def _years(store: Store) -> Iterator[Figure]:
    reviews = store.reviews
    span = years_of(reviews.years)
    if not span:
        return
    series = {
        name: by_year(reviews.years[reviews.sentiment == code], span)
        for name, code in _CLASSES.items()
    }
    totals = [sum(year) for year in zip(*series.values(), strict=True)]
    peak = int(np.argmax(totals))
    inferred = int(reviews.inferred.sum())
    finding = (
        f"Most reviews were written in {span[peak]}: {totals[peak]:,} of {sum(totals):,} with a "
        f"year. {inferred:,} of these show no year and are attributed to the year of the crawl, "
        "so that its column is too high."
        if inferred
        else f"Most reviews were written in {span[peak]}: {totals[peak]:,} of {sum(totals):,} "
        "with a year."
    )
    labels = [str(year) for year in span]
    chart = Chart("columns", labels, series, "reviews", "year", _COLOURS)
    yield Figure("reviews", "Reviews per year, by sentiment", finding, chart)


def _shares(store: Store) -> Iterator[Figure]:
    reviews = store.reviews
    span = years_of(reviews.years)
    shares: dict[str, list[float | None]] = {name: [] for name in ("recommend", *_CLASSES)}
    for year in span:
        here = reviews.years == year
        total = int(here.sum())
        for name, code in _CLASSES.items():
            part = int((reviews.sentiment[here] == code).sum())
            shares[name].append(100 * part / total if total >= _FEW else None)
        part = int(reviews.recommend[here].sum())
        shares["recommend"].append(100 * part / total if total >= _FEW else None)
    labels = [str(year) for year in span]
    positive = first_and_last(labels, shares["positive"])
    recommend = first_and_last(labels, shares["recommend"])
    if positive is None or recommend is None:
        return
    finding = (
        f"The share of positive texts was {positive[1]:.1f}% in {positive[0]} and "
        f"{positive[3]:.1f}% in {positive[2]}; that of recommendations {recommend[1]:.1f}% and "
        f"{recommend[3]:.1f}%."
    )
    places = [i for i, value in enumerate(shares["positive"]) if value is not None]
    kept = slice(places[0], places[-1] + 1)
    series = {name: values[kept] for name, values in shares.items()}
    chart = Chart("lines", labels[kept], series, "% of reviews", "year", ("first", *_COLOURS))
    yield Figure("sentiment", "Sentiment and recommendation over time", finding, chart)


def _agreement(store: Store) -> Iterator[Figure]:
    reviews = store.reviews
    groups = {"recommends": reviews.recommend, "does not recommend": ~reviews.recommend}
    series: dict[str, list[float]] = {name: [] for name in _CLASSES}
    for members in groups.values():
        total = int(members.sum())
        if not total:
            return
        for name, code in _CLASSES.items():
            part = int((reviews.sentiment[members] == code).sum())
            series[name].append(round(100 * part / total, 1))
    recommending = share(reviews.recommend.sum(), len(reviews))
    finding = (
        f"{recommending} of {counted(len(reviews), 'review')} recommend the game. "
        f"{series['positive'][0]}% of these have a positive text by VADER, but so do "
        f"{series['positive'][1]}% of those that do not recommend."
    )
    chart = Chart("bars", [*groups], series, "% of reviews", "review", _COLOURS)
    yield Figure("agreement", "Sentiment of the text against the recommendation", finding, chart)


def _most_reviewed(store: Store) -> Iterator[Figure]:
    counts = store.games.reviews
    best = top(counts, _TOP)
    names = [store.games.title[game] or store.games.app_id[game] for game in best]
    percents = store.games.positive_percent[best]
    worst = int(percents.argmin())
    finding = (
        f"{names[0]} has the most reviews ({counts[best[0]]:,.0f}, {percents[0]:.1f}% positive). "
        f"Of the games below, {names[worst]} has the smallest share of positive reviews "
        f"({percents[worst]:.1f}%)."
    )
    series = {
        name: [int(store.games.sentiment[code][game]) for game in best]
        for name, code in _CLASSES.items()
    }
    chart = Chart("bars", names, series, "reviews", "game", _COLOURS)
    yield Figure("most-reviewed", "Games with the most reviews", finding, chart)

"""analysis: libraries and playtimes. Users are counted, never named."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from analysis.charts import Chart, Figure, Section, number, share
from analysis.counts import Bins, top
from datastore.base.plural import counted
from datastore.store import Store

__all__ = ["section"]

_TOP = 10
_SIZES = Bins.of_counts(0, 1, 2, 6, 11, 21, 51, 101, 201, 501, 1001)
_HOURS = Bins.of_measures(0, 1 / 120, 1, 2, 5, 10, 20, 50, 100, 500, 1000, names=("never", "<1"))
#: Hours of a year of play without any pause: more of a game than most people can mean.
_YEAR = 365 * 24


def section(store: Store) -> Section:
    """Sizes of libraries, playtimes with their extremes, and the most played games."""
    users = store.users
    libraries = [users.library(user) for user in range(len(users))]
    games = np.concatenate([owned for owned, _ in libraries]) if libraries else np.zeros(0, int)
    hours = np.concatenate([minutes for _, minutes in libraries]) / 60 if libraries else np.zeros(0)
    figures = (*_libraries(store), *_playtimes(store, games, hours), *_most_played(store))
    return Section("Libraries and playtime", figures)


def _libraries(store: Store) -> Iterator[Figure]:
    known = store.users.frame.numbers("library_known") == 1
    sizes = store.users.items[known]
    if not len(sizes):
        return
    largest = int(sizes.max())
    empty = int((sizes == 0).sum())
    finding = (
        f"The median library has {counted(int(np.median(sizes)), 'game')}, the largest "
        f"{largest:,}. {empty:,} of {counted(len(sizes), 'library', 'libraries')} "
        f"{'is' if empty == 1 else 'are'} empty ({share(empty, len(sizes))}); of "
        f"{counted(int((~known).sum()), 'further user')}, only reviews are known."
    )
    yield Figure("libraries", "Games per library", finding, _SIZES.chart(sizes, "users", "games"))


def _playtimes(
    store: Store, games: npt.NDArray[np.int64], hours: npt.NDArray[np.float64]
) -> Iterator[Figure]:
    if not len(hours):
        return
    played = hours[hours > 0]
    never = len(hours) - len(played)
    finding = (
        f"{share(never, len(hours))} of {counted(len(hours), 'library item')} were never played."
    )
    if len(played):
        most = int(hours.argmax())
        title = store.games.title[games[most]] or f"game {store.games.app_id[games[most]]}"
        extreme = int((hours > _YEAR).sum())
        finding += (
            f" Half of the others were played for at most {number(round(np.median(played), 1))} "
            f"hours, 1% for over {number(round(np.percentile(played, 99)))}. The longest playtime "
            f"is {number(round(hours[most]))} hours of {title}; {counted(extreme, 'playtime')} "
            f"{'exceeds' if extreme == 1 else 'exceed'} a whole year."
        )
    chart = _HOURS.chart(hours, "library items", "hours")
    yield Figure("playtimes", "Hours per game owned", finding, chart)


def _most_played(store: Store) -> Iterator[Figure]:
    hours = store.games.hours
    best = top(hours, _TOP)
    if not best:
        return
    total = float(hours.sum())
    names = [store.games.title[game] or store.games.app_id[game] for game in best]
    values = [round(float(hours[game])) for game in best]
    finding = (
        f"{share(hours[best[0]], total)} of all {number(round(total))} hours were spent in "
        f"{names[0]}, {share(hours[best].sum(), total)} in the {counted(len(best), 'game')} below."
    )
    chart = Chart("bars", names, {"hours": values}, "hours", "game")
    yield Figure("most-played", "Games with the most hours", finding, chart)
    owned = top(store.games.owners, _TOP)
    titles = [store.games.title[game] or store.games.app_id[game] for game in owned]
    owners = store.games.owners[owned]
    unplayed = 1 - store.games.players[owned] / owners
    worst = int(unplayed.argmax())
    finding = (
        f"{titles[0]} has the most owners ({owners[0]:,}). Of the games below, {titles[worst]} is "
        f"left unplayed most often, by {share(unplayed[worst], 1)} of its owners."
    )
    series = {
        "played": store.games.players[owned].tolist(),
        "never played": (owners - store.games.players[owned]).tolist(),
    }
    chart = Chart("bars", titles, series, "owners", "game", ("first", "plain"))
    yield Figure("most-owned", "Games with the most owners", finding, chart)

"""analysis: what the recommender sees: the long tail, cold starts, and how good its lists are."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analysis.charts import Chart, Figure, Section, share
from analysis.counts import Bins
from datastore.base.codes import UNLISTED_REASONS
from datastore.base.evaluation import POPULARITY, SERVED
from datastore.base.plural import counted
from datastore.store import Store

__all__ = ["section"]

#: Shares of the games, most played first, at which the long tail is drawn.
_SHARES = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
_PLAYED = Bins.of_counts(0, 1, 2, 3, 6, 11, 21, 51, 101, 201, 501)
_HEAD = 100
#: Entries of the list of what is left out.
_SHOWN_UNLISTED = 40


def section(store: Store) -> Section:
    """The long tail of games, users and games with little data, and the measured quality."""
    figures = (*_tail(store), *_cold_users(store), *_unlisted(store), *_quality(store))
    return Section("What the recommender sees", figures)


def _tail(store: Store) -> Iterator[Figure]:
    players = np.sort(store.games.players)[::-1].astype(np.int64)
    total = int(players.sum())
    if not total:
        return
    covered = np.cumsum(players)
    places = [max(1, round(len(players) * percent / 100)) for percent in _SHARES]
    values = [round(100 * int(covered[place - 1]) / total, 1) for place in places]
    head = min(_HEAD, len(players))
    unplayed = int((players == 0).sum())
    in_model = len(store.model.games)
    finding = (
        f"The {counted(head, 'most played game')} ({share(head, len(players))} of all) have "
        f"{share(covered[head - 1], total)} of all plays. {counted(unplayed, 'game')} "
        f"({share(unplayed, len(players))}) {'has' if unplayed == 1 else 'have'} no player: only "
        f"content can recommend {'it' if unplayed == 1 else 'them'}. The model learns "
        f"{counted(in_model, 'game')} from plays."
    )
    labels = [f"{percent:g}%" for percent in _SHARES]
    chart = Chart("lines", labels, {"plays": values}, "% of plays", "most played share of games")
    yield Figure("long-tail", "Plays held by the most played games", finding, chart)


def _cold_users(store: Store) -> Iterator[Figure]:
    users = store.users
    played = np.array([int((users.library(user)[1] > 0).sum()) for user in range(len(users))])
    if not len(played):
        return
    unknown = int((users.frame.numbers("library_known") == 0).sum())
    none, few = int((played == 0).sum()), int(((played > 0) & (played < 3)).sum())
    finding = (
        f"{counted(none, 'user')} of {len(played):,} ({share(none, len(played))}) "
        f"{'has' if none == 1 else 'have'} played nothing that is known, {unknown:,} of them "
        f"without a known library: only popular games can be recommended. {few:,} more have "
        "played one or two games."
    )
    chart = _PLAYED.chart(played, "users", "games played")
    yield Figure("cold-start", "Games played per user", finding, chart)


def _unlisted(store: Store) -> Iterator[Figure]:
    """What recommendations leave out: the entries that most users own, each with its reason."""
    games = store.games
    rows = np.flatnonzero(games.unlisted)
    if not len(rows):
        return
    rows = rows[np.argsort(-games.owners[rows], kind="stable")]
    codes = games.unlisted_reasons[rows].astype(int)
    counts = {name: int((codes == code).sum()) for code, name in enumerate(UNLISTED_REASONS)}
    by_reason = ", ".join(
        f"{_words(name)} {count:,}"
        for name, count in sorted(counts.items(), key=lambda entry: -entry[1])
        if count
    )
    owned = share(int(games.owners[rows].sum()), int(games.owners.sum()))
    finding = (
        f"{counted(len(rows), 'entry', 'entries')} of {len(games):,} are left out of "
        f"recommendations ({by_reason}). They are {owned} of all library items."
    )
    shown = rows[:_SHOWN_UNLISTED]
    labels = [
        f"{games.title[row] or games.app_id[row]} ({_words(UNLISTED_REASONS[code])})"
        for row, code in zip(shown.tolist(), codes.tolist(), strict=False)
    ]
    numbers = {"owners": games.owners[shown].tolist()}
    chart = Chart("bars", labels, numbers, "owners", "entry and reason")
    yield Figure(
        "unlisted", "Entries that are never recommended, most owners first", finding, chart
    )


def _words(name: str) -> str:
    return name.lower().replace("_", " ")


def _quality(store: Store) -> Iterator[Figure]:
    evaluation = store.evaluation
    if evaluation is None or not evaluation.users:
        return
    groups = {"all users": evaluation.rankings} | {
        group.name: group.rankings for group in evaluation.slices if group.rankings
    }
    bars = {
        f"{group}, {ranking.ranking}": round(ranking.ndcg_at_10.value, 3)
        for group, rankings in groups.items()
        for ranking in rankings
        if ranking.ranking in (SERVED, POPULARITY)
    }
    served, popular = (bars.get(f"all users, {name}") for name in (SERVED, POPULARITY))
    if served is None or popular is None:
        return
    finding = (
        f"On held-out games of {counted(evaluation.users, 'user')}, NDCG@10 is {served:.3f} as "
        f"served and {popular:.3f} by popularity"
        + (f", {served / popular:.1f} times as high." if popular else ".")
    )
    chart = Chart("bars", [*bars], {"NDCG@10": [*bars.values()]}, "NDCG@10", "users, ranking")
    yield Figure("quality", "Quality of recommendations", finding, chart)

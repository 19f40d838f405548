"""etl.games: what of the games subject `playgraph snapshots diff` compares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datastore.base.codes import DEVELOPER, REVIEW
from datastore.base.reader import SnapshotReader
from etl.subject import Answers, ComparedLists, Comparison

if TYPE_CHECKING:  # the kinds are wanted without pandas
    import pandas as pd

__all__ = ["COMPARISON"]

#: Developers of a year that count as its answer.
_BEST = 3
#: Reviews by sentiment, as people read them.
_CLASSES = {name: f"{name} reviews" for name in ("positive", "neutral", "negative")}


def _games(side: SnapshotReader) -> pd.DataFrame:
    columns = ("app_id", "title", "price", "owners", "players", "minutes")
    games: pd.DataFrame = side.table("games", *columns, *_CLASSES).to_pandas()
    games["hours"] = (games.pop("minutes") / 60).round(1)
    return games.rename(columns={"title": "name", **_CLASSES}).set_index("app_id")


def _users(side: SnapshotReader) -> pd.DataFrame:
    columns = ("user_id", "items", "money", "reviews", "recommended")
    users: pd.DataFrame = side.table("users", *columns).to_pandas()
    return users.assign(name=None, money=users["money"].round(2)).set_index("user_id")


def _developers(side: SnapshotReader) -> pd.DataFrame:
    developers: pd.DataFrame = side.table("developers", "folded", "name", *_CLASSES).to_pandas()
    years = side.table("developer_years", "developer", "items", "free_items").to_pandas()
    sums = years.groupby("developer").sum().reindex(developers.index, fill_value=0)
    sums = sums.rename(columns={"free_items": "free items"})
    return developers.rename(columns=_CLASSES).join(sums).set_index("folded")


def _top_players(side: SnapshotReader) -> dict[str, str]:
    """The player with most hours in each genre."""
    genres = side.table("genres", "name").column("name").to_pylist()
    users = side.table("users", "user_id").column("user_id")
    players = side.table("genre_players", "genre", "user", "minutes").to_pandas()
    first = players.groupby("genre").first()
    return {
        genres[genre]: f"{users[int(row.user)].as_py()} ({row.minutes / 60:,.1f} h)"
        for genre, row in zip(first.index, first.itertuples(), strict=True)
    }


def _best_developers(side: SnapshotReader) -> dict[str, str]:
    """The best developers of each year in which a review was posted."""
    names = side.table("developers", "name").column("name").to_pylist()
    counts = side.table("review_years", "noun", "basis", "year", "row", "best").to_pandas()
    of_reviews = (counts["noun"] == DEVELOPER) & (counts["basis"] == REVIEW)
    counts = counts[of_reviews & (counts["best"] > 0)]
    counts = counts.sort_values(["year", "best", "row"], ascending=[True, False, True])
    return {
        str(year): ", ".join(names[row] for row in group["row"].head(_BEST))
        for year, group in counts.groupby("year")
    }


_GAMES = ("games", "app_id")

COMPARISON = Comparison(
    figures={"developers": _developers, "games": _games, "users": _users},
    answers={
        "genres": Answers("Genres with a different top player", _top_players),
        "years": Answers("Years with different best developers", _best_developers),
    },
    lists=(
        ComparedLists(
            what="first 10 recommendations per user",
            keys=("users", "user_id"),
            entries=_GAMES,
            array="user_games",
            first=10,
        ),
        ComparedLists(
            what="first 5 similar games per game",
            keys=_GAMES,
            entries=_GAMES,
            array="similar_games",
            first=5,
        ),
    ),
)

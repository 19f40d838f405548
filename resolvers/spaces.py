"""resolvers: what each noun can be filtered, ordered and searched by."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from datastore.store import Store
from resolvers.filters import Column, Names, Numbers, Texts
from resolvers.ordering import Keys
from resolvers.selection import Space

__all__ = ["developers", "games", "genres", "library", "reviews", "users"]

Floats = npt.NDArray[np.float64]


def games(store: Store) -> Space:
    """All games, also those the catalogue lacks."""
    frame = store.games
    columns: dict[str, Callable[[], Column]] = {
        "app_id": lambda: Texts(frame.app_id, exact=True),
        "title": lambda: Texts(frame.folded_titles),
        "developer": lambda: Names(frame.developers, store.developers.folded),
        "publisher": lambda: Texts(frame.folded_publishers),
        "genre": lambda: Names(frame.genres, store.genres.folded),
        "tag": lambda: Names(frame.tag_rows, frame.folded_tags),
        "spec": lambda: Names(frame.spec_rows, frame.folded_specs),
        "release_year": lambda: Numbers(frame.years),
        "price": lambda: Numbers(frame.prices),
        "is_free": lambda: Numbers(np.where(np.isnan(frame.prices), np.nan, frame.prices == 0)),
        "early_access": lambda: Numbers(frame.early),
        "metascore": lambda: Numbers(frame.metascores),
        "hours": lambda: Numbers(frame.hours),
        "player_count": lambda: Numbers(_floats(frame.players)),
        "owner_count": lambda: Numbers(_floats(frame.owners)),
        "review_count": lambda: Numbers(frame.reviews),
        "in_catalogue": lambda: Numbers(_floats(np.arange(len(frame)) < frame.listed)),
    }
    keys: Keys = {
        "APP_ID": lambda: frame.id_ranks,
        "TITLE": lambda: frame.title_ranks,
        "RELEASE_YEAR": lambda: frame.years,
        "PRICE": lambda: frame.prices,
        "METASCORE": lambda: frame.metascores,
        "HOURS": lambda: frame.hours,
        "PLAYER_COUNT": lambda: _floats(frame.players),
        "OWNER_COUNT": lambda: _floats(frame.owners),
        "REVIEW_COUNT": lambda: frame.reviews,
        "POSITIVE_PERCENT": lambda: frame.positive_percent,
    }
    return Space(columns, keys, frame.index, lambda: frame.weight)


def library(store: Store, user: int) -> Space:
    """The games of one user; `own_hours` are the user's own."""
    space = games(store)

    def own() -> Floats:
        rows, minutes = store.users.library(user)
        hours = np.full(len(store.games), np.nan)
        hours[rows] = minutes / 60
        return hours

    columns = {**space.columns, "own_hours": lambda: Numbers(own())}
    return Space(columns, {**space.keys, "OWN_HOURS": own}, space.index, space.weight)


def developers(store: Store) -> Space:
    """All developers."""
    frame = store.developers
    return Space(
        {
            "name": lambda: Texts(frame.folded),
            "company": lambda: Names(*frame.folded_companies),
            "item_count": lambda: Numbers(frame.item_counts),
            "review_count": lambda: Numbers(frame.reviews),
            "positive_percent": lambda: Numbers(frame.positive_percent),
        },
        {
            "NAME": lambda: np.arange(len(frame), dtype=np.float64),
            "ITEM_COUNT": lambda: frame.item_counts,
            "REVIEW_COUNT": lambda: frame.reviews,
            "POSITIVE_PERCENT": lambda: frame.positive_percent,
        },
        frame.index,
        lambda: frame.item_counts,
    )


def genres(store: Store) -> Space:
    """All genres."""
    frame = store.genres
    return Space(
        {
            "name": lambda: Texts(frame.folded),
            "game_count": lambda: Numbers(frame.game_counts),
        },
        {
            "NAME": lambda: np.arange(len(frame), dtype=np.float64),
            "GAME_COUNT": lambda: frame.game_counts,
        },
        frame.index,
        lambda: frame.game_counts,
    )


def users(store: Store) -> Space:
    """All users."""
    frame = store.users
    columns: dict[str, Callable[[], Floats]] = {
        "items_count": lambda: _floats(frame.items),
        "money_spent": lambda: _floats(frame.money),
        "review_count": lambda: _floats(frame.reviews),
        "recommend_percent": lambda: frame.recommend_percent,
    }
    return Space(
        {
            "user_id": lambda: Texts(frame.user_id, exact=True),
            **{name: _numbers(make) for name, make in columns.items()},
        },
        {
            "USER_ID": lambda: np.arange(len(frame), dtype=np.float64),
            **{name.upper(): make for name, make in columns.items()},
        },
        frame.index,
        lambda: frame.items,
    )


def reviews(store: Store) -> Space:
    """All reviews."""
    frame = store.reviews
    columns: dict[str, Callable[[], Floats]] = {
        "posted_year": lambda: frame.years,
        "recommend": lambda: _floats(frame.recommend),
        "sentiment": lambda: _floats(frame.sentiment),
        "compound": lambda: frame.compound,
        "learned_sentiment": lambda: frame.learned,
        "helpful": lambda: _floats(frame.helpful),
        "funny": lambda: _floats(frame.funny),
        "posted_year_inferred": lambda: _floats(frame.inferred),
    }
    return Space(
        {name: _numbers(make) for name, make in columns.items()},
        {
            "POSTED": lambda: frame.days,
            "COMPOUND": lambda: frame.compound,
            "LEARNED_SENTIMENT": lambda: frame.learned,
            "HELPFUL": lambda: _floats(frame.helpful),
            "FUNNY": lambda: _floats(frame.funny),
        },
    )


def _numbers(make: Callable[[], Floats]) -> Callable[[], Column]:
    return lambda: Numbers(make())


def _floats(values: npt.NDArray[Any]) -> Floats:
    return np.asarray(values, np.float64)

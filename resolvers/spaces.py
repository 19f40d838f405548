"""resolvers: what each noun can be filtered, ordered and searched by."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from datastore.base.names import fold
from datastore.frame import Ragged
from datastore.store import Store
from resolvers.filters import Column, Names, Numbers, Texts
from resolvers.ordering import Keys
from resolvers.selection import Space

__all__ = ["developers", "games", "genres", "library", "reviews", "users"]

Floats = npt.NDArray[np.float64]


def games(store: Store) -> Space:
    """All games, also those the catalogue lacks."""
    frame, developer_names = store.games, store.developers.folded

    def developer() -> Column:
        return Texts(["" if row is None else developer_names[row] for row in frame.developer])

    columns: dict[str, Callable[[], Column]] = {
        "app_id": lambda: Texts(frame.app_id, exact=True),
        "title": lambda: Texts(frame.folded_titles),
        "developer": developer,
        "publisher": lambda: Texts([fold(name) if name else "" for name in frame.publisher]),
        "genre": lambda: Names(frame.genres, store.genres.folded),
        "tag": lambda: Names(frame.tag_rows, [fold(name) for name in frame.tag_names]),
        "spec": lambda: Names(frame.spec_rows, [fold(name) for name in frame.spec_names]),
        "release_year": lambda: Numbers(frame.years),
        "price": lambda: Numbers(frame.prices),
        "is_free": lambda: Numbers(np.where(np.isnan(frame.prices), np.nan, frame.prices == 0)),
        "early_access": lambda: Numbers(frame.early),
        "metascore": lambda: Numbers(frame.metascores),
        "hours": lambda: Numbers(frame.minutes / 60),
        "player_count": lambda: Numbers(frame.players.astype(np.float64)),
        "owner_count": lambda: Numbers(frame.owners.astype(np.float64)),
        "review_count": lambda: Numbers(_total(frame.sentiment)),
        "in_catalogue": lambda: Numbers((np.arange(len(frame)) < frame.listed).astype(np.float64)),
    }
    keys: Keys = {
        "APP_ID": lambda: np.arange(len(frame), dtype=np.float64),
        "TITLE": lambda: frame.title_ranks,
        "RELEASE_YEAR": lambda: frame.years,
        "PRICE": lambda: frame.prices,
        "METASCORE": lambda: frame.metascores,
        "HOURS": lambda: frame.minutes / 60,
        "PLAYER_COUNT": lambda: frame.players.astype(np.float64),
        "OWNER_COUNT": lambda: frame.owners.astype(np.float64),
        "REVIEW_COUNT": lambda: _total(frame.sentiment),
        "POSITIVE_PERCENT": lambda: _percent(frame.sentiment[2], _total(frame.sentiment)),
    }
    return Space(len(frame), columns, keys, frame.index, frame.players + _total(frame.sentiment))


def library(store: Store, user: int) -> Space:
    """The games of one user; `own_hours` are the user's own."""
    space = games(store)
    rows, minutes = store.users.library(user)

    def own() -> Floats:
        hours = np.full(space.size, np.nan)
        hours[rows] = minutes / 60
        return hours

    columns = {**space.columns, "own_hours": lambda: Numbers(own())}
    return Space(space.size, columns, {**space.keys, "OWN_HOURS": own}, space.index, space.weight)


def developers(store: Store) -> Space:
    """All developers."""
    frame = store.developers
    sizes = np.diff(frame.games.offsets).astype(np.float64)
    total = _total(frame.sentiment)
    positive = _percent(frame.sentiment[2], total)

    def company() -> Column:
        names = [fold(name) for own in frame.companies for name in own]
        counts = [len(own) for own in frame.companies]
        offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
        return Names(Ragged(offsets, np.arange(len(names), dtype=np.int32)), names)

    return Space(
        len(frame),
        {
            "name": lambda: Texts(frame.folded),
            "company": company,
            "item_count": lambda: Numbers(sizes),
            "review_count": lambda: Numbers(total),
            "positive_percent": lambda: Numbers(positive),
        },
        {
            "NAME": lambda: np.arange(len(frame), dtype=np.float64),
            "ITEM_COUNT": lambda: sizes,
            "REVIEW_COUNT": lambda: total,
            "POSITIVE_PERCENT": lambda: positive,
        },
        frame.index,
        sizes,
    )


def genres(store: Store) -> Space:
    """All genres."""
    frame = store.genres
    sizes = np.diff(frame.games.offsets).astype(np.float64)
    return Space(
        len(frame),
        {"name": lambda: Texts(frame.folded), "game_count": lambda: Numbers(sizes)},
        {"NAME": lambda: np.arange(len(frame), dtype=np.float64), "GAME_COUNT": lambda: sizes},
        frame.index,
        sizes,
    )


def users(store: Store) -> Space:
    """All users."""
    frame = store.users
    columns: dict[str, Callable[[], Floats]] = {
        "items_count": lambda: frame.items.astype(np.float64),
        "money_spent": lambda: frame.money.astype(np.float64),
        "review_count": lambda: frame.reviews.astype(np.float64),
        "recommend_percent": lambda: _percent(frame.recommended, frame.reviews.astype(np.float64)),
    }
    return Space(
        len(frame),
        {
            "user_id": lambda: Texts(frame.user_id, exact=True),
            **{name: _numbers(make) for name, make in columns.items()},
        },
        {
            "USER_ID": lambda: np.arange(len(frame), dtype=np.float64),
            **{name.upper(): make for name, make in columns.items()},
        },
        frame.index,
        frame.items,
    )


def reviews(store: Store) -> Space:
    """All reviews."""
    frame = store.reviews
    columns: dict[str, Callable[[], Floats]] = {
        "posted_year": lambda: frame.years,
        "recommend": lambda: frame.recommend.astype(np.float64),
        "sentiment": lambda: frame.sentiment.astype(np.float64),
        "compound": lambda: frame.compound,
        "helpful": lambda: frame.helpful.astype(np.float64),
        "funny": lambda: frame.funny.astype(np.float64),
        "posted_year_inferred": lambda: frame.inferred.astype(np.float64),
    }
    return Space(
        len(frame),
        {name: _numbers(make) for name, make in columns.items()},
        {
            "POSTED": lambda: frame.days,
            "COMPOUND": lambda: frame.compound,
            "HELPFUL": lambda: frame.helpful.astype(np.float64),
            "FUNNY": lambda: frame.funny.astype(np.float64),
        },
    )


def _numbers(make: Callable[[], Floats]) -> Callable[[], Column]:
    return lambda: Numbers(make())


def _total(sentiment: tuple[npt.NDArray[np.int32], ...]) -> Floats:
    total: Floats = np.sum(sentiment, axis=0, dtype=np.float64)
    return total


def _percent(part: npt.NDArray[np.generic], total: Floats) -> Floats:
    percent: Floats = np.full(len(total), np.nan)
    np.divide(100 * part, total, out=percent, where=total > 0)
    return percent

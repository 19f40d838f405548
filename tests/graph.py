"""Every list of the graph as plain Python: what its filters and orders mean.

The meaning is written down a second time here, over the fields that clients see, so that tests can
compare an answer with a brute force.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from operator import itemgetter
from typing import Any

from datastore.base.names import fold
from datastore.base.tables import CONTRACT
from graph_list import Entry, List

__all__ = ["GAMES", "LISTS", "TITLES", "holds", "in_order", "listed"]


def listed(entry: Entry) -> bool:
    """Whether `games` lists it when no filter speaks of the catalogue."""
    return bool(entry.get("inCatalogue", True))


def holds(listing: List, entry: Entry, where: Any) -> bool:
    """Whether an entry fits a filter, as the schema describes it."""
    return all(_holds(listing, entry, name, value) for name, value in where.items())


def _holds(listing: List, entry: Entry, name: str, value: Any) -> bool:
    if name == "and":
        return all(holds(listing, entry, one) for one in value)
    if name == "or":
        return any(holds(listing, entry, one) for one in value)
    if name == "not":
        return not holds(listing, entry, value)
    if name == "game":
        return holds(GAMES, entry, value)
    if name == "title" and listing.filter_type == "RatedTitleFilter":
        return holds(TITLES, entry, value)
    known = listing.values[name](entry)
    many = known if isinstance(known, list) else [known]
    exact = name in ("appId", "userId", "titleId", "viewerId")
    return all(_fits([v for v in many if v is not None], op, v, exact) for op, v in value.items())


def _fits(known: list[Any], operator: str, value: Any, exact: bool) -> bool:
    def key(one: Any) -> Any:
        return one if not isinstance(one, str) else one.strip() if exact else fold(one)

    values = [key(one) for one in known]
    match operator:
        case "isNull":
            return (not values) is value
        case "eq":
            return key(value) in values
        case "in":
            return any(key(one) in values for one in value)
        case "contains":
            return any(key(value) in one for one in values)
        case "gt":
            return any(one > value for one in values)
        case "lt":
            return any(one < value for one in values)
        case "gte":
            return any(one >= value for one in values)
        case _:
            assert operator == "lte"
            return any(one <= value for one in values)


def in_order(listing: List, rows: list[Entry], order: list[tuple[str, str]]) -> list[Entry]:
    """Entries by the keys, unknown values last either way, ties as they were."""
    found = list(rows)
    for name, direction in reversed(order):
        key = listing.keys[name]
        known = [row for row in found if key(row) is not None]
        unknown = [row for row in found if key(row) is None]
        # `reverse` keeps the order of equals.
        found = sorted(known, key=key, reverse=direction == "DESC") + unknown
    return found


def _percent(entry: Entry) -> float | None:
    reviews = entry["reviewSentiment"]
    return 100 * reviews["positive"] / reviews["total"] if reviews["total"] else None


def _folded(name: str) -> Callable[[Entry], str | None]:
    return lambda entry: None if entry[name] is None else fold(entry[name])


def _number(entry: Entry) -> tuple[int, str]:
    text = entry["appId"]
    return (int(text), "") if text.isdigit() else (10**9, text)


def _names(name: str) -> Callable[[Entry], list[str]]:
    return lambda entry: [one["name"] for one in entry[name]]


def _reviews(entry: Entry) -> int:
    return int(entry["reviewSentiment"]["total"])


#: Columns of games that clients see and filter by under one name: they mean what is shown.
_SHOWN = {
    name: re.sub("_(.)", lambda match: match[1].upper(), name)
    for name, column in CONTRACT["games"].columns.items()
    if column.shown and column.filter
}

GAMES = List(
    "games",
    "GameFilter",
    "GameOrder",
    "{ games%s { %s } }",
    "id appId title developer { name } genres { name } tags specs isFree hours playerCount "
    f"ownerCount inCatalogue unlisted reviewSentiment {{ positive total }} "
    f"{' '.join(_SHOWN.values())}",
    {
        "developer": lambda entry: entry["developer"] and entry["developer"]["name"],
        "genre": _names("genres"),
        "tag": itemgetter("tags"),
        "spec": itemgetter("specs"),
        "reviewCount": _reviews,
        **{
            name: itemgetter(name)
            for name in (
                "appId", "title", "isFree", "hours", "playerCount", "ownerCount", "inCatalogue",
                "unlisted",
                *_SHOWN.values(),
            )
        },
    },
    {
        "APP_ID": _number,
        "TITLE": _folded("title"),
        "HOURS": itemgetter("hours"),
        "PLAYER_COUNT": itemgetter("playerCount"),
        "OWNER_COUNT": itemgetter("ownerCount"),
        "REVIEW_COUNT": _reviews,
        "POSITIVE_PERCENT": _percent,
        **{
            name.upper(): itemgetter(shown)
            for name, shown in _SHOWN.items()
            if CONTRACT["games"].columns[name].order
        },
    },
)  # fmt: skip


def _title_number(entry: Entry) -> tuple[str, int]:
    return entry["titleId"][0], int(entry["titleId"][2:])


TITLES = List(
    "titles",
    "TitleFilter",
    "TitleOrder",
    "{ titles%s { %s } }",
    "id titleId platform kind title directors cast countries genres dateAdded releaseYear rating "
    "ratingMissing durationInt durationType score { mean count }",
    {
        "director": itemgetter("directors"),
        "castMember": itemgetter("cast"),
        "country": itemgetter("countries"),
        "genre": itemgetter("genres"),
        "score": lambda entry: entry["score"]["mean"],
        "scoreCount": lambda entry: entry["score"]["count"],
        **{
            name: itemgetter(name)
            for name in (
                "titleId", "platform", "kind", "title", "releaseYear", "rating", "ratingMissing",
                "durationInt", "durationType",
            )
        },
    },
    {
        "TITLE_ID": _title_number,
        "TITLE": _folded("title"),
        "DATE_ADDED": itemgetter("dateAdded"),
        "RELEASE_YEAR": itemgetter("releaseYear"),
        "DURATION_INT": itemgetter("durationInt"),
        "SCORE": lambda entry: entry["score"]["mean"],
        "SCORE_COUNT": lambda entry: entry["score"]["count"],
    },
)  # fmt: skip

_REVIEW = List(
    "reviews",
    "ReviewFilter",
    "ReviewOrder",
    "{ %s }",
    "id posted postedYear postedYearInferred recommend sentiment compound learnedSentiment "
    "helpful funny",
    {
        name: itemgetter(name)
        for name in (
            "recommend", "sentiment", "compound", "learnedSentiment", "postedYear",
            "postedYearInferred", "helpful", "funny",
        )
    },
    {
        "POSTED": itemgetter("posted"),
        "COMPOUND": itemgetter("compound"),
        "LEARNED_SENTIMENT": itemgetter("learnedSentiment"),
        "HELPFUL": itemgetter("helpful"),
        "FUNNY": itemgetter("funny"),
    },
    searched=False,
)  # fmt: skip


def _of(base: List, name: str, around: str) -> List:
    return List(
        name, base.filter_type, base.order_type, around, base.node, base.values, base.keys,
        base.edge, base.searched,
    )  # fmt: skip


_GREATEST = "direction: DESC }, first: 1) { nodes"

LISTS = {
    listing.name: listing
    for listing in (
        GAMES,
        List(
            "developers",
            "DeveloperFilter",
            "DeveloperOrder",
            "{ developers%s { %s } }",
            "id name companies itemCount reviewSentiment { positive total }",
            {
                "name": itemgetter("name"),
                "company": itemgetter("companies"),
                "itemCount": itemgetter("itemCount"),
                "reviewCount": _reviews,
                "positivePercent": _percent,
            },
            {
                "NAME": _folded("name"),
                "ITEM_COUNT": itemgetter("itemCount"),
                "REVIEW_COUNT": _reviews,
                "POSITIVE_PERCENT": _percent,
            },
                ),
        List(
            "genres",
            "GenreFilter",
            "GenreOrder",
            "{ genres%s { %s } }",
            "id name gameCount",
            {"name": itemgetter("name"), "gameCount": itemgetter("gameCount")},
            {"NAME": _folded("name"), "GAME_COUNT": itemgetter("gameCount")},
                ),
        List(
            "users",
            "UserFilter",
            "UserOrder",
            "{ users%s { %s } }",
            "id userId itemsCount moneySpent reviewCount recommendPercent libraryKnown",
            {
                name: itemgetter(name)
                for name in (
                    "userId", "itemsCount", "moneySpent", "reviewCount", "recommendPercent",
                    "libraryKnown",
                )
            },
            {
                "USER_ID": itemgetter("userId"),
                "ITEMS_COUNT": itemgetter("itemsCount"),
                "MONEY_SPENT": itemgetter("moneySpent"),
                "REVIEW_COUNT": itemgetter("reviewCount"),
                "RECOMMEND_PERCENT": itemgetter("recommendPercent"),
            },
                ),
        List(
            "library",
            "LibraryFilter",
            "LibraryOrder",
            f"{{ users(orderBy: {{ field: ITEMS_COUNT, {_GREATEST} {{ library%s {{ %s }} }} }} }}",
            GAMES.node,
            {"hours": itemgetter("edge.hours")},
            {
                "HOURS": itemgetter("edge.hours"),
                **{name: key for name, key in GAMES.keys.items() if name != "HOURS"},
            },
            "hours",
        ),
        TITLES,
        List(
            "viewers",
            "ViewerFilter",
            "ViewerOrder",
            "{ viewers%s { %s } }",
            "id viewerId ratingCount meanRating",
            {name: itemgetter(name) for name in ("viewerId", "ratingCount", "meanRating")},
            {
                "VIEWER_ID": itemgetter("viewerId"),
                "RATING_COUNT": itemgetter("ratingCount"),
                "MEAN_RATING": itemgetter("meanRating"),
            },
                ),
        List(
            "ratings of a viewer",
            "RatedTitleFilter",
            "RatedTitleOrder",
            f"{{ viewers(orderBy: {{ field: RATING_COUNT, {_GREATEST} "
            "{ ratings%s { %s } } } }",
            TITLES.node,
            {"rating": itemgetter("edge.rating")},
            {
                "RATING": itemgetter("edge.rating"),
                "RATED_AT": itemgetter("edge.ratedAt"),
                **TITLES.keys,
            },
            "rating ratedAt",
        ),
        _of(
            _REVIEW,
            "reviews of a developer",
            f"{{ developers(orderBy: {{ field: REVIEW_COUNT, {_GREATEST} "
            "{ reviews%s { %s } } } }",
        ),
        _of(
            _REVIEW,
            "reviews of a game",
            f"{{ games(orderBy: {{ field: REVIEW_COUNT, {_GREATEST} {{ reviews%s {{ %s }} }} }} }}",
        ),
        _of(
            _REVIEW,
            "reviews of a user",
            f"{{ users(orderBy: {{ field: REVIEW_COUNT, {_GREATEST} {{ reviews%s {{ %s }} }} }} }}",
        ),
        _of(
            GAMES,
            "games of a developer",
            f"{{ developers(orderBy: {{ field: ITEM_COUNT, {_GREATEST} "
            "{ games%s { %s } } } }",
        ),
        _of(
            GAMES,
            "games of a genre",
            f"{{ genres(orderBy: {{ field: GAME_COUNT, {_GREATEST} {{ games%s {{ %s }} }} }} }}",
        ),
    )
}  # fmt: skip

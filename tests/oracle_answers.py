"""The answers to the questions by the second reading of the contract (`oracle`): loops over all
records."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from typing import Any

from oracle import Game, World

__all__ = [
    "best_developers",
    "dataset",
    "developers",
    "genres",
    "shared_players",
    "users",
]

Answer = dict[str, Any]


def _year_order(year: int | None) -> tuple[bool, int]:
    return (year is None, -(year or 0))


def developers(world: World) -> dict[str, Answer]:
    """releaseYears and reviewSentiment of every developer, by the name shown."""
    games: dict[str, set[str]] = defaultdict(set)
    for app_id, game in world.games.items():
        if game.folded:
            games[game.folded].add(app_id)
    classes: dict[str, Counter[int]] = defaultdict(Counter)
    for (_, app_id), review in world.reviews.items():
        if app_id in world.games and world.games[app_id].folded:
            classes[world.games[app_id].folded or ""][review.sentiment] += 1
    return {
        name: {
            "name": name,
            "itemCount": len(games[folded]),
            "releaseYears": _release_years([world.games[app_id] for app_id in games[folded]]),
            "reviewSentiment": {
                "negative": classes[folded][0],
                "neutral": classes[folded][1],
                "positive": classes[folded][2],
                "total": sum(classes[folded].values()),
            },
        }
        for folded, name in world.developer_names().items()
    }


def _release_years(games: list[Game]) -> list[Answer]:
    rows = []
    for year in sorted({game.year for game in games}, key=_year_order):
        prices = [game.price for game in games if game.year == year]
        rows.append(
            {
                "year": year,
                "items": len(prices),
                "freeItems": prices.count(0),
                "freePercent": 100 * prices.count(0) / len(prices),
                "unknownPriceItems": prices.count(None),
            }
        )
    return rows


def users(world: World) -> dict[str, Answer]:
    """userdata of every user. `moneySpent` is exact to the last bit but one."""
    written: dict[str, list[bool]] = defaultdict(list)
    for (user, _), review in world.reviews.items():
        written[user].append(review.recommend)
    answers = {}
    for user in world.users:
        owned = world.library.get(user, {})
        prices = [world.games[app_id].price for app_id in owned if app_id in world.games]
        known = [value for value in prices if value is not None]
        reviews = written[user]
        answers[user] = {
            "itemsCount": len(owned),
            "moneySpent": math.fsum(known),
            "pricedItems": len(known),
            "recommendPercent": 100 * sum(reviews) / len(reviews) if reviews else None,
            "reviewCount": len(reviews),
            "recommendedReviews": sum(reviews),
        }
    return answers


def genres(world: World) -> dict[str, Answer]:
    """topPlayer of every genre, by the name shown."""
    answers = {}
    for folded, name in world.genre_names().items():
        games = {app_id for app_id, game in world.games.items() if folded in game.genres}
        totals = {
            user: sum(minutes for app_id, minutes in owned.items() if app_id in games)
            for user, owned in world.library.items()
        }
        most = max(totals.values(), default=0)
        top = None
        if most:
            user = min(user for user, total in totals.items() if total == most)
            years: Counter[int | None] = Counter()
            for app_id, minutes in world.library[user].items():
                if app_id in games and minutes:
                    years[world.games[app_id].year] += minutes
            top = {
                "user": {"userId": user},
                "hours": most / 60,
                "hoursByReleaseYear": [
                    {"year": year, "hours": years[year] / 60}
                    for year in sorted(years, key=_year_order)
                ],
            }
        answers[name] = {"name": name, "gameCount": len(games), "topPlayer": top}
    return answers


def best_developers(world: World, basis: str) -> dict[int, list[Answer]]:
    """The whole ranking of every year that has one."""
    crawl_year = world.crawl_year
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for (_, app_id), review in world.reviews.items():
        game = world.games.get(app_id)
        if game is None or not game.folded or not review.recommend or review.sentiment != 2:
            continue
        posted = review.explicit or crawl_year if review.posted else None
        year = posted if basis == "REVIEW" else game.year
        if year is not None:
            counts[year][game.folded] += 1
    names = world.developer_names()
    return {
        year: [
            {"rank": rank, "developer": {"name": names[folded]}, "recommendations": count}
            for rank, (folded, count) in enumerate(
                sorted(ranking.items(), key=lambda entry: (-entry[1], entry[0])), 1
            )
        ]
        for year, ranking in counts.items()
    }


def dataset(world: World) -> Answer:
    """The basis of the answers."""
    return {
        "games": len(world.games),
        "users": len(world.users),
        "reviews": len(world.reviews),
        "playRows": sum(map(len, world.library.values())),
        "crawlYear": world.crawl_year,
    }


def shared_players(world: World) -> dict[str, set[str]]:
    """Who has played each game for a minute or more."""
    players: dict[str, set[str]] = defaultdict(set)
    for user, owned in world.library.items():
        for app_id, minutes in owned.items():
            if minutes > 0:
                players[app_id].add(user)
    return players

"""etl.games: what the tables of games and developers say about users, as sums over users."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from etl.games import aggregates
from etl.games.world import World
from etl.process.engine import Arrays

__all__ = ["GenrePlayers", "Totals"]

Columns = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts of the rows of users: by game and developer, by year of review, and of the kind that
    the manifest lists. Those of ranges of users add up to those of all."""

    games: Arrays
    developers: Arrays
    review_years: Columns
    counts: dict[str, int]
    coverage: dict[str, int]

    @classmethod
    def of(cls, world: World) -> Self:
        """Count the rows of a world."""
        games, review = world.games, world.review
        game, classes = review["game"], review["sentiment"]
        of_game = aggregates.game_counts(world.rows, len(games))
        of_game |= aggregates.sentiment_counts(game, classes, len(games))
        developer = games.developer[game]
        years = aggregates.review_years(
            developer,
            game,
            review["posted_year"].fill_null(-1).to_numpy(),
            games.year[game],
            review["recommend"],
            classes,
        )
        owned = np.diff(world.rows.offsets)
        counts = {
            "users": len(world.user_ids),
            "reviews": len(game),
            "play_rows": len(world.rows.game),
        }
        coverage = {
            "play_rows_missing_from_catalogue": (world.rows.game >= games.listed).sum(),
            "reviews_missing_from_catalogue": (game >= games.listed).sum(),
            "unplayed_rows": (world.rows.minutes == 0).sum(),
            "users_without_items": (owned == 0).sum(),
            "users_without_library": world.library_known.false_count,
            "undated_reviews": review["posted_year"].null_count,
            "reviews_with_inferred_year": review["posted_year_inferred"].true_count,
            "reviews_without_text": review["text"].null_count,
        }
        size = len(games.developers.shown)
        return cls(
            of_game,
            aggregates.sentiment_counts(developer, classes, size),
            years,
            counts,
            {name: int(count) for name, count in coverage.items()},
        )

    @classmethod
    def merged(cls, parts: Sequence[Self]) -> Self:
        """The sums of the totals of all ranges; there must be one."""
        first, *others = parts
        for part in others:
            for total, own in ((first.games, part.games), (first.developers, part.developers)):
                for name, counts in own.items():
                    total[name] += counts
        names = list(first.counts), list(first.coverage)
        return cls(
            first.games,
            first.developers,
            aggregates.merged_review_years([part.review_years for part in parts]),
            {name: sum(part.counts[name] for part in parts) for name in names[0]},
            {name: sum(part.coverage[name] for part in parts) for name in names[1]},
        )


@dataclass(frozen=True, slots=True)
class GenrePlayers:
    """The players with most minutes in each genre, and their minutes by release year."""

    players: Columns
    years: Columns

    @classmethod
    def of(cls, world: World) -> Self:
        """Those of a world."""
        lists = world.games.genres.members()
        members = [lists[number].values.to_numpy() for number in range(len(lists))]
        players, years = aggregates.genre_players(world.rows, members, world.games.year)
        players["user"] = players["user"] + world.first_user
        return cls(players, years)

    @classmethod
    def merged(cls, parts: Sequence[Self]) -> Self:
        """Those of all ranges of users."""
        return cls(*aggregates.merged_genre_players([(part.players, part.years) for part in parts]))

"""schema: the root field `catalogueYear`: the catalogue's games of one release year."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import strawberry

from datastore.catalogue_years import CatalogueYear as Counts
from datastore.catalogue_years import Count
from datastore.store import Store
from resolvers import catalogue_years
from resolvers.arguments import check_first
from resolvers.paging import Rows
from schema.batches import Column, Entry, each, itself, part, values
from schema.context import Info
from schema.costs import cost, items, sized_by
from schema.descriptions import documented
from schema.games import Game, game_list
from schema.relay.references import GenreType

__all__ = ["CatalogueYear", "CatalogueYearQuery"]

#: Most entries of a list.
_MOST = 100

First: TypeAlias = Annotated[
    int, strawberry.argument(description="At most this many entries, 0 to 100.")
]


@documented
@strawberry.type
class GenreCount(Entry):
    """Number of games of a genre."""

    genre = part(GenreType, "row", "The genre.")
    games = part(int, "games", "Number of games.")


@documented
@strawberry.type
class SpecCount(Entry):
    """Number of games with a feature."""

    @values(str)
    def name(self) -> Column:
        """The feature, such as `Single-player`."""
        names = self.store.games.spec_names
        return lambda count: names[count.row]

    games = part(int, "games", "Number of games.")


@documented
@strawberry.type
class StoreSentimentCount(Entry):
    """Number of games with one of the store's labels."""

    label = part(str, 0, "The label, such as `Very Positive`.")
    games = part(int, 1, "Number of games.")


@documented
@strawberry.type
class GameMetascore(Entry):
    """A game with its metascore."""

    @values(int)
    def metascore(self) -> Column:
        """Metacritic score, 0 to 100."""
        return self.store.games.frame.values("metascore")

    @values(Game)
    def game(self) -> Column:
        """The game."""
        return itself


@documented
@strawberry.type
class CatalogueYear:
    """The catalogue's games of one release year, priced or not, downloadable content
    included: `games(filter: { not: { spec: { eq: "Downloadable Content" } } })` leaves it
    out. A game counts once for each of its genres and features; ties are broken by name."""

    store: strawberry.Private[Store]
    counts: strawberry.Private[Counts]
    year: int = strawberry.field(description="The release year.")

    @strawberry.field
    def game_count(self) -> int:
        """Number of games of the year.

        Client's name: juegos(año)"""
        return len(self.counts.games)

    @game_list
    def games(self) -> Rows:
        """The games of the year, by product id unless `orderBy` is given.

        Client's name: juegos(año)"""
        return self.counts.games

    @cost(60, sized_by("first", most=100))
    @each(list[GenreCount])
    def top_genres(self, first: First = 5) -> list[Count]:
        """The genres with the most games.

        Client's name: genero(año)"""
        return self.counts.genres[: check_first(first, _MOST)]

    @cost(60, sized_by("first", most=100))
    @each(list[SpecCount])
    def top_specs(self, first: First = 5) -> list[Count]:
        """The features that most games have.

        Client's name: specs(año)"""
        return self.counts.specs[: check_first(first, _MOST)]

    @strawberry.field
    def early_access_games(self) -> int:
        """Number of games in early access.

        Client's name: earlyacces(año)"""
        return self.counts.early_access

    @cost(60, items(10))
    @each(list[StoreSentimentCount])
    def store_sentiment(self) -> list[tuple[str, int]]:
        """Number of games with each of the store's nine labels, most games first. Labels that no
        game of the year has are left out.

        Client's name: sentiment(año)"""
        return self.counts.labels

    @strawberry.field
    def unlabelled_games(self) -> int:
        """Number of games without a label, such as those with a few reviews only.

        Client's name: sentiment(año)"""
        return self.counts.unlabelled

    @cost(60, sized_by("first", most=100))
    @each(list[GameMetascore])
    def top_metascores(self, first: First = 5) -> list[int]:
        """The games with the best metascores; ties are broken by title, then by product id.

        Client's name: metascore(año)"""
        rows: list[int] = self.counts.by_metascore[: check_first(first, _MOST)].tolist()
        return rows


@documented
@strawberry.type
class CatalogueYearQuery:
    """The root field about a year of the catalogue."""

    @cost(60)
    @strawberry.field
    def catalogue_year(
        self,
        info: Info,
        year: Annotated[int, strawberry.argument(description="Release year, 1 to 9999.")],
    ) -> CatalogueYear | None:
        """The catalogue's games of one release year, counted. For a year without games, counts are
        0 and lists are empty.

        Client's name: genero(año), juegos(año), specs(año), earlyacces(año), sentiment(año),
        metascore(año)"""
        store = info.context.store
        return CatalogueYear(store=store, counts=catalogue_years.of_year(store, year), year=year)

"""schema: Game."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import strawberry

from resolvers import games
from schema.documented import documented
from schema.node import Node
from schema.recommendations import RecommendationSource, SimilarGame
from schema.reviews import ReviewSentiment, summary

if TYPE_CHECKING:
    from schema.developers import Developer
    from schema.genres import Genre

__all__ = ["Game"]


@documented
@strawberry.type
class Game(Node):
    """A game: an item of the catalogue, or one known only from libraries and reviews."""

    @strawberry.field
    def app_id(self) -> strawberry.ID:
        """Product id in the store."""
        return strawberry.ID(self.store.games.app_id[self.row])

    @strawberry.field
    def title(self) -> str | None:
        """Name in the catalogue, else in the libraries; null where neither has one."""
        return self.store.games.title[self.row]

    @strawberry.field
    def in_catalogue(self) -> bool:
        """False for a game that libraries or reviews name and the catalogue lacks: all that only
        a catalogue knows is null or empty then."""
        return bool(self.row < self.store.games.listed)

    @strawberry.field
    def developer(self) -> Annotated[Developer, strawberry.lazy("schema.developers")] | None:
        """Who made it; null where the catalogue does not say."""
        from schema.developers import Developer

        row = self.store.games.developer[self.row]
        return None if row is None else Developer(store=self.store, row=row)

    @strawberry.field
    def publisher(self) -> str | None:
        """Who published it, as the catalogue says."""
        return self.store.games.publisher[self.row]

    @strawberry.field
    def genres(self) -> list[Annotated[Genre, strawberry.lazy("schema.genres")]]:
        """Genres, in the order of the catalogue."""
        from schema.genres import Genre

        rows = self.store.games.genres.row(self.row).tolist()
        return [Genre(store=self.store, row=row) for row in rows]

    @strawberry.field
    def tags(self) -> list[str]:
        """Tags that players gave it, in the order of the catalogue."""
        return self.store.games.tags(self.row)

    @strawberry.field
    def specs(self) -> list[str]:
        """Features, such as `Single-player`, in the order of the catalogue."""
        return self.store.games.specs(self.row)

    @strawberry.field
    def release_date(self) -> date | None:
        """Day of release; null where the catalogue names no day."""
        return self.store.games.release_date[self.row]

    @strawberry.field
    def release_year(self) -> int | None:
        """Year of release, also from a partial date that names exactly one (`Q1 2018`)."""
        return self.store.games.release_year[self.row]

    @strawberry.field
    def price(self) -> float | None:
        """Price in USD; 0 when free, null when unknown."""
        return self.store.games.price[self.row]

    @strawberry.field
    def is_free(self) -> bool | None:
        """Whether the price is known to be 0; null when it is unknown."""
        price = self.store.games.price[self.row]
        return None if price is None else price == 0

    @strawberry.field
    def early_access(self) -> bool | None:
        """Whether it is sold before it is finished."""
        return self.store.games.early_access[self.row]

    @strawberry.field
    def metascore(self) -> int | None:
        """Score on Metacritic, 0 to 100."""
        return self.store.games.metascore[self.row]

    @strawberry.field
    def owners(self) -> int:
        """Users whose library holds it."""
        return int(self.store.games.owners[self.row])

    @strawberry.field
    def players(self) -> int:
        """Users who have played it for a minute or more."""
        return int(self.store.games.players[self.row])

    @strawberry.field
    def hours(self) -> float:
        """Hours that all players together have played it."""
        return int(self.store.games.minutes[self.row]) / 60

    @strawberry.field
    def review_sentiment(self) -> ReviewSentiment:
        """Its reviews by sentiment."""
        return summary(games.review_sentiment(self.store, self.row))

    @strawberry.field
    def similar_games(
        self,
        first: Annotated[
            int, strawberry.argument(description="At most this many games, 0 to 50.")
        ] = 5,
    ) -> list[SimilarGame]:
        """The games most similar to it, best first; a shorter list is the head of a longer one.

        From an implicit-ALS model of who played what, blended with shared tags and co-play; for a
        game that the model cannot place the list says in `source` where it comes from.
        Client's name: recomendacion_juego(id de producto)"""
        return [
            SimilarGame(
                game=Game(store=self.store, row=entry.game),
                score=entry.score,
                source=RecommendationSource[entry.source],
                shared_players=entry.shared_players or 0,
            )
            for entry in games.similar(self.store, self.row, first)
        ]

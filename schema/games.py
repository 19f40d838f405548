"""schema: Game."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import numpy.typing as npt
import strawberry
from strawberry import UNSET

from datastore.store import Store
from resolvers import recommendations, reviews, spaces
from resolvers.paging import PageArguments, Rows
from resolvers.selection import Selection, select
from schema.aggregates import GameAggregates
from schema.documented import documented
from schema.inputs.filters import GameWhere
from schema.inputs.orders import GameOrderBy
from schema.inputs.selections import SearchText, selection
from schema.recommendations import Diversity, SimilarGame, similar_game
from schema.relay.connections import (
    After,
    Before,
    Connection,
    First,
    Last,
    asked,
    connect,
)
from schema.relay.node import Node
from schema.reviews import (
    Method,
    ReviewSentiment,
    SentimentMethod,
    Threshold,
    review_list,
    summary,
)

if TYPE_CHECKING:
    from schema.developers import Developer
    from schema.genres import Genre
    from schema.users import PlayerConnection

__all__ = ["Game", "GameConnection", "game_connection", "game_list"]


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
    def release_date_text(self) -> str | None:
        """Release date as the catalogue has it, whatever it says."""
        return self.store.games.release_date_text[self.row]

    @strawberry.field
    def owner_count(self) -> int:
        """Users whose library holds it."""
        return int(self.store.games.owners[self.row])

    @strawberry.field
    def player_count(self) -> int:
        """Users who have played it for a minute or more."""
        return int(self.store.games.players[self.row])

    @strawberry.field
    def players(
        self,
        first: First = UNSET,
        last: Last = UNSET,
        after: After = UNSET,
        before: Before = UNSET,
    ) -> Annotated[PlayerConnection, strawberry.lazy("schema.users")]:
        """Users who have played it, most hours first, then by user id."""
        from schema.users import player_connection

        return player_connection(self.store, self.row, asked(first, after, last, before))

    @strawberry.field
    def hours(self) -> float:
        """Hours that all players together have played it."""
        return int(self.store.games.minutes[self.row]) / 60

    @strawberry.field
    def review_sentiment(
        self,
        threshold: Threshold = reviews.THRESHOLD,
        method: Method = SentimentMethod.VADER,
    ) -> ReviewSentiment:
        """Its reviews by sentiment."""
        counts = [column[self.row] for column in self.store.games.sentiment]
        measure = reviews.Measure(threshold, method.value)
        return summary(self.store, counts, self._reviews, measure)

    @review_list
    def reviews(self) -> Rows:
        """Its reviews, newest first unless another order is asked for."""
        return self._reviews()

    def _reviews(self) -> npt.NDArray[np.int64]:
        return self.store.reviews.of_game(self.row)

    @strawberry.field
    def similar_games(
        self,
        first: Annotated[
            int, strawberry.argument(description="At most this many games, 0 to 50.")
        ] = 5,
        diversity: Diversity = 0.0,
    ) -> list[SimilarGame]:
        """The games most similar to it, best first; a shorter list is the head of a longer one.

        From an implicit-ALS model of who played what, blended with shared tags and co-play; for a
        game that the model cannot place the list says in `source` where it comes from.

        Client's name: recomendacion_juego(id de producto)"""
        found = recommendations.similar(self.store, self.row, first, diversity)
        return [similar_game(self.store, self.row, entry) for entry in found]


@documented
@strawberry.type
class GameConnection(Connection[Game]):
    """A page of games. Without `first` and `last` it has 20 entries."""

    store: strawberry.Private[Store]
    rows: strawberry.Private[Rows]

    @strawberry.field
    def aggregates(self) -> GameAggregates:
        """Count, prices and facets of the whole list, after filter and search."""
        return GameAggregates(store=self.store, rows=self.rows)


def game_connection(
    store: Store, rows: Rows, wanted: Selection, arguments: PageArguments
) -> GameConnection:
    """A page of games."""
    found = select(rows, spaces.games(store), wanted)
    page = connect(store, found, arguments, Game)
    return GameConnection(
        edges=page.edges,
        page_info=page.page_info,
        total_count=page.total_count,
        store=store,
        rows=found,
    )


def game_list(rows: Callable[[Any], Rows]) -> Any:
    """Turn a method that gives rows of games into a field: a connection with all arguments.

    The method's docstring is the description; its object has a `store`.
    """

    def resolve(
        self: Any,
        where: GameWhere = UNSET,
        order_by: GameOrderBy = UNSET,
        search: SearchText = UNSET,
        first: First = UNSET,
        last: Last = UNSET,
        after: After = UNSET,
        before: Before = UNSET,
    ) -> GameConnection:
        wanted = selection(where, order_by, search)
        arguments = asked(first, after, last, before)
        return game_connection(self.store, rows(self), wanted, arguments)

    return strawberry.field(resolver=resolve, description=inspect.getdoc(rows))

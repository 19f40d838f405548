"""schema: the type Game, lists of games, and the root fields about games."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
import strawberry
from strawberry import UNSET

from datastore.store import Store
from resolvers import games, prices, recommendations, reviews, spaces
from resolvers.filters import mentions
from resolvers.paging import PageArguments, Rows
from resolvers.selection import Selection, select
from schema.aggregates import GameAggregates
from schema.columns import column
from schema.context import Info
from schema.costs import PAGE, cost, items, sized_by
from schema.descriptions import documented
from schema.docstrings import docstring
from schema.inputs.filters import GameWhere
from schema.inputs.orders import GameOrderBy
from schema.inputs.selections import SearchText, selection
from schema.players import PlayerConnection, player_connection
from schema.precision import number
from schema.prices import PriceBy, PriceEstimate, PriceMethod, price_estimate
from schema.recommendations import Diversity, SimilarGame, similar_game
from schema.relay.connections import (
    After,
    Before,
    Connection,
    First,
    Last,
    connect,
    page_arguments,
)
from schema.relay.node import Node, node_of
from schema.relay.references import DeveloperType, GenreType
from schema.reviews import (
    Method,
    ReviewSentiment,
    SentimentMethod,
    Threshold,
    review_list,
    summary,
)

__all__ = ["Game", "GameConnection", "GameQuery", "game_connection", "game_list"]


@documented
@strawberry.type
class Game(Node):
    """A game: a catalogue item, or a game known only from libraries and reviews."""

    @strawberry.field
    def app_id(self) -> strawberry.ID:
        """Product id in the store."""
        return strawberry.ID(self.store.games.app_id[self.row])

    @strawberry.field
    def title(self) -> str | None:
        """Title from the catalogue, else from the libraries; null when neither has one."""
        return self.store.games.title[self.row]

    @strawberry.field
    def in_catalogue(self) -> bool:
        """Whether the catalogue lists the game. If not, it is known only from libraries or reviews,
        and its catalogue fields are null or empty lists."""
        return bool(self.row < self.store.games.listed)

    @cost(2)
    @strawberry.field
    def developer(self) -> DeveloperType | None:
        """The developer; null when unknown."""
        row = self.store.games.developer[self.row]
        return None if row is None else node_of("Developer", self.store, row)

    publisher = column("games", "publisher")

    @cost(2, items(3))
    @strawberry.field
    def genres(self) -> list[GenreType]:
        """Genres in catalogue order; empty when none are given."""
        rows = self.store.games.genres.row(self.row).tolist()
        return [node_of("Genre", self.store, row) for row in rows]

    @cost(2, items(6))
    @strawberry.field
    def tags(self) -> list[str]:
        """Tags given by players, in catalogue order; empty when none are given."""
        return self.store.games.tags(self.row)

    @cost(2, items(6))
    @strawberry.field
    def specs(self) -> list[str]:
        """Features such as `Single-player`, in catalogue order; empty when none are given."""
        return self.store.games.specs(self.row)

    release_date = column("games", "release_date")
    release_year = column("games", "release_year")

    @number
    def price(self) -> float | None:
        """Price in USD; 0 when free, null when unknown."""
        price: float | None = self.store.games.frame.values("price")[self.row]
        return price

    @cost(10)
    @strawberry.field
    def price_estimate(self, method: PriceBy = PriceMethod.BEST) -> PriceEstimate | None:
        """An estimate of the price by a model that has not seen this game's price, also for free
        games and games of unknown price; null if the catalogue does not list the game, and if no
        game of the snapshot has a price above 0.

        Client's name: prediccion(genero, earlyaccess, …)"""
        return price_estimate(self.store, prices.of_game(self.store, self.row, method.value))

    @strawberry.field
    def is_free(self) -> bool | None:
        """Whether the price is 0; null when the price is unknown."""
        price = self.store.games.frame.values("price")[self.row]
        return None if price is None else price == 0

    @number
    def discount_price(self) -> float | None:
        """Discounted price in USD; null when the catalogue gives none."""
        price: float | None = self.store.games.frame.values("discount_price")[self.row]
        return price

    early_access = column("games", "early_access")
    metascore = column("games", "metascore")
    store_sentiment = column("games", "store_sentiment")
    release_date_text = column("games", "release_date_text")

    @strawberry.field
    def store_url(self) -> str | None:
        """URL of the game's store page, as given in the catalogue; null when missing."""
        address: str | None = self.store.games.frame.value("store_url", self.row)
        return address

    @strawberry.field
    def owner_count(self) -> int:
        """Number of users who own the game, counting known libraries only."""
        return int(self.store.games.owners[self.row])

    @strawberry.field
    def player_count(self) -> int:
        """Number of users who have played the game for at least a minute, counting known libraries
        only."""
        return int(self.store.games.players[self.row])

    @cost(15, PAGE)
    @strawberry.field
    def players(
        self,
        first: First = UNSET,
        last: Last = UNSET,
        after: After = UNSET,
        before: Before = UNSET,
    ) -> PlayerConnection:
        """Users who have played the game, most hours first, then by user id."""
        return player_connection(self.store, self.row, page_arguments(first, after, last, before))

    @number
    def hours(self) -> float:
        """Total hours of all players, counting known libraries only."""
        return int(self.store.games.minutes[self.row]) / 60

    @cost(8)
    @strawberry.field
    def review_sentiment(
        self,
        threshold: Threshold = reviews.THRESHOLD,
        method: Method = SentimentMethod.VADER,
    ) -> ReviewSentiment:
        """The game's reviews by sentiment."""
        counts = [column[self.row] for column in self.store.games.sentiment]
        measure = reviews.Measure(threshold, method.value)
        return summary(self.store, counts, self._reviews, measure)

    @review_list
    def reviews(self) -> Rows:
        """The game's reviews, newest first unless `orderBy` is given."""
        return self._reviews()

    def _reviews(self) -> npt.NDArray[np.int64]:
        return self.store.reviews.of_game(self.row)

    @cost(4, sized_by("first", most=50), diversity=180)
    @strawberry.field
    def similar_games(
        self,
        first: Annotated[
            int, strawberry.argument(description="At most this many games, 0 to 50.")
        ] = 5,
        diversity: Diversity = 0.0,
    ) -> list[SimilarGame]:
        """The most similar games, best first. A shorter list is the start of a longer one.

        Based on an implicit-ALS model of who plays what, blended with shared tags and co-play.
        Games with too few players for the model use a simpler source; see `source`.

        Client's name: recomendacion_juego(id de producto)"""
        neighbours = recommendations.similar(self.store, self.row, first, diversity)
        return [similar_game(self.store, self.row, neighbour) for neighbour in neighbours]


@documented
@strawberry.type
class GameConnection(Connection[Game]):
    """A page of games: 20 entries unless `first` or `last` is given."""

    store: strawberry.Private[Store]
    rows: strawberry.Private[Rows]

    @cost(1)
    @strawberry.field
    def aggregates(self) -> GameAggregates:
        """Count, prices and facets of the whole list, after filter and search."""
        return GameAggregates(store=self.store, rows=self.rows)


def game_connection(
    store: Store, rows: Rows, selected_by: Selection, arguments: PageArguments
) -> GameConnection:
    """A page of the games in `rows`, after filter, search and order."""
    selected = select(rows, lambda: spaces.games(store), selected_by)
    page = connect(store, selected, arguments, Game)
    return GameConnection(
        edges=page.edges,
        page_info=page.page_info,
        total_count=page.total_count,
        store=store,
        rows=selected,
    )


def game_list(rows: Callable[[Any], Rows]) -> Any:
    """Make a connection field with all list arguments of a method that returns rows of games.

    The method's docstring is the description; its class must have a `store`.
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
        selected_by = selection(where, order_by, search)
        arguments = page_arguments(first, after, last, before)
        return game_connection(self.store, rows(self), selected_by, arguments)

    declared = strawberry.field(resolver=resolve, description=docstring(rows))
    return cost(20, PAGE, where=3, order_by=8, search=1500)(declared)


@documented
@strawberry.type
class GameQuery:
    """Root fields about games."""

    @cost(5)
    @strawberry.field
    def game(
        self,
        info: Info,
        app_id: Annotated[strawberry.ID, strawberry.argument(description="Product id.")],
    ) -> Game | None:
        """One game, with `similarGames`. An unknown id returns null and a NOT_FOUND error.

        Client's name: recomendacion_juego(id de producto)"""
        store = info.context.store
        return Game(store=store, row=games.find(store, app_id))

    @cost(20, PAGE, where=60, order_by=600, search=1500)
    @strawberry.field
    def games(
        self,
        info: Info,
        where: GameWhere = UNSET,
        order_by: GameOrderBy = UNSET,
        search: SearchText = UNSET,
        first: First = UNSET,
        last: Last = UNSET,
        after: After = UNSET,
        before: Before = UNSET,
    ) -> GameConnection:
        """All games in the catalogue. With a search, or a filter on `inCatalogue`, also games known
        only from libraries and reviews."""
        store = info.context.store
        selected_by = selection(where, order_by, search)
        by_catalogue = selected_by.where is not None and mentions(selected_by.where, "in_catalogue")
        unlisted_too = by_catalogue or selected_by.text is not None
        rows = range(len(store.games) if unlisted_too else store.games.listed)
        arguments = page_arguments(first, after, last, before)
        return game_connection(store, rows, selected_by, arguments)

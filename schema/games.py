"""schema: the type Game, lists of games, and the root fields about games."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import numpy as np
import numpy.typing as npt
import strawberry
from strawberry import UNSET

from datastore.store import Store
from resolvers import games, prices, reviews, similar_games, spaces
from resolvers.filters import mentions
from resolvers.ids import keys
from resolvers.paging import Rows
from schema.aggregates import GameAggregates
from schema.batches import Column, batch, values
from schema.columns import column
from schema.context import Info
from schema.costs import PAGE, cost, items, sized_by
from schema.descriptions import documented
from schema.inputs.filters import GameWhere
from schema.inputs.orders import GameOrderBy
from schema.inputs.selections import selection
from schema.players import PlayerConnection, player_connection
from schema.precision import numbers
from schema.prices import PriceBy, PriceEstimate, PriceMethod, price_estimate
from schema.recommendations import IncludeUnlisted, UnlistedReason
from schema.relay.connections import Connection, shown_page
from schema.relay.lists import Asked, list_of, listing
from schema.relay.node import Node
from schema.relay.references import DeveloperType, GenreType
from schema.reviews import (
    Method,
    ReviewSentiment,
    SentimentMethod,
    Threshold,
    review_list,
    summary,
)
from schema.similar_games import AllowedSimilar, SimilarDiversity, SimilarGame

__all__ = ["Game", "GameConnection", "GameQuery", "game_connection", "game_list"]


@documented
@strawberry.type
class Game(Node):
    """A game: a catalogue item, or a game known only from libraries and reviews."""

    @values(strawberry.ID)
    def app_id(self) -> Column:
        """Product id in the store."""
        return self.store.games.app_id

    @values(str | None, written=True)
    def title(self) -> Column:
        """Title from the catalogue, else from the libraries; null when neither has one."""
        return self.store.games.title

    @values(bool)
    def in_catalogue(self) -> Column:
        """Whether the catalogue lists the game. If not, it is known only from libraries or reviews,
        and its catalogue fields are null or empty lists."""
        listed = self.store.games.listed
        return lambda row: row < listed

    @values(bool)
    def unlisted(self) -> Column:
        """Whether recommendations and similar games leave it out unless `includeUnlisted` is true:
        a test, a beta, a demo, a server, a tool, music, a film, or an extra that comes with a
        game."""
        return self.store.games.unlisted

    @values(UnlistedReason | None)
    def unlisted_reason(self) -> Column:
        """Why recommendations leave it out, by a rule on title, genres, features and catalogue;
        null when they do not."""
        return self.store.games.unlisted_reasons

    @cost(2)
    @values(DeveloperType | None)
    def developer(self) -> Column:
        """The developer; null when unknown."""
        return self.store.games.developer

    publisher = column("games", "publisher")

    @cost(2, items(3))
    @values(list[GenreType])
    def genres(self) -> Column:
        """Genres in catalogue order; empty when none are given."""
        return self.store.games.genres.lists()

    @cost(2, items(6))
    @values(list[str])
    def tags(self) -> Column:
        """Tags given by players, in catalogue order; empty when none are given."""
        return self.store.games.tags

    @cost(2, items(6))
    @values(list[str])
    def specs(self) -> Column:
        """Features such as `Single-player`, in catalogue order; empty when none are given."""
        return self.store.games.specs

    release_date = column("games", "release_date")
    release_year = column("games", "release_year")

    @numbers(float | None)
    def price(self) -> Column:
        """Price in USD; 0 when free, null when unknown."""
        return self.store.games.frame.values("price")

    @cost(10)
    @strawberry.field
    def price_estimate(self, method: PriceBy = PriceMethod.BEST) -> PriceEstimate | None:
        """An estimate of the price by a model that has not seen this game's price, also for free
        games and games of unknown price; null if the catalogue does not list the game, and if no
        game of the snapshot has a price above 0.

        Client's name: prediccion(genero, earlyaccess, …)"""
        return price_estimate(self.store, prices.of_game(self.store, self.row, method.value))

    @values(bool | None)
    def is_free(self) -> Column:
        """Whether the price is 0; null when the price is unknown."""
        prices = self.store.games.frame.values("price")
        return lambda row: None if prices[row] is None else prices[row] == 0

    @numbers(float | None)
    def discount_price(self) -> Column:
        """Discounted price in USD; null when the catalogue gives none."""
        return self.store.games.frame.values("discount_price")

    early_access = column("games", "early_access")
    metascore = column("games", "metascore")
    store_sentiment = column("games", "store_sentiment")
    release_date_text = column("games", "release_date_text")

    @values(str | None)
    def store_url(self) -> Column:
        """URL of the game's store page, as given in the catalogue; null when missing."""
        return self.store.games.frame.lookup("store_url")

    @values(int)
    def owner_count(self) -> Column:
        """Number of users who own the game, counting known libraries only."""
        return self.store.games.owners

    @values(int)
    def player_count(self) -> Column:
        """Number of users who have played the game for at least a minute, counting known libraries
        only."""
        return self.store.games.players

    @cost(15, PAGE)
    @listing()
    def players(self, asked: Asked) -> PlayerConnection:
        """Users who have played the game, most hours first, then by user id."""
        return player_connection(self.store, self.row, asked.page)

    @numbers(float)
    def hours(self) -> Column:
        """Total hours of all players, counting known libraries only."""
        minutes = self.store.games.minutes.data
        return lambda row: minutes[row] / 60

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

    @cost(4, sized_by("first", most=50), diversity=180, where=60, include_unlisted=60)
    @batch(list[SimilarGame])
    def similar_games(
        self,
        rows: Sequence[int],
        first: Annotated[
            int, strawberry.argument(description="At most this many games, 0 to 50.")
        ] = 5,
        diversity: SimilarDiversity = None,
        where: AllowedSimilar = UNSET,
        include_unlisted: IncludeUnlisted = False,
    ) -> list[list[int]]:
        """The most similar games, best first. A shorter list is the start of a longer one.

        Based on an implicit-ALS model of who plays what, blended with co-play, shared tags, titles,
        developers and publishers.
        Games with too few players for the model use a simpler source; see `source`.

        Client's name: recomendacion_juego(id de producto)"""
        filtered = selection(where if where is not None else UNSET).where
        return similar_games.similar(self.store, rows, first, diversity, filtered, include_unlisted)


@documented
@strawberry.type
class GameConnection(Connection[Game]):
    """A page of games: 20 entries unless `first` or `last` is given."""

    @cost(1)
    @strawberry.field
    def aggregates(self) -> GameAggregates:
        """Count, prices and facets of the whole list, after filter and search."""
        return GameAggregates(store=self.store, rows=self.list_rows)


def game_connection(store: Store, rows: Rows, asked: Asked) -> GameConnection:
    """A page of the games in `rows`, after filter, search and order."""
    selected = asked.of(store, rows, spaces.games)
    cut = shown_page(store, selected, keys(store, "Game"), asked.page)
    return GameConnection(store=store, page=cut, list_rows=selected)


#: Makes a field that returns a connection of a method that returns rows of games.
game_list = list_of(
    game_connection, GameWhere, GameOrderBy, cost(20, PAGE, where=3, order_by=8, search=1500)
)


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
    @listing(GameWhere, GameOrderBy)
    def games(self, info: Info, asked: Asked) -> GameConnection:
        """All games in the catalogue. With a search, or a filter on `inCatalogue`, also games known
        only from libraries and reviews."""
        store, selected_by = info.context.store, asked.selection
        by_catalogue = selected_by.where is not None and mentions(selected_by.where, "in_catalogue")
        unlisted_too = by_catalogue or selected_by.text is not None
        rows = range(len(store.games) if unlisted_too else store.games.listed)
        return game_connection(store, rows, asked)

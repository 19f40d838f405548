"""schema: the root of the graph; it only composes."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

import strawberry
from strawberry import UNSET

from datastore.base.errors import InvalidArgument, NotFound
from datastore.store import Store
from resolvers import (
    developers,
    games,
    genres,
    ids,
    rankings,
    recommendations,
    spaces,
    users,
)
from resolvers.filters import mentions
from resolvers.selection import select
from schema.context import Info
from schema.dataset import Dataset, describe
from schema.developers import Developer
from schema.documented import documented
from schema.games import Game, GameConnection, game_connection
from schema.genres import Genre
from schema.inputs.filters import DeveloperWhere, GameWhere, GenreWhere, UserWhere
from schema.inputs.orders import DeveloperOrderBy, GameOrderBy, GenreOrderBy, UserOrderBy
from schema.inputs.selections import SearchText, selection
from schema.model import Model, model_card
from schema.rankings import (
    Basis,
    BestDeveloper,
    DeveloperRanking,
    GameRanking,
    Method,
    Places,
    RankingMethod,
    Wanted,
    Year,
    YearBasis,
    best_developers,
    developer_ranking,
    game_ranking,
)
from schema.recommendations import (
    Allowed,
    Diversity,
    Exclude,
    LibraryGame,
    RecommendedGame,
    recommended,
    wanted,
)
from schema.relay.connections import After, Before, Connection, First, Last, asked, connect
from schema.relay.node import Node
from schema.relay.nulls import null_is_the_default
from schema.reviews import Review
from schema.users import User

__all__ = ["Query", "schema"]


_KINDS: dict[str, type[Node]] = {
    "Game": Game,
    "User": User,
    "Developer": Developer,
    "Genre": Genre,
    "Review": Review,
}
assert tuple(_KINDS) == ids.KINDS

WholeName: TypeAlias = Annotated[
    str, strawberry.argument(description="Whole name; case and white space do not matter.")
]

#: Most entries that one `nodes` may ask for.
_MOST_NODES = 100


def _node(store: Store, global_id: str) -> Node:
    kind, row = ids.find(store, global_id)
    return _KINDS[kind](store=store, row=row)


def _nodes(store: Store, global_ids: list[strawberry.ID]) -> list[Any]:
    if len(global_ids) > _MOST_NODES:
        raise InvalidArgument(
            "ids", f"{len(global_ids)} ids", f"at most {_MOST_NODES} may be asked for."
        )
    found: list[Any] = []
    for global_id in global_ids:
        try:
            found.append(_node(store, global_id))
        except NotFound as error:
            found.append(error)  # an error in a list belongs to its own entry
    return found


@documented
@strawberry.type
class Query:
    """Questions to a game store's catalogue, reviews and libraries.

    A field that cannot be answered is null, with an error whose `extensions.code` is NOT_FOUND (no
    such key; `suggestions` are names that come close), INVALID_ARGUMENT (`argument` breaks the rule
    that the message states), UNAVAILABLE (no snapshot, yet) or INTERNAL (our fault; `requestId`
    finds it in the server's log)."""

    @strawberry.field
    def developer(self, info: Info, name: WholeName) -> Developer | None:
        """One developer. Items and free content per year: `releaseYears`; reviews by sentiment:
        `reviewSentiment`. An unknown name is null, with a NOT_FOUND error and suggestions.

        Client's names: developer(desarrollador), developer_reviews_analysis(desarrolladora)"""
        store = info.context.store
        return Developer(store=store, row=developers.find(store, name))

    @strawberry.field
    def user(
        self,
        info: Info,
        user_id: Annotated[
            strawberry.ID, strawberry.argument(description="Number or vanity name, exactly.")
        ],
    ) -> User | None:
        """One user: money spent, share of recommendations, number of items. An unknown id is null,
        with a NOT_FOUND error.

        Client's name: userdata(User_id)"""
        store = info.context.store
        return User(store=store, row=users.find(store, user_id))

    @strawberry.field
    def genre(self, info: Info, name: WholeName) -> Genre | None:
        """One genre; `topPlayer` has most hours in it. An unknown name is null, with a NOT_FOUND
        error and suggestions.

        Client's name: UserForGenre(genero)"""
        store = info.context.store
        return Genre(store=store, row=genres.find(store, name))

    @strawberry.field
    def game(
        self,
        info: Info,
        app_id: Annotated[strawberry.ID, strawberry.argument(description="Product id.")],
    ) -> Game | None:
        """One game; `similarGames` are five like it. An unknown id is null, with a NOT_FOUND error.

        Client's name: recomendacion_juego(id de producto)"""
        store = info.context.store
        return Game(store=store, row=games.find(store, app_id))

    @strawberry.field
    def best_developers(
        self,
        info: Info,
        year: Year,
        first: Places = 3,
        year_basis: Basis = YearBasis.REVIEW,
        ranking: Method = RankingMethod.COUNT,
    ) -> list[BestDeveloper] | None:
        """Developers whose games got most reviews that recommend and are positive by VADER, in
        one year. Ties are broken by name. A year without such reviews is an empty list.

        Client's name: best_developer_year(año)"""
        ranked = Wanted(year, first, year_basis, ranking, rankings.BEST)
        return best_developers(info.context.store, ranked)

    @strawberry.field
    def recommend_for_library(
        self,
        info: Info,
        games: Annotated[
            list[LibraryGame],
            strawberry.argument(
                description="What the player has, at most 10,000 games. Games that the snapshot "
                "does not know say nothing; of one that stands twice the longer playtime counts."
            ),
        ],
        first: Annotated[
            int, strawberry.argument(description="At most this many games, 0 to 50.")
        ] = 10,
        where: Allowed = UNSET,
        exclude: Exclude = UNSET,
        diversity: Diversity = 0.0,
    ) -> list[RecommendedGame] | None:
        """Games for somebody who is not in the data, best first, without those of the library: what
        a user with this library would get. Nobody gets an empty list: a library that the model
        cannot place gets co-played, alike or popular games, as `source` says."""
        store = info.context.store
        library = [recommendations.Owned(game.app_id, game.hours) for game in games]
        asked_for = wanted(where, exclude, diversity)
        return recommended(store, recommendations.for_library(store, library, first, asked_for))

    @strawberry.field
    def worst_developers(
        self,
        info: Info,
        year: Year,
        first: Places = 3,
        year_basis: Basis = YearBasis.REVIEW,
        ranking: Method = RankingMethod.COUNT,
    ) -> DeveloperRanking | None:
        """Developers whose games got most reviews that advise against them and are negative by
        VADER."""
        ranked = Wanted(year, first, year_basis, ranking, rankings.WORST)
        return developer_ranking(info.context.store, ranked)

    @strawberry.field
    def most_recommended_games(
        self,
        info: Info,
        year: Year,
        first: Places = 3,
        year_basis: Basis = YearBasis.REVIEW,
        ranking: Method = RankingMethod.COUNT,
    ) -> GameRanking | None:
        """Games with most reviews that recommend them and are positive by VADER, in one year."""
        ranked = Wanted(year, first, year_basis, ranking, rankings.BEST)
        return game_ranking(info.context.store, ranked)

    @strawberry.field
    def least_recommended_games(
        self,
        info: Info,
        year: Year,
        first: Places = 3,
        year_basis: Basis = YearBasis.REVIEW,
        ranking: Method = RankingMethod.COUNT,
    ) -> GameRanking | None:
        """Games with most reviews that advise against them and are negative by VADER, in one
        year."""
        ranked = Wanted(year, first, year_basis, ranking, rankings.WORST)
        return game_ranking(info.context.store, ranked)

    @strawberry.field
    def developers(
        self,
        info: Info,
        where: DeveloperWhere = UNSET,
        order_by: DeveloperOrderBy = UNSET,
        search: SearchText = UNSET,
        first: First = UNSET,
        last: Last = UNSET,
        after: After = UNSET,
        before: Before = UNSET,
    ) -> Connection[Developer]:
        """All developers."""
        store = info.context.store
        wanted = selection(where, order_by, search)
        rows = select(range(len(store.developers)), spaces.developers(store), wanted)
        return connect(store, rows, asked(first, after, last, before), Developer)

    @strawberry.field
    def genres(
        self,
        info: Info,
        where: GenreWhere = UNSET,
        order_by: GenreOrderBy = UNSET,
        search: SearchText = UNSET,
        first: First = UNSET,
        last: Last = UNSET,
        after: After = UNSET,
        before: Before = UNSET,
    ) -> Connection[Genre]:
        """All genres."""
        store = info.context.store
        wanted = selection(where, order_by, search)
        rows = select(range(len(store.genres)), spaces.genres(store), wanted)
        return connect(store, rows, asked(first, after, last, before), Genre)

    @strawberry.field
    def users(
        self,
        info: Info,
        where: UserWhere = UNSET,
        order_by: UserOrderBy = UNSET,
        search: SearchText = UNSET,
        first: First = UNSET,
        last: Last = UNSET,
        after: After = UNSET,
        before: Before = UNSET,
    ) -> Connection[User]:
        """All users."""
        store = info.context.store
        wanted = selection(where, order_by, search)
        rows = select(range(len(store.users)), spaces.users(store), wanted)
        return connect(store, rows, asked(first, after, last, before), User)

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
        """All games of the catalogue. A filter on `inCatalogue` also finds games that only
        libraries and reviews know."""
        store = info.context.store
        wanted = selection(where, order_by, search)
        named = wanted.where is not None and mentions(wanted.where, "in_catalogue")
        rows = range(len(store.games) if named else store.games.listed)
        return game_connection(store, rows, wanted, asked(first, after, last, before))

    @strawberry.field
    def node(
        self,
        info: Info,
        global_id: Annotated[
            strawberry.ID, strawberry.argument(name="id", description="Relay global id.")
        ],
    ) -> Node | None:
        """The entry with a global id. An unknown id is null, with a NOT_FOUND error."""
        return _node(info.context.store, global_id)

    @strawberry.field
    def nodes(
        self,
        info: Info,
        global_ids: Annotated[
            list[strawberry.ID],
            strawberry.argument(name="ids", description="Relay global ids, at most 100."),
        ],
    ) -> list[Node | None]:
        """The entries with these global ids, in their order. For an unknown id the entry is null,
        with a NOT_FOUND error."""
        return _nodes(info.context.store, global_ids)

    @strawberry.field
    def model(self, info: Info) -> Model:
        """The model card: what recommends, how good it is, and what it cannot know."""
        return model_card(info.context.store)

    @strawberry.field
    def dataset(self, info: Info) -> Dataset:
        """What the answers stand on: the snapshot, its size, and what is unknown in it."""
        return describe(info.context.store.manifest)


schema = strawberry.Schema(query=Query, types=[Game, User, Developer, Genre, Review])
null_is_the_default(schema._schema)

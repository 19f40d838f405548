"""schema: the root of the graph, composed of one mixin per noun."""

from __future__ import annotations

import strawberry

from schema.dataset import DatasetQuery
from schema.developers import DeveloperQuery
from schema.documented import documented
from schema.games import GameQuery
from schema.genres import GenreQuery
from schema.model import ModelQuery
from schema.rankings import RankingQuery
from schema.recommendations import RecommendationQuery
from schema.relay.node import NodeQuery
from schema.users import UserQuery

__all__ = ["Query"]


@documented
@strawberry.type
class Query(
    DeveloperQuery,
    UserQuery,
    GenreQuery,
    GameQuery,
    RankingQuery,
    RecommendationQuery,
    NodeQuery,
    ModelQuery,
    DatasetQuery,
):
    """Questions about a game store's catalogue, reviews and libraries.

    When a nullable field fails, it is null; when a non-null one fails, as all connections are, the
    error reaches the next nullable field above it, or the whole `data`. Either way `errors` has an
    entry whose `extensions.code` is NOT_FOUND (unknown key; `suggestions` are similar names),
    INVALID_ARGUMENT (`argument` breaks the rule in the message), STALE_CURSOR (the entry of the
    cursor in `argument` is not, or no longer, in the list: start again from the first page),
    UNAVAILABLE (no snapshot yet) or INTERNAL (a server fault; `requestId` identifies it in the
    server's log)."""

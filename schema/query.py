"""schema: the root type Query, composed of one mixin per noun."""

from __future__ import annotations

import strawberry

from schema.catalogue_years import CatalogueYearQuery
from schema.dataset import DatasetQuery
from schema.descriptions import documented
from schema.developers import DeveloperQuery
from schema.games import GameQuery
from schema.genres import GenreQuery
from schema.model import ModelQuery
from schema.prices import PriceQuery
from schema.rankings import RankingQuery
from schema.recommendations import RecommendationQuery
from schema.relay.node import NodeQuery
from schema.title_model import TitleModelQuery
from schema.title_questions import TitleQuestions
from schema.titles import TitleQuery
from schema.users import UserQuery
from schema.verdicts import VerdictQuery
from schema.viewers import ViewerQuery

__all__ = ["Query"]


@documented
@strawberry.type
class Query(
    DeveloperQuery,
    UserQuery,
    GenreQuery,
    GameQuery,
    RankingQuery,
    CatalogueYearQuery,
    PriceQuery,
    RecommendationQuery,
    TitleQuestions,
    TitleQuery,
    ViewerQuery,
    VerdictQuery,
    TitleModelQuery,
    NodeQuery,
    ModelQuery,
    DatasetQuery,
):
    """Questions about a game store's catalogue, reviews and libraries, and about streaming titles.

    A nullable field that fails is null. When a non-null field fails (all connections are non-null,
    except for `titles` and `viewers`), the nearest nullable field above it is null, or else the
    whole `data`. Each failure has an entry
    in `errors` with one of these values of `extensions.code`: NOT_FOUND (unknown key; `suggestions`
    lists similar names), INVALID_ARGUMENT (the value of `argument` breaks the rule in the message),
    STALE_CURSOR (the entry of the cursor in `argument` is not, or no longer, in the list; start
    again from the first page), FORBIDDEN (this server does not show users and viewers: see
    `dataset.people`), UNAVAILABLE (no snapshot yet, or one about something else: see
    `dataset.subjects`) or INTERNAL (a server fault; `requestId` identifies it in the server log).
    """

"""schema: similar titles, and the reasons for them."""

from __future__ import annotations

import strawberry

from datastore.base.title_similarity import WEIGHTS
from datastore.similar_titles import Neighbour
from datastore.store import Store
from resolvers import titles
from schema.costs import cost, items
from schema.descriptions import documented
from schema.relay.node import node_of
from schema.relay.references import TitleType

__all__ = ["SimilarTitle", "similar_title"]


@documented
@strawberry.type
class TitleSimilarityReason:
    """What two titles have in common, rarest first in each list."""

    genres: list[str] = strawberry.field(
        directives=[items(2)], description="Genres of both titles."
    )
    genre_words: list[str] = strawberry.field(
        directives=[items(2)],
        description="Words that the genres of both have in common, in singular: platforms name "
        "genres differently (`comedy`, `tv comedies`), and the score compares their words.",
    )
    cast: list[str] = strawberry.field(
        directives=[items(2)], description="People in the cast of both."
    )
    directors: list[str] = strawberry.field(directives=[items(2)], description="Directors of both.")
    countries: list[str] = strawberry.field(directives=[items(2)], description="Countries of both.")
    words: list[str] = strawberry.field(
        directives=[items(2)],
        description="Words of both descriptions; common words such as `the` are left out.",
    )


@documented
@strawberry.type
class SimilarTitle:
    """A title similar to another one."""

    store: strawberry.Private[Store]
    similar_to: strawberry.Private[int]
    entry: strawberry.Private[Neighbour]
    title: TitleType = strawberry.field(description="The similar title.")
    score: float = strawberry.field(
        description="Weighted mean of five cosines of TF-IDF vectors, 0 to 1: "
        f"{', '.join(f'{part} ({weight:g})' for part, weight in WEIGHTS.items())}. Higher is more "
        "similar; 0.1 is a good match, because most titles have little in common."
    )

    @cost(30)
    @strawberry.field
    def reason(self) -> TitleSimilarityReason:
        """What the two titles have in common."""
        reason = titles.reason(self.store, self.similar_to, self.entry.title)
        return TitleSimilarityReason(**reason._asdict())


def similar_title(store: Store, title: int, entry: Neighbour) -> SimilarTitle:
    """An entry in the list of titles similar to a title."""
    return SimilarTitle(
        store=store,
        similar_to=title,
        entry=entry,
        title=node_of("Title", store, entry.title),
        score=entry.score,
    )

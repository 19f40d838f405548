"""schema: similar titles, and the reasons for them."""

from __future__ import annotations

import strawberry

from datastore.similar_titles import Neighbour
from datastore.store import Store
from resolvers import titles
from schema.costs import cost, items
from schema.descriptions import documented
from schema.precision import number
from schema.relay.node import node_of
from schema.relay.references import TitleType

__all__ = ["SimilarTitle", "similar_title"]


@documented
@strawberry.type
class TitleSimilarityReason:
    """What two titles have in common: the most telling first in each list."""

    text: str = strawberry.field(description="A sentence for display.")
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
        description="Words of both descriptions; common words such as `the` are left out. Rare "
        "words that many titles similar to the first one have come first.",
    )


@documented
@strawberry.type
class SimilarTitle:
    """A title similar to another one."""

    store: strawberry.Private[Store]
    similar_to: strawberry.Private[int]
    entry: strawberry.Private[Neighbour]
    title: TitleType = strawberry.field(description="The similar title.")

    @number
    def score(self) -> float:
        """Weighted mean of five cosines of TF-IDF vectors, 0 to 1: description (weight 4), cast
        (2), genres (1), directors (1) and countries (0.5). Most lists begin between 0.1 and 0.2:
        titles with a genre, a name or a few words in common. From about 0.3 on, they are usually
        two editions of one title, or of one series. The same film on another platform is often
        between 0.1 and 0.3, because platforms describe it in different words."""
        return self.entry.score

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
    )

"""schema: similar titles, and the reasons for them."""

from __future__ import annotations

import strawberry

from resolvers import titles
from schema.batches import Column, Entry, values
from schema.costs import cost, items
from schema.descriptions import documented
from schema.precision import numbers
from schema.relay.references import TitleType

__all__ = ["SimilarTitle"]


@documented
@strawberry.type
class TitleSimilarityReason:
    """The data that two titles have in common, the most telling first in each list."""

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
class SimilarTitle(Entry):
    """A title similar to another one."""

    row: strawberry.Private[int]  # a place in `store.similar_titles`

    @values(TitleType)
    def title(self) -> Column:
        """The similar title."""
        return self.store.similar_titles.row

    @numbers(float)
    def score(self) -> Column:
        """Weighted mean of five cosines of TF-IDF vectors, 0 to 1: description (weight 4), cast
        (2), genres (1), directors (1) and countries (0.5). Most lists begin between 0.1 and 0.2:
        titles with a genre, a name or a few words in common. From about 0.3 on, they are usually
        two editions of one title, or of one series. The same film on another platform is often
        between 0.1 and 0.3, because platforms describe it in different words."""
        return self.store.similar_titles.score

    @cost(30)
    @strawberry.field
    def reason(self) -> TitleSimilarityReason:
        """What the two titles have in common."""
        similar = self.store.similar_titles
        pair = similar.owner(self.row), int(similar.row[self.row])
        return TitleSimilarityReason(**titles.reason(self.store, *pair)._asdict())

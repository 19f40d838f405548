"""schema: the games most similar to a game, and why."""

from __future__ import annotations

from math import isnan
from typing import Annotated, TypeAlias

import strawberry

from datastore.base import codes
from datastore.base.plural import listed
from datastore.store import Store
from resolvers import similar_games
from schema.batches import Column, Entry, values
from schema.costs import cost, items
from schema.descriptions import documented
from schema.inputs.filters import GameFilter
from schema.recommendations import RecommendationSource, popularity_text
from schema.relay.references import GameType

__all__ = ["AllowedSimilar", "SimilarDiversity", "SimilarGame"]

SimilarDiversity: TypeAlias = Annotated[
    float | None,
    strawberry.argument(
        description="Null: best first, but at most two of five games in a row are of one series. "
        "0: by likeness alone. Up to 1: how much the games should differ from each other; they are "
        "picked one by one from the 50 best, weighing rank against similarity to the games already "
        "picked (maximal marginal relevance)."
    ),
]
AllowedSimilar: TypeAlias = Annotated[
    GameFilter | None,
    strawberry.argument(
        name="filter",
        description="Only games that match this filter, among the 50 most similar ones.",
    ),
]

#: Users who have played both games, below which a similarity rests on little.
_FEW_SHARED = 5


@documented
@strawberry.type
class SimilarityReason:
    """Why two games are similar."""

    store: strawberry.Private[Store]
    place: strawberry.Private[int]
    similarity: strawberry.Private[similar_games.Similarity]

    @strawberry.field
    def text(self) -> str:
        """A sentence for display."""
        similar = self.store.recommender.similar
        if similar.source[self.place] == codes.POPULAR:
            return popularity_text(self.store, int(similar.row[self.place]))
        shared = int(similar.shared_players[self.place])
        players = f"{shared:,} users play both" if shared != 1 else "1 user plays both"
        tags = self.similarity.shared_tags[:3]
        if not tags:
            return f"{players}."
        tagged = f"Both are tagged {listed(tags)}"
        return f"{tagged}; {players}." if shared else f"{tagged}."

    @strawberry.field
    def shared_players(self) -> int:
        """Number of users who have played both games, counting known libraries only."""
        return int(self.store.recommender.similar.shared_players[self.place])

    @cost(1, items(6))
    @strawberry.field
    def shared_tags(self) -> list[str]:
        """Tags and genres that both games have, rarest first."""
        return self.similarity.shared_tags

    @strawberry.field
    def als_cosine(self) -> float | None:
        """Cosine of the ALS factors, -1 to 1; null unless the model knows both games."""
        return self.similarity.als

    @strawberry.field
    def tag_cosine(self) -> float:
        """Cosine of tags and genres weighted by idf, 0 to 1; also 0 when a game has none."""
        return self.similarity.tags

    @strawberry.field
    def title_overlap(self) -> float:
        """Words that both titles have, as a share of the words of both, 0 to 1; numbers and
        editions do not count."""
        return self.similarity.titles

    @strawberry.field
    def same_developer(self) -> bool:
        """Whether both are by the same developer; false where one is unknown."""
        return self.similarity.same_developer

    @strawberry.field
    def same_publisher(self) -> bool:
        """Whether both have the same publisher; false where one is unknown."""
        return self.similarity.same_publisher

    @strawberry.field
    def thin(self) -> bool:
        """Whether the entry rests on little: fewer than 5 users have played both games."""
        shared: int = self.store.recommender.similar.shared_players[self.place]
        return bool(shared < _FEW_SHARED)

    @strawberry.field
    def coplay_cosine(self) -> float | None:
        """Cosine of the games as vectors of their players, 0 to 1; null when not used."""
        cosine = float(self.store.recommender.similar.coplay[self.place])
        return None if isnan(cosine) else cosine


@documented
@strawberry.type
class SimilarGame(Entry):
    """A game similar to another one."""

    is_of_table = True
    row: strawberry.Private[int]  # a place in `store.recommender.similar`

    @values(GameType)
    def game(self) -> Column:
        """The similar game."""
        return self.store.recommender.similar.row

    @values(
        float,
        "Higher is more similar; comparable within one source only. HYBRID: weighted mean of the "
        "cosines of ALS factors (weight 1), tags and genres, and players, of the overlap of the "
        "titles, and of 1 each for the same developer and publisher. COPLAY: cosine of the "
        "players. CONTENT: the mean without ALS factors and players, in which developer and "
        "publisher weigh `maker_factor` times as much. POPULAR: players, as a share of those of "
        "the most played game. The weights are those of `model.parameters`.",
    )
    def score(self) -> Column:
        return self.store.recommender.similar.score

    @values(RecommendationSource)
    def source(self) -> Column:
        """Source of the entry."""
        return self.store.recommender.similar.source

    @values(int, "Number of users who have played both games, counting known libraries only.")
    def shared_players(self) -> Column:
        return self.store.recommender.similar.shared_players

    @cost(115)
    @strawberry.field
    def reason(self) -> SimilarityReason:
        """Why the game is similar."""
        similar = self.store.recommender.similar
        pair = similar.owner(self.row), int(similar.row[self.row])
        similarity = similar_games.similarity(self.store, *pair)
        return SimilarityReason(store=self.store, place=self.row, similarity=similarity)

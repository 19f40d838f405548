"""schema: the root field `model`: the recommender's model card."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime
from typing import Any

import msgspec
import strawberry

from datastore.base import evaluation as figures
from datastore.store import Store
from schema.context import Info
from schema.costs import cost, items
from schema.descriptions import documented

__all__ = ["LIMITS", "Model", "ModelQuery"]

#: What the data cannot show, whatever the model.
LIMITS = [
    "The crawl followed friends and groups of one community. Private users, users without friends "
    "or groups, and everything since the crawl are missing.",
    "A playtime of 0 may mean never started, played offline, or recorded elsewhere.",
    "Soundtracks, tools and downloadable content are owned but hardly ever played, so they are "
    "rarely recommended.",
    "Games are often bought in bundles. Owning several games of a bundle says little about taste, "
    "and bundles account for part of the measured gain from owned games.",
    "Played is not liked: reviews and prices are not used.",
]


@documented
@strawberry.type
class Estimate:
    """A measured value with its 95 % interval, by bootstrap over users."""

    value: float = strawberry.field(description="Mean over users, or share of games.")
    low: float = strawberry.field(description="Lower end of the interval.")
    high: float = strawberry.field(description="Upper end of the interval.")


@documented
@strawberry.type
class Metrics:
    """How well one ranking finds held-out games among all candidates."""

    ranking: str = strawberry.field(
        description="`as served`, or the baseline: `popularity`, `TF-IDF item-kNN`, `EASE`, "
        "`EASE, sees owned games`, `ALS, defaults`."
    )
    ndcg_at_10: Estimate = strawberry.field(
        name="ndcgAt10", description="NDCG of the first 10, binary relevance; 1 is a perfect list."
    )
    recall_at_20: Estimate = strawberry.field(
        name="recallAt20",
        description="Share of the held-out games found among the first 20: found / min(20, held "
        "out).",
    )
    map_at_10: Estimate = strawberry.field(
        name="mapAt10", description="Mean average precision of the first 10."
    )
    coverage: Estimate = strawberry.field(
        description="Share of the candidate games that are in at least one user's first 10."
    )
    novelty: Estimate = strawberry.field(
        description="Mean of -log2(players / users) of the first 10, in bits; higher means less "
        "well-known games."
    )
    popularity_bias: Estimate = strawberry.field(
        description="Mean share of users who play a game of the first 10; lower means less biased."
    )
    lead: Estimate = strawberry.field(
        description="NDCG@10 of the live model minus this ranking's, paired by user. An interval "
        "above 0 means that the model is significantly better."
    )
    unlisted: Estimate | None = strawberry.field(
        description="Share of unlisted games in the first 10; null if an earlier version measured."
    )


@documented
@strawberry.type
class Slice:
    """The same metrics for a part of the users or games, or from less data."""

    name: str = strawberry.field(description="Name of the slice.")
    description: str = strawberry.field(description="Which users or games belong to the slice.")
    users: int = strawberry.field(description="Number of users in the slice.")
    held_out: int = strawberry.field(
        description="Number of held-out pairs of user and game in the slice."
    )
    rankings: list[Metrics] = strawberry.field(
        directives=[items(6)], description="The live model first, then the baselines."
    )


@documented
@strawberry.type
class SimilarMetrics:
    """Quality of the five games most similar to each game."""

    ranking: str = strawberry.field(description="`as served`, or `ALS cosine alone`.")
    coplay: Estimate = strawberry.field(
        description="Mean number of the five games similar to one a user plays that are held-out "
        "games of that user."
    )
    tags: Estimate | None = strawberry.field(
        description="Mean sum of the tag and genre cosines with the five games, over the half of "
        "the tags and genres that the list was built without. Null when no game has tags."
    )
    series: Estimate | None = strawberry.field(
        description="Mean share of the five games that are of the game's own series. Null when no "
        "title is known, or if an earlier version measured."
    )
    diversity: Estimate | None = strawberry.field(
        description="1 minus the mean tag and genre cosine of two of the five games. Null when no "
        "game has tags, or if an earlier version measured."
    )


@documented
@strawberry.type
class BundleMetrics:
    """How often the five games most similar to a game have one of the same store bundle."""

    bundles: int = strawberry.field(
        description="Number of bundles with two or more listed games that somebody has played."
    )
    games: int = strawberry.field(description="Number of these games.")
    hit_at_5: Estimate = strawberry.field(
        name="hitAt5", description="Share of them with a game of the same bundle among the five."
    )


@documented
@strawberry.type
class ModelParameter:
    """A parameter of the model; docs/recommender.md explains each."""

    name: str = strawberry.field(description="Name of the parameter.")
    value: float = strawberry.field(description="Its value.")


@documented
@strawberry.type
class SentimentCard:
    """How well the sentiment of a text separates recommending reviews from others: area under the
    ROC curve, 0.5 for chance and 1 for perfect; null when reviews of either kind are missing."""

    vader_auc: float | None = strawberry.field(description="AUC of VADER.")
    learned_auc: float | None = strawberry.field(
        description="AUC of the learned sentiment; each review is scored by a model that has seen "
        "neither its user nor its text. Null when there are too few reviews to learn from."
    )
    reviews: int = strawberry.field(description="Number of reviews with a text.")
    folds: int = strawberry.field(description="Number of cross-validation folds.")


@documented
@strawberry.type
class ReleaseGate:
    """Why this model was released. A model that is significantly worse than the live one, or not
    better than popularity, is released only when forced."""

    reason: str = strawberry.field(description="The verdict, with figures.")
    forced: bool = strawberry.field(description="Whether it was released despite the verdict.")
    first: bool = strawberry.field(description="Whether there was no model to compare it with.")


@documented
@strawberry.type
class Feedback:
    """Success of served recommendations, from the events of an update: of the users who took up a
    game they did not own, the share who had it among their first 10 recommendations."""

    version: str = strawberry.field(description="The snapshot that served the recommendations.")
    users: int = strawberry.field(
        description="Number of users who played, clicked or recommended a game new to them."
    )
    hits: int = strawberry.field(
        description="Number of these users who had that game among their first 10."
    )
    hit_rate: Estimate = strawberry.field(description="hits / users.")
    popularity: Estimate = strawberry.field(
        description="Hit rate that the 10 most popular games would have had."
    )


@documented
@strawberry.type
class Model:
    """The recommender's model card: parameters, quality on held-out games, and limits.

    Measured on the libraries of this snapshot: a fifth of each player's played games is held out,
    the model is trained on the rest, and all candidate games are ranked."""

    store: strawberry.Private[Store]
    version: str = strawberry.field(description="The snapshot that the model belongs to.")
    trained_at: datetime = strawberry.field(description="When the model was trained.")
    parameters: list[ModelParameter] = strawberry.field(
        directives=[items(10)], description="Training parameters."
    )
    seed: int = strawberry.field(description="Random seed.")
    interactions: int = strawberry.field(
        description="Number of pairs of player and played game in the training data."
    )
    users: int = strawberry.field(
        description="Number of players with at least one game that the model knows."
    )
    games: int = strawberry.field(description="Number of games with enough players for the model.")
    limits: list[str] = strawberry.field(
        directives=[items(5)], description="What the data cannot show."
    )
    sentiment: SentimentCard = strawberry.field(
        description="Quality of both methods of `reviewSentiment`, which do not use this model."
    )

    @cost(30)
    @strawberry.field
    def metrics(self) -> Metrics | None:
        """Metrics of the live model; null when there are too few players to measure."""
        return next(iter(self._rankings()), None)

    @cost(30, items(5))
    @strawberry.field
    def baselines(self) -> list[Metrics]:
        """Metrics of simpler rankings in the same run: all of them after `playgraph evaluate`, else
        popularity alone."""
        return self._rankings()[1:]

    @cost(100, items(8))
    @strawberry.field
    def slices(self) -> list[Slice]:
        """Metrics for users with few games and games with few players (cold start); for games
        started in the last two weeks, where libraries have any; and of lists that do not see owned
        games which only come along with others, after `playgraph evaluate`."""
        return _slices(self.store.evaluation.slices if self.store.evaluation else [])

    @cost(100, items(12))
    @strawberry.field
    def genres(self) -> list[Slice]:
        """Metrics of the held-out games of each of the genres with most of them; empty until
        `playgraph evaluate` has measured them."""
        return _slices(self.store.evaluation.genres if self.store.evaluation else [])

    @cost(10, items(2))
    @strawberry.field
    def similar_games(self) -> list[SimilarMetrics]:
        """Quality of the similar games as served, and of those by ALS cosine alone."""
        evaluation = self.store.evaluation
        rankings = evaluation.similar if evaluation else []
        return [_graphql(SimilarMetrics, ranking) for ranking in rankings]

    @cost(5)
    @strawberry.field
    def bundles(self) -> BundleMetrics | None:
        """Similar games by the bundles of a store; null until `playgraph evaluate --bundles` has
        measured them."""
        bundles = self.store.evaluation and self.store.evaluation.bundles
        return _graphql(BundleMetrics, bundles) if bundles else None

    @cost(3)
    @strawberry.field
    def gate(self) -> ReleaseGate | None:
        """Why the model was released; null when it was not compared."""
        gate = self.store.evaluation and self.store.evaluation.gate
        return _graphql(ReleaseGate, gate) if gate else None

    @cost(3)
    @strawberry.field
    def feedback(self) -> Feedback | None:
        """Success of served recommendations in the latest events; null without events."""
        feedback = self.store.evaluation and self.store.evaluation.feedback
        return _graphql(Feedback, feedback) if feedback else None

    def _rankings(self) -> list[Metrics]:
        evaluation = self.store.evaluation
        return [
            _graphql(Metrics, ranking) for ranking in (evaluation.rankings if evaluation else [])
        ]


@documented
@strawberry.type
class ModelQuery:
    """The root field about the recommender."""

    @cost(10)
    @strawberry.field
    def model(self, info: Info) -> Model:
        """The recommender's model card: parameters, quality, limits."""
        store = info.context.store
        manifest = store.manifest
        facts = store.subject("games").facts
        return Model(
            store=store,
            version=manifest.version,
            trained_at=datetime.fromisoformat(facts["trained_at"]),
            parameters=[
                ModelParameter(name=name, value=float(value))
                for name, value in manifest.parameters.model.items()
            ],
            seed=manifest.parameters.seed,
            interactions=facts["interactions"],
            users=facts["players"],
            games=facts["games"],
            limits=LIMITS,
            sentiment=SentimentCard(**facts["sentiment"]),
        )


def _graphql(kind: type[Any], struct: msgspec.Struct) -> Any:
    """A struct of the evaluation as its GraphQL type, whose fields have the same names."""
    values = {}
    for field in fields(kind):
        value = getattr(struct, field.name)
        is_estimate = isinstance(value, figures.Estimate)
        values[field.name] = _graphql(Estimate, value) if is_estimate else value
    return kind(**values)


def _slices(parts: Iterable[figures.Slice]) -> list[Slice]:
    return [
        Slice(
            name=part.name,
            description=part.description,
            users=part.users,
            held_out=part.pairs,
            rankings=[_graphql(Metrics, ranking) for ranking in part.rankings],
        )
        for part in parts
    ]

"""schema: the model card: what recommends, how good it is, and what it cannot know."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any

import msgspec
import strawberry

from datastore.base import evaluation as measured
from datastore.store import Store
from schema.documented import documented

__all__ = ["Model", "model_card"]

#: What the data cannot tell, whatever the model.
_LIMITS = [
    "The crawl followed friends and groups of one community; whoever is private or has none is "
    "missing, and so is everything since the crawl.",
    "A playtime of 0 may be a game never started, one played offline, or one counted elsewhere.",
    "Soundtracks, tools and downloadable content are owned and hardly ever played, so they are "
    "seldom recommended.",
    "Games are often bought in bundles; owning several of one says little about taste, and part of "
    "what owned games add to a measured figure is bundles.",
    "Played is not liked: reviews and prices do not enter.",
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
    """How one ranking did at finding held-out games among all candidates."""

    ranking: str = strawberry.field(
        description="`as served`, or the baseline: `popularity`, `TF-IDF item-kNN`, `EASE`, "
        "`ALS, defaults`."
    )
    ndcg_at_10: Estimate = strawberry.field(
        name="ndcgAt10", description="NDCG of the first 10, binary relevance; 1 is a perfect list."
    )
    recall_at_20: Estimate = strawberry.field(
        name="recallAt20", description="Held-out games among the first 20, of min(20, held out)."
    )
    map_at_10: Estimate = strawberry.field(
        name="mapAt10", description="Mean average precision of the first 10."
    )
    coverage: Estimate = strawberry.field(
        description="Share of the candidate games that stand among somebody's first 10."
    )
    novelty: Estimate = strawberry.field(
        description="Mean of -log2(players / users) of the first 10, in bits; higher is less known."
    )
    popularity_bias: Estimate = strawberry.field(
        description="Mean share of users who play a game of the first 10; lower is less biased."
    )
    lead: Estimate = strawberry.field(
        description="NDCG@10 of the served model minus this ranking's, user by user; an interval "
        "above 0 says that the model is better beyond noise."
    )


@documented
@strawberry.type
class Slice:
    """The same metrics where little is known."""

    name: str = strawberry.field(description="Which part of the users or games.")
    description: str = strawberry.field(description="What belongs to it.")
    users: int = strawberry.field(description="Users of the slice.")
    held_out: int = strawberry.field(description="Held-out pairs of the slice.")
    rankings: list[Metrics] = strawberry.field(description="The served model first.")


@documented
@strawberry.type
class SimilarMetrics:
    """How good the five games most similar to a game are."""

    ranking: str = strawberry.field(description="`as served`, or `ALS cosine alone`.")
    coplay: Estimate = strawberry.field(
        description="Of the five beside a game that a user plays, held-out games of that user."
    )
    tags: Estimate | None = strawberry.field(
        description="Cosines of tags and genres with the five, summed; judged by the half of the "
        "words that the judged list was not given. Null where no game has tags."
    )


@documented
@strawberry.type
class ModelParameter:
    """A number that the model depends on; docs/recommender.md has the reason of each."""

    name: str = strawberry.field(description="Name of the parameter.")
    value: float = strawberry.field(description="Its value.")


@documented
@strawberry.type
class SentimentCard:
    """How well the sentiment of a text tells recommended reviews from others: area under the ROC
    curve, 0.5 for chance and 1 for never wrong; null where reviews of one kind are missing."""

    vader_auc: float | None = strawberry.field(description="By VADER.")
    learned_auc: float | None = strawberry.field(
        description="By the learned sentiment, each review scored by a model that has seen neither "
        "its user nor its text; null where there was too little to learn from."
    )
    reviews: int = strawberry.field(description="Reviews with a text.")
    folds: int = strawberry.field(description="Parts, each scored by what the others taught.")


@documented
@strawberry.type
class ReleaseGate:
    """Why this model serves: a build that is worse than the serving one beyond noise, or does not
    beat popularity, is not released unless somebody forces it."""

    reason: str = strawberry.field(description="The verdict, with figures.")
    forced: bool = strawberry.field(description="Whether somebody released it against the verdict.")
    first: bool = strawberry.field(description="Whether there was no other to compare it with.")


@documented
@strawberry.type
class Feedback:
    """What became of served recommendations, by the events of an update: of the users who took up
    a game that they did not own, those who had it among the first 10 served to them."""

    version: str = strawberry.field(description="The snapshot that had served.")
    users: int = strawberry.field(
        description="Users who played, clicked or recommended a game that was new to them."
    )
    hits: int = strawberry.field(description="Of these, those who had it among their first 10.")
    hit_rate: Estimate = strawberry.field(description="Their share.")
    popularity: Estimate = strawberry.field(
        description="The share if the 10 most popular games had been served."
    )


@documented
@strawberry.type
class Model:
    """The model card: what recommends, how good it is by held-out games, and what it cannot know.

    Measured on the libraries of this snapshot: a fifth of every player's played games is held out,
    the model trained on the rest, and every candidate game ranked."""

    store: strawberry.Private[Store]
    version: str = strawberry.field(description="The snapshot that the model belongs to.")
    trained_at: datetime = strawberry.field(description="When it was trained.")
    parameters: list[ModelParameter] = strawberry.field(
        description="What it was trained with, by name."
    )
    seed: int = strawberry.field(description="Seed of everything random.")
    interactions: int = strawberry.field(description="Played pairs it was trained on.")
    users: int = strawberry.field(description="Players with at least one game that it knows.")
    games: int = strawberry.field(description="Games with enough players to be placed.")
    limits: list[str] = strawberry.field(description="What the data cannot tell.")
    sentiment: SentimentCard = strawberry.field(
        description="Not of this model, but of the texts: both methods of `reviewSentiment`."
    )

    @strawberry.field
    def metrics(self) -> Metrics | None:
        """How good the served model is; null where too few play for anything to be measured."""
        return next(iter(self._rankings()), None)

    @strawberry.field
    def baselines(self) -> list[Metrics]:
        """Simpler rankings in the same run; after `playgraph evaluate` all of them, else popularity
        alone."""
        return self._rankings()[1:]

    @strawberry.field
    def slices(self) -> list[Slice]:
        """Cold parts: users with few games, games with few players."""
        found = self.store.evaluation
        return [
            Slice(
                name=part.name,
                description=part.description,
                users=part.users,
                held_out=part.pairs,
                rankings=[_spoken(Metrics, own) for own in part.rankings],
            )
            for part in (found.slices if found else [])
        ]

    @strawberry.field
    def similar_games(self) -> list[SimilarMetrics]:
        """The similar games as served, beside those by ALS cosine alone."""
        found = self.store.evaluation
        return [_spoken(SimilarMetrics, own) for own in (found.similar if found else [])]

    @strawberry.field
    def gate(self) -> ReleaseGate | None:
        """Why it was released; null where nobody asked."""
        found = self.store.evaluation
        return None if found is None or found.gate is None else _spoken(ReleaseGate, found.gate)

    @strawberry.field
    def feedback(self) -> Feedback | None:
        """The last that events told of served lists; null where they never did."""
        found = self.store.evaluation
        return _spoken(Feedback, found.feedback) if found and found.feedback else None

    def _rankings(self) -> list[Metrics]:
        found = self.store.evaluation
        return [_spoken(Metrics, own) for own in (found.rankings if found else [])]


def model_card(store: Store) -> Model:
    """The card of a snapshot's model."""
    manifest = store.manifest
    facts = manifest.model
    return Model(
        store=store,
        version=manifest.version,
        trained_at=datetime.fromisoformat(facts["trained_at"]),
        parameters=[
            ModelParameter(name=name, value=float(value))
            for name, value in manifest.parameters["model"].items()
        ],
        seed=manifest.parameters["seed"],
        interactions=facts["interactions"],
        users=facts["players"],
        games=facts["games"],
        limits=_LIMITS,
        sentiment=SentimentCard(**facts["sentiment"]),
    )


def _spoken(kind: type[Any], found: msgspec.Struct) -> Any:
    """A struct of the evaluation as its GraphQL type, whose fields have the same names."""
    given = {}
    for field in fields(kind):
        value = getattr(found, field.name)
        given[field.name] = (
            _spoken(Estimate, value) if isinstance(value, measured.Estimate) else value
        )
    return kind(**given)

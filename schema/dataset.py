"""schema: what the answers stand on."""

from __future__ import annotations

from datetime import datetime

import strawberry

from datastore.base.snapshot import Manifest
from schema.documented import documented

__all__ = ["Coverage", "Dataset", "describe"]


@documented
@strawberry.type
class Coverage:
    """What is unknown or missing; it is counted, never dropped."""

    undated_games: int = strawberry.field(description="Catalogue games of unknown release year.")
    unpriced_games: int = strawberry.field(description="Catalogue games of unknown price.")
    games_without_developer: int = strawberry.field(
        description="Catalogue games without a developer."
    )
    games_without_genre: int = strawberry.field(description="Catalogue games without any genre.")
    games_missing_from_catalogue: int = strawberry.field(
        description="Games that only libraries or reviews name."
    )
    play_rows_missing_from_catalogue: int = strawberry.field(
        description="Owned items that the catalogue lacks."
    )
    reviews_missing_from_catalogue: int = strawberry.field(
        description="Reviews of games that the catalogue lacks."
    )
    unplayed_rows: int = strawberry.field(description="Owned items that were never played.")
    users_without_items: int = strawberry.field(
        description="Users with an empty library, or known from reviews only."
    )
    undated_reviews: int = strawberry.field(description="Reviews of unknown year.")
    reviews_with_inferred_year: int = strawberry.field(
        description="Reviews that show no year; the crawl year stands in."
    )
    reviews_without_text: int = strawberry.field(
        description="Reviews with a missing or blank text; their sentiment is neutral."
    )


@documented
@strawberry.type
class Dataset:
    """The snapshot that answers."""

    version: str = strawberry.field(
        description="Identifies the content: another version may answer differently."
    )
    built_at: datetime = strawberry.field(description="When it was built.")
    demo: bool = strawberry.field(
        description="True for the invented demo world, which serves until real dumps are built."
    )
    crawl_year: int | None = strawberry.field(
        description="Year of the crawl: one after the newest year that a review shows."
    )
    games: int = strawberry.field(description="Distinct games of the catalogue.")
    users: int = strawberry.field(description="Users with a library, reviews or both.")
    reviews: int = strawberry.field(description="Distinct reviews.")
    play_rows: int = strawberry.field(description="Distinct pairs of user and owned item.")
    coverage: Coverage = strawberry.field(description="What is unknown or missing.")


def describe(manifest: Manifest) -> Dataset:
    """The manifest's facts as their GraphQL type."""
    facts = manifest.dataset
    return Dataset(
        version=manifest.version,
        built_at=datetime.fromisoformat(manifest.built_at),
        demo=facts.demo,
        crawl_year=facts.crawl_year,
        games=facts.games,
        users=facts.users,
        reviews=facts.reviews,
        play_rows=facts.play_rows,
        coverage=Coverage(**facts.coverage),
    )

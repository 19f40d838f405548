"""schema: the root field `dataset`: the live snapshot, its size and its gaps."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields
from datetime import datetime
from enum import Enum

import strawberry

from schema.context import Info
from schema.costs import cost, items
from schema.descriptions import documented, member

__all__ = ["Coverage", "Dataset", "DatasetQuery", "PeopleVisibility"]


@strawberry.enum(description="The data of users and viewers that a server shows.")
class PeopleVisibility(Enum):
    """Values are those of the setting `users`."""

    OPEN = member("open", "Everything, with the ids of the data.")
    PSEUDONYMS = member(
        "pseudonyms",
        "Everything, but with pseudonyms in place of ids, and ids masked in texts of reviews. "
        "Pseudonyms, global ids and cursors of people and reviews differ between snapshots.",
    )
    OFF = member(
        "off",
        "Nobody: people are FORBIDDEN, and texts of reviews null. Numbers about them are shown.",
    )


@documented
@strawberry.type
class Coverage:
    """Counts of unknown or missing values."""

    undated_games: int = strawberry.field(
        description="Catalogue games whose release year is unknown."
    )
    unpriced_games: int = strawberry.field(description="Catalogue games whose price is unknown.")
    games_without_developer: int = strawberry.field(
        description="Catalogue games without a developer."
    )
    games_without_genre: int = strawberry.field(description="Catalogue games without any genre.")
    games_missing_from_catalogue: int = strawberry.field(
        description="Games known only from libraries or reviews."
    )
    play_rows_missing_from_catalogue: int = strawberry.field(
        description="Owned items missing from the catalogue."
    )
    reviews_missing_from_catalogue: int = strawberry.field(
        description="Reviews of games missing from the catalogue."
    )
    unplayed_rows: int = strawberry.field(description="Owned items without playtime.")
    users_without_items: int = strawberry.field(
        description="Users with an empty library, and users known only from reviews."
    )
    users_without_library: int = strawberry.field(
        description="Users whose library is unknown because they are known only from reviews."
    )
    undated_reviews: int = strawberry.field(description="Reviews whose year is unknown.")
    reviews_with_inferred_year: int = strawberry.field(
        description="Reviews that show no year; the crawl year is assumed."
    )
    reviews_without_text: int = strawberry.field(
        description="Reviews with a missing or blank text; their sentiment is neutral."
    )


@documented
@strawberry.type
class Dataset:
    """The live snapshot, which all answers are based on."""

    version: str = strawberry.field(
        description="Identifies the snapshot; answers may differ between versions."
    )
    built_at: datetime = strawberry.field(description="When the snapshot was built.")
    demo: bool = strawberry.field(description="Whether this is the invented demo dataset.")
    crawl_year: int | None = strawberry.field(
        description="Year of the crawl: one after the newest year shown by a review; null when no "
        "review shows a year."
    )
    subjects: list[str] = strawberry.field(
        directives=[items(2)],
        description="What the snapshot is about: `games`, `titles` or both. Fields about the other "
        "are UNAVAILABLE, and its numbers are 0.",
    )
    people: PeopleVisibility = strawberry.field(
        description="What this server shows of users and viewers."
    )
    games: int = strawberry.field(description="Distinct games in the catalogue.")
    users: int = strawberry.field(description="Users with a library, reviews or both.")
    reviews: int = strawberry.field(description="Distinct reviews.")
    play_rows: int = strawberry.field(description="Distinct pairs of user and owned item.")
    titles: int = strawberry.field(description="Streaming titles of all platforms.")
    viewers: int = strawberry.field(description="Viewers with a rating.")
    ratings: int = strawberry.field(
        description="Ratings of streaming titles: rows that differ in viewer, title, rating or "
        "time."
    )
    review_years: list[int] = strawberry.field(
        directives=[items(10)],
        description="Years in which games of known developers were reviewed, oldest first: those "
        "with a ranking.",
    )
    coverage: Coverage = strawberry.field(description="Counts of unknown or missing values.")


@documented
@strawberry.type
class DatasetQuery:
    """The root field about the live snapshot."""

    @cost(10)
    @strawberry.field
    def dataset(self, info: Info) -> Dataset:
        """The live snapshot: its version, size, and counts of unknown values."""
        store = info.context.store
        manifest = store.manifest
        counts: Counter[str] = Counter()
        coverage = dict.fromkeys((field.name for field in fields(Coverage)), 0)
        for subject in manifest.subjects.values():
            counts.update(subject.counts)
            coverage |= {n: c for n, c in subject.coverage.items() if n in coverage}
        games = manifest.subjects.get("games")
        return Dataset(
            version=manifest.version,
            built_at=datetime.fromisoformat(manifest.built_at),
            demo=manifest.demo,
            crawl_year=games.facts["crawl_year"] if games else None,
            subjects=list(manifest.subjects),
            people=PeopleVisibility(store.people.shown),
            games=counts["games"],
            users=counts["users"],
            reviews=counts["reviews"],
            play_rows=counts["play_rows"],
            titles=counts["titles"],
            viewers=counts["viewers"],
            ratings=counts["ratings"],
            review_years=store.rankings.review_years if games else [],
            coverage=Coverage(**coverage),
        )

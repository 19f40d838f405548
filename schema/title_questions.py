"""schema: root fields that count and compare streaming titles: longest, number, actors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, TypeAlias

import strawberry
from strawberry import UNSET

from resolvers import titles
from resolvers.paging import Rows
from resolvers.titles import Actor, Selected
from schema.batches import Column, Entry, values
from schema.context import Info
from schema.costs import cost, items, sized_by
from schema.descriptions import documented
from schema.inputs.filters import DurationType, Platform, TitleKind
from schema.titles import Title, title_list

__all__ = ["ActorCount", "TitleQuestions"]

#: Defaults of `kinds`.
_MOVIES = [TitleKind.MOVIE]
_ALL = [TitleKind.MOVIE, TitleKind.SERIES]
#: The titles of all platforms, years and kinds.
_EVERYTHING = Selected(None, None, [kind.value for kind in _ALL])

Kinds: TypeAlias = Annotated[
    list[TitleKind],
    strawberry.argument(description="Only titles of these kinds; an empty list means none."),
]
OnPlatform: TypeAlias = Annotated[
    Platform | None, strawberry.argument(description="Only titles of this platform.")
]
InYear: TypeAlias = Annotated[
    int | None, strawberry.argument(description="Only titles of this release year, 1 to 9999.")
]


@documented
@strawberry.type
class ActorCount(Entry):
    """An actor, and the titles in question with the actor in the cast."""

    row: strawberry.Private[tuple[Actor, Selected]]

    @values(str)
    def name(self) -> Column:
        """Name, in lower case."""
        names = self.store.titles.person_name
        return lambda row: names[row[0].person]

    @values(str)
    def display_name(self) -> Column:
        """The most frequent spelling of the name; ties are broken by code point."""
        names = self.store.titles.display_name
        return lambda row: names[row[0].person]

    @values(int)
    def appearances(self) -> Column:
        """Number of these titles with the actor in the cast."""
        return lambda row: row[0].appearances

    @title_list
    def titles(self) -> Rows:
        """The titles counted here."""
        actor, selected = self.row
        return titles.appearances(self.store, selected, actor.person)


@documented
@strawberry.type
class TitleQuestions:
    """Root fields that count and compare titles."""

    @cost(100, items(3))
    @strawberry.field
    def longest_titles(
        self,
        info: Info,
        year: InYear = UNSET,
        platform: OnPlatform = UNSET,
        duration_type: Annotated[
            DurationType, strawberry.argument(description="Unit of the durations compared.")
        ] = DurationType.MIN,
        kinds: Kinds = _MOVIES,
    ) -> list[Title] | None:
        """All titles of the greatest duration, by title id: letter, then number. Empty when no
        title has a duration in this unit.

        Client's name: get_max_duration(year, platform, duration_type)"""
        store = info.context.store
        rows = titles.longest(store, _selected(platform, year, kinds), duration_type.value)
        return [Title(store=store, row=row) for row in rows.tolist()]

    @cost(100)
    @strawberry.field
    def title_count(
        self,
        info: Info,
        platform: OnPlatform = UNSET,
        year: InYear = UNSET,
        score_above: Annotated[
            float | None,
            strawberry.argument(
                description="Only titles whose mean score is strictly above this value; titles "
                "without ratings never are."
            ),
        ] = UNSET,
        kinds: Kinds = _MOVIES,
    ) -> int | None:
        """Number of titles, by default of films only.

        Client's names: get_score_count(platform, scored, year), get_count_platform(platform)"""
        selected = _selected(platform, year, kinds)
        least = None if score_above is UNSET else score_above
        return titles.count(info.context.store, selected, least)

    @cost(100, items(10))
    @strawberry.field
    def top_actors(
        self,
        info: Info,
        platform: Annotated[Platform, strawberry.argument(description="The platform.")],
        year: Annotated[int, strawberry.argument(description="Release year, 1 to 9999.")],
        kinds: Kinds = _ALL,
    ) -> list[ActorCount] | None:
        """The actors in the cast of most titles of a platform and year: all who are in as many, by
        name. Empty when these titles have no cast, as all titles of Hulu.

        Client's name: get_actor(platform, year)"""
        store = info.context.store
        selected = _selected(platform, year, kinds)
        return [
            ActorCount(store=store, row=(actor, selected))
            for actor in titles.top_actors(store, selected)
        ]

    @cost(400, sized_by("first", most=titles.MOST_ACTORS))
    @strawberry.field
    def actors(
        self,
        info: Info,
        search: Annotated[
            str,
            strawberry.argument(
                description="Words or their beginnings, at most 200 characters; case and accents "
                "are ignored."
            ),
        ],
        first: Annotated[
            int, strawberry.argument(description="At most this many actors, 0 to 50.")
        ] = 10,
    ) -> list[ActorCount] | None:
        """Actors by name, with all titles that have them in the cast: those whose name begins with
        the text, then those with the most titles, then by name. If no name matches, those with
        similar words."""
        store = info.context.store
        return [
            ActorCount(store=store, row=(actor, _EVERYTHING))
            for actor in titles.find_actors(store, search, first)
        ]


def _selected(platform: Platform | None, year: int | None, kinds: Sequence[TitleKind]) -> Selected:
    # An omitted argument is the same as null.
    return Selected(
        platform.value if platform else None,
        None if year is UNSET else year,
        [kind.value for kind in kinds],
    )

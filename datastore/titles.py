"""datastore: streaming titles, by title id, and their people, countries and genres."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from datastore.base.names import fold
from datastore.base.search_keys import search_key
from datastore.base.tables import CONTRACT
from datastore.base.title_similarity import genre_words
from datastore.frame import Frame, Ragged
from datastore.search import NameIndex
from datastore.text_column import TextColumn

__all__ = ["Titles"]

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]


class Titles:
    """Columns with one entry per title. Texts are in lower case; `person_name` is by row of people.

    Descriptions and published texts stay in the memory map.
    """

    def __init__(
        self,
        frame: Frame,
        people: Frame,
        countries: Frame,
        genres: Frame,
        arrays: dict[str, npt.NDArray[Any]],
    ) -> None:
        self.frame = frame
        for name, column in CONTRACT["titles"].columns.items():
            if column.shown:
                frame.values(name)  # load now, so that the first client does not wait
        self.title_id: list[str] = frame.values("title_id")
        self.title: list[str | None] = frame.values("title")
        self.platform: npt.NDArray[np.int8] = frame.array("platform")
        self.kind: npt.NDArray[np.int8] = frame.array("kind")
        self.score_count: npt.NDArray[np.int32] = frame.array("score_count")
        self.director_rows: Ragged = frame.ragged("directors")
        self.cast_rows: Ragged = frame.ragged("cast")
        self.country_rows: Ragged = frame.ragged("countries")
        self.genre_rows: Ragged = frame.ragged("genres")
        self.person_name = people.text_column("name")
        self.display_name = people.text_column("display_name")
        self.cast_titles: Ragged = people.ragged("cast_titles")
        self.country_names: list[str] = countries.values("name")
        self.genre_names: list[str] = genres.values("name")
        #: Names of a title's directors, cast, countries and genres, in the order of the platform.
        self.directors = self.director_rows.names(self.person_name)
        self.cast = self.cast_rows.names(self.person_name)
        self.countries = self.country_rows.names(self.country_names)
        self.genres = self.genre_rows.names(self.genre_names)
        self.index = NameIndex(frame, arrays, "titles")
        self._number = {title_id: number for number, title_id in enumerate(self.title_id)}

    def __len__(self) -> int:
        return len(self.title_id)

    def find(self, title_id: str) -> int | None:
        """Row of a title id, ignoring surrounding whitespace; None if unknown."""
        return self._number.get(title_id.strip())

    def named(self, name: str) -> list[int]:
        """The titles of a name, by title id; case and whitespace are ignored."""
        folded = fold(name)

        def key(row: int) -> str:
            return fold(self.title[row] or "")

        start = bisect_left(self._by_name, folded, key=key)
        stop = bisect_right(self._by_name, folded, start, key=key) if folded else start
        return sorted(self._by_name[start:stop].tolist())

    @cached_property
    def years(self) -> Floats:
        """Release years; NaN if missing."""
        return self.frame.numbers("release_year")

    @cached_property
    def scores(self) -> Floats:
        """Means of the ratings, 0.5 to 5; NaN without ratings."""
        return self.frame.numbers("score_mean")

    @cached_property
    def durations(self) -> Floats:
        """Durations in minutes or seasons; NaN if missing."""
        return self.frame.numbers("duration_int")

    @cached_property
    def duration_types(self) -> Floats:
        """Codes of the units of the durations; NaN if missing."""
        return self.frame.numbers("duration_type")

    @cached_property
    def title_ranks(self) -> Floats:
        """Rank of each title among all titles, shared by equal titles; NaN without a title."""
        return self.frame.numbers("title_rank")

    @cached_property
    def _by_name(self) -> npt.NDArray[np.int64]:
        """The titles that have a name, by folded name."""
        named = np.flatnonzero(~np.isnan(self.title_ranks))
        return named[np.argsort(self.title_ranks[named], kind="stable")]

    @cached_property
    def ratings(self) -> tuple[list[str], Counts]:
        """The age ratings by name, and the position of each title's rating among them."""
        values = self.frame.values("rating")
        names = sorted(set(values))
        place = {name: number for number, name in enumerate(names)}
        return names, np.array([place[value] for value in values], np.int64)

    @cached_property
    def folded_people(self) -> TextColumn:
        """Folded names of people."""
        return TextColumn.of(map(fold, self.person_name))

    @cached_property
    def searchable_actors(self) -> TextColumn:
        """The searchable form of each actor's name after a blank, so that every word begins with
        one; "" for people in no cast."""
        named = zip(self.person_name, self.cast_counts.tolist(), strict=True)
        return TextColumn.of(f" {search_key(name)}" if count else "" for name, count in named)

    @cached_property
    def folded_countries(self) -> list[str]:
        """Folded names of countries."""
        return [fold(name) for name in self.country_names]

    @cached_property
    def folded_genres(self) -> list[str]:
        """Folded names of genres."""
        return [fold(name) for name in self.genre_names]

    @cached_property
    def genre_words(self) -> list[list[str]]:
        """Words of each genre, by which titles are compared."""
        return [genre_words(name) for name in self.genre_names]

    @cached_property
    def distinct_directors(self) -> Ragged:
        """Directors of each title, once each."""
        return self.director_rows.distinct()

    @cached_property
    def distinct_cast(self) -> Ragged:
        """Cast of each title, once each: an actor appears once in a title."""
        return self.cast_rows.distinct()

    @cached_property
    def distinct_countries(self) -> Ragged:
        """Countries of each title, once each."""
        return self.country_rows.distinct()

    @cached_property
    def distinct_genres(self) -> Ragged:
        """Genres of each title, once each."""
        return self.genre_rows.distinct()

    @cached_property
    def director_counts(self) -> Counts:
        """Number of titles that each person directed."""
        return np.bincount(self.distinct_directors.values, minlength=len(self.person_name))

    @cached_property
    def cast_counts(self) -> Counts:
        """Number of titles with each person in the cast."""
        return np.diff(self.cast_titles.offsets).astype(np.int64)

    @cached_property
    def country_counts(self) -> Counts:
        """Number of titles of each country."""
        return np.bincount(self.distinct_countries.values, minlength=len(self.country_names))

    @cached_property
    def genre_counts(self) -> Counts:
        """Number of titles of each genre."""
        return np.bincount(self.distinct_genres.values, minlength=len(self.genre_names))

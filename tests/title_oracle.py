"""The contract of titles and ratings read a second time: plain Python straight from the raw files.

Nothing here is shared with the project's code: `csv` reads the rows, and every question is a loop
over all titles, as its sentence in the contract says.
"""

from __future__ import annotations

import csv
import gzip
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from statistics import fmean
from typing import Any, NamedTuple

from pytest import approx

__all__ = ["MOVIE", "SERIES", "Rating", "Title", "TitleWorld", "people"]

MOVIE, SERIES = "MOVIE", "SERIES"
SUFFIXES = {"jr", "sr", "ii", "iii", "iv", "phd", "md", "esq"}


def folded(text: str) -> str:
    return " ".join(text.split())


def parts(text: str, letters: bool = False) -> list[str]:
    """A list split at commas, of parts with letters only, if asked; a part that is only a suffix
    stays with the name before it."""
    found: list[str] = []
    for part in filter(None, map(folded, text.split(","))):
        if letters and not any(letter.isalpha() for letter in part):
            continue
        if found and part.replace(".", "").lower() in SUFFIXES:
            found[-1] += f" {part}"
        else:
            found.append(part)
    return found


def people(text: str) -> list[str]:
    """Names in a cast or among directors; an entry without any letter is not a person."""
    return parts(text, letters=True)


@dataclass(frozen=True)
class Title:
    """A row as it is published, after the move of durations; the properties are cleaned values."""

    title_id: str
    row: dict[str, str]

    @property
    def platform(self) -> str:
        return {"a": "AMAZON", "d": "DISNEY", "h": "HULU", "n": "NETFLIX"}[self.title_id[0]]

    @property
    def number(self) -> tuple[str, int]:
        return self.title_id[0], int(self.title_id[2:])

    @property
    def kind(self) -> str:
        return {"Movie": MOVIE, "TV Show": SERIES}[self.row["type"]]

    @property
    def year(self) -> int:
        return int(self.row["release_year"])

    @property
    def title(self) -> str:
        return folded(self.row["title"]).lower()

    @property
    def cast(self) -> list[str]:
        return [name.lower() for name in people(self.row["cast"])]

    @property
    def directors(self) -> list[str]:
        return [name.lower() for name in people(self.row["director"])]

    @property
    def genres(self) -> list[str]:
        return [name.lower() for name in parts(self.row["listed_in"])]

    @property
    def countries(self) -> list[str]:
        return [name.lower() for name in parts(self.row["country"])]

    @property
    def date_added(self) -> str | None:
        text = self.row["date_added"].strip()
        return datetime.strptime(text, "%B %d, %Y").date().isoformat() if text else None

    @property
    def published(self) -> dict[str, object]:
        """Texts as the platform spells them."""
        return {
            "title": folded(self.row["title"]),
            "directors": people(self.row["director"]),
            "cast": people(self.row["cast"]),
            "countries": parts(self.row["country"]),
            "genres": parts(self.row["listed_in"]),
            "rating": self.row["rating"] or None,
            "description": self.row["description"].replace("\r\n", "\n") or None,
        }

    @property
    def rating(self) -> str:
        return self.row["rating"].lower() or "g"

    @property
    def duration(self) -> tuple[int, str] | None:
        if not self.row["duration"]:
            return None
        number, unit = self.row["duration"].split()
        return int(number), {"min": "MIN", "season": "SEASON", "seasons": "SEASON"}[unit.lower()]

    @property
    def description(self) -> str | None:
        return self.row["description"].replace("\r\n", "\n").lower() or None


class Rating(NamedTuple):
    viewer: str
    stars: float
    time: int
    title: str


@dataclass(frozen=True)
class TitleWorld:
    """The titles by id, the valid rows of ratings in their order, the number of invalid rows."""

    titles: dict[str, Title]
    ratings: list[Rating]
    rejected: int

    @classmethod
    def read(cls, catalogues: Sequence[Path], ratings: Path) -> TitleWorld:
        titles = {title.title_id: title for path in catalogues for title in _titles(path)}
        rows, rejected = [], 0
        for row in _rows(ratings):
            rating = _rating(row)
            if rating is None or rating.title not in titles:
                rejected += 1
            else:
                rows.append(rating)
        return cls(titles, rows, rejected)

    @cached_property
    def distinct(self) -> set[Rating]:
        """Rows equal in all four columns count once."""
        return set(self.ratings)

    @cached_property
    def scores(self) -> dict[str, tuple[float, int]]:
        """Mean and number of a title's ratings."""
        by_title: dict[str, list[float]] = defaultdict(list)
        for rating in self.distinct:
            by_title[rating.title].append(rating.stars)
        return {title: (fmean(stars), len(stars)) for title, stars in by_title.items()}

    @cached_property
    def viewers(self) -> dict[str, dict[str, float]]:
        """The stars that a viewer gives a title: of several, the last one by timestamp."""
        found: dict[str, dict[str, float]] = defaultdict(dict)
        for rating in sorted(self.ratings, key=lambda rating: rating.time):  # stable
            found[rating.viewer][rating.title] = rating.stars
        return dict(found)

    @cached_property
    def _by_year(self) -> dict[tuple[str, int], list[Title]]:
        """Titles of each platform and year, so that a question does not visit all."""
        found: dict[tuple[str, int], list[Title]] = defaultdict(list)
        for title in self.titles.values():
            found[title.platform, title.year].append(title)
        return found

    def some(
        self, platform: str | None, year: int | None, kinds: Sequence[str] = (MOVIE,)
    ) -> list[Title]:
        """Titles by title id."""
        return sorted(
            (
                title
                for place, titles in self._by_year.items()
                if platform in (None, place[0]) and year in (None, place[1])
                for title in titles
                if title.kind in kinds
            ),
            key=lambda title: title.number,
        )

    def longest(
        self,
        platform: str | None = None,
        year: int | None = None,
        unit: str = "MIN",
        kinds: Sequence[str] = (MOVIE,),
    ) -> list[str]:
        """All titles of the greatest duration."""
        lengths = {
            title.title_id: title.duration[0]
            for title in self.some(platform, year, kinds)
            if title.duration and title.duration[1] == unit
        }
        most = max(lengths.values(), default=0)
        return [title for title, length in lengths.items() if length == most]

    def count(
        self,
        platform: str | None = None,
        year: int | None = None,
        above: float | None = None,
        kinds: Sequence[str] = (MOVIE,),
    ) -> int:
        """Titles whose mean score is strictly above; a title without ratings has none."""
        return sum(
            above is None
            or (title.title_id in self.scores and self.scores[title.title_id][0] > above)
            for title in self.some(platform, year, kinds)
        )

    def top_actors(
        self, platform: str, year: int, kinds: Sequence[str] = (MOVIE, SERIES)
    ) -> dict[str, int]:
        """All actors with most appearances, by name. An actor appears once in a title, whatever
        the spelling."""
        appearances = Counter(
            name for title in self.some(platform, year, kinds) for name in set(title.cast)
        )
        most = max(appearances.values(), default=0)
        return {name: most for name in sorted(appearances) if appearances[name] == most}

    def shown(self, title: Title) -> dict[str, Any]:
        """What the graph shows of a title."""
        mean, count = self.scores.get(title.title_id, (None, 0))
        length, unit = title.duration or (None, None)
        return {
            "titleId": title.title_id,
            "platform": title.platform,
            "kind": title.kind,
            "title": title.title,
            "directors": title.directors,
            "cast": title.cast,
            "countries": title.countries,
            "genres": title.genres,
            "dateAdded": title.date_added,
            "releaseYear": title.year,
            "rating": title.rating,
            "ratingMissing": not title.row["rating"],
            "durationInt": length,
            "durationType": unit,
            "description": title.description,
            "score": {"mean": approx(mean, abs=1e-12), "count": count},
            "published": title.published,
        }


def _rows(path: Path) -> Iterator[dict[str, str]]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def _titles(path: Path) -> Iterator[Title]:
    for row in _rows(path):
        if re.fullmatch(r"\d+ (min|Seasons?)", row["rating"]) and not row["duration"]:
            row["duration"], row["rating"] = row["rating"], ""
        yield Title(path.name[0] + row.pop("show_id"), row)


def _rating(row: dict[str, str]) -> Rating | None:
    try:
        stars, time = float(row["rating"]), int(row["timestamp"])
    except ValueError:
        return None
    return Rating(row["userId"], stars, time, row["movieId"]) if 2 * stars in range(1, 11) else None

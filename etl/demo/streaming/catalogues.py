"""etl.demo.streaming: the four platforms' files: the canon first, then invented titles."""

import csv
import random
from collections import Counter
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

from etl.demo.streaming.canon import CANON, Record
from etl.demo.streaming.people import people
from etl.demo.streaming.themes import THEMES, Theme

__all__ = ["FEWEST_TITLES", "MOST_TITLES", "Platform", "make_titles", "title_ids", "write_titles"]

FEWEST_TITLES, MOST_TITLES = 80, 25_000

_HEADER = ("show_id", *Record._fields)
_PER_YEAR = 2
"""Most titles of a year and platform with the same actor: fewer than the canon's."""
_QUALITIES = (
    "Amber", "Borrowed", "Crooked", "Distant", "Electric", "Frosted", "Gilded", "Hidden", "Ivory",
    "Lunar", "Midnight", "Northern", "Painted", "Quiet", "Restless", "Second", "Tangled", "Upper",
    "Velvet", "Wandering", "Last", "Seventh", "Paper", "Silver",
)  # fmt: skip
_PLACES = (
    "Amberfall", "Quillmoor", "Norhaven", "Kestrel Isle", "Umberland", "Saint Orla", "Vashti",
    "Ravenglass", "Mirefold", "Halcyon Bay", "Dunmarrow", "Grünwald", "Port Sable", "Lindenau",
)  # fmt: skip
_COUNTRIES = {
    "United States": 40, "India": 12, "United Kingdom": 9, "Canada": 5, "France": 5, "Japan": 5,
    "Spain": 3, "South Korea": 3, "Germany": 3, "Mexico": 2, "Australia": 2, "Nigeria": 1,
}  # fmt: skip
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Platform:
    """How a platform publishes: its file, its age ratings, and the shares of missing values."""

    name: str
    file: str
    share: float
    """Share of all titles."""
    ratings: tuple[str, ...]
    without: dict[str, float]
    """Share of titles without a value, by column."""
    line_end: str = "\n"
    begins_with_mark: bool = False
    """Whether the file begins with a byte order mark."""


_PLATFORMS = (
    Platform(
        "amazon", "amazon_prime_titles.csv", 0.4,
        ("13+", "16+", "ALL", "18+", "R", "PG-13", "7+", "PG", "NR", "TV-14"),
        {"director": 0.2, "cast": 0.13, "country": 0.9, "date_added": 0.95, "rating": 0.04},
        line_end="\r\n",
    ),
    Platform(
        "disney", "disney_plus_titles.csv", 0.1,
        ("TV-G", "TV-PG", "G", "PG", "TV-Y7", "TV-14"),
        {"director": 0.3, "cast": 0.13, "country": 0.15},
    ),
    Platform(
        "hulu", "hulu_titles.csv", 0.15,
        ("TV-14", "TV-MA", "R", "TV-PG", "PG-13", "TV-G", "PG"),
        {"director": 1, "cast": 1, "country": 0.45, "rating": 0.17},
    ),
    Platform(
        "netflix", "netflix_titles.csv", 0.35,
        ("TV-MA", "TV-14", "TV-PG", "R", "PG-13", "TV-Y7", "TV-Y", "PG", "NR"),
        {"director": 0.3, "cast": 0.1, "country": 0.1},
        begins_with_mark=True,
    ),
)  # fmt: skip


@dataclass
class _Invention:
    """Draws titles that are not in the canon."""

    rng: random.Random
    actors: list[str]
    directors: list[str]
    titles: set[str]
    appearances: Counter[tuple[str, int, str]] = field(default_factory=Counter)

    def record(self, platform: Platform) -> Record:
        """One record of a platform. No movie of it is as long as the canon's longest."""
        rng = self.rng
        theme = rng.choice(THEMES)
        series = rng.random() < 0.28
        year = 2021 - min(60, int(rng.expovariate(0.16)))
        genres = theme.genres(platform.name, series=series)
        values = {
            "director": ", ".join(rng.sample(self.directors, rng.choice((1, 1, 1, 1, 2)))),
            "cast": ", ".join(self._cast(platform, year)),
            "country": ", ".join(dict.fromkeys(self._countries())),
            "date_added": self._date(year),
            "rating": rng.choice(platform.ratings),
        }
        for column, share in platform.without.items():
            if rng.random() < share:
                values[column] = ""
        return Record(
            type="TV Show" if series else "Movie",
            title=self._title(theme),
            release_year=str(year),
            duration=self._seasons() if series else f"{round(rng.triangular(38, 128, 94))} min",
            listed_in=", ".join(genres[: rng.randint(1, len(genres))]),
            description=self._description(theme),
            **values,
        )

    def _cast(self, platform: Platform, year: int) -> list[str]:
        """Distinct actors, some of whom are busier than others."""
        found: dict[str, None] = {}
        wanted = self.rng.randint(1, 7)
        while len(found) < wanted:
            actor = self.actors[int(len(self.actors) * self.rng.random() ** 2)]
            key = (platform.name, year, actor)
            if actor not in found and self.appearances[key] < _PER_YEAR:
                self.appearances[key] += 1
                found[actor] = None
        return list(found)

    def _countries(self) -> list[str]:
        number = self.rng.choice((1, 1, 1, 2))
        return self.rng.choices(list(_COUNTRIES), list(_COUNTRIES.values()), k=number)

    def _date(self, year: int) -> str:
        rng = self.rng
        added = max(2008, year) + rng.choice((0, 0, 1, 2))
        return f"{rng.choice(_MONTHS)} {rng.randint(1, 28)}, {min(added, 2021)}"

    def _seasons(self) -> str:
        seasons = min(9, 1 + int(self.rng.expovariate(0.9)))
        return f"{seasons} Season{'s' if seasons > 1 else ''}"

    def _description(self, theme: Theme) -> str:
        rng = self.rng
        hero, plot, twist = map(rng.choice, (theme.heroes, theme.plots, theme.twists))
        return f"{hero} {plot}, {twist}"

    def _title(self, theme: Theme) -> str:
        """A title that no other record has."""
        rng = self.rng
        while True:
            quality, noun, place = (
                rng.choice(_QUALITIES),
                rng.choice(theme.nouns),
                rng.choice(_PLACES),
            )
            title = rng.choice(
                (
                    f"{quality} {noun}",
                    f"The {noun} of {place}",
                    f"{quality} {noun}: {place}",
                    f"The {quality} {noun} of {place}",
                    f"{noun} {rng.randint(2, 99)}",
                )
            )
            if title not in self.titles:
                self.titles.add(title)
                return title


def make_titles(seed: int, count: int) -> dict[Platform, list[Record]]:
    """`count` records in all, by platform.

    Raises ValueError if there is no room for the canon, or too few names for as many titles.
    """
    if count < FEWEST_TITLES:
        raise ValueError(f"The demo needs at least {FEWEST_TITLES} titles, not {count}.")
    if count > MOST_TITLES:
        raise ValueError(f"The demo has at most {MOST_TITLES} titles, not {count}.")
    rng = random.Random(seed)
    canon = [record for records in CANON.values() for record in records]
    known = "\n".join(" ".join(f"{record.cast} {record.director}".split()) for record in canon)
    names = people(rng, max(300, count), known)
    directors = len(names) // 5
    titles = {record.title for record in canon}
    invention = _Invention(rng, names[directors:], names[:directors], titles)
    spare = count - len(canon)
    world: dict[Platform, list[Record]] = {}
    for at, platform in enumerate(_PLATFORMS):
        bounds = (
            round(spare * sum(other.share for other in _PLATFORMS[:end])) for end in (at, at + 1)
        )
        invented = [invention.record(platform) for _ in range(*bounds)]
        world[platform] = [*CANON[platform.name], *invented]
    return world


def title_ids(world: dict[Platform, list[Record]]) -> list[str]:
    """The title ids, by platform and position."""
    return [
        f"{platform.name[0]}s{number}"
        for platform, records in world.items()
        for number in range(1, len(records) + 1)
    ]


def write_titles(folder: Path, world: dict[Platform, list[Record]]) -> tuple[Path, ...]:
    """Write a file per platform."""
    return tuple(_write(folder, platform, records) for platform, records in world.items())


def _write(folder: Path, platform: Platform, records: list[Record]) -> Path:
    text = StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_HEADER)
    writer.writerows((f"s{number}", *record) for number, record in enumerate(records, 1))
    path = folder / platform.file
    content = text.getvalue().replace("\n", platform.line_end).encode()
    path.write_bytes(b"\xef\xbb\xbf" * platform.begins_with_mark + content)
    return path

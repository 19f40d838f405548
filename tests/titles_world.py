"""A tiny literal world of streaming titles, written as a snapshot without any raw file.

Every answer about it is known by construction; the comments say which edge case a title is for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from datastore.base.codes import DURATION_TYPES, PLATFORMS, TITLE_KINDS
from datastore.base.names import fold
from datastore.base.snapshot import BuildParameters, SubjectData
from etl.columns import search_index
from etl.process.progress import Reporter
from etl.recommender.parameters import Parameters, Recipe
from etl.release.model_stages import fit_models
from etl.snapshot.live_snapshot import LiveSnapshot
from etl.snapshot.manifest import new_manifest
from etl.snapshot.writer import SnapshotWriter
from etl.subject import ModelStage
from etl.titles.similar import SIMILAR_TITLES
from etl.titles.verdicts import VERDICTS

__all__ = ["RATINGS", "TITLES", "VIEWERS", "Published", "write"]

#: The models of titles.
STAGES: tuple[ModelStage, ...] = (SIMILAR_TITLES, VERDICTS)


@dataclass(frozen=True, kw_only=True)
class Published:
    """A title as its platform spells it; the snapshot's other columns are the same in lower
    case."""

    title_id: str
    title: str
    kind: str = "MOVIE"
    directors: Sequence[str] = ()
    cast: Sequence[str] = ()
    countries: Sequence[str] = ()
    genres: Sequence[str] = ()
    added: date | None = None
    year: int | None
    rating: str | None = "PG"
    duration: tuple[int, str] | None
    description: str | None = None

    @property
    def platform(self) -> int:
        return [name[0].lower() for name in PLATFORMS].index(self.title_id[0])


#: By title id: letter, then number.
TITLES = [
    # The longest of all, with a shorter one of the same year.
    Published(
        title_id="as2", title="Harbor Lights", year=2019, duration=(140, "MIN"),
        directors=["Mara Quill"], cast=["Ada Stone", "Ben Hale", "Cyd Rowe"],
        countries=["United Kingdom"], genres=["Drama", "Suspense"], added=date(2021, 3, 30),
        description="A lighthouse keeper's daughter hides a smuggler in the old harbor.",
    ),
    # An actor and a genre are named twice.
    Published(
        title_id="as10", title="Short Tide", year=2019, duration=(80, "MIN"),
        cast=["BEN HALE", "Cyd Rowe", "BEN HALE"], genres=["Drama", "drama"], rating=None,
        description="Two brothers row a stolen boat across the estuary.",
    ),
    # No ratings, no people, no description, no genre, no duration, no year: nothing in common.
    Published(title_id="as11", title="Nothing Known", year=None, duration=None, rating=None),
    # A series: not a film, although as long as one.
    Published(
        title_id="ds1", title="Robot Kitchen", kind="SERIES", year=2020, duration=(3, "SEASON"),
        cast=["Dana Fox"], genres=["Animation", "Comedy"], countries=["Canada"],
        description="A clumsy robot learns to cook in a busy kitchen.",
    ),
    # A film without cast; its only rating comes from somebody who changed it.
    Published(
        title_id="ds3", title="Polar Nights", year=2020, duration=(95, "MIN"),
        genres=["Documentary"], description="Foxes and owls of the polar night.",
    ),
    # A platform without any cast; two films are equally long: by number, so 9 before 20.
    Published(
        title_id="hs9", title="Salt Road", year=2020, duration=(120, "MIN"),
        genres=["Dramas"], description="A salt trader crosses the desert.",
    ),
    Published(
        title_id="hs20", title="Robot Kitchen", year=2020, duration=(120, "MIN"),
        genres=["Comedy"], description="A clumsy robot learns to cook in a busy kitchen.",
    ),
    # A film that lasts seasons, as some of Hulu do.
    Published(
        title_id="hs21", title="Long Haul", year=2018, duration=(12, "SEASON"), rating="TV-14",
    ),
    # Two actors with three titles each; one of these is a series.
    Published(
        title_id="ns1", title="The Smuggler's Daughter", year=2018, duration=(101, "MIN"),
        directors=["Mara Quill"], cast=["Zoe Adler", "Ada Stone"], countries=["United Kingdom"],
        genres=["Dramas", "International Movies"], added=date(2020, 1, 1),
        description="A smuggler's daughter returns to the harbor of her childhood.",
    ),
    Published(
        title_id="ns5", title="Winter Court", year=2018, duration=(99, "MIN"),
        cast=["zoe adler", "Ada Stone", "Eli Park"], genres=["Dramas"], countries=["Canada"],
        description="A judge and her clerk are snowed in at a courthouse.",
    ),
    Published(
        title_id="ns12", title="Court Tales", kind="SERIES", year=2018, duration=(1, "SEASON"),
        cast=["Ada Stone", "Zoe Adler"], genres=["TV Dramas"],
        description="A judge remembers her years at the courthouse.",
    ),
]  # fmt: skip

#: (viewer, title, stars, seconds since 1970)
RATINGS = [
    ("7", "as2", 4.0, 1_000_000_000),
    ("7", "as10", 3.0, 1_000_000_300),
    ("7", "hs20", 5.0, 1_000_000_200),
    ("12", "as2", 3.5, 1_100_000_000),
    ("12", "ns1", 3.5, 1_100_000_000),  # at the same time
    # Rated twice: both count for the score, the last for the viewer.
    ("12", "ds3", 1.0, 1_100_000_001),
    ("12", "ds3", 4.0, 1_200_000_000),
    ("100", "as2", 4.5, 900_000_000),
    ("100", "ns5", 2.0, 900_000_001),
]
#: By code point.
VIEWERS = ["100", "12", "7"]


def write(data_dir: Path) -> Path:
    """Write the world as the live snapshot of a folder; the snapshot's folder."""
    reporter = Reporter(Console(stderr=True), quiet=True)
    with SnapshotWriter(data_dir) as writer:
        _titles(writer)
        _ratings(writer)
        recipe = Recipe(Parameters(), seed=1, jobs=1)
        models = fit_models(STAGES, writer, LiveSnapshot(), recipe, reporter)
        counts = {"titles": len(TITLES), "viewers": len(VIEWERS), "ratings": len(RATINGS)}
        parameters = BuildParameters(seed=1, model={}, tuned=False, max_line_bytes=1)
        manifest = new_manifest(
            [],
            "",
            parameters,
            {"titles": SubjectData(counts, {})},
            models.entries,
            writer,
            demo=False,
        )
        return writer.release(manifest, {})


def _titles(writer: SnapshotWriter) -> None:
    names = {
        "people": sorted({_low(name) for t in TITLES for name in (*t.directors, *t.cast)}),
        "countries": sorted({_low(name) for t in TITLES for name in t.countries}),
        "title_genres": sorted({_low(name) for t in TITLES for name in t.genres}),
    }
    rows = {noun: {name: row for row, name in enumerate(own)} for noun, own in names.items()}

    def of(noun: str, values: Sequence[str]) -> list[int]:
        return [rows[noun][_low(value)] for value in values]

    folded = [fold(title.title) for title in TITLES]
    ranks = {name: rank for rank, name in enumerate(sorted(set(folded)))}
    keys = search_index.keys([title.title for title in TITLES])
    scores = _scores()
    columns: dict[str, list[Any]] = {
        "title_id": [t.title_id for t in TITLES],
        "platform": [t.platform for t in TITLES],
        "kind": [TITLE_KINDS.index(t.kind) for t in TITLES],
        "title": [_low(t.title) for t in TITLES],
        "title_folded": folded,
        "title_rank": [ranks[name] for name in folded],
        "search_key": keys,
        "directors": [of("people", t.directors) for t in TITLES],
        "cast": [of("people", t.cast) for t in TITLES],
        "countries": [of("countries", t.countries) for t in TITLES],
        "genres": [of("title_genres", t.genres) for t in TITLES],
        "date_added": [t.added for t in TITLES],
        "release_year": [t.year for t in TITLES],
        "rating": [_low(t.rating or "g") for t in TITLES],
        "rating_missing": [t.rating is None for t in TITLES],
        "duration_int": [t.duration and t.duration[0] for t in TITLES],
        "duration_type": [t.duration and DURATION_TYPES.index(t.duration[1]) for t in TITLES],
        "description": [t.description and _low(t.description) for t in TITLES],
        "published_title": [t.title for t in TITLES],
        "published_rating": [t.rating for t in TITLES],
        "published_description": [t.description for t in TITLES],
        "score_mean": [sum(own) / len(own) if own else None for own in scores],
        "score_count": [len(own) for own in scores],
    }
    for name in ("directors", "cast", "countries", "genres"):
        columns[f"published_{name}"] = [list(getattr(t, name)) for t in TITLES]
    writer.table("titles", columns)
    spellings: dict[str, Counter[str]] = {name: Counter() for name in names["people"]}
    for title in TITLES:
        for name in (*title.directors, *title.cast):
            spellings[_low(name)][name] += 1
    writer.table(
        "people",
        {
            "name": names["people"],
            "display_name": [
                min(spellings[name], key=lambda one: (-spellings[name][one], one))
                for name in names["people"]
            ],
            "cast_titles": [
                [row for row, t in enumerate(TITLES) if name in map(_low, t.cast)]
                for name in names["people"]
            ],
        },
    )
    writer.table("countries", {"name": names["countries"]})
    writer.table("title_genres", {"name": names["title_genres"]})
    _search(writer, "titles", keys)


def _ratings(writer: SnapshotWriter) -> None:
    place = {title.title_id: row for row, title in enumerate(TITLES)}
    last = {
        (VIEWERS.index(viewer), place[title]): (stars, seconds)
        for viewer, title, stars, seconds in sorted(RATINGS, key=lambda row: row[3])
    }
    rows = [(viewer, title, *last[viewer, title]) for viewer, title in sorted(last)]
    viewer, title, stars, seconds = map(np.array, zip(*rows, strict=True))
    counts = np.bincount(viewer, minlength=len(VIEWERS))
    keys = search_index.keys(VIEWERS)
    writer.table("viewers", {"viewer_id": VIEWERS, "search_key": keys, "rating_count": counts})
    _search(writer, "viewers", keys)
    writer.array("rating_offsets", np.concatenate([[0], np.cumsum(counts)]))
    writer.array("rating_titles", title)
    writer.array("rating_values", 2 * stars)
    writer.array("rating_times", seconds)
    by_title = np.bincount(title, minlength=len(TITLES))
    writer.array("title_rating_offsets", np.concatenate([[0], np.cumsum(by_title)]))
    writer.array("title_rating_rows", np.lexsort((viewer, title)))


def _search(writer: SnapshotWriter, noun: str, keys: Sequence[str]) -> None:
    for part, array in search_index.index(keys, abbreviated=noun == "titles").items():
        writer.array(f"search_{noun}_{part}", array)


def _scores() -> list[list[float]]:
    return [[row[2] for row in RATINGS if row[1] == title.title_id] for title in TITLES]


def _low(text: str) -> str:
    return text.lower()

"""The published catalogues and ratings, where PLAYGRAPH_RAW_DIR has them: known numbers, and an
independent reading row by row.

PLAYGRAPH_RAW_DIR=DIR pytest -m raw
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from statistics import fmean
from typing import Any

import pytest

from datastore.base.codes import MOVIE, PLATFORMS
from datastore.base.reader import SnapshotReader
from real_data import CATALOGUES, RATINGS, RealData, needs_titles

pytestmark = [pytest.mark.raw, needs_titles]

SUFFIX = re.compile(r"(jr|sr|ii|iii|iv|ph\.?d|m\.?d|esq)\.?", re.IGNORECASE)
DURATION = re.compile(r"(\d+) (min|Seasons?)")
Row = dict[str, Any]


@pytest.fixture(scope="module")
def reader(real_data: RealData) -> SnapshotReader:
    return SnapshotReader(real_data.snapshot)


@pytest.fixture(scope="module")
def titles(reader: SnapshotReader) -> list[Row]:
    rows: list[Row] = reader.table("titles").to_pylist()
    names = {
        "directors": reader.column("people", "name"), "cast": reader.column("people", "name"),
        "countries": reader.column("countries", "name"),
        "genres": reader.column("title_genres", "name"),
    }  # fmt: skip
    for row in rows:
        row |= {key: [named[number] for number in row[key]] for key, named in names.items()}
    return rows


# ---------------------------------------------------------------- an independent reading


def split(text: str, *, people: bool) -> list[str]:
    parts: list[str] = []
    for part in (" ".join(part.split()) for part in text.split(",")):
        if part and parts and SUFFIX.fullmatch(part):
            parts[-1] = f"{parts[-1]} {part}"
        elif part:
            parts.append(part)
    return [part for part in parts if not people or any(map(str.isalpha, part))]


def published() -> Iterator[tuple[str, Row]]:
    for path in CATALOGUES:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                if DURATION.fullmatch(row["rating"]):
                    row["duration"], row["rating"] = row["rating"], ""
                yield path.name[0] + row["show_id"], row


@pytest.fixture(scope="module")
def ratings() -> list[tuple[str, ...]]:
    with RATINGS.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file)
        assert next(rows) == ["userId", "rating", "timestamp", "movieId"]
        return [tuple(row) for row in rows]


def test_every_title_is_as_an_independent_reading_has_it(titles: list[Row]) -> None:
    expected = dict(published())
    assert len(expected) == len(titles) == 22_998
    for title in titles:
        row = expected[title["title_id"]]
        duration = DURATION.fullmatch(row["duration"])
        added = row["date_added"].strip()
        lists = {
            "directors": split(row["director"], people=True),
            "cast": split(row["cast"], people=True),
            "countries": split(row["country"], people=False),
            "genres": split(row["listed_in"], people=False),
        }
        description = row["description"].replace("\r\n", "\n") or None
        name = " ".join(row["title"].split())
        shown: Row = {
            "platform": "adhn".index(title["title_id"][0]),
            "kind": {"Movie": 0, "TV Show": 1}[row["type"]],
            "title": name.lower(),
            "published_title": name,
            "rating": row["rating"].lower() or "g",
            "rating_missing": not row["rating"],
            "published_rating": row["rating"] or None,
            "duration_int": int(duration[1]) if duration else None,
            "duration_type": int(duration[2] != "min") if duration else None,
            "date_added": datetime.strptime(added, "%B %d, %Y").date() if added else None,
            "release_year": int(row["release_year"]),
            "description": description and description.lower(),
            "published_description": description,
        }
        for key, names in lists.items():
            shown[f"published_{key}"] = names
            shown[key] = [name.lower() for name in names]
        assert {key: title[key] for key in shown} == shown


def test_every_score_and_viewer_is_as_an_independent_reading_has_it(
    reader: SnapshotReader, titles: list[Row], ratings: list[tuple[str, ...]]
) -> None:
    of_title: dict[str, list[float]] = {}
    for _, rating, _, title in set(ratings):
        of_title.setdefault(title, []).append(float(rating))
    for title in titles:
        stars = of_title.get(title["title_id"], [])
        assert title["score_count"] == len(stars)
        assert title["score_mean"] == (fmean(stars) if stars else None)
    last: dict[str, dict[str, tuple[int, float]]] = {}
    for viewer, rating, time, title_id in ratings:
        of_viewer = last.setdefault(viewer, {})
        if int(time) >= of_viewer.get(title_id, (0, 0.0))[0]:
            of_viewer[title_id] = int(time), float(rating)
    assert list(reader.column("viewers", "viewer_id")) == sorted(last)
    offsets, of_rating, values, times = (
        reader.array(f"rating_{name}") for name in ("offsets", "titles", "values", "times")
    )
    for number, (_, expected) in enumerate(sorted(last.items())):
        own = slice(offsets[number], offsets[number + 1])
        ids = [titles[title]["title_id"] for title in of_rating[own]]
        rows = zip(times[own].tolist(), (values[own] / 2).tolist(), strict=True)
        assert dict(zip(ids, rows, strict=True)) == expected


# ---------------------------------------------------------------- published values


def test_the_numbers_of_titles_are_those_published(titles: list[Row]) -> None:
    of_platform = Counter(PLATFORMS[title["platform"]] for title in titles)
    movies = Counter(PLATFORMS[title["platform"]] for title in titles if title["kind"] == MOVIE)
    assert of_platform == {"AMAZON": 9_668, "DISNEY": 1_450, "HULU": 3_073, "NETFLIX": 8_807}
    assert movies == {"AMAZON": 7_814, "DISNEY": 1_052, "HULU": 1_484, "NETFLIX": 6_131}
    assert sum(title["rating_missing"] for title in titles) == 1_159
    assert sum(title["rating"] == "g" for title in titles) == 1_564


def test_the_report_counts_what_was_cleaned(reader: SnapshotReader) -> None:
    sources = {source["source"]: source for source in reader.report["sources"]}
    titles, ratings = sources["titles"], sources["ratings"]
    assert titles["rejected"] == {}
    assert titles["rescued"] == {"duration taken from the column rating": 292 + 3}
    assert {
        "age rating not published": 864,
        "age rating missing (taken as G)": 1_159,
        "cast entries without a letter, dropped": 37,
        "casts affected by dropped entries": 35,
        "directors without a letter, dropped": 16,
        "film whose duration is in seasons": 62,
    }.items() <= titles["notes"].items()
    assert (ratings["rows"], ratings["kept"], ratings["rejected"]) == (524_289, 524_280, {})
    assert reader.manifest.subjects["titles"].counts == {
        "titles": 22_998, "viewers": 5_488, "ratings": 524_280,
    }  # fmt: skip


def test_scores_above_a_threshold_are_as_many_as_published(titles: list[Row]) -> None:
    above = [title for title in titles if title["score_count"] and title["score_mean"] > 3.6]
    assert len(above) == 8_717
    assert sum(title["kind"] == MOVIE for title in above) == 6_261


def longest(titles: list[Row], platform: str = "", year: int | None = None) -> set[tuple[str, int]]:
    movies = [
        title for title in titles
        if title["kind"] == MOVIE and title["duration_type"] == 0
        and (not platform or PLATFORMS[title["platform"]] == platform)
        and (year is None or title["release_year"] == year)
    ]  # fmt: skip
    most = max(title["duration_int"] for title in movies)
    return {(t["title_id"], most) for t in movies if t["duration_int"] == most}


def test_the_longest_films_are_those_published(titles: list[Row]) -> None:
    assert longest(titles) == {("as934", 601)}
    assert longest(titles, year=2019) == {("as3689", 540)}
    assert longest(titles, "NETFLIX", 2020) == {("ns2544", 190)}
    assert longest(titles, "NETFLIX") == {("ns4254", 312)}
    assert longest(titles, "DISNEY", 2021) == {("ds121", 137)}
    assert longest(titles, "HULU", 2019) == {("hs1518", 151)}
    assert longest(titles, "HULU", 2020) == {("hs810", 130), ("hs1183", 130)}


def busiest(titles: list[Row], platform: str, year: int, kinds: set[int]) -> set[tuple[str, int]]:
    counts = Counter(
        name for title in titles
        if PLATFORMS[title["platform"]] == platform and title["release_year"] == year
        and title["kind"] in kinds
        for name in set(title["cast"])
    )  # fmt: skip
    most = max(counts.values(), default=0)
    return {(name, count) for name, count in counts.items() if count == most}


def test_the_busiest_actors_are_those_published(titles: list[Row]) -> None:
    assert busiest(titles, "NETFLIX", 2018, {0, 1}) == {("andrea libman", 8)}
    assert busiest(titles, "NETFLIX", 2019, {0, 1}) == {("vincent tong", 8)}
    assert busiest(titles, "DISNEY", 2019, {0}) == {("tony hale", 9)}
    assert busiest(titles, "AMAZON", 2014, {0}) == {("anne-marie newland", 5)}
    assert busiest(titles, "HULU", 2019, {0, 1}) == set()

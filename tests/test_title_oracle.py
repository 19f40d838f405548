"""The titles of the demo world against an independent reading of the contract, all of its keys."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from statistics import fmean
from typing import Any

import pytest

from etl.demo import DemoFiles
from harness import Ask
from title_oracle import MOVIE, SERIES, TitleWorld

PLATFORMS = ("AMAZON", "DISNEY", "HULU", "NETFLIX")
KINDS = ([MOVIE], [SERIES], [MOVIE, SERIES], [])

LONGEST = """
query ($platform: Platform, $year: Int, $unit: DurationType!, $kinds: [TitleKind!]!) {
  longestTitles(platform: $platform, year: $year, durationType: $unit, kinds: $kinds) { titleId }
}
"""
COUNT = """
query ($platform: Platform, $year: Int, $above: Float, $kinds: [TitleKind!]!) {
  titleCount(platform: $platform, year: $year, scoreAbove: $above, kinds: $kinds)
}
"""
ACTORS = """
query ($platform: Platform!, $year: Int!, $kinds: [TitleKind!]!) {
  topActors(platform: $platform, year: $year, kinds: $kinds) {
    name
    appearances
    titles(first: 100) { nodes { titleId } }
  }
}
"""
TITLES = """
query ($after: String) {
  titles(first: 100, after: $after) {
    pageInfo { hasNextPage endCursor }
    nodes {
      titleId platform kind title directors cast countries genres dateAdded releaseYear rating
      ratingMissing durationInt durationType description score { mean count }
      published { title directors cast countries genres rating description }
    }
  }
}
"""
VIEWERS = """
query ($after: String) {
  viewers(first: 100, after: $after) {
    pageInfo { hasNextPage endCursor }
    nodes { viewerId ratingCount meanRating }
  }
}
"""


@pytest.fixture(scope="module")
def world(demo_files: DemoFiles) -> TitleWorld:
    return TitleWorld.read(demo_files.titles, demo_files.ratings)


@pytest.fixture(scope="module")
def years(world: TitleWorld) -> list[int]:
    return sorted({title.year for title in world.titles.values()})


def nodes(ask: Ask, query: str, field: str) -> Iterator[dict[str, Any]]:
    """All entries of a list."""
    after = None
    while True:
        page = ask(query, after=after)["data"][field]
        yield from page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


def test_the_longest_titles_of_every_platform_and_year(
    world: TitleWorld, years: list[int], ask_demo: Ask
) -> None:
    for platform, year, unit, kinds in product(
        (None, *PLATFORMS), (None, 1900, *years), ("MIN", "SEASON"), KINDS
    ):
        answer = ask_demo(LONGEST, platform=platform, year=year, unit=unit, kinds=kinds)
        found = [title["titleId"] for title in answer["data"]["longestTitles"]]
        assert found == world.longest(platform, year, unit, kinds), (platform, year, unit, kinds)


def test_the_number_of_titles_of_every_platform_and_year(
    world: TitleWorld, years: list[int], ask_demo: Ask
) -> None:
    for platform, year, above, kinds in product(
        (None, *PLATFORMS), (None, 1900, *years), (None, 0.5, 3.5, 3.6, 4.75), KINDS
    ):
        answer = ask_demo(COUNT, platform=platform, year=year, above=above, kinds=kinds)
        found = answer["data"]["titleCount"]
        assert found == world.count(platform, year, above, kinds), (platform, year, above, kinds)


def test_the_busiest_actors_of_every_platform_and_year(
    world: TitleWorld, years: list[int], ask_demo: Ask
) -> None:
    for platform, year, kinds in product(PLATFORMS, (1900, *years), KINDS):
        answer = ask_demo(ACTORS, platform=platform, year=year, kinds=kinds)
        actors = answer["data"]["topActors"]
        expected = world.top_actors(platform, year, kinds)
        assert {actor["name"]: actor["appearances"] for actor in actors} == expected
        assert [actor["name"] for actor in actors] == list(expected)
        for actor in actors:
            assert {title["titleId"] for title in actor["titles"]["nodes"]} == {
                title.title_id
                for title in world.some(platform, year, kinds)
                if actor["name"] in title.cast
            }


def test_every_title_is_cleaned_as_the_contract_says(world: TitleWorld, ask_demo: Ask) -> None:
    titles = list(nodes(ask_demo, TITLES, "titles"))
    assert [title["titleId"] for title in titles] == [
        title.title_id for title in sorted(world.titles.values(), key=lambda title: title.number)
    ]
    for title in titles:
        assert title == world.shown(world.titles[title["titleId"]])


def test_every_viewer_has_the_last_rating_of_each_title(world: TitleWorld, ask_demo: Ask) -> None:
    viewers = {viewer["viewerId"]: viewer for viewer in nodes(ask_demo, VIEWERS, "viewers")}
    assert viewers.keys() == world.viewers.keys()
    for viewer_id, stars in world.viewers.items():
        assert viewers[viewer_id]["ratingCount"] == len(stars)
        assert viewers[viewer_id]["meanRating"] == pytest.approx(fmean(stars.values()), abs=1e-12)


@pytest.mark.parametrize("viewer_id", ["1", "2", "3", "7", "9", "11"])
def test_the_ratings_of_a_viewer_are_listed(
    world: TitleWorld, ask_demo: Ask, viewer_id: str
) -> None:
    query = """
    query ($id: ID!, $after: String) {
      viewer(viewerId: $id) {
        ratings(first: 100, after: $after) {
          pageInfo { hasNextPage endCursor }
          edges { rating node { titleId } }
        }
      }
    }
    """
    found: dict[str, float] = {}
    after, more = None, True
    while more:
        page = ask_demo(query, id=viewer_id, after=after)["data"]["viewer"]["ratings"]
        found |= {edge["node"]["titleId"]: edge["rating"] for edge in page["edges"]}
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert found == world.viewers[viewer_id]


def test_the_dataset_counts_titles_viewers_and_ratings(world: TitleWorld, ask_demo: Ask) -> None:
    answer = ask_demo("{ dataset { subjects titles viewers ratings } }")
    assert answer["data"]["dataset"] == {
        "subjects": ["games", "titles"],
        "titles": len(world.titles),
        "viewers": len(world.viewers),
        "ratings": len(world.distinct),
    }


@pytest.mark.parametrize("parts", [{"as3", "ds2", "ns10"}, {"as6", "hs8", "ns13"}])
def test_parts_of_a_series_and_copies_are_most_similar(ask_demo: Ask, parts: set[str]) -> None:
    query = (
        "query ($id: ID!) { title(titleId: $id) { similarTitles(first: 2) { title { titleId } } } }"
    )
    for part in parts:
        entries = ask_demo(query, id=part)["data"]["title"]["similarTitles"]
        assert {entry["title"]["titleId"] for entry in entries} == parts - {part}

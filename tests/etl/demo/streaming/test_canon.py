"""The demo's titles whose answers are known."""

from __future__ import annotations

from typing import Any

import pytest

from title_oracle import MOVIE, SERIES, TitleWorld


@pytest.mark.parametrize(
    ("asked", "longest"),
    [
        ({}, ["as1"]),
        ({"year": 2020}, ["as2"]),
        ({"platform": "DISNEY", "year": 2021}, ["ds1"]),
        ({"platform": "HULU", "year": 2019}, ["hs5"]),
        ({"platform": "HULU", "year": 2020}, ["hs1", "hs2"]),
        ({"platform": "NETFLIX"}, ["ns1"]),
        ({"platform": "NETFLIX", "year": 2020}, ["ns2", "ns3"]),
        ({"unit": "SEASON"}, ["hs3"]),
        ({"unit": "SEASON", "kinds": (SERIES,)}, ["ns11"]),
    ],
)
def test_the_longest_titles_are_known(
    titles: TitleWorld, asked: dict[str, Any], longest: list[str]
) -> None:
    assert titles.longest(**asked) == longest


@pytest.mark.parametrize(
    ("platform", "year", "kinds", "actors"),
    [
        ("AMAZON", 2016, (MOVIE, SERIES), {"bastian quillfeather jr.": 4}),
        ("AMAZON", 2014, (MOVIE, SERIES), {"hamish o'skerry ph.d.": 3, "zdenka ilyenko": 3}),
        ("DISNEY", 2019, (MOVIE,), {"fumiko nakatsubara": 3}),
        ("DISNEY", 2019, (MOVIE, SERIES), {"yorick kestrelman": 4}),
        ("NETFLIX", 2018, (MOVIE, SERIES), {"mirela okonjo-lund": 5}),
        ("HULU", 2019, (MOVIE, SERIES), {}),
    ],
)
def test_the_busiest_actors_are_known(
    titles: TitleWorld, platform: str, year: int, kinds: tuple[str, ...], actors: dict[str, int]
) -> None:
    assert titles.top_actors(platform, year, kinds) == actors


def test_two_scores_are_known_and_one_title_has_none(titles: TitleWorld) -> None:
    assert titles.scores["as10"] == (4.75, 4)
    assert titles.scores["as11"] == (3.6, 5)
    assert titles.titles.keys() - titles.scores.keys() == {"ns12"}


def test_the_parts_of_the_heist_share_director_and_most_of_the_cast(titles: TitleWorld) -> None:
    parts = [titles.titles[title] for title in ("as3", "ds2", "ns10")]
    assert {tuple(part.directors) for part in parts} == {("ottoline marrowby",)}
    assert all({"bastian quillfeather jr.", "solveig umberwick"} <= set(p.cast) for p in parts)
    others = [title for title in titles.titles.values() if title not in parts]
    assert not any("ottoline marrowby" in title.directors for title in others)

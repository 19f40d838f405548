"""The real files of streaming titles, where PLAYGRAPH_RAW_DIR has them: published values, and every
answer of an independent reading.

PLAYGRAPH_RAW_DIR=DIR pytest -m raw
"""

from __future__ import annotations

from itertools import product

import pytest

from datastore.base.codes import PLATFORMS
from datastore.store import Store
from harness import Ask
from real_data import CATALOGUES, RATINGS, needs_titles
from thorough import THOROUGH
from title_oracle import MOVIE, SERIES, TitleWorld

pytestmark = [pytest.mark.raw, needs_titles]


@pytest.fixture(scope="module")
def oracle() -> TitleWorld:
    return TitleWorld.read(CATALOGUES, RATINGS)


def count(ask: Ask, arguments: str) -> int:
    answer: int = ask(f"{{ titleCount{arguments} }}")["data"]["titleCount"]
    return answer


def longest(ask: Ask, arguments: str = "") -> list[tuple[str, int]]:
    query = f"{{ longestTitles{arguments} {{ titleId durationInt }} }}"
    return [
        (title["titleId"], title["durationInt"]) for title in ask(query)["data"]["longestTitles"]
    ]


@pytest.mark.parametrize(
    ("platform", "titles", "movies"),
    [
        ("AMAZON", 9668, 7814),
        ("DISNEY", 1450, 1052),
        ("HULU", 3073, 1484),
        ("NETFLIX", 8807, 6131),
    ],
)
def test_titles_per_platform(ask_real: Ask, platform: str, titles: int, movies: int) -> None:
    assert count(ask_real, f"(platform: {platform}, kinds: [MOVIE, SERIES])") == titles
    assert count(ask_real, f"(platform: {platform})") == movies


@pytest.mark.parametrize(
    ("arguments", "titles"),
    [
        ("", [("as934", 601)]),
        ("(year: 2019)", [("as3689", 540)]),
        ("(platform: NETFLIX, year: 2020)", [("ns2544", 190)]),
        ("(platform: NETFLIX)", [("ns4254", 312)]),
        ("(platform: DISNEY, year: 2021)", [("ds121", 137)]),
        ("(platform: HULU, year: 2019)", [("hs1518", 151)]),
        ("(platform: HULU, year: 2020)", [("hs810", 130), ("hs1183", 130)]),
    ],
)
def test_longest_titles(ask_real: Ask, arguments: str, titles: list[tuple[str, int]]) -> None:
    assert longest(ask_real, arguments) == titles


@pytest.mark.parametrize(
    ("arguments", "actors"),
    [
        ("(platform: NETFLIX, year: 2018)", [("andrea libman", 8)]),
        ("(platform: NETFLIX, year: 2019)", [("vincent tong", 8)]),
        ("(platform: DISNEY, year: 2019, kinds: [MOVIE])", [("tony hale", 9)]),
        ("(platform: AMAZON, year: 2014, kinds: [MOVIE])", [("anne-marie newland", 5)]),
        ("(platform: HULU, year: 2019)", []),
    ],
)
def test_top_actors(ask_real: Ask, arguments: str, actors: list[tuple[str, int]]) -> None:
    rows = ask_real(f"{{ topActors{arguments} {{ name appearances titles {{ totalCount }} }} }}")
    found = rows["data"]["topActors"]
    assert [(row["name"], row["appearances"]) for row in found] == actors
    assert all(row["titles"]["totalCount"] == row["appearances"] for row in found)


def test_titles_by_score(ask_real: Ask) -> None:
    assert count(ask_real, "(scoreAbove: 3.6)") == 6261
    assert count(ask_real, "(scoreAbove: 3.6, kinds: [MOVIE, SERIES])") == 8717


def test_missing_ratings_are_g_after_durations_have_moved(ask_real: Ask) -> None:
    query = """{ missing: titles(filter: { ratingMissing: { eq: true } }) { totalCount }
      g: titles(filter: { rating: { eq: "G" } }) { totalCount } dataset { ratings } }"""
    assert ask_real(query)["data"] == {
        "missing": {"totalCount": 1159},
        "g": {"totalCount": 1564},
        "dataset": {"ratings": 524_280},
    }


def test_every_answer_is_that_of_an_independent_reading(ask_real: Ask, oracle: TitleWorld) -> None:
    years = sorted({title.year for title in oracle.titles.values()})[:: 1 if THOROUGH else 3]
    fields, answers = [], []
    for platform, year, kinds in product(PLATFORMS, years, ([MOVIE], [MOVIE, SERIES])):
        arguments = f"platform: {platform}, year: {year}, kinds: [{', '.join(kinds)}]"
        fields.append(
            f"l{len(fields)}: longestTitles({arguments}) {{ titleId }} "
            f"c{len(fields)}: titleCount({arguments}, scoreAbove: 3.5) "
            f"a{len(fields)}: topActors({arguments}) {{ name appearances }}"
        )
        answers += [
            [{"titleId": title_id} for title_id in oracle.longest(platform, year, kinds=kinds)],
            oracle.count(platform, year, 3.5, kinds),
            [
                {"name": name, "appearances": appearances}
                for name, appearances in oracle.top_actors(platform, year, kinds).items()
            ],
        ]
    found = [
        value
        for start in range(0, len(fields), 20)
        for value in ask_real(f"{{ {' '.join(fields[start : start + 20])} }}")["data"].values()
    ]
    assert found == answers
    assert len(found) > (2000 if THOROUGH else 700)


def test_fields_are_those_of_an_independent_reading(ask_real: Ask, oracle: TitleWorld) -> None:
    query = """query ($titleId: ID!) { title(titleId: $titleId) {
      titleId platform kind title directors cast countries genres dateAdded releaseYear
      rating ratingMissing durationInt durationType description score { mean count }
      published { title directors cast countries genres rating description } } }"""
    for title in list(oracle.titles.values())[::23]:
        found = ask_real(query, titleId=title.title_id)["data"]["title"]
        assert found == oracle.shown(title)


def test_viewers_are_those_of_an_independent_reading(ask_real: Ask, oracle: TitleWorld) -> None:
    query = """query ($viewerId: ID!, $after: String) { viewer(viewerId: $viewerId) {
      ratingCount meanRating ratings(first: 100, after: $after) {
        pageInfo { hasNextPage endCursor } edges { rating node { titleId } } } } }"""
    for viewer_id, ratings in list(oracle.viewers.items())[::50]:
        stars, after = {}, None
        while True:
            viewer = ask_real(query, viewerId=viewer_id, after=after)["data"]["viewer"]
            page = viewer["ratings"]
            stars |= {edge["node"]["titleId"]: edge["rating"] for edge in page["edges"]}
            if not page["pageInfo"]["hasNextPage"]:
                break
            after = page["pageInfo"]["endCursor"]
        assert stars == ratings
        assert viewer["ratingCount"] == len(ratings)
        assert viewer["meanRating"] == pytest.approx(sum(ratings.values()) / len(ratings))


def test_titles_on_several_platforms_find_each_other(real: Store) -> None:
    facts = real.manifest.models["similar titles"].facts
    assert facts["copies"] == 844
    assert facts["copies_found"] / facts["copies"] > 0.7

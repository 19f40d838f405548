"""Rankings against a brute force over all reviews, and the Wilson bound against its textbook."""

from __future__ import annotations

from collections import Counter
from math import sqrt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datastore.base.names import fold
from graph_list import Entry
from harness import Ask, only_error
from resolvers.rankings import wilson

RANKINGS = {
    "bestDevelopers": ("developer", True),
    "worstDevelopers": ("developer", False),
    "mostRecommendedGames": ("game", True),
    "leastRecommendedGames": ("game", False),
}
BASES, METHODS = ("REVIEW", "RELEASE"), ("COUNT", "WILSON")


@pytest.fixture(scope="module")
def reviews(ask_demo: Ask) -> list[Entry]:
    """Every review, by way of the users who wrote them."""
    return all_reviews(ask_demo)


def all_reviews(ask: Ask) -> list[Entry]:
    query = """query ($after: String) { users(first: 100, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes { reviews(first: 100) { totalCount nodes {
        postedYear recommend sentiment
        game { appId title releaseYear inCatalogue developer { name } }
      } } }
    } }"""
    found: list[Entry] = []
    after = None
    while True:
        page = ask(query, after=after)["data"]["users"]
        for user in page["nodes"]:
            assert user["reviews"]["totalCount"] == len(user["reviews"]["nodes"])
            found += user["reviews"]["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


def year_of(review: Entry, basis: str) -> int | None:
    year: int | None = review["postedYear" if basis == "REVIEW" else "game"]
    return review["game"]["releaseYear"] if basis == "RELEASE" else year


def expected(
    reviews: list[Entry], noun: str, best: bool, year: int, basis: str, method: str
) -> list[tuple[int, str, int, int]]:
    def owner(review: Entry) -> str | None:
        game = review["game"]
        if noun == "game":
            return str(game["appId"])
        return game["developer"] and str(game["developer"]["name"])

    names = {
        owner(one): fold((one["game"]["title"] or "") if noun == "game" else owner(one) or "")
        for one in reviews
    }
    mine = [one for one in reviews if year_of(one, basis) == year and owner(one) is not None]
    wanted = "POSITIVE" if best else "NEGATIVE"
    totals = Counter(owner(one) for one in mine)
    hits = Counter(
        owner(one) for one in mine if one["recommend"] is best and one["sentiment"] == wanted
    )

    def score(key: str | None) -> float:
        return hits[key] if method == "COUNT" else textbook(hits[key], totals[key])

    def by_id(key: str | None) -> int:
        return int(key or 0) if noun == "game" else 0

    order = sorted(hits, key=lambda key: (-round(score(key), 12), names[key], by_id(key)))
    return [(rank, str(key), hits[key], totals[key]) for rank, key in enumerate(order[:100], 1)]


def textbook(hits: int, total: int, z: float = 1.959963984540054) -> float:
    """The lower bound as Wilson's paper and every textbook writes it."""
    p = hits / total
    root = z * sqrt(p * (1 - p) / total + z**2 / (4 * total**2))
    return (p + z**2 / (2 * total) - root) / (1 + z**2 / total)


def asked(ask: Ask, name: str, year: int, basis: str, method: str) -> list[tuple[Any, ...]]:
    noun = RANKINGS[name][0]
    entry = "developer { name }" if noun == "developer" else "game { appId }"
    key = "name" if noun == "developer" else "appId"
    head = f"{name}(year: {year}, first: 100, yearBasis: {basis}, ranking: {method})"
    if name == "bestDevelopers":
        places = ask(f"{{ {head} {{ rank recommendations {entry} }} }}")["data"][name]
        return [(one["rank"], one[noun][key], one["recommendations"]) for one in places]
    body = f"places {{ rank counted reviewCount score {entry} }}"
    places = ask(f"{{ {head} {{ {body} }} }}")["data"][name]["places"]
    for one in places:
        bound = wilson(one["counted"], one["reviewCount"])
        assert one["score"] == (one["counted"] if method == "COUNT" else bound)
    return [(one["rank"], one[noun][key], one["counted"], one["reviewCount"]) for one in places]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("basis", BASES)
@pytest.mark.parametrize("name", RANKINGS)
def test_every_year_is_ranked_as_by_a_brute_force(
    ask_demo: Ask, reviews: list[Entry], name: str, basis: str, method: str
) -> None:
    noun, best = RANKINGS[name]
    years = sorted({year for one in reviews if (year := year_of(one, basis))})
    assert len(years) > 3
    filled = 0
    for year in [*years, 1, 9999]:
        wanted = expected(reviews, noun, best, year, basis, method)
        found = asked(ask_demo, name, year, basis, method)
        assert found == [row[: len(found[0])] for row in wanted] if found else wanted == []
        filled += bool(found)
    assert filled > 2


def test_a_shorter_ranking_is_the_head_of_a_longer_one(ask_demo: Ask) -> None:
    query = """query ($first: Int!) { mostRecommendedGames(year: 2014, first: $first) {
      places { rank game { appId } } } }"""

    def places(first: int) -> list[Any]:
        return list(ask_demo(query, first=first)["data"]["mostRecommendedGames"]["places"])

    longest = places(100)
    assert [places(first) for first in (0, 1, 3, 7)] == [longest[:n] for n in (0, 1, 3, 7)]


def test_coverage_counts_what_rankings_cannot_place(ask_demo: Ask, reviews: list[Entry]) -> None:
    query = "{ worstDevelopers(year: 2014, yearBasis: %s) { coverage { %s } } }"
    fields = "undated missingFromCatalogue withoutDeveloper"
    for basis in BASES:
        found = ask_demo(query % (basis, fields))["data"]["worstDevelopers"]["coverage"]
        assert found == {
            "undated": sum(year_of(one, basis) is None for one in reviews),
            "missingFromCatalogue": sum(not one["game"]["inCatalogue"] for one in reviews),
            "withoutDeveloper": sum(one["game"]["developer"] is None for one in reviews),
        }
        assert found["missingFromCatalogue"] and found["withoutDeveloper"]


@pytest.mark.parametrize("name", RANKINGS)
@pytest.mark.parametrize(
    ("arguments", "argument"),
    [
        ("year: 0", "year"),
        ("year: -1", "year"),
        ("year: 10000", "year"),
        ("year: 2147483647", "year"),
        ("year: 2014, first: -1", "first"),
        ("year: 2014, first: 101", "first"),
    ],
)
@pytest.mark.parametrize("method", METHODS)
def test_impossible_years_and_sizes_are_refused(
    ask: Ask, name: str, arguments: str, argument: str, method: str
) -> None:
    answer = ask(f"{{ {name}({arguments}, ranking: {method}) {{ __typename }} }}")
    assert answer["data"] == {name: None}
    assert only_error(answer)["extensions"] == {
        "code": "INVALID_ARGUMENT",
        "classification": "BAD_REQUEST",
        "argument": argument,
    }


@pytest.mark.parametrize(
    ("hits", "total", "bound"),
    [
        (0, 0, 0.0), (0, 10, 0.0), (1, 1, 0.2065), (10, 10, 0.7225), (8, 10, 0.4902),
        (50, 100, 0.4038),
    ],
)  # fmt: skip
def test_the_wilson_bound_has_its_known_values(hits: int, total: int, bound: float) -> None:
    assert wilson(hits, total) == pytest.approx(bound, abs=5e-5)


@given(st.integers(1, 10_000), st.data())
def test_the_wilson_bound_is_that_of_the_textbook(total: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, total))
    assert wilson(hits, total) == pytest.approx(max(0.0, textbook(hits, total)), abs=1e-12)
    assert 0 <= wilson(hits, total) <= hits / total
    # The same share of more reviews is surer.
    assert wilson(2 * hits, 2 * total) >= wilson(hits, total)

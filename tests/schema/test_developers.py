"""developer(desarrollador), developer_reviews_analysis, best_developer_year: the tiny world."""

from __future__ import annotations

from typing import Any

import pytest

from harness import Ask, only_error
from resolvers.rankings import wilson

YEARS = """query ($name: String!) { developer(name: $name) {
  name itemCount releaseYears { year items freeItems freePercent unknownPriceItems } } }"""
SENTIMENT = """query ($name: String!) { developer(name: $name) {
  name reviewSentiment { negative neutral positive total } } }"""
BEST = """query ($year: Int!, $first: Int! = 3, $basis: YearBasis! = REVIEW) {
  bestDevelopers(year: $year, first: $first, yearBasis: $basis) {
    rank developer { name } recommendations } }"""


def release_years(ask: Ask, name: str) -> list[tuple[Any, ...]]:
    answer = ask(YEARS, name=name)
    assert "errors" not in answer
    return [tuple(row.values()) for row in answer["data"]["developer"]["releaseYears"]]


def best(ask: Ask, year: int, **more: Any) -> list[tuple[Any, ...]]:
    answer = ask(BEST, year=year, **more)
    assert "errors" not in answer
    return [
        (row["rank"], row["developer"]["name"], row["recommendations"])
        for row in answer["data"]["bestDevelopers"]
    ]


def test_items_and_free_content_per_year_are_newest_first_and_unknown_years_last(
    ask: Ask,
) -> None:
    assert release_years(ask, "Orbit Works") == [
        # year, items, free, per cent, unknown price
        (2012, 1, 0, 0.0, 1),  # no price at all: unknown, never free
        (2010, 3, 1, 100 / 3, 0),  # unrounded
        (None, 1, 0, 0.0, 1),  # `Third-party` is not a price
    ]


def test_the_share_of_free_items_is_also_of_those_whose_price_is_known(ask: Ask) -> None:
    query = """query ($name: String!) { developer(name: $name) {
      releaseYears { year freePercent freePercentOfKnown } } }"""
    answer = ask(query, name="Orbit Works")["data"]["developer"]["releaseYears"]
    assert [tuple(row.values()) for row in answer] == [
        (2012, 0.0, None),  # the one item has no known price
        (2010, 100 / 3, 100 / 3),
        (None, 0.0, None),
    ]


def test_an_amount_in_a_text_is_a_price_and_a_text_that_says_free_is_free(ask: Ask) -> None:
    assert release_years(ask, "Kraken") == [(2011, 2, 0, 0.0, 0)]  # Starting at $499.00
    assert release_years(ask, "Weiß Co., Ltd.") == [(2014, 1, 0, 0.0, 0), (2013, 1, 1, 100.0, 0)]
    assert release_years(ask, "solo dev,Pixel Barn") == [(2014, 1, 1, 100.0, 0)]  # 0.0


@pytest.mark.parametrize(
    "name",
    ["ORBIT WORKS", "orbit works", "  Orbit \t Works ", "Ｏｒｂｉｔ Ｗｏｒｋｓ", "Orbit&#32;Works"],
)
def test_spellings_of_one_name_are_one_developer(ask: Ask, name: str) -> None:
    answer = ask(YEARS, name=name)["data"]["developer"]
    assert (answer["name"], answer["itemCount"]) == ("Orbit Works", 5)


def test_the_spelling_with_most_items_is_shown_then_the_first_by_code_point(ask: Ask) -> None:
    assert ask(YEARS, name="kraken")["data"]["developer"]["name"] == "KRAKEN"


def test_names_are_shown_and_found_unescaped(ask: Ask) -> None:
    for name in ("Salt & Pine", "salt &amp; pine"):
        assert ask(YEARS, name=name)["data"]["developer"]["name"] == "salt & pine"


def test_a_combined_string_is_a_developer_of_its_own(ask: Ask) -> None:
    assert release_years(ask, "orbit works,kraken") == [(2013, 1, 0, 0.0, 0)]
    query = "query ($name: String!) { developer(name: $name) { companies } }"
    companies = {
        name: ask(query, name=name)["data"]["developer"]["companies"]
        for name in ("Orbit Works,Kraken", "Weiß Co., Ltd.", "Kraken")
    }
    assert companies == {
        "Orbit Works,Kraken": ["Orbit Works", "Kraken"],
        "Weiß Co., Ltd.": ["Weiß Co., Ltd."],
        "Kraken": ["KRAKEN"],
    }


def test_a_company_only_within_a_combined_name_is_not_found(ask: Ask) -> None:
    answer = ask(YEARS, name="Pixel Barn")
    assert answer["data"] == {"developer": None}
    error = only_error(answer)
    assert error["path"] == ["developer"]
    assert error["extensions"]["code"] == "NOT_FOUND"
    assert error["extensions"]["suggestions"] == ["solo dev,Pixel Barn"]


def test_developers_can_be_searched_by_company(ask: Ask) -> None:
    answer = ask('{ developers(search: "pixel barn") { totalCount nodes { name } } }')
    assert answer.get("data") == {
        "developers": {"totalCount": 1, "nodes": [{"name": "solo dev,Pixel Barn"}]}
    }


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        # Masked profanity is negative, plain words and blanks are neutral.
        ("Orbit Works", (2, 2, 5, 9)),
        # An exact duplicate counts once; of two reviews of one user and game the newer stands.
        ("Kraken", (1, 0, 3, 4)),
        ("Orbit Works,Kraken", (0, 0, 2, 2)),
        ("solo dev,Pixel Barn", (1, 1, 0, 2)),
    ],
)
def test_reviews_are_counted_by_sentiment(ask: Ask, name: str, counts: tuple[int, ...]) -> None:
    answer = ask(SENTIMENT, name=name)["data"]["developer"]["reviewSentiment"]
    assert tuple(answer.values()) == counts


def test_best_developers_of_a_year_are_those_with_most_recommended_positive_reviews(
    ask: Ask,
) -> None:
    # critic on 30 is positive and does not recommend; dov on 20 recommends and is neutral.
    assert best(ask, 2012) == [(1, "Orbit Works", 1)]


def test_equal_recommendations_are_sorted_by_folded_name(ask: Ask) -> None:
    assert best(ask, 2011) == [(1, "KRAKEN", 2), (2, "Orbit Works", 2)]
    # By code point of the shown names "Weiß" would precede "salt".
    assert best(ask, 2013) == [
        (1, "Orbit Works,Kraken", 1),
        (2, "salt & pine", 1),
        (3, "Weiß Co., Ltd.", 1),
    ]


def test_reviews_without_a_year_are_of_the_crawl_year(ask: Ask) -> None:
    # One of them was posted on 29 February, and 2014 has no such day.
    assert best(ask, 2014) == [(1, "Orbit Works", 1), (2, "Orbit Works,Kraken", 1)]
    assert best(ask, 2015) == []


def test_the_year_can_be_that_of_the_release(ask: Ask) -> None:
    by_release = {year: best(ask, year, basis="RELEASE") for year in range(2009, 2016)}
    assert by_release == {
        2009: [],
        2010: [(1, "Orbit Works", 3)],
        2011: [(1, "KRAKEN", 3)],  # with the review that has no date at all
        2012: [(1, "salt & pine", 1)],
        2013: [(1, "Orbit Works,Kraken", 2)],
        2014: [(1, "Weiß Co., Ltd.", 1)],
        2015: [],
    }


def test_fewer_developers_than_asked_for_and_none_at_all_are_fine(ask: Ask) -> None:
    assert len(best(ask, 2011, first=100)) == 2
    assert best(ask, 2013, first=2) == best(ask, 2013)[:2]
    assert best(ask, 2011, first=0) == []
    assert best(ask, 1) == best(ask, 9999) == []


def test_a_place_tells_how_many_reviews_there_are_and_what_it_was_sorted_by(ask: Ask) -> None:
    query = """{ bestDevelopers(year: 2011, ranking: METHOD) {
      recommendations reviewCount score reviews { totalCount } } }"""
    for method in ("COUNT", "WILSON"):
        for place in ask(query.replace("METHOD", method))["data"]["bestDevelopers"]:
            counted, reviews = place["recommendations"], place["reviewCount"]
            assert place["reviews"]["totalCount"] == counted <= reviews
            bound = float(wilson(counted, reviews))
            assert place["score"] == (counted if method == "COUNT" else bound)


def test_three_developers_are_ranked_unless_asked_otherwise(ask_demo: Ask) -> None:
    longest = ask_demo(BEST, year=2014, first=100)["data"]["bestDevelopers"]
    assert len(longest) > 3
    assert ask_demo(BEST, year=2014)["data"]["bestDevelopers"] == longest[:3]
    default = ask_demo("{ bestDevelopers(year: 2014) { rank developer { name } recommendations } }")
    assert default["data"]["bestDevelopers"] == longest[:3]

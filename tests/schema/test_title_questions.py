"""The questions about streaming titles, in the tiny world of titles."""

from __future__ import annotations

from typing import Any

import pytest

from harness import Ask, only_error


def longest(ask: Ask, arguments: str = "") -> list[str]:
    rows = ask(f"{{ longestTitles{arguments} {{ titleId }} }}")["data"]["longestTitles"]
    return [row["titleId"] for row in rows]


def count(ask: Ask, arguments: str = "") -> int:
    answer: int = ask(f"{{ titleCount{arguments} }}")["data"]["titleCount"]
    return answer


def actors(ask: Ask, arguments: str) -> list[tuple[str, int]]:
    rows = ask(f"{{ topActors{arguments} {{ name appearances }} }}")["data"]["topActors"]
    return [(row["name"], row["appearances"]) for row in rows]


@pytest.mark.parametrize(
    ("arguments", "title_ids"),
    [
        ("", ["as2"]),
        ("(year: 2018)", ["ns1"]),
        ("(platform: DISNEY)", ["ds3"]),
        ("(durationType: SEASON)", ["hs21"]),
        ("(durationType: SEASON, kinds: [SERIES])", ["ds1"]),
        ("(durationType: SEASON, kinds: [SERIES, MOVIE], year: 2018)", ["hs21"]),
        ("(year: 1990)", []),
        ("(kinds: [])", []),
        ("(kinds: [SERIES])", []),  # no series lasts minutes
    ],
)
def test_the_longest_titles(ask_titles: Ask, arguments: str, title_ids: list[str]) -> None:
    assert longest(ask_titles, arguments) == title_ids


def test_equally_long_titles_come_by_letter_then_number(ask_titles: Ask) -> None:
    assert longest(ask_titles, "(year: 2020, platform: HULU)") == ["hs9", "hs20"]


@pytest.mark.parametrize(
    ("arguments", "titles"),
    [
        ("", 9),
        ("(kinds: [MOVIE, SERIES])", 11),
        ("(kinds: [SERIES])", 2),
        ("(kinds: [])", 0),
        ("(platform: NETFLIX)", 2),
        ("(platform: NETFLIX, year: 2018, kinds: [SERIES])", 1),
        ("(year: 2020)", 3),
        # as2 has a mean of 4.0, which is not above 4.0; a title without ratings is above nothing.
        ("(scoreAbove: 4.0)", 1),
        ("(scoreAbove: 3.99)", 2),
        ("(scoreAbove: 0)", 6),
        ("(scoreAbove: -1)", 6),
        ("(scoreAbove: 5)", 0),
    ],
)
def test_the_number_of_titles(ask_titles: Ask, arguments: str, titles: int) -> None:
    assert count(ask_titles, arguments) == titles


@pytest.mark.parametrize("score", [0, 3.99, 4.0, 5])
def test_a_count_above_a_score_is_that_of_the_list(ask_titles: Ask, score: float) -> None:
    where = f"filter: {{ kind: {{ eq: MOVIE }}, score: {{ gt: {score} }} }}"
    listed = ask_titles(f"{{ titles({where}) {{ totalCount }} }}")["data"]["titles"]["totalCount"]
    assert listed == count(ask_titles, f"(scoreAbove: {score})")


def test_null_for_an_argument_is_its_default(ask_titles: Ask) -> None:
    nulls = "(platform: null, year: null, scoreAbove: null, kinds: null)"
    assert count(ask_titles, nulls) == count(ask_titles) == 9
    nulls = "(platform: null, year: null, durationType: null, kinds: null)"
    assert longest(ask_titles, nulls) == longest(ask_titles)
    nulls = "(platform: NETFLIX, year: 2018, kinds: null)"
    assert actors(ask_titles, nulls) == [("ada stone", 3), ("zoe adler", 3)]


def test_all_actors_with_most_titles_come_by_name(ask_titles: Ask) -> None:
    every = actors(ask_titles, "(platform: NETFLIX, year: 2018)")
    assert every == [("ada stone", 3), ("zoe adler", 3)]
    films = actors(ask_titles, "(platform: NETFLIX, year: 2018, kinds: [MOVIE])")
    assert films == [("ada stone", 2), ("zoe adler", 2)]


def test_an_actor_is_one_person_in_any_spelling(ask_titles: Ask) -> None:
    query = """{ topActors(platform: AMAZON, year: 2019) {
      name displayName appearances titles { totalCount nodes { titleId } } } }"""
    titles = {"totalCount": 2, "nodes": [{"titleId": "as2"}, {"titleId": "as10"}]}
    assert ask_titles(query)["data"]["topActors"] == [
        # Both spellings are as frequent: the first by code point is shown.
        {"name": "ben hale", "displayName": "BEN HALE", "appearances": 2, "titles": titles},
        {"name": "cyd rowe", "displayName": "Cyd Rowe", "appearances": 2, "titles": titles},
    ]


def test_an_actors_titles_are_those_counted_and_can_be_filtered(ask_titles: Ask) -> None:
    query = """{ topActors(platform: NETFLIX, year: 2018, kinds: [MOVIE]) {
      titles(filter: { director: { eq: "MARA QUILL" } }) { nodes { titleId } } } }"""
    for actor in ask_titles(query)["data"]["topActors"]:
        assert actor["titles"]["nodes"] == [{"titleId": "ns1"}]


def test_without_a_cast_there_are_no_actors(ask_titles: Ask) -> None:
    assert actors(ask_titles, "(platform: HULU, year: 2020)") == []
    assert actors(ask_titles, "(platform: NETFLIX, year: 2018, kinds: [])") == []


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("zoe", [("Zoe Adler", 3)]),
        ("ADL", [("Zoe Adler", 3)]),
        ("adler z", [("Zoe Adler", 3)]),  # in any order
        ("ler", []),  # words are found by their beginnings
        ("dler", [("Zoe Adler", 3)]),  # or with an error
        ("mara", []),  # a director in no cast
    ],
)
def test_actors_are_found_by_the_words_of_their_names(
    ask_titles: Ask, search: str, found: list[tuple[str, int]]
) -> None:
    query = "query ($search: String!) { actors(search: $search) { displayName appearances } }"
    rows = ask_titles(query, search=search)["data"]["actors"]
    assert [(row["displayName"], row["appearances"]) for row in rows] == found


def test_an_actor_found_by_name_has_all_titles_with_that_name_in_the_cast(ask_titles: Ask) -> None:
    query = """{ actors(search: "ben") { name appearances titles { totalCount } }
      titles(filter: { castMember: { eq: "ben hale" } }) { totalCount } }"""
    data = ask_titles(query)["data"]
    (actor,) = data["actors"]
    assert actor["name"] == "ben hale"
    assert actor["titles"] == data["titles"]
    assert actor["appearances"] == data["titles"]["totalCount"] > 0


@pytest.mark.parametrize(
    ("arguments", "argument"),
    [
        ('(search: " ")', "search"),
        (f'(search: "{"a" * 201}")', "search"),
        ('(search: "a", first: 51)', "first"),
        ('(search: "a", first: -1)', "first"),
    ],
)
def test_an_impossible_search_for_actors_is_invalid(
    ask_titles: Ask, arguments: str, argument: str
) -> None:
    error = only_error(ask_titles(f"{{ actors{arguments} {{ name }} }}"))
    assert error["extensions"]["code"] == "INVALID_ARGUMENT"
    assert error["extensions"]["argument"] == argument


@pytest.mark.parametrize("year", [0, -1, 10_000])
@pytest.mark.parametrize(
    "field",
    [
        "longestTitles(year: %d) { titleId }",
        "titleCount(year: %d)",
        "topActors(platform: HULU, year: %d) { name }",
    ],
)
def test_a_year_outside_1_to_9999_is_invalid(ask_titles: Ask, field: str, year: int) -> None:
    answer = ask_titles(f"{{ {field % year} }}")
    error = only_error(answer)
    assert error["extensions"]["code"] == "INVALID_ARGUMENT"
    assert error["extensions"]["argument"] == "year"
    assert list(answer["data"].values()) == [None]


@pytest.mark.parametrize(
    "field",
    [
        "longestTitles { titleId }",
        "titleCount",
        "topActors(platform: HULU, year: 2020) { name }",
        'actors(search: "ben") { name }',
        'title(titleId: "as2") { id }',
        "titles { totalCount }",
        'viewer(viewerId: "7") { id }',
        "viewers { totalCount }",
    ],
)
def test_without_titles_each_root_field_is_null_and_unavailable(ask: Ask, field: str) -> None:
    answer = ask(f'{{ {field} dataset {{ titles }} genre(name: "Action") {{ name }} }}')
    error = only_error(answer)
    assert error["extensions"]["code"] == "UNAVAILABLE"
    data: dict[str, Any] = answer["data"]
    assert data.pop("genre") == {"name": "Action"}
    assert data.pop("dataset") == {"titles": 0}
    assert list(data.values()) == [None]


def test_without_games_a_look_up_of_games_is_null_and_titles_are_answered(ask_titles: Ask) -> None:
    answer = ask_titles('{ game(appId: "10") { title } longestTitles { titleId } }')
    assert answer["data"] == {"game": None, "longestTitles": [{"titleId": "as2"}]}
    assert only_error(answer)["extensions"]["code"] == "UNAVAILABLE"


def test_without_games_their_connections_leave_no_data(ask_titles: Ask) -> None:
    answer = ask_titles("{ games { totalCount } titleCount }")
    assert answer["data"] is None
    assert only_error(answer)["extensions"]["code"] == "UNAVAILABLE"


def test_the_dataset_counts_titles_viewers_and_ratings(ask_titles: Ask) -> None:
    query = "{ dataset { subjects titles viewers ratings games users crawlYear } }"
    assert ask_titles(query)["data"]["dataset"] == {
        "subjects": ["titles"],
        "titles": 11,
        "viewers": 3,
        "ratings": 9,
        "games": 0,
        "users": 0,
        "crawlYear": None,
    }

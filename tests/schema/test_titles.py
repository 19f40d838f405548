"""Streaming titles: look-ups, fields, lists and similar titles, in the tiny world of titles."""

from __future__ import annotations

import re
from typing import Any

import pytest

from datastore.base.title_similarity import WEIGHTS
from harness import Ask, only_error

EVERYTHING = """query ($titleId: ID!) { title(titleId: $titleId) {
  titleId platform kind title directors cast countries genres dateAdded releaseYear rating
  ratingMissing durationInt durationType description score { mean count }
  published { title directors cast countries genres rating description }
} }"""


def ids(ask: Ask, arguments: str) -> list[str]:
    nodes = ask(f"{{ titles({arguments}) {{ nodes {{ titleId }} }} }}")["data"]["titles"]["nodes"]
    return [node["titleId"] for node in nodes]


def similar(ask: Ask, title_id: str, first: int = 50) -> list[dict[str, Any]]:
    query = """query ($titleId: ID!, $first: Int!) { title(titleId: $titleId) {
      similarTitles(first: $first) { title { titleId } score
        reason { genres text genreWords cast directors countries words } } } }"""
    answer = ask(query, titleId=title_id, first=first)
    rows: list[dict[str, Any]] = answer["data"]["title"]["similarTitles"]
    return rows


def test_a_title_has_all_its_fields_in_lower_case_and_as_published(ask_titles: Ask) -> None:
    description = "A lighthouse keeper's daughter hides a smuggler in the old harbor."
    assert ask_titles(EVERYTHING, titleId="as2")["data"]["title"] == {
        "titleId": "as2",
        "platform": "AMAZON",
        "kind": "MOVIE",
        "title": "harbor lights",
        "directors": ["mara quill"],
        "cast": ["ada stone", "ben hale", "cyd rowe"],
        "countries": ["united kingdom"],
        "genres": ["drama", "suspense"],
        "dateAdded": "2021-03-30",
        "releaseYear": 2019,
        "rating": "pg",
        "ratingMissing": False,
        "durationInt": 140,
        "durationType": "MIN",
        "description": description.lower(),
        "score": {"mean": 4.0, "count": 3},
        "published": {
            "title": "Harbor Lights",
            "directors": ["Mara Quill"],
            "cast": ["Ada Stone", "Ben Hale", "Cyd Rowe"],
            "countries": ["United Kingdom"],
            "genres": ["Drama", "Suspense"],
            "rating": "PG",
            "description": description,
        },
    }


def test_what_is_missing_is_null_and_a_missing_age_rating_is_g(ask_titles: Ask) -> None:
    title = ask_titles(EVERYTHING, titleId="as11")["data"]["title"]
    for name in ("dateAdded", "releaseYear", "durationInt", "durationType", "description"):
        assert title[name] is None
    for name in ("directors", "cast", "countries", "genres"):
        assert title[name] == title["published"][name] == []
    assert (title["rating"], title["ratingMissing"]) == ("g", True)
    assert title["published"]["rating"] is title["published"]["description"] is None
    assert title["score"] == {"mean": None, "count": 0}


def test_every_rating_counts_for_the_score_but_only_the_last_is_listed(ask_titles: Ask) -> None:
    query = """{ title(titleId: "ds3") { score { mean count } ratings { totalCount edges {
      rating ratedAt viewer { viewerId } node { viewerId } } nodes { viewerId } } } }"""
    viewer = {"viewerId": "12"}
    edge = {"rating": 4.0, "ratedAt": "2008-01-10T21:20:00+00:00", "viewer": viewer, "node": viewer}
    assert ask_titles(query)["data"]["title"] == {
        "score": {"mean": 2.5, "count": 2},
        "ratings": {"totalCount": 1, "edges": [edge], "nodes": [viewer]},
    }


def test_a_titles_ratings_come_by_viewer_id_page_by_page(ask_titles: Ask) -> None:
    query = """query ($after: String) { title(titleId: "as2") { ratings(first: 1, after: $after) {
      pageInfo { hasNextPage endCursor } edges { rating node { viewerId } } } } }"""
    pages, after = [], None
    for _ in range(3):
        page = ask_titles(query, after=after)["data"]["title"]["ratings"]
        pages += [(edge["node"]["viewerId"], edge["rating"]) for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
    assert pages == [("100", 4.5), ("12", 3.5), ("7", 4.0)]
    assert not page["pageInfo"]["hasNextPage"]


def test_an_id_matches_exactly_save_for_white_space_around_it(ask_titles: Ask) -> None:
    assert ask_titles(EVERYTHING, titleId=" as2\n")["data"]["title"]["titleId"] == "as2"
    answer = ask_titles(EVERYTHING, titleId="AS2")
    error = only_error(answer)
    assert answer["data"] == {"title": None}
    assert error["extensions"]["code"] == "NOT_FOUND"
    assert error["path"] == ["title"]


@pytest.mark.parametrize("title_id", ["as3", "xs2", " as3 ", "-1", "", "?"])
def test_an_unknown_id_gets_no_suggestions(ask_titles: Ask, title_id: str) -> None:
    error = only_error(ask_titles(EVERYTHING, titleId=title_id))
    assert error["extensions"]["code"] == "NOT_FOUND"
    assert error["extensions"]["suggestions"] == []


@pytest.mark.parametrize(
    ("text", "suggestions"),
    [
        ("harbour lights", ["harbor lights"]),
        ("Robot Kitchen", ["robot kitchen"]),  # on two platforms, suggested once
    ],
)
def test_a_title_instead_of_an_id_gets_similar_titles(
    ask_titles: Ask, text: str, suggestions: list[str]
) -> None:
    error = only_error(ask_titles(EVERYTHING, titleId=text))
    assert error["extensions"]["suggestions"] == suggestions


@pytest.mark.parametrize(
    ("arguments", "title_ids"),
    [
        ("filter: { platform: { eq: HULU } }", ["hs9", "hs20", "hs21"]),
        ("filter: { platform: { in: [DISNEY, AMAZON] }, kind: { eq: SERIES } }", ["ds1"]),
        ("filter: { durationType: { eq: SEASON } }", ["ds1", "hs21", "ns12"]),
        ("filter: { durationType: { isNull: true } }", ["as11"]),
        ('filter: { castMember: { eq: "zoe ADLER" } }', ["ns1", "ns5", "ns12"]),
        ('filter: { director: { contains: "quill" } }', ["as2", "ns1"]),
        ('filter: { country: { eq: "Canada" } }', ["ds1", "ns5"]),
        ('filter: { genre: { in: ["dramas", "TV Dramas"] } }', ["hs9", "ns1", "ns5", "ns12"]),
        ('filter: { rating: { eq: "TV-14" } }', ["hs21"]),
        ("filter: { ratingMissing: { eq: true } }", ["as10", "as11"]),
        ("filter: { score: { gt: 4 } }", ["hs20"]),
        ("filter: { score: { lt: 3, gt: 2 } }", ["ds3"]),
        ("filter: { durationInt: { gt: 3, lt: 95 } }", ["as10", "hs21"]),
        ("filter: { score: { gte: 4 } }", ["as2", "hs20"]),
        ("filter: { score: { isNull: true }, releaseYear: { lte: 2018 } }", ["hs21", "ns12"]),
        ('filter: { titleId: { in: ["as10", "ns1"] } }', ["as10", "ns1"]),
        ('filter: { title: { contains: "court" } }', ["ns5", "ns12"]),
        ("orderBy: { field: DURATION_INT, direction: DESC }, first: 2", ["as2", "hs9"]),
        ("orderBy: { field: TITLE }, first: 3", ["ns12", "as2", "hs21"]),
        ("orderBy: { field: DATE_ADDED }, first: 2", ["ns1", "as2"]),
        ("orderBy: [{ field: SCORE_COUNT, direction: DESC }], first: 1", ["as2"]),
        ("orderBy: { field: TITLE_ID, direction: DESC }, first: 2", ["ns12", "ns5"]),
        ('search: "harbor"', ["as2"]),
        ('search: "robot kichen"', ["hs20", "ds1"]),  # with a typo; hs20 is rated
        ("last: 1", ["ns12"]),
    ],
)
def test_titles_can_be_filtered_ordered_and_searched(
    ask_titles: Ask, arguments: str, title_ids: list[str]
) -> None:
    assert ids(ask_titles, arguments) == title_ids


def test_a_title_counts_once_in_a_genre_that_is_named_twice(ask_titles: Ask) -> None:
    query = """{ titles(filter: { titleId: { eq: "as10" } }) {
      nodes { genres } aggregates { genres { genre count } } } }"""
    assert ask_titles(query)["data"]["titles"] == {
        "nodes": [{"genres": ["drama", "drama"]}],
        "aggregates": {"genres": [{"genre": "drama", "count": 1}]},
    }


def test_aggregates_are_over_the_whole_list(ask_titles: Ask) -> None:
    query = """{ titles(first: 1) { aggregates { count
      platforms { platform count } kinds { kind count } genres(first: 2) { genre count }
      countries { country count } years { year count } ratings { rating count }
      score { rated unrated min mean(precision: 2) median max }
      scoreBands { low high count } } } }"""
    aggregates = ask_titles(query)["data"]["titles"]["aggregates"]
    assert aggregates == {
        "count": 11,
        "platforms": [
            {"platform": "AMAZON", "count": 3},
            {"platform": "HULU", "count": 3},
            {"platform": "NETFLIX", "count": 3},
            {"platform": "DISNEY", "count": 2},
        ],
        "kinds": [{"kind": "MOVIE", "count": 9}, {"kind": "SERIES", "count": 2}],
        "genres": [{"genre": "dramas", "count": 3}, {"genre": "comedy", "count": 2}],
        "countries": [
            {"country": "canada", "count": 2},
            {"country": "united kingdom", "count": 2},
        ],
        "years": [
            {"year": 2020, "count": 4},
            {"year": 2019, "count": 2},
            {"year": 2018, "count": 4},
            {"year": None, "count": 1},
        ],
        "ratings": [
            {"rating": "pg", "count": 8},
            {"rating": "g", "count": 2},
            {"rating": "tv-14", "count": 1},
        ],
        "score": {"rated": 6, "unrated": 5, "min": 2.0, "mean": 3.33, "median": 3.25, "max": 5.0},
        "scoreBands": [
            {"low": 2.0, "high": 2.5, "count": 1},
            {"low": 2.5, "high": 3.0, "count": 1},
            {"low": 3.0, "high": 3.5, "count": 1},
            {"low": 3.5, "high": 4.0, "count": 1},
            {"low": 4.0, "high": 4.5, "count": 1},
            {"low": 4.5, "high": 5.0, "count": 1},
            {"low": None, "high": None, "count": 5},
        ],
    }


def test_aggregates_of_an_empty_list_are_empty(ask_titles: Ask) -> None:
    query = """{ titles(search: "xylophone orchestra") { aggregates { count
      platforms { count } genres { count } years { count } score { rated min mean } } } }"""
    assert ask_titles(query)["data"]["titles"]["aggregates"] == {
        "count": 0,
        "platforms": [],
        "genres": [],
        "years": [],
        "score": {"rated": 0, "min": None, "mean": None},
    }


def test_the_same_film_on_another_platform_is_the_most_similar(ask_titles: Ask) -> None:
    first = similar(ask_titles, "hs20", 1)[0]
    assert first["title"] == {"titleId": "ds1"}
    assert first["reason"] == {
        "text": "Both are listed as comedy; both descriptions mention busy, clumsy and cook.",
        "genres": ["comedy"],
        "genreWords": ["comedy"],
        "cast": [],
        "directors": [],
        "countries": [],
        "words": ["busy", "clumsy", "cook", "kitchen", "learns", "robot"],
    }


def test_the_reason_names_what_both_titles_have(ask_titles: Ask) -> None:
    (entry,) = [e for e in similar(ask_titles, "as2") if e["title"]["titleId"] == "ns1"]
    assert entry["reason"] == {
        "text": "Both are directed by Mara Quill; Ada Stone appears in both; both are listed as "
        "drama; both descriptions mention daughter, harbor and smuggler.",
        "genres": [],  # `drama` and `dramas` are different names of one genre
        "genreWords": ["drama"],
        "cast": ["ada stone"],
        "directors": ["mara quill"],
        "countries": ["united kingdom"],
        "words": ["daughter", "harbor", "smuggler"],
    }


def test_the_score_names_its_weights_and_can_be_rounded(ask_titles: Ask) -> None:
    type_ = ask_titles('{ __type(name: "SimilarTitle") { fields { name description } } }')
    (text,) = (
        entry["description"]
        for entry in type_["data"]["__type"]["fields"]
        if entry["name"] == "score"
    )
    for part, weight in WEIGHTS.items():
        assert re.search(rf"{part}\s+\((weight )?{weight:g}\)", text), part
    answer = ask_titles(
        '{ title(titleId: "as2") { similarTitles { score short: score(precision: 2) } } }'
    )
    for entry in answer["data"]["title"]["similarTitles"]:
        assert entry["short"] == round(entry["score"], 2)


def test_a_title_is_never_similar_to_itself_and_one_without_content_to_none(
    ask_titles: Ask,
) -> None:
    assert similar(ask_titles, "as11") == []
    for title_id in ids(ask_titles, "first: 100"):
        listed = similar(ask_titles, title_id)
        assert not {title_id, "as11"} & {entry["title"]["titleId"] for entry in listed}
        assert all(any(entry["reason"].values()) for entry in listed)  # all have a reason


def test_a_shorter_list_is_the_head_of_a_longer_one_best_first(ask_titles: Ask) -> None:
    longer = similar(ask_titles, "ns1")
    assert [entry["score"] for entry in longer] == sorted(
        (entry["score"] for entry in longer), reverse=True
    )
    assert len(longer) > 3
    assert similar(ask_titles, "ns1", 3) == longer[:3]
    assert similar(ask_titles, "ns1", 0) == []


@pytest.mark.parametrize("first", [-1, 51])
def test_similar_titles_are_at_most_50(ask_titles: Ask, first: int) -> None:
    query = f'{{ title(titleId: "as2") {{ similarTitles(first: {first}) {{ score }} }} }}'
    assert only_error(ask_titles(query))["extensions"]["code"] == "INVALID_ARGUMENT"


def test_a_title_is_found_again_by_its_global_id(ask_titles: Ask) -> None:
    global_id = ask_titles('{ title(titleId: "as2") { id } }')["data"]["title"]["id"]
    query = "query ($id: ID!) { node(id: $id) { id ... on Title { titleId } } }"
    node = ask_titles(query, id=global_id)["data"]["node"]
    assert node == {"id": global_id, "titleId": "as2"}


def test_a_global_id_of_an_absent_subject_is_unavailable(ask: Ask, ask_titles: Ask) -> None:
    global_id = ask_titles('{ title(titleId: "as2") { id } }')["data"]["title"]["id"]
    answer = ask("query ($id: ID!) { node(id: $id) { id } }", id=global_id)
    assert answer["data"] == {"node": None}
    assert only_error(answer)["extensions"]["code"] == "UNAVAILABLE"


def test_of_several_global_ids_only_those_of_an_absent_subject_fail(
    ask: Ask, ask_titles: Ask
) -> None:
    title = ask_titles('{ title(titleId: "as2") { id } }')["data"]["title"]["id"]
    game = ask('{ game(appId: "10") { id } }')["data"]["game"]["id"]
    query = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    for asked, expected in ((ask, [{"id": game}, None]), (ask_titles, [None, {"id": title}])):
        answer = asked(query, ids=[game, title])
        assert answer["data"] == {"nodes": expected}
        assert only_error(answer)["extensions"]["code"] == "UNAVAILABLE"

"""Viewers and their ratings, in the tiny world of titles."""

from __future__ import annotations

import pytest

import titles_world
from harness import Ask, only_error

VIEWER = """query ($viewerId: ID!) { viewer(viewerId: $viewerId) {
  viewerId ratingCount meanRating } }"""


def rated(ask: Ask, viewer_id: str, arguments: str = "") -> list[tuple[str, float]]:
    query = f"""query ($viewerId: ID!) {{ viewer(viewerId: $viewerId) {{ ratings{arguments} {{
      edges {{ rating node {{ titleId }} }} }} }} }}"""
    edges = ask(query, viewerId=viewer_id)["data"]["viewer"]["ratings"]["edges"]
    return [(edge["node"]["titleId"], edge["rating"]) for edge in edges]


@pytest.mark.parametrize(
    ("viewer_id", "ratings", "mean"),
    [("7", 3, 4.0), ("12", 3, 11 / 3), ("100", 2, 3.25)],
)
def test_the_last_rating_of_a_title_counts_for_its_viewer(
    ask_titles: Ask, viewer_id: str, ratings: int, mean: float
) -> None:
    assert ask_titles(VIEWER, viewerId=viewer_id)["data"]["viewer"] == {
        "viewerId": viewer_id,
        "ratingCount": ratings,
        "meanRating": mean,
    }


def test_an_id_matches_exactly_save_for_white_space_around_it(ask_titles: Ask) -> None:
    assert ask_titles(VIEWER, viewerId=" 7 ")["data"]["viewer"]["viewerId"] == "7"
    assert only_error(ask_titles(VIEWER, viewerId="007"))["extensions"]["code"] == "NOT_FOUND"


@pytest.mark.parametrize("viewer_id", ["70", "1", "0", "zz", "", "harbor lights"])
def test_an_unknown_viewer_is_not_found_and_no_ids_are_suggested(
    ask_titles: Ask, viewer_id: str
) -> None:
    answer = ask_titles(VIEWER, viewerId=viewer_id)
    error = only_error(answer)
    assert answer["data"] == {"viewer": None}
    assert error["extensions"]["code"] == "NOT_FOUND"
    assert error["extensions"]["suggestions"] == []
    assert "viewers(search: …)" in error["message"]
    assert "{field: RATING_COUNT, direction: DESC}" in error["message"]


def test_the_viewers_with_most_ratings_are_found_as_the_error_says(ask_titles: Ask) -> None:
    order = "orderBy: [{field: RATING_COUNT, direction: DESC}]"
    nodes = ask_titles(f"{{ viewers({order}) {{ nodes {{ ratingCount }} }} }}")["data"]["viewers"]
    counts = [node["ratingCount"] for node in nodes["nodes"]]
    assert counts == sorted(counts, reverse=True)


def test_ratings_come_last_rated_first_then_by_title_id(ask_titles: Ask) -> None:
    assert rated(ask_titles, "7") == [("as10", 3.0), ("hs20", 5.0), ("as2", 4.0)]
    assert rated(ask_titles, "12") == [("ds3", 4.0), ("as2", 3.5), ("ns1", 3.5)]


@pytest.mark.parametrize(
    ("arguments", "title_ids"),
    [
        ("(filter: { rating: { gte: 4 } })", ["hs20", "as2"]),
        ("(filter: { title: { platform: { eq: AMAZON } } })", ["as10", "as2"]),
        ("(filter: { not: { title: { genre: { eq: \"drama\" } } } })", ["hs20"]),
        ("(orderBy: { field: RATING, direction: DESC })", ["hs20", "as2", "as10"]),
        ("(orderBy: { field: RATED_AT })", ["as2", "hs20", "as10"]),
        ("(orderBy: { field: RELEASE_YEAR, direction: DESC }, first: 1)", ["hs20"]),
        ('(search: "harbor")', ["as2"]),
        ("(last: 1)", ["as2"]),
    ],
)  # fmt: skip
def test_ratings_can_be_filtered_ordered_and_searched(
    ask_titles: Ask, arguments: str, title_ids: list[str]
) -> None:
    assert [title_id for title_id, _ in rated(ask_titles, "7", arguments)] == title_ids


def test_ratings_have_times_pages_and_aggregates(ask_titles: Ask) -> None:
    query = """query ($after: String) { viewer(viewerId: "7") { ratings(first: 2, after: $after) {
      totalCount pageInfo { hasNextPage endCursor } nodes { titleId }
      edges { cursor ratedAt title { titleId } } aggregates { count score { rated } } } } }"""
    page = ask_titles(query)["data"]["viewer"]["ratings"]
    assert page["totalCount"] == 3
    assert page["nodes"] == [{"titleId": "as10"}, {"titleId": "hs20"}]
    assert [edge["title"] for edge in page["edges"]] == page["nodes"]
    assert page["edges"][0]["ratedAt"] == "2001-09-09T01:51:40+00:00"
    assert page["aggregates"] == {"count": 3, "score": {"rated": 3}}
    rest = ask_titles(query, after=page["pageInfo"]["endCursor"])["data"]["viewer"]["ratings"]
    assert rest["nodes"] == [{"titleId": "as2"}]
    assert not rest["pageInfo"]["hasNextPage"]


def test_a_cursor_of_a_title_that_the_viewer_has_not_rated_is_stale(ask_titles: Ask) -> None:
    cursor = ask_titles('{ title(titleId: "ns5") { id } }')["data"]["title"]["id"]
    query = (
        'query ($after: String) { viewer(viewerId: "7") { ratings(after: $after) { totalCount } } }'
    )
    error = only_error(ask_titles(query, after=cursor))
    assert error["extensions"]["code"] == "STALE_CURSOR"


@pytest.mark.parametrize(
    ("arguments", "viewer_ids"),
    [
        ("", titles_world.VIEWERS),
        ("(filter: { ratingCount: { gte: 3 } })", ["12", "7"]),
        ("(filter: { meanRating: { lte: 3.7 } })", ["100", "12"]),
        ('(filter: { viewerId: { eq: "7" } })', ["7"]),
        ('(filter: { viewerId: { contains: "1" } })', ["100", "12"]),
        ("(orderBy: { field: MEAN_RATING, direction: DESC })", ["7", "12", "100"]),
        ("(orderBy: { field: RATING_COUNT })", ["100", "12", "7"]),
        ("(orderBy: { field: VIEWER_ID, direction: DESC }, first: 1)", ["7"]),
        ('(search: "12")', ["12"]),
    ],
)
def test_viewers_can_be_filtered_ordered_and_searched(
    ask_titles: Ask, arguments: str, viewer_ids: list[str]
) -> None:
    answer = ask_titles(f"{{ viewers{arguments} {{ nodes {{ viewerId }} }} }}")
    assert [node["viewerId"] for node in answer["data"]["viewers"]["nodes"]] == viewer_ids


def test_a_viewer_is_found_again_by_the_global_id(ask_titles: Ask) -> None:
    for viewer_id in titles_world.VIEWERS:
        query = "query ($id: ID!) { viewer(viewerId: $id) { id } }"
        global_id = ask_titles(query, id=viewer_id)["data"]["viewer"]["id"]
        node = ask_titles(
            "query ($id: ID!) { node(id: $id) { ... on Viewer { viewerId } } }", id=global_id
        )
        assert node["data"]["node"] == {"viewerId": viewer_id}

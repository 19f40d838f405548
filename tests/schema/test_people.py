"""What answers show of people: a query of every field of the schema, by every setting."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode
from binascii import Error
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from datastore.people import People, Visibility
from datastore.store import Store
from every_field import every_question
from harness import Ask, asker, only_error
from resolvers.examples import examples
from resolvers.ids import encode
from server.pages.examples import example_tabs

SECRET = b"a secret of the tests"
#: Fields whose values may be equal to the number of a person by chance.
OTHER_IDS = {"appId", "titleId", "years", "version"}


def seen(store: Store, shown: Visibility, secret: bytes = SECRET) -> Store:
    return store.showing(People(shown, lambda: secret))


@pytest.fixture(scope="module")
def pseudonymous(demo_store: Store) -> Store:
    return seen(demo_store, "pseudonyms")


@pytest.fixture(scope="module")
def hidden(demo_store: Store) -> Store:
    return seen(demo_store, "off")


def leaves(value: Any, field: str = "") -> Iterator[tuple[str, str]]:
    """The texts of an answer, each with its field."""
    if isinstance(value, dict):
        for name, below in value.items():
            yield from leaves(below, name)
    elif isinstance(value, list):
        for below in value:
            yield from leaves(below, field)
    elif isinstance(value, str):
        yield field, value


@cache
def people(store: Store) -> tuple[set[str], set[str]]:
    """The real ids of all users and of all viewers."""
    return set(store.users.user_id), set(store.viewers.viewer_id)


def named(answer: dict[str, Any], store: Store) -> set[str]:
    """The real ids of people in an answer: as a text, in a global id, or as a word of a text."""
    users, viewers = people(store)
    found = set()
    for field, text in leaves(answer):
        found |= users & {text, *re.findall(r"[\w-]+", text)}
        if field not in OTHER_IDS:
            found |= viewers & {text}
        try:
            kind, _, key = urlsafe_b64decode(text.encode()).decode().partition(":")
        except (ValueError, Error):
            continue
        if kind in ("User", "Viewer", "Review"):
            found |= (users | viewers) & set(key.split("/")[-1:])
    return found


def answers(store: Store) -> dict[str, dict[str, Any]]:
    ask = asker(store)
    return {name: ask(query) for name, query in every_question(store)}


@pytest.fixture(scope="module")
def answers_of(demo_store: Store, pseudonymous: Store, hidden: Store) -> dict[str, Any]:
    return {store.people.shown: answers(store) for store in (demo_store, pseudonymous, hidden)}


def test_the_questions_reach_people_everywhere(
    answers_of: dict[str, Any], demo_store: Store
) -> None:
    """Or the tests below would find nothing, whatever is shown."""
    naming = {name for name, answer in answers_of["open"].items() if named(answer, demo_store)}
    assert naming >= {
        "Query.user", "Query.viewer", "UserConnection.nodes", "UserConnection.edges",
        "ViewerConnection.nodes", "PlayerConnection.edges", "PlayerConnection.pageInfo",
        "TitleRatingConnection.edges", "TitleRatingEdge.viewer", "TopPlayer.user", "Review.user",
        "ReviewConnection.edges", "ReviewConnection.nodes",
    }  # fmt: skip
    assert not any("errors" in answer for answer in answers_of["open"].values())


@pytest.mark.parametrize("shown", ["pseudonyms", "off"])
def test_no_answer_has_the_id_of_a_person(
    answers_of: dict[str, Any], demo_store: Store, shown: str
) -> None:
    for name, answer in answers_of[shown].items():
        assert not named(answer, demo_store), name


def test_with_pseudonyms_everything_else_is_answered(answers_of: dict[str, Any]) -> None:
    assert not any("errors" in answer for answer in answers_of["pseudonyms"].values())


def test_hidden_people_are_forbidden_and_everything_else_is_answered(
    answers_of: dict[str, Any],
) -> None:
    for name, answer in answers_of["off"].items():
        codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
        assert codes <= {"FORBIDDEN"}, name
    assert "errors" not in answers_of["off"]["Query.dataset"]


@pytest.mark.parametrize("shown", ["open", "pseudonyms", "off"])
def test_the_tabs_of_the_page_have_answers(demo_store: Store, shown: Visibility) -> None:
    store = seen(demo_store, shown)
    ask = asker(store)
    tabs = example_tabs(store)
    assert ("userdata" in {tab["title"] for tab in tabs}) == (shown != "off")
    for tab in tabs:
        answer = ask(tab["query"], **json.loads(tab["variables"]))
        assert "errors" not in answer, tab["title"]
        if shown != "open":
            assert not named({**answer, "tab": tab["variables"]}, demo_store)


def test_the_setting_is_in_the_answers(ask_demo: Ask, pseudonymous: Store, hidden: Store) -> None:
    query = "{ dataset { people } }"
    shown = [ask(query)["data"]["dataset"]["people"]
             for ask in (ask_demo, asker(pseudonymous), asker(hidden))]  # fmt: skip
    assert shown == ["OPEN", "PSEUDONYMS", "OFF"]


USER = "query ($id: ID!) { user(userId: $id) { userId itemsCount moneySpent reviewCount } }"
VIEWER = "query ($id: ID!) { viewer(viewerId: $id) { viewerId ratingCount meanRating } }"


def test_people_are_found_by_their_pseudonyms(demo_store: Store, pseudonymous: Store) -> None:
    named_ask, ask = asker(demo_store), asker(pseudonymous)
    for row in (0, 17, len(demo_store.users) - 1):
        real = named_ask(USER, id=demo_store.users.user_id[row])["data"]["user"]
        shown = ask(USER, id=pseudonymous.users.user_id[row])["data"]["user"]
        assert shown == {**real, "userId": pseudonymous.users.user_id[row]}
    for row in (0, 17, len(demo_store.viewers) - 1):
        real = named_ask(VIEWER, id=demo_store.viewers.viewer_id[row])["data"]["viewer"]
        shown = ask(VIEWER, id=pseudonymous.viewers.viewer_id[row])["data"]["viewer"]
        assert shown == {**real, "viewerId": pseudonymous.viewers.viewer_id[row]}


@pytest.mark.parametrize("kind", ["user", "viewer"])
def test_a_real_id_is_answered_like_an_unknown_one(
    demo_store: Store, pseudonymous: Store, kind: str
) -> None:
    ids = demo_store.users.user_id if kind == "user" else demo_store.viewers.viewer_id
    ask, query = asker(pseudonymous), USER if kind == "user" else VIEWER
    real, unknown = (only_error(ask(query, id=text)) for text in (ids[3], "nobody-at-all"))
    assert real == unknown
    assert real["message"].startswith(f"No {kind} has this id.")
    for value in (ids[3], "nobody-at-all"):
        error = only_error(ask("query ($id: ID!) { node(id: $id) { id } }",
                               id=encode(kind.title(), value)))  # fmt: skip
        assert error["extensions"]["code"] == "NOT_FOUND"


@pytest.mark.parametrize("kind", ["user", "viewer"])
def test_searches_and_filters_know_pseudonyms_only(
    demo_store: Store, pseudonymous: Store, kind: str
) -> None:
    real, shown = (
        store.users.user_id[3] if kind == "user" else store.viewers.viewer_id[3]
        for store in (demo_store, pseudonymous)
    )
    ask = asker(pseudonymous)
    search = f"query ($t: String!) {{ {kind}s(search: $t) {{ nodes {{ {kind}Id }} }} }}"
    where = search.replace("String!", "ID!").replace(
        "search: $t", f"filter: {{{kind}Id: {{eq: $t}}}}"
    )
    for query in (search, where):
        assert ask(query, t=shown)["data"][f"{kind}s"]["nodes"] == [{f"{kind}Id": shown}]
        assert ask(query, t=real)["data"][f"{kind}s"]["nodes"] == []
    beginning = ask(search, t=shown[:6])["data"][f"{kind}s"]["nodes"]
    assert beginning == [{f"{kind}Id": shown}]


ORDERED = {
    "all users": "{ users(first: 100) { nodes { id: userId } } }",
    "users by id": "{ users(first: 100, orderBy: [{field: USER_ID}]) { nodes { id: userId } } }",
    "all viewers": "{ viewers(first: 100) { nodes { id: viewerId } } }",
    "viewers by id":
        "{ viewers(first: 100, orderBy: [{field: VIEWER_ID}]) { nodes { id: viewerId } } }",
}  # fmt: skip


@pytest.mark.parametrize("query", ORDERED.values(), ids=ORDERED.keys())
def test_lists_are_sorted_by_pseudonym_not_by_id(pseudonymous: Store, query: str) -> None:
    """The order of ids would reveal them to everybody who has a list of them."""
    (page,) = asker(pseudonymous)(query)["data"].values()
    ids = [node["id"] for node in page["nodes"]]
    table = pseudonymous.users.user_id if "users" in query else pseudonymous.viewers.viewer_id
    assert ids == sorted(table)[:100]


def test_ties_are_sorted_by_pseudonym(pseudonymous: Store) -> None:
    ask = asker(pseudonymous)
    games = ask(
        "{ games(first: 20, orderBy: [{field: PLAYER_COUNT, direction: DESC}]) { nodes {"
        " players(first: 100) { edges { hours node { userId } } }"
        " reviews(first: 100) { nodes { posted user { userId } } } } } }"
    )["data"]["games"]["nodes"]
    ties = 0
    for game in games:
        players = [(-edge["hours"], edge["node"]["userId"]) for edge in game["players"]["edges"]]
        assert players == sorted(players)
        ties += len(players) - len({hours for hours, _ in players})
        by_day: dict[str, list[str]] = {}
        for review in game["reviews"]["nodes"]:
            by_day.setdefault(review["posted"], []).append(review["user"]["userId"])
        for authors in by_day.values():
            assert authors == sorted(authors)
        ties += sum(len(authors) - 1 for authors in by_day.values())
    assert ties > 10
    titles = ask("{ titles(first: 5) { nodes { ratings(first: 100) { nodes { viewerId } } } } }")
    for title in titles["data"]["titles"]["nodes"]:
        viewers = [viewer["viewerId"] for viewer in title["ratings"]["nodes"]]
        assert viewers == sorted(viewers)


def test_all_pages_of_a_list_have_each_person_once(pseudonymous: Store) -> None:
    ask, after, found = asker(pseudonymous), None, []
    query = """query ($after: String) { users(first: 97, after: $after) {
      nodes { userId } pageInfo { endCursor hasNextPage } } }"""
    while True:
        page = ask(query, after=after)["data"]["users"]
        found += [node["userId"] for node in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert sorted(found) == sorted(pseudonymous.users.user_id)
    assert len(set(found)) == len(pseudonymous.users)


def test_global_ids_of_people_and_reviews_are_found(pseudonymous: Store, hidden: Store) -> None:
    for store in (pseudonymous, hidden):
        ask = asker(store)
        games = ask("{ games(first: 50) { nodes { reviews(first: 3) { nodes { id posted } } } } }")
        reviews = [one for game in games["data"]["games"]["nodes"]
                   for one in game["reviews"]["nodes"]]  # fmt: skip
        assert len(reviews) > 20
        nodes = ask(
            "query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Review { posted } } }",
            ids=[review["id"] for review in reviews[:100]],
        )
        assert nodes["data"]["nodes"] == reviews[:100]


HIDDEN = [
    '{ user(userId: "x") { userId } }',
    '{ viewer(viewerId: "x") { viewerId } }',
    "{ users { nodes { userId } } }",
    "{ users { edges { cursor } } }",
    "{ viewers { edges { node { viewerId } } } }",
    "{ games(first: 1) { nodes { players { edges { hours } } } } }",
    "{ games(first: 1) { nodes { players { nodes { userId } } } } }",
    "{ genres(first: 1) { nodes { topPlayer { hours } } } }",
]


@pytest.mark.parametrize("query", HIDDEN)
def test_hidden_people_are_forbidden_wherever_they_are_asked_for(hidden: Store, query: str) -> None:
    error = only_error(asker(hidden)(query))
    assert error["extensions"] == {"code": "FORBIDDEN", "classification": "FORBIDDEN"}
    assert error["message"] == "This server does not show users and viewers."


@pytest.mark.parametrize("kind", ["User", "Viewer"])
def test_hidden_people_are_forbidden_whether_they_exist_or_not(
    demo_store: Store, hidden: Store, kind: str
) -> None:
    ids = demo_store.users.user_id if kind == "User" else demo_store.viewers.viewer_id
    shown = hidden.users.user_id if kind == "User" else hidden.viewers.viewer_id
    ask = asker(hidden)
    for key in (ids[0], shown[0], "nobody"):
        answer = ask("query ($id: ID!) { node(id: $id) { id } }", id=encode(kind, key))
        assert only_error(answer)["extensions"]["code"] == "FORBIDDEN"


COUNTS = """{
  users { totalCount pageInfo { hasNextPage startCursor } }
  viewers { totalCount }
  games(first: 5) { nodes { playerCount ownerCount players { totalCount } } }
  titles(first: 5) { nodes { ratings { totalCount } } }
  dataset { users viewers reviews }
}"""


def test_numbers_about_hidden_people_are_shown(demo_store: Store, hidden: Store) -> None:
    real, shown = (asker(store)(COUNTS) for store in (demo_store, hidden))
    assert "errors" not in real and "errors" not in shown
    assert shown["data"].pop("users") == {
        "totalCount": real["data"].pop("users")["totalCount"],
        "pageInfo": {"hasNextPage": False, "startCursor": None},
    }
    assert shown == real


def test_reviews_of_hidden_people_cannot_be_linked(hidden: Store) -> None:
    """Their ids differ although some are by one author, and their texts are hidden."""
    answer = asker(hidden)(
        "{ games(first: 100) { nodes { reviews(first: 100) { nodes { id text sentiment } } } } }"
    )
    reviews = [one for game in answer["data"]["games"]["nodes"]
               for one in game["reviews"]["nodes"]]  # fmt: skip
    assert {review["text"] for review in reviews} == {None}
    keys = {urlsafe_b64decode(review["id"]).decode() for review in reviews}
    assert len(keys) == len(reviews)
    assert all(re.fullmatch(r"Review:[2-7a-z]{16}", key) for key in keys)


def test_the_ratings_of_an_example_are_nobodys_if_viewers_are_hidden(
    demo_store: Store, hidden: Store
) -> None:
    real, shown = examples(demo_store).titles, examples(hidden).titles
    assert real is not None and shown is not None
    assert real.viewer_id is not None and shown.viewer_id is None
    assert {stars for _, stars in shown.ratings} == {4.0} != {stars for _, stars in real.ratings}


@pytest.mark.parametrize(
    "asked",
    [
        'users(filter: {userId: {contains: "a"}})',
        'users(filter: {userId: {eq: "nobody"}})',
        'users(filter: {itemsCount: {gte: 1000000}, userId: {eq: "nobody"}})',
        'users(filter: {not: {or: [{userId: {in: ["nobody"]}}]}})',
        'users(search: "a")',
        "users(orderBy: [{field: USER_ID}])",
        'viewers(filter: {viewerId: {contains: "1"}})',
        'viewers(search: "1")',
        "viewers(orderBy: [{field: VIEWER_ID}])",
    ],
)
def test_hidden_people_are_neither_found_nor_counted_by_their_ids(
    hidden: Store, pseudonymous: Store, asked: str
) -> None:
    query = f"{{ {asked} {{ totalCount }} }}"
    for _ in range(2):
        assert only_error(asker(hidden)(query))["extensions"]["code"] == "FORBIDDEN"
    assert "errors" not in asker(pseudonymous)(query)


def test_hidden_people_are_counted_by_what_they_do(hidden: Store, demo_store: Store) -> None:
    query = "{ users(filter: {itemsCount: {gte: 10}}) { totalCount } viewers { totalCount } }"
    assert asker(hidden)(query) == asker(demo_store)(query)


def test_an_unknown_global_id_of_a_person_is_quoted_only_if_people_are_named(
    pseudonymous: Store, demo_store: Store
) -> None:
    given = encode("User", "nobody")
    query = f'{{ node(id: "{given}") {{ id }} }}'
    assert given not in only_error(asker(pseudonymous)(query))["message"]
    assert given in only_error(asker(demo_store)(query))["message"]

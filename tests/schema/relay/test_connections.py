"""Relay connections: every list walked in both directions, in several page sizes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

import world
from harness import Ask, only_error
from resolvers.ids import encode


@dataclass(frozen=True)
class Walk:
    """A connection: its query, its path in the answer, and its key."""

    name: str
    around: str  # `%s`: the connection
    path: tuple[str, ...]
    key: str
    expected: list[str]

    def page(self, ask: Ask, **arguments: Any) -> dict[str, Any]:
        given = {k: v for k, v in arguments.items() if v is not None}
        query = self.around % (
            "(first: $first, last: $last, after: $after, before: $before) "
            f"{{ totalCount pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} "
            f"edges {{ cursor node {{ {self.key} }} }} }}"
        )
        answer = ask(
            "query ($first: Int, $last: Int, $after: String, $before: String) " + query, **given
        )
        assert "errors" not in answer, answer
        found = answer["data"]
        for step in self.path:
            found = found[step]
        return dict(found)

    def keys(self, page: dict[str, Any]) -> list[str]:
        return [edge["node"][self.key] for edge in page["edges"]]


ADA = ["10", "50", "20", "900", "30", "70", "40", "120"]
WALKS = [
    Walk("games", "{ games%s }", ("games",), "appId", world.GAMES),
    Walk("developers", "{ developers%s }", ("developers",), "name", world.DEVELOPERS),
    Walk("genres", "{ genres%s }", ("genres",), "name", world.GENRES),
    Walk("users", "{ users%s }", ("users",), "userId", world.USERS),
    Walk("library", '{ user(userId: "ada") { library%s } }', ("user", "library"), "appId", ADA),
    Walk(
        "no library", '{ user(userId: "critic") { library%s } }', ("user", "library"), "appId", []
    ),
    Walk(
        "games of a developer",
        '{ developer(name: "orbit works") { games%s } }',
        ("developer", "games"),
        "appId",
        ["10", "20", "30", "40", "130"],
    ),
    Walk(
        "games of a genre",
        '{ genre(name: "action") { games%s } }',
        ("genre", "games"),
        "appId",
        ["10", "20", "30", "40", "120", "130"],
    ),
]
every_walk = pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk.name)


@every_walk
@pytest.mark.parametrize("size", [1, 2, 3, 5, 100])
def test_walking_forward_meets_every_entry_once_in_order(ask: Ask, walk: Walk, size: int) -> None:
    met: list[str] = []
    after = None
    while True:
        page = walk.page(ask, first=size, after=after)
        assert page["totalCount"] == len(walk.expected)
        assert page["pageInfo"]["hasPreviousPage"] is bool(met)
        assert walk.keys(page) == walk.expected[len(met) : len(met) + size]
        met += walk.keys(page)
        check_cursors(page)
        assert page["pageInfo"]["hasNextPage"] is (len(met) < len(walk.expected))
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert met == walk.expected


@every_walk
@pytest.mark.parametrize("size", [1, 2, 3, 5, 100])
def test_walking_backward_meets_every_entry_once_in_order(ask: Ask, walk: Walk, size: int) -> None:
    met: list[str] = []
    before = None
    while True:
        page = walk.page(ask, last=size, before=before)
        assert page["totalCount"] == len(walk.expected)
        assert page["pageInfo"]["hasNextPage"] is bool(met)
        met = walk.keys(page) + met
        check_cursors(page)
        assert len(page["edges"]) == min(size, len(page["edges"]))
        assert page["pageInfo"]["hasPreviousPage"] is (len(met) < len(walk.expected))
        if not page["pageInfo"]["hasPreviousPage"]:
            break
        before = page["pageInfo"]["startCursor"]
    assert met == walk.expected


def check_cursors(page: dict[str, Any]) -> None:
    cursors = [edge["cursor"] for edge in page["edges"]]
    ends = (page["pageInfo"]["startCursor"], page["pageInfo"]["endCursor"])
    assert ends == ((cursors[0], cursors[-1]) if cursors else (None, None))
    assert len(set(cursors)) == len(cursors)


@every_walk
def test_a_cursor_does_not_depend_on_the_page_size(ask: Ask, walk: Walk) -> None:
    edges = walk.page(ask, first=100)["edges"]
    for at, edge in enumerate(edges):
        assert walk.keys(walk.page(ask, after=edge["cursor"])) == walk.expected[at + 1 :]
        assert walk.keys(walk.page(ask, before=edge["cursor"])) == walk.expected[:at]
        between = walk.page(ask, after=edges[0]["cursor"], before=edge["cursor"])
        assert walk.keys(between) == walk.expected[1:at]


def test_a_page_of_none_has_no_cursors_and_knows_what_follows(ask: Ask) -> None:
    for walk in WALKS:
        page = walk.page(ask, first=0)
        assert page["edges"] == []
        assert page["totalCount"] == len(walk.expected)
        assert page["pageInfo"] == {
            "hasNextPage": bool(walk.expected),
            "hasPreviousPage": False,
            "startCursor": None,
            "endCursor": None,
        }


def test_twenty_entries_come_when_no_size_is_given(ask_demo: Ask) -> None:
    for name in ("games", "developers", "users"):
        page = ask_demo(f"{{ {name} {{ totalCount nodes {{ id }} }} }}")["data"][name]
        assert len(page["nodes"]) == 20 < page["totalCount"]
        one = ask_demo(f"{{ {name}(last: null) {{ nodes {{ id }} }} }}")["data"][name]
        assert one["nodes"] == page["nodes"]


def test_a_hundred_entries_are_the_most(ask: Ask, ask_demo: Ask) -> None:
    page = ask_demo("{ games(first: 100) { nodes { id } } }")["data"]["games"]
    assert len(page["nodes"]) == 100
    for argument, value in (("first", 101), ("last", 101), ("first", -1), ("last", -1)):
        for walk in WALKS:
            around = walk.around % f"({argument}: {value}) {{ totalCount }}"
            error = only_error(ask(around))
            assert error["extensions"] == {
                "code": "INVALID_ARGUMENT",
                "classification": "BAD_REQUEST",
                "argument": argument,
            }
            assert error["message"] == (
                f"Argument '{argument}' is {value}: it must be between 0 and 100."
            )
            assert error["path"] == list(walk.path)


def test_the_nodes_of_a_page_are_those_of_its_edges(ask: Ask) -> None:
    answer = ask("{ users(first: 3) { nodes { userId } edges { node { userId } } } }")
    page = answer["data"]["users"]
    assert page["nodes"] == [edge["node"] for edge in page["edges"]]
    assert [node["userId"] for node in page["nodes"]] == world.USERS[:3]


@pytest.mark.parametrize("argument", ["after", "before"])
@pytest.mark.parametrize("cursor", ["", "x", "garbage", "MTI=", "♥", "a" * 5000, "eDox\n"])
def test_an_invalid_cursor_is_refused(ask: Ask, argument: str, cursor: str) -> None:
    query = f"query ($c: String) {{ games({argument}: $c) {{ totalCount }} }}"
    error = only_error(ask(query, c=cursor))
    assert error["extensions"] == {
        "code": "INVALID_ARGUMENT",
        "classification": "BAD_REQUEST",
        "argument": argument,
    }
    assert error["message"].endswith("this is not a valid cursor.")
    assert error["path"] == ["games"]
    assert len(error["message"]) < 300


def test_a_cursor_of_an_entry_that_is_not_listed_is_stale(ask: Ask) -> None:
    last = ask("{ games(last: 1) { pageInfo { endCursor } } }")["data"]["games"]["pageInfo"]
    error = only_error(
        ask(
            'query ($c: String) { developer(name: "kraken") { games(after: $c) { totalCount } } }',
            c=last["endCursor"],
        )
    )
    assert error["extensions"] == {
        "code": "STALE_CURSOR",
        "classification": "BAD_REQUEST",
        "argument": "after",
    }
    assert error["message"] == (
        "The cursor in 'after' is stale: its entry is not, or no longer, in this list. "
        "Start again from the first page."
    )
    assert error["path"] == ["developer", "games"]


@pytest.mark.parametrize("user", ["max", "critic", "nobody"])
def test_a_cursor_of_a_user_who_never_played_the_game_is_stale(ask: Ask, user: str) -> None:
    # max owns the game without playing it, critic owns nothing, nobody is unknown.
    query = 'query ($c: String) { game(appId: "10") { players(after: $c) { totalCount } } }'
    error = only_error(ask(query, c=encode("User", user)))
    assert error["extensions"]["code"] == "STALE_CURSOR"


BAD = ["first: 101", 'after: "x"', "filter: { and: null }", 'before: "R2FtZTo1NTU="']


@pytest.mark.parametrize("argument", BAD)
def test_a_bad_argument_of_a_root_list_fails_the_whole_operation(ask: Ask, argument: str) -> None:
    # Connections are never null, so that the error goes all the way up, as docs/api.md says.
    answer = ask(f'{{ game(appId: "10") {{ title }} games({argument}) {{ totalCount }} }}')
    assert answer["data"] is None
    code = "STALE_CURSOR" if argument.startswith("before") else "INVALID_ARGUMENT"
    assert only_error(answer)["extensions"]["code"] == code


@pytest.mark.parametrize("argument", BAD)
def test_a_bad_argument_of_a_list_below_an_entry_makes_that_entry_null(
    ask: Ask, argument: str
) -> None:
    answer = ask(
        f'{{ game(appId: "10") {{ title }} user(userId: "ada") {{ library({argument}) '
        "{ totalCount } } }"
    )
    assert answer["data"] == {"game": {"title": "Alpha Strike"}, "user": None}


def test_the_demo_has_at_least_a_dozen_of_everything(ask_demo: Ask) -> None:
    answer = ask_demo(
        "{ developers { totalCount } genres { totalCount } users { totalCount } "
        "games { totalCount } }"
    )
    assert min(page["totalCount"] for page in answer["data"].values()) >= 12

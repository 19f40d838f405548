"""Apollo Client: Relay pagination in its normalised cache, and automatic persisted queries."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

Facts = dict[str, Any]


@pytest.fixture(scope="session")
def apollo(facts: Callable[[str], Facts]) -> Facts:
    return facts("apollo.ts")


def test_it_walks_all_pages_into_one_list(apollo: Facts, all_games: list[str]) -> None:
    assert apollo["appIds"] == all_games
    assert apollo["totalCount"] == len(all_games)
    assert apollo["requests"] == math.ceil(len(all_games) / 100)


def test_a_game_is_one_entry_of_the_cache_whichever_query_brought_it(apollo: Facts) -> None:
    assert apollo["entries"] == 1
    assert apollo["game"]["title"] != apollo["changed"]
    assert apollo["titleInList"] == apollo["changed"]


def test_an_unknown_hash_is_refused_and_sent_again_with_the_query(apollo: Facts) -> None:
    refused, registered = apollo["firstVisit"]["calls"]
    assert (refused["method"], refused["hasQuery"]) == ("GET", False)
    assert (registered["method"], registered["hasQuery"]) == ("POST", True)
    assert refused["hash"] == registered["hash"] is not None
    assert apollo["firstVisit"]["title"] == apollo["game"]["title"]


def test_a_known_hash_is_enough(apollo: Facts) -> None:
    (call,) = apollo["nextVisit"]["calls"]
    assert call == {**apollo["firstVisit"]["calls"][0], "status": 200}
    assert apollo["nextVisit"]["title"] == apollo["game"]["title"]

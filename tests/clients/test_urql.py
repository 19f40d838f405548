"""urql: Relay pagination in a schema-aware Graphcache, and automatic persisted queries."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

Facts = dict[str, Any]


@pytest.fixture(scope="session")
def urql(facts: Callable[[str], Facts]) -> Facts:
    return facts("urql.ts")


def test_it_walks_all_pages_into_one_list(urql: Facts, all_games: list[str]) -> None:
    assert urql["appIds"] == all_games
    assert urql["totalCount"] == len(all_games)
    assert urql["requests"] == math.ceil(len(all_games) / 100)


def test_a_game_is_one_entry_of_the_cache_whichever_query_brought_it(urql: Facts) -> None:
    assert urql["requestsForTheChange"] == 1
    assert urql["game"]["title"] != urql["changed"]
    assert urql["titleInList"] == urql["changed"]


def test_an_unknown_hash_is_refused_and_sent_again_with_the_query(urql: Facts) -> None:
    refused, registered = urql["firstVisit"]["calls"]
    assert (refused["method"], refused["hasQuery"]) == ("GET", False)
    assert registered["hasQuery"]
    assert refused["hash"] == registered["hash"] is not None
    assert urql["firstVisit"]["title"] == urql["game"]["title"]


def test_a_known_hash_is_enough(urql: Facts) -> None:
    (call,) = urql["nextVisit"]["calls"]
    assert call == {**urql["firstVisit"]["calls"][0], "status": 200}
    assert urql["nextVisit"]["title"] == urql["game"]["title"]


def test_graphcache_finds_nothing_odd_in_the_schema_or_the_answers(urql: Facts) -> None:
    assert urql["complaints"] == []

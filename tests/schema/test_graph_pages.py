"""A page costs array look-ups: nothing that grows with the catalogue is done for an entry."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

from datastore.frame import Frame
from datastore.search import NameIndex
from datastore.store import Store
from harness import Ask, asker
from resolvers import filters, ids, ordering, search, selection, spaces

GAMES = """query ($first: Int!) { games(first: $first) { totalCount nodes {
  id appId title price releaseYear tags specs developer { id name itemCount } genres { id name }
  similarGames(first: 5) { score source sharedPlayers game { id title developer { name } } }
  reviewSentiment { positive total } hours playerCount } } }"""

#: NumPy's functions that read a whole array, and so would grow with it.
WHOLE = (
    "argsort", "lexsort", "sort", "unique", "isin", "flatnonzero", "nonzero", "where", "bincount",
    "cumsum", "diff", "concatenate", "full", "zeros", "ones", "arange", "sum", "fromiter",
    "repeat", "isnan", "median",
)  # fmt: skip


@pytest.fixture
def no_scan(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever filters, sorts, searches or reads a file fails."""

    def forbid(owner: Any, name: str) -> None:
        def refuse(*args: object, **kwargs: object) -> None:
            raise AssertionError(f"{getattr(owner, '__name__', owner)}.{name} was called")

        monkeypatch.setattr(owner, name, refuse)

    for name in WHOLE:
        forbid(np, name)
    for name in ("list", "array", "numbers", "ragged", "value"):
        forbid(Frame, name)
    for owner, name in (
        (selection, "mask"), (selection, "ordered"), (selection, "search"), (filters, "mask"),
        (ordering, "ordered"), (search, "search"), (NameIndex, "overlaps"), (builtins, "open"),
    ):  # fmt: skip
        forbid(owner, name)


def test_a_page_of_a_hundred_games_scans_sorts_and_reads_nothing(
    demo_store: Store, no_scan: None
) -> None:
    answer = asker(demo_store)(GAMES, first=100)
    assert "errors" not in answer
    games = answer["data"]["games"]["nodes"]
    assert len(games) == 100
    assert sum(len(game["similarGames"]) for game in games) == 500


@pytest.mark.parametrize(
    "query",
    [
        "{ developers(first: 100) { nodes { name companies games(first: 3) { totalCount "
        "nodes { title genres { name } } } } } }",
        "{ genres(first: 100) { nodes { name gameCount topPlayer { hours user { userId } } "
        "games(first: 3) { totalCount nodes { title } } } } }",
    ],
)
def test_lists_within_lists_scan_sort_and_read_nothing_either(
    demo_store: Store, no_scan: None, query: str
) -> None:
    answer = asker(demo_store)(query)
    assert "errors" not in answer


def calls(run: Callable[[], Any]) -> int:
    """How many functions, of Python and of C, a run calls."""
    count = 0

    def profile(frame: Any, event: str, argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        run()
    finally:
        sys.setprofile(before)
    return count


def test_a_page_costs_as_many_calls_in_a_catalogue_of_any_size(
    store: Store, demo_store: Store, full_demo: Store
) -> None:
    query = "{ games(first: 10) { totalCount nodes { id title developer { name } hours } } }"
    counts = []
    for world in (store, demo_store, full_demo):
        ask = asker(world)
        ask(query)
        counts.append(calls(partial(ask, query)))
    assert len(store.games) < len(demo_store.games) < len(full_demo.games)
    assert max(counts) <= 1.1 * min(counts), counts


def test_the_cost_of_an_entry_does_not_depend_on_the_page_size(ask_demo: Ask) -> None:
    def cost(first: int) -> int:
        ask_demo(GAMES, first=first)
        return calls(lambda: ask_demo(GAMES, first=first))

    none, ten, hundred = cost(0), cost(10), cost(100)
    assert hundred - none <= 1.2 * 10 * (ten - none)


@pytest.mark.parametrize(
    ("noun", "asked"),
    [
        ("users", 'library(filter: { game: { title: { contains: "a" } } }) { totalCount }'),
        ("users", 'library(filter: { game: { tag: { eq: "Indie" } } }) { totalCount }'),
        ("developers", 'games(filter: { publisher: { contains: "a" } }) { totalCount }'),
        ("developers", "games(filter: { price: { gte: 1 } }) { totalCount }"),
        ("games", "reviews(filter: { recommend: { eq: true } }) { totalCount }"),
    ],
)
def test_a_filter_within_a_list_looks_only_at_the_rows_of_that_list(
    demo_store: Store, monkeypatch: pytest.MonkeyPatch, noun: str, asked: str
) -> None:
    looked: list[int] = []
    mask = filters.mask

    def counted(expression: Any, columns: Any, rows: Any) -> Any:
        looked.append(len(rows))
        return mask(expression, columns, rows)

    monkeypatch.setattr(selection, "mask", counted)
    total = asked.partition("(")[0]
    query = (
        f"{{ {noun}(first: 50) {{ nodes {{ all: {total}(first: 0) {{ totalCount }} {asked} }} }} }}"
    )
    answer = asker(demo_store)(query)
    assert looked == [node["all"]["totalCount"] for node in answer["data"][noun]["nodes"]]


def test_names_are_folded_once_for_a_snapshot_and_not_for_a_request(
    demo_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = {
        name: {"contains": "a"}
        for name in ("title", "developer", "publisher", "genre", "tag", "spec")
    }
    query = "query ($where: GameFilter) { games(filter: $where) { totalCount } }"
    asker(demo_store)(query, where=where)
    folded: list[str] = []
    fold = filters.fold
    monkeypatch.setattr(filters, "fold", lambda text: folded.append(text) or fold(text))
    games = spaces.games(demo_store)
    for name in where:
        games.columns[name]()
    assert asker(demo_store)(query, where=where)["data"]["games"]["totalCount"] >= 0
    assert folded == ["a"] * len(folded)
    assert len(folded) <= len(where)


def test_an_id_is_found_without_a_scan(demo_store: Store, no_scan: None) -> None:
    for kind, size in (("Game", len(demo_store.games)), ("User", len(demo_store.users))):
        for row in range(0, size, 50):
            assert ids.find(demo_store, ids.all_of(demo_store, kind)[row]) == (kind, row)

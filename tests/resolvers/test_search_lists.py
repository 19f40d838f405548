"""Search in the lists of the graph: what is found, counted, paged, and refused."""

from __future__ import annotations

from typing import Any

import pytest

from datastore.base.search_keys import search_key
from datastore.store import Store
from graph import LISTS
from graph_list import every
from harness import Ask, only_error


def titles(ask: Ask, text: str, **arguments: Any) -> list[str]:
    return [row["title"] for row in every(ask, LISTS["games"], search=text, **arguments)]


def test_a_search_counts_what_it_lists_also_beside_a_filter(ask_demo: Ask) -> None:
    for text in ("a", "the", "s", "of"):
        listing = LISTS["games"]
        every_one = titles(ask_demo, text)
        assert listing.ask(ask_demo, search=text)["totalCount"] == len(every_one)
        for where in ({"price": {"gte": 10}}, {"genre": {"eq": "Indie"}}, {"title": {"in": []}}):
            both = every(ask_demo, listing, search=text, filter=where)
            fit = {row["id"] for row in every(ask_demo, listing, filter=where)}
            ranked = [row for row in every(ask_demo, listing, search=text) if row["id"] in fit]
            assert both == ranked


def every_title(store: Store) -> list[str]:
    named = [title for title in store.games.title[: store.games.listed] if title]
    return [title for title in named if len(search_key(title)) >= 6][:100]


def titles_of_libraries(store: Store) -> list[str]:
    named = [title for title in store.games.title[store.games.listed :] if title]
    return [title for title in named if len(search_key(title)) >= 6]


def test_every_title_finds_itself_first(ask_demo: Ask, demo_store: Store) -> None:
    for title in every_title(demo_store):
        key = search_key(title)
        for text in (title, title.upper(), key, f"  {title}!  ", title.replace(" ", " - ")):
            assert search_key(titles(ask_demo, text)[0]) == key, text


def dropped(text: str, at: int) -> str:
    return text[:at] + text[at + 1 :]


def swapped(text: str, at: int) -> str:
    return text[: at - 1] + text[at] + text[at - 1] + text[at + 1 :]


def doubled(text: str, at: int) -> str:
    return text[:at] + text[at] + text[at:]


@pytest.mark.parametrize("error", [dropped, swapped, doubled])
def test_a_typing_error_anywhere_in_a_title_still_finds_it_among_the_first_three(
    ask_demo: Ask, demo_store: Store, error: Any
) -> None:
    lost = []
    tried = every_title(demo_store)
    assert len(tried) == 100
    tried += titles_of_libraries(demo_store)
    assert len(tried) > 100
    for number, title in enumerate(tried):
        text = error(title, 1 + number % (len(title) - 1))
        page = LISTS["games"].ask(ask_demo, node="title", search=text, first=3)
        first = [search_key(edge["node"]["title"]) for edge in page["edges"]]
        if search_key(title) not in first:
            lost.append((title, text, first))
    assert lost == []


def test_developers_are_found_by_a_company_that_their_name_lists(ask: Ask) -> None:
    names = [row["name"] for row in every(ask, LISTS["developers"], search="pixel barn")]
    assert names == ["solo dev,Pixel Barn"]
    names = [row["name"] for row in every(ask, LISTS["developers"], search="kraken")]
    assert names == ["KRAKEN", "Orbit Works,Kraken"]


@pytest.mark.parametrize("name", ["games", "developers", "genres", "users", "library"])
@pytest.mark.parametrize(
    "text", ["🎮🔥", "…!?", "\ud800", "_", "&amp;", "x" * 201, "ﷺ" * 200], ids=ascii
)
def test_what_has_neither_letters_nor_digits_or_is_too_long_is_refused(
    ask: Ask, name: str, text: str
) -> None:
    around = LISTS[name]
    error = only_error(around.ask(ask, search=text))
    assert error["extensions"] == {
        "code": "INVALID_ARGUMENT",
        "classification": "BAD_REQUEST",
        "argument": "search",
    }
    assert len(error["message"]) < 250
    assert "INTERNAL" not in str(error)


@pytest.mark.parametrize("name", [name for name, listing in LISTS.items() if listing.searched])
@pytest.mark.parametrize("text", [None, "", " \t", "\N{NO-BREAK SPACE}"])
def test_a_text_that_is_null_or_blank_is_no_search(
    ask_demo: Ask, name: str, text: str | None
) -> None:
    assert LISTS[name].ask(ask_demo, search=text) == LISTS[name].ask(ask_demo)


def test_a_search_finds_games_that_the_catalogue_lacks_unless_a_filter_leaves_them_out(
    ask: Ask,
) -> None:
    assert "Ghost Game" not in titles(ask, "e", filter={"inCatalogue": {"eq": True}})
    assert titles(ask, "ghost") == ["Ghost Game"]
    assert titles(ask, "ghsot game") == ["Ghost Game"]
    assert titles(ask, "ghost", filter={"inCatalogue": {"eq": True}}) == []
    assert titles(ask, "ghost", filter={"inCatalogue": {"eq": False}}) == ["Ghost Game"]
    assert "Ghost Game" not in [row["title"] for row in every(ask, LISTS["games"])]


def test_in_another_order_only_names_of_the_best_kind_are_listed(ask_demo: Ask) -> None:
    def ordered(text: str, **where: Any) -> list[str]:
        return titles(ask_demo, text, orderBy=[{"field": "TITLE", "direction": "DESC"}], **where)

    everything = titles(ask_demo, "portal")
    assert ordered("portal") == sorted(everything, key=str.casefold, reverse=True)
    assert "Postal 2" not in ordered("portal")
    assert {"Portal", "Portal 2"} <= set(ordered("portl"))  # all are errors: all are listed
    assert set(ordered("portal", filter={"title": {"eq": "Portal 2"}})) == {"Portal 2"}
    assert ordered("portal", filter={"title": {"eq": "Half-Life"}}) == []


@pytest.mark.parametrize("text", ["ﷺ" * 10, "a " * 100, "1" * 200, "é̂̃" * 60, "\x00a\x00", "%_"])
def test_odd_texts_are_only_texts(ask_demo: Ask, text: str) -> None:
    answer = LISTS["games"].ask(ask_demo, search=text)
    if text == "%_":
        assert only_error(answer)["extensions"]["code"] == "INVALID_ARGUMENT"
    else:
        assert answer["totalCount"] == len(titles(ask_demo, text))


@pytest.mark.parametrize("name", ["games", "users", "developers", "games of a genre"])
def test_a_walk_through_a_search_meets_every_entry_once(ask_demo: Ask, name: str) -> None:
    listing = LISTS[name]
    whole = listing.ask(ask_demo, search="a", first=100)
    met: list[str] = []
    after: Any = ...
    while len(met) < len(whole["edges"]):
        page = listing.ask(ask_demo, search="a", first=7, after=after)
        met += [edge["node"]["id"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    ids = [edge["node"]["id"] for edge in whole["edges"]]
    assert met[: len(ids)] == ids
    assert len(set(met)) == len(met)

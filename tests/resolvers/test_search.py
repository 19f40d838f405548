"""Search by name: what is found first, what typing errors survive, and what cannot be asked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from datastore.base.search_keys import search_key
from datastore.search import NameIndex
from datastore.store import Store
from etl.columns.search_index import index, keys
from graph import LISTS, every
from harness import Ask, only_error
from resolvers import search as module
from resolvers.search import search, suggestions


def titles(ask: Ask, text: str, **arguments: Any) -> list[str]:
    return [row["title"] for row in every(ask, LISTS["games"], search=text, **arguments)]


def found(names: list[str | None], text: str, weight: list[int] | None = None) -> list[str | None]:
    """Names that a search in a literal world finds."""
    searchable = keys(names)
    arrays = {f"search_x_{part}": array for part, array in index(searchable).items()}
    weights = np.array(weight or [0] * len(names))
    return [
        names[row]
        for row in search(NameIndex(lambda: searchable, arrays, "x"), text, lambda: weights)
    ]


def test_equal_names_come_first_then_beginnings_then_words_then_likely_errors() -> None:
    names = ["The Portal", "Portall Stories", "Portal 2", "Postal", "Portal", "Chess", None]
    expected = ["Portal", "Portal 2", "Portall Stories", "The Portal", "Postal"]
    assert found(names, "portal", [9, 0, 5, 100, 1, 1000, 1]) == expected


def test_the_well_known_comes_first_among_beginnings_and_the_likest_among_errors() -> None:
    assert found(["Halo", "Half-Life", "Half Past"], "hal", [1, 3, 2]) == [
        "Half-Life",
        "Half Past",
        "Halo",
    ]
    assert found(["Terrarium", "Terraria"], "terrraria", [1000, 1])[0] == "Terraria"


def test_every_name_that_begins_with_the_text_is_found_however_many_there_are() -> None:
    names = [f"A {'b' * (n % 7)}{n}" for n in range(1_500)]
    weight = list(range(1, 1_501))
    weight[3] = 0
    rows = found([*names, "A"], "a", [*weight, 0])
    assert rows[0] == "A"
    assert len(rows) == 1_501
    assert rows[-1] == names[3]


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
    for number, title in enumerate(tried):
        text = error(title, 1 + number % (len(title) - 1))
        page = LISTS["games"].ask(ask_demo, node="title", search=text, first=3)
        first = [search_key(edge["node"]["title"]) for edge in page["edges"]]
        if search_key(title) not in first:
            lost.append((title, text, first))
    assert lost == []


def test_case_accents_and_punctuation_do_not_matter() -> None:
    names: list[str | None] = ["Café: “Crème” Brûlée®", "Ōkami HD", "Half-Life 2", "Straße"]
    for text, name in (
        ("cafe creme brulee", names[0]),
        ("CAFÉ CRÈME", names[0]),
        ("cafe\N{COMBINING ACUTE ACCENT}", names[0]),
        ("okami", names[1]),
        ("half life", names[2]),
        ("HALF_LIFE", names[2]),
        ("strasse", names[3]),
    ):
        assert found(names, text)[:1] == [name]


def test_names_in_any_script_are_found() -> None:
    names: list[str | None] = [
        "東方紅魔郷",
        "Ведьмак 3",
        "ไทย",
        "مرحبا",
        "Πόλεμος",
        "三国志 13",
        "가나다",
    ]
    for name in names:
        assert found(names, str(name))[0] == name
    assert found(names, "ведьмак") == ["Ведьмак 3"]
    assert found(names, "ВЕДМАК") == ["Ведьмак 3"]
    assert found(names, "東方") == ["東方紅魔郷"]
    assert found(names, "πολεμος") == ["Πόλεμος"]


def test_developers_are_found_by_a_company_that_their_name_lists(ask: Ask) -> None:
    names = [row["name"] for row in every(ask, LISTS["developers"], search="pixel barn")]
    assert names == ["solo dev,Pixel Barn"]
    names = [row["name"] for row in every(ask, LISTS["developers"], search="kraken")]
    assert names == ["KRAKEN", "Orbit Works,Kraken"]


@pytest.mark.parametrize("name", ["games", "developers", "genres", "users", "library"])
@pytest.mark.parametrize(
    "text", ["", " \t", "🎮🔥", "…!?", "\ud800", "_", "&amp;", "x" * 201], ids=ascii
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


def test_no_search_is_one_that_is_null(ask: Ask) -> None:
    assert LISTS["games"].ask(ask, search=None) == LISTS["games"].ask(ask)


@pytest.mark.parametrize("text", ["ﷺ" * 200, "a " * 100, "1" * 200, "é̂̃" * 60, "\x00a\x00", "%_"])
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


def test_the_same_search_is_done_once_and_few_are_remembered(
    demo_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    ranked = module._ranked

    def counted(index: NameIndex, key: str, weight: Any) -> Any:
        done.append(key)
        return ranked(index, key, weight)

    monkeypatch.setattr(module, "_ranked", counted)
    games = demo_store.games
    for text in ("Once", "ONCE ", "once!"):
        search(games.index, text, lambda: games.weight)
    assert done == ["once"]
    for number in range(200):
        search(games.index, f"flood {number}", lambda: games.weight)
    assert len(games.index._found) <= 64


NAMES = ["Orbit Works", "KRAKEN", "salt & pine", "Tide Co., Ltd."]


def suggested(text: str) -> list[str]:
    searchable = keys(NAMES)
    arrays = {f"search_x_{part}": array for part, array in index(searchable).items()}
    known = NameIndex(lambda: searchable, arrays, "x")
    return suggestions(known, NAMES, text, lambda: np.zeros(len(NAMES)))


@pytest.mark.parametrize(
    ("value", "closest"),
    [("krakn", "KRAKEN"), ("Orbit Work", "Orbit Works"), ("SALT AND PINE", "salt & pine")],
)
def test_the_closest_name_is_suggested_first(value: str, closest: str) -> None:
    found = suggested(value)
    assert found[0] == closest
    assert len(found) <= 3


@pytest.mark.parametrize("value", ["", "x", "  ", "zzzzzzzz", "0" * 10_000])
def test_nothing_is_suggested_where_nothing_comes_close(value: str) -> None:
    assert suggested(value) == []

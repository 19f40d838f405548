"""Pages of every list of the graph, against the whole list cut by hand."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from datastore.store import Store
from etl.demo import DemoFiles
from etl.release.build import Inputs
from graph_list import only_page
from harness import Ask, asker, build_snapshot, only_error
from resolvers.ids import KINDS, decode, encode
from thorough import examples

_TOP = "direction: DESC }, first: 1) { nodes"


@dataclass(frozen=True)
class Pages:
    """A list of the demo world, after filter, search and order, if any."""

    name: str
    around: str  # `%s`: further arguments, then the selection

    def ask(self, ask: Ask, **arguments: Any) -> dict[str, Any]:
        given = {name: value for name, value in arguments.items() if value is not None}
        kinds = {"first": "Int", "last": "Int", "after": "String", "before": "String"}
        head = ", ".join(f"${name}: {kinds[name]}" for name in given) or "$none: Int"
        passed = ", ".join(f"{name}: ${name}" for name in given) or "first: $none"
        body = (
            "totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } "
            "edges { cursor node { id } } nodes { id }"
        )
        answer = ask(f"query ({head}) " + self.around % (passed, body), **given)
        return answer if "errors" in answer else only_page(answer["data"])

    def whole(self, ask: Ask) -> list[dict[str, Any]]:
        """All edges, a hundred at a time."""
        edges: list[dict[str, Any]] = []
        after = None
        while True:
            page = self.ask(ask, first=100, after=after)
            edges += page["edges"]
            if not page["pageInfo"]["hasNextPage"]:
                assert page["totalCount"] == len(edges)
                return edges
            after = page["pageInfo"]["endCursor"]


_GAME = "games(orderBy: { field: REVIEW_COUNT, " + _TOP
_USER = "users(orderBy: { field: ITEMS_COUNT, " + _TOP
_PLAYED = "games(orderBy: { field: PLAYER_COUNT, " + _TOP
_MAKER = "developers(orderBy: { field: REVIEW_COUNT, " + _TOP
_BIG = "developers(orderBy: { field: ITEM_COUNT, " + _TOP
_VIEWER = "viewers(orderBy: { field: RATING_COUNT, " + _TOP
_TITLE = "titles(orderBy: { field: SCORE_COUNT, " + _TOP
PAGES = [
    Pages("games", "{ games(%s) { %s } }"),
    Pages("developers", "{ developers(%s) { %s } }"),
    Pages("genres", "{ genres(%s) { %s } }"),
    Pages("users", "{ users(%s) { %s } }"),
    Pages("library", f"{{ {_USER} {{ library(%s) {{ %s }} }} }} }}"),
    Pages("players", f"{{ {_PLAYED} {{ players(%s) {{ %s }} }} }} }}"),
    Pages("reviews of a game", f"{{ {_GAME} {{ reviews(%s) {{ %s }} }} }} }}"),
    Pages("reviews of a developer", f"{{ {_MAKER} {{ reviews(%s) {{ %s }} }} }} }}"),
    Pages(
        "reviews of a class",
        f"{{ {_MAKER} {{ reviewSentiment {{ reviews(sentiment: POSITIVE, %s) {{ %s }} }} }} }} }}",
    ),
    Pages("games of a developer", f"{{ {_BIG} {{ games(%s) {{ %s }} }} }} }}"),
    Pages("search", '{ games(search: "the", %s) { %s } }'),
    Pages("filter", "{ games(filter: { price: { lte: 10 } }, %s) { %s } }"),
    Pages("order", "{ users(orderBy: { field: MONEY_SPENT, direction: DESC }, %s) { %s } }"),
    Pages(
        "search, filter and order",
        '{ games(search: "s", filter: { genre: { eq: "indie" } }, '
        "orderBy: [{ field: PRICE, direction: DESC }, { field: TITLE }], %s) { %s } }",
    ),
    Pages("reviews by likeness", f"{{ {_MAKER} {{ reviews(filter: {{ recommend: {{ eq: true }} }}, "
          "orderBy: { field: COMPOUND }, %s) { %s } } } }"),
    Pages("titles", "{ titles(%s) { %s } }"),
    Pages("viewers", "{ viewers(%s) { %s } }"),
    Pages("ratings of a viewer", f"{{ {_VIEWER} {{ ratings(%s) {{ %s }} }} }} }}"),
    Pages("ratings of a title", f"{{ {_TITLE} {{ ratings(%s) {{ %s }} }} }} }}"),
]  # fmt: skip
every_list = pytest.mark.parametrize("pages", PAGES, ids=lambda pages: pages.name)


@every_list
def test_any_page_is_the_whole_list_cut_as_relay_says(ask_demo: Ask, pages: Pages) -> None:
    whole = pages.whole(ask_demo)
    ids = [edge["node"]["id"] for edge in whole]
    cursors = [edge["cursor"] for edge in whole]
    assert len(set(ids)) == len(set(cursors)) == len(ids) >= 5
    ends = [0, 1, len(ids) - 2, len(ids) - 1]
    places = st.none() | st.sampled_from(ends) | st.integers(0, len(ids) - 1)
    sizes = st.none() | st.sampled_from([0, 1, 2, 100]) | st.integers(0, 100)

    @settings(max_examples=examples(40), suppress_health_check=list(HealthCheck))
    @given(sizes, sizes, places, places)
    def cut(first: int | None, last: int | None, after: int | None, before: int | None) -> None:
        page = pages.ask(
            ask_demo,
            first=first,
            last=last,
            after=None if after is None else cursors[after],
            before=None if before is None else cursors[before],
        )
        start = 0 if after is None else after + 1
        stop = max(start, len(ids) if before is None else before)
        size = 20 if first is None and last is None else first
        if size is not None:
            stop = min(stop, start + size)
        if last is not None:
            start = max(start, stop - last)
        assert [edge["node"]["id"] for edge in page["edges"]] == ids[start:stop]
        assert [edge["cursor"] for edge in page["edges"]] == cursors[start:stop]
        assert page["nodes"] == [edge["node"] for edge in page["edges"]]
        assert page["totalCount"] == len(ids)
        shown = cursors[start:stop]
        assert page["pageInfo"] == {
            "hasNextPage": stop < len(ids),
            "hasPreviousPage": start > 0,
            "startCursor": shown[0] if shown else None,
            "endCursor": shown[-1] if shown else None,
        }

    cut()


@every_list
def test_changing_the_page_size_on_the_way_loses_and_repeats_nothing(
    ask_demo: Ask, pages: Pages
) -> None:
    ids = [edge["node"]["id"] for edge in pages.whole(ask_demo)]
    met: list[str] = []
    after, number = None, 0
    while True:
        page = pages.ask(ask_demo, first=(1, 100, 3, 17)[number % 4], after=after)
        met += [node["id"] for node in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after, number = page["pageInfo"]["endCursor"], number + 1
    assert met == ids


@every_list
@pytest.mark.parametrize("argument", ["after", "before"])
def test_what_is_not_a_cursor_is_refused(
    ask: Ask, ask_demo: Ask, pages: Pages, argument: str
) -> None:
    cursor = pages.ask(ask_demo, first=1)["pageInfo"]["endCursor"]
    kind, key = decode(cursor) or ("", "")
    garbage = [
        "", " ", "🎮", "null", "0", cursor + "=", cursor[:-2], " " + cursor, cursor + "\n",
        cursor.lower(), key, encode("", key), encode("Nothing", key), encode("Node", key),
        encode(kind.lower(), key), encode(kind, " " + key),
        encode("0123456789abcdef", f"{kind}:0"), "a" * 100_000,
    ]  # fmt: skip
    for text in garbage:
        error = only_error(pages.ask(ask_demo, **{argument: text}))
        assert error["extensions"] == {
            "code": "INVALID_ARGUMENT",
            "classification": "BAD_REQUEST",
            "argument": argument,
        }, text
        assert len(error["message"]) < 300


@every_list
@pytest.mark.parametrize("argument", ["after", "before"])
def test_a_cursor_of_an_entry_that_never_was_is_stale(
    ask_demo: Ask, pages: Pages, argument: str
) -> None:
    kind, key = decode(pages.ask(ask_demo, first=1)["pageInfo"]["endCursor"]) or ("", "")
    for other in (f"{key} the second", "-1", "9" * 5_000, "", "/", "🎮"):
        error = only_error(pages.ask(ask_demo, **{argument: encode(kind, other)}))
        assert error["extensions"] == {
            "code": "STALE_CURSOR",
            "classification": "BAD_REQUEST",
            "argument": argument,
        }, other
        assert len(error["message"]) < 300


@every_list
def test_a_cursor_of_another_type_is_refused(ask_demo: Ask, pages: Pages) -> None:
    own, _ = decode(pages.ask(ask_demo, first=1)["pageInfo"]["endCursor"]) or ("", "")
    cursors = {
        decode(cursor)[0]: cursor
        for one in PAGES
        for cursor in [one.ask(ask_demo, first=1)["pageInfo"]["endCursor"]]
    }
    assert set(cursors) == set(KINDS)
    for kind in set(KINDS) - {own}:
        error = only_error(pages.ask(ask_demo, after=cursors[kind]))
        assert error["extensions"] == {
            "code": "INVALID_ARGUMENT",
            "classification": "BAD_REQUEST",
            "argument": "after",
        }
        assert error["message"].endswith(
            f"this is a cursor of a {kind}; the list needs one of a {own}."
        )


def test_a_cursor_points_to_its_entry_in_any_order_of_the_list(ask_demo: Ask) -> None:
    games, priced = PAGES[0], PAGES[11]
    cursor = priced.ask(ask_demo, first=3)["pageInfo"]["endCursor"]
    everything = games.whole(ask_demo)
    at = [edge["cursor"] for edge in everything].index(cursor)
    page = games.ask(ask_demo, first=2, after=cursor)
    assert page["edges"] == everything[at + 1 : at + 3]


@pytest.fixture(scope="module")
def ask_before(small_demo_data_dir: Path) -> Ask:
    """Ask a small demo world."""
    store = Store.open_current(small_demo_data_dir)
    assert store is not None
    return asker(store)


@pytest.fixture(scope="module")
def ask_later(tmp_path_factory: pytest.TempPathFactory, small_demo_files: DemoFiles) -> Ask:
    """Ask a later snapshot of that world: a part of its games, users, reviews, titles and ratings
    is gone, so that the rows of most others have moved."""
    folder = tmp_path_factory.mktemp("later")
    kept: dict[str, Any] = {"titles": [], "ratings": folder / "ratings.csv"}
    for path in small_demo_files.titles:
        kept["titles"].append(folder / path.name)
        _copy_rows(path, kept["titles"][-1], lambda number, row: number % 7 != 6)
    ids = {path.name[0] + row["show_id"] for path in kept["titles"] for row in _rows(path)}
    _copy_rows(
        small_demo_files.ratings,
        kept["ratings"],
        lambda number, row: row["movieId"] in ids and number % 5 != 4,
    )
    for name, path, dropped in (
        ("games", small_demo_files.games, 7),
        ("reviews", small_demo_files.reviews, 5),
        ("items", small_demo_files.items, 6),
    ):
        kept[name] = folder / path.name
        opened = gzip.open if path.suffix == ".gz" else Path.open
        with opened(path, "rb") as raw:
            lines = [line for number, line in enumerate(raw) if number % dropped != dropped - 1]
        with opened(kept[name], "wb") as file:
            file.writelines(lines)
    return asker(Store.open(build_snapshot(Inputs(**kept), folder / "data", demo=True)))


def _rows(path: Path) -> list[dict[str, str]]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _copy_rows(path: Path, copy: Path, kept: Callable[[int, dict[str, str]], bool]) -> None:
    rows = _rows(path)
    with copy.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(row for number, row in enumerate(rows) if kept(number, row))


@every_list
def test_paging_continues_in_a_later_snapshot_at_the_same_entry(
    ask_before: Ask, ask_later: Ask, pages: Pages
) -> None:
    before, after = pages.whole(ask_before), pages.whole(ask_later)
    ids = [edge["node"]["id"] for edge in after]
    tried = before[:: max(1, len(before) // 60)]
    stale = 0
    for edge in tried:
        page = pages.ask(ask_later, first=3, after=edge["cursor"])
        if edge["node"]["id"] in ids:
            at = ids.index(edge["node"]["id"])
            assert [node["id"] for node in page["nodes"]] == ids[at + 1 : at + 4]
            assert page["pageInfo"]["hasPreviousPage"] is True
        else:
            stale += 1
            assert only_error(page)["extensions"]["code"] == "STALE_CURSOR"
    if pages.name in ("games", "users", "filter", "order", "titles"):  # both cases have been seen
        assert 0 < stale < len(tried) / 2

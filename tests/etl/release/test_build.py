"""The build of the tiny world, opened again: its answers are counted by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from datastore.base.checksum import verified
from datastore.base.errors import InputError, SnapshotError
from datastore.base.snapshot import current_version
from datastore.base.tables import SUBJECTS, TABLES
from datastore.store import Store
from etl.release.build import Inputs
from etl.snapshot.writer import SnapshotWriter

Files = Callable[..., Inputs]
Run = Callable[..., Any]


def rows(store: Store, name: str) -> list[dict[str, Any]]:
    frame = store.frames[name]
    columns = {column: frame.list(column) for column in TABLES[name].names}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def some(store: Store, name: str, *columns: str) -> list[tuple[Any, ...]]:
    return list(zip(*(store.frames[name].list(column) for column in columns), strict=True))


def test_the_games_are_the_catalogues_by_number_then_the_others(tiny: Any) -> None:
    assert some(
        tiny.store, "games", "app_id", "title", "in_catalogue", "price", "release_year"
    ) == [
        ("9", "Gamma", True, 19.99, 2010),
        ("10", "Alpha", True, 9.99, 2000),
        ("20", "Beta & Co", True, 0.0, 2000),
        ("40", "Delta", True, None, None),
        ("50", "Epsilon", True, None, None),
        ("60", "Zeta", True, 0.01, None),
        ("570", "Dota 2", False, None, None),
    ]


def test_a_game_has_everything_that_the_catalogue_and_the_players_say(tiny: Any) -> None:
    alpha = rows(tiny.store, "games")[1]
    assert {name: value for name, value in alpha.items() if value is not None} == {
        "app_id": "10", "title": "Alpha", "in_catalogue": True, "developer": 1,
        "title_folded": "alpha", "title_rank": 0, "id_rank": 1, "search_key": "alpha",
        "publisher": "Valve", "publisher_folded": "valve", "genres": [0], "tags": [0], "specs": [0],
        "release_date": date(2000, 11, 1), "release_date_text": "2000-11-01", "release_year": 2000,
        "price": 9.99, "early_access": False, "metascore": 88, "discount_price": 4.99,
        "store_sentiment": "Very Positive", "store_sentiment_folded": "very positive",
        "owners": 2, "players": 2, "minutes": 225,
        "negative": 0, "neutral": 0, "positive": 2,
    }  # fmt: skip


def test_spellings_of_a_developer_are_one_developer(tiny: Any) -> None:
    columns = "name", "folded", "companies", "games", "negative", "neutral", "positive"
    assert some(tiny.store, "developers", *columns) == [
        ("Capcom", "capcom", ["Capcom"], [0, 3, 4], 0, 0, 2),
        # Each spelling has one item: the first by code point is shown.
        ("VALVE", "valve", ["VALVE"], [1, 2], 1, 0, 2),
    ]


def test_items_and_free_items_are_counted_by_release_year(tiny: Any) -> None:
    assert some(tiny.store, "developer_years", *TABLES["developer_years"].names) == [
        (0, 2010, 1, 0, 0),
        (0, None, 2, 0, 2),
        (1, 2000, 2, 1, 0),
    ]


def test_reviews_of_games_and_developers_are_counted_by_year(tiny: Any) -> None:
    rows = some(tiny.store, "review_years", *TABLES["review_years"].names)
    best = [(basis, year, row, n) for noun, basis, year, row, n, *_ in rows if noun and n]
    assert sorted(best, key=lambda place: (place[0], place[1], -place[3])) == [
        (0, 2011, 1, 2),  # ann and bob on Alpha; February 30 is still in 2011
        (0, 2011, 0, 1),
        (1, 2000, 1, 2),
        (1, 2010, 0, 1),
    ]


def test_players_of_a_genre_are_those_of_all_its_spellings(tiny: Any) -> None:
    assert some(tiny.store, "genres", "name", "games") == [
        ("Action", [1, 2, 3, 4]),
        ("RPG", [0, 2]),
    ]
    assert some(tiny.store, "genre_players", "genre", "user", "minutes") == [
        (0, 0, 135), (0, 1, 135), (1, 0, 30),
    ]  # fmt: skip
    assert some(tiny.store, "genre_player_years", "genre_player", "year", "minutes") == [
        (0, 2000, 120), (0, None, 15), (1, 2000, 135), (2, 2000, 30),
    ]  # fmt: skip


def test_users_of_libraries_and_reviews_have_money_items_and_recommendations(tiny: Any) -> None:
    assert some(tiny.store, "users", *TABLES["users"].names) == [
        ("ann", "ann", True, 4, 2, 9.99, 2, 2),
        ("bob", "bob", True, 2, 2, 29.98, 3, 2),
        ("cat", "cat", True, 0, 0, 0.0, 0, 0),
        ("dee", "dee", False, 0, 0, 0.0, 1, 1),  # known from reviews only
    ]


def test_a_library_is_by_minutes_descending(tiny: Any) -> None:
    games, minutes = tiny.store.users.library(0)
    assert (games.tolist(), minutes.tolist()) == ([1, 2, 3, 6], [90, 30, 15, 6])
    assert [column.tolist() for column in tiny.store.users.library(2)] == [[], []]


def test_reviews_have_the_day_the_class_and_the_votes(tiny: Any) -> None:
    columns = ("user", "game", "posted", "posted_year", "posted_year_inferred", "sentiment",
               "helpful", "helpful_total", "funny")  # fmt: skip
    assert some(tiny.store, "reviews", *columns) == [
        (0, 1, date(2011, 11, 5), 2011, False, 2, 1203, 1500, 2),
        (0, 2, date(2013, 6, 16), 2013, True, 0, 0, 0, 0),
        (1, 0, date(2012, 5, 1), 2012, False, 2, 0, 0, 0),
        (1, 1, None, 2011, False, 2, 0, 0, 0),
        (1, 6, date(2012, 5, 1), 2012, False, 1, 0, 0, 0),
        (3, 0, date(2011, 5, 2), 2011, False, 2, 0, 0, 0),
    ]
    texts = some(tiny.store, "reviews", "text", "compound", "learned")
    assert texts[4] == (None, None, None)
    assert texts[1][0] == "this game is ♥♥♥♥ing bad"
    assert texts[1][1] == pytest.approx(-0.5423)


def test_the_manifest_describes_the_data(tiny: Any) -> None:
    manifest = tiny.store.manifest
    facts = manifest.subjects["games"]
    assert (manifest.demo, facts.facts["crawl_year"]) == (False, 2013)
    assert facts.counts == {"games": 6, "users": 4, "reviews": 6, "play_rows": 6}
    assert facts.coverage == {
        "undated_games": 3,
        "unpriced_games": 2,
        "games_without_developer": 1,
        "games_without_genre": 1,
        "games_missing_from_catalogue": 1,
        "play_rows_missing_from_catalogue": 1,
        "reviews_missing_from_catalogue": 1,
        "unplayed_rows": 1,
        "users_without_items": 2,
        "users_without_library": 1,
        "undated_reviews": 0,
        "reviews_with_inferred_year": 1,
        "reviews_without_text": 1,
    }
    assert manifest.tables.keys() == SUBJECTS["games"].tables.keys()
    assert manifest.arrays.keys() == SUBJECTS["games"].arrays.keys()
    assert manifest.parameters.seed == 1
    # VADER thinks better of the one text that advises against than of two of the four others.
    assert manifest.subjects["games"].facts["sentiment"] == {
        "vader_auc": 0.5, "learned_auc": None, "reviews": 5, "folds": 5,
    }  # fmt: skip


def test_every_row_of_every_file_is_accounted_for(tiny: Any) -> None:
    for source in tiny.report.sources:
        counts = source.counts
        dropped = counts.deduplicated.total() + counts.rejected.total()
        assert counts.rows == counts.kept + dropped - counts.unreadable, source.source
    games = tiny.report.sources[0].counts
    assert (games.lines, games.rows, games.kept) == (8, 8, 6)
    assert games.rescued["id taken from the url"] == 1
    saved = json.loads(verified((tiny.folder / "report.json").read_bytes()))
    assert saved == tiny.report.as_json()
    (reject,) = map(json.loads, (tiny.folder / "rejects.jsonl").read_text().splitlines())
    assert (reject["line"], reject["reason"]) == (8, "no id in the record or its url")


def test_every_stage_is_reported_with_its_rows(tiny: Any) -> None:
    told = [line.rsplit(" (", 1)[0] for line in tiny.said.splitlines() if line.endswith(" s)")]
    assert told == [
        "read games: 6 games", "read reviews: 6 reviews", "read items: 6 rows",
        "sentiment: 5 texts", "learned sentiment: 0 texts", "tables",
        "recommender: 0 played pairs", "evaluation: 0 held-out pairs",
        "prices: 3 games with a price",
    ]  # fmt: skip
    assert list(tiny.report.seconds) == [line.split(":")[0] for line in told]


# ---------------------------------------------------------------- the same again


def content(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.suffix in (".npy", ".arrow")
    }


@pytest.mark.parametrize(
    "how",
    [{"notation": "json"}, {"notation": "python2"}, {"suffix": ".json.gz"}],
    ids=["json", "python2", "gzip"],
)
def test_every_notation_gives_the_same_tables(
    tiny: Any, world_files: Files, run_build: Run, how: dict[str, str]
) -> None:
    built = run_build(world_files(**how))
    assert content(built.folder) == content(tiny.folder)
    # The version names the inputs' bytes, so it is another one.
    assert built.store.manifest.version != tiny.store.manifest.version


def test_the_same_inputs_give_the_same_version_on_any_number_of_cores(
    tiny: Any, world_files: Files, run_build: Run
) -> None:
    built = run_build(world_files(), jobs=2)
    assert built.store.manifest.version == tiny.store.manifest.version
    assert built.store.manifest.tables == tiny.store.manifest.tables
    assert built.store.manifest.arrays == tiny.store.manifest.arrays
    assert content(built.folder) == content(tiny.folder)


@pytest.mark.parametrize("option", [{"seed": 2}, {"demo": True}, {"max_line_bytes": 1 << 21}])
def test_what_may_change_the_content_changes_the_version(
    tiny: Any, world_files: Files, run_build: Run, option: dict[str, Any]
) -> None:
    built = run_build(world_files(), **option)
    assert built.store.manifest.version != tiny.store.manifest.version


# ---------------------------------------------------------------- builds that fail


def with_bad_lines(world: dict[str, list[Any]], kind: str, bad: int) -> dict[str, list[Any]]:
    return world | {kind: [*world[kind], *["{bad"] * bad]}


@pytest.mark.parametrize("kind", ["games", "reviews", "items"])
def test_too_many_bad_lines_fail_the_build_and_the_previous_snapshot_stays_live(
    tmp_path: Path, world_files: Files, run_build: Run, literal_world: Any, kind: str
) -> None:
    data = tmp_path / "data"
    before = run_build(world_files()).store.manifest.version
    files = world_files(with_bad_lines(literal_world, kind, 2))
    good = len(literal_world[kind])
    with pytest.raises(InputError) as caught:
        run_build(files)
    assert str(caught.value) == (
        f"{files.paths(kind)[0]}: 2 of {good + 2} lines ({2 / (good + 2):.2%}) cannot be read; the "
        f"limit is 1% (--max-rejects). The first is line {good + 1}: '{{' was never closed at "
        f"character 1. All rejects are listed in {data / 'rejects.jsonl'}."
    )
    kept = [json.loads(line) for line in (data / "rejects.jsonl").read_text().splitlines()]
    assert [(r["file"], r["line"], r["content"]) for r in kept if r["content"] == "{bad"] == [
        (str(files.paths(kind)[0]), good + 1, "{bad"), (str(files.paths(kind)[0]), good + 2, "{bad")
    ]  # fmt: skip
    assert current_version(data) == before
    assert [path.name for path in (data / "snapshots").iterdir()] == [before]


def test_as_many_bad_lines_as_allowed_are_noted(
    world_files: Files, run_build: Run, literal_world: Any
) -> None:
    built = run_build(world_files(with_bad_lines(literal_world, "items", 1)), max_rejects=0.25)
    assert built.report.sources[2].counts.unreadable == 1
    assert built.store.manifest.subjects["games"].counts["play_rows"] == 6


def test_a_truncated_dump_fails_the_build_without_a_trace(
    tmp_path: Path, world_files: Files, run_build: Run, literal_world: Any
) -> None:
    many = [{"user_id": f"u{n * n}", "items": []} for n in range(40_000)]
    files = world_files(literal_world | {"items": many}, suffix=".json.gz")
    path = files.paths("items")[0]
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(InputError, match=r"is damaged after line .*: its compressed data ends too"):
        run_build(files)
    assert current_version(tmp_path / "data") is None
    assert list((tmp_path / "data" / "snapshots").iterdir()) == []


def test_a_wrong_dump_is_refused_before_anything_is_written(
    tmp_path: Path, world_files: Files, run_build: Run
) -> None:
    files = world_files()
    with pytest.raises(InputError, match=r"was given as --games.*use --items"):
        run_build(Inputs(**dict(files.files()) | {"games": files.paths("items")}))
    assert not (tmp_path / "data").exists()


def test_two_builds_in_one_folder_are_refused(
    tmp_path: Path, world_files: Files, run_build: Run
) -> None:
    with (
        SnapshotWriter(tmp_path / "data"),
        pytest.raises(SnapshotError, match="Another build is running in "),
    ):
        run_build(world_files())


RENAMED: dict[str, tuple[str, str, str]] = {
    "games": ("id", "appid", "id"),
    "reviews": ("item_id", "product_id", "item_id"),
    "items": ("item_id", "appid", "item_id"),
}


def renamed(records: list[dict[str, Any]], old: str, new: str) -> list[dict[str, Any]]:
    """The records, and the rows within them, with another name for a key; without addresses."""

    def row(record: dict[str, Any]) -> dict[str, Any]:
        record = {
            key: [row(inner) for inner in value] if key in ("items", "reviews") else value
            for key, value in record.items()
        }
        return {new if key == old else key: v for key, v in record.items() if key != "url"}

    return [row(record) for record in records]


@pytest.mark.parametrize("kind", RENAMED)
def test_a_dump_without_the_column_that_its_rows_need_stops_the_build_and_names_its_keys(
    tmp_path: Path, world_files: Files, run_build: Run, literal_world: Any, kind: str
) -> None:
    old, new, column = RENAMED[kind]
    files = world_files(literal_world | {kind: renamed(literal_world[kind], old, new)})
    with pytest.raises(
        InputError, match=rf"none of its \d+ rows has {column}\. Keys found:.*{new}"
    ):
        run_build(files)
    assert current_version(tmp_path / "data") is None


def test_a_record_without_an_id_is_not_a_catalogue(
    world_files: Files, run_build: Run, literal_world: Any
) -> None:
    with pytest.raises(InputError, match=r"its row does not have id\. Keys found: app_name\."):
        run_build(world_files(literal_world | {"games": [{"app_name": "Lost"}]}))


# ---------------------------------------------------------------- odd worlds

ANN = {"user_id": "ann", "reviews": []}
WORLDS: dict[str, dict[str, Any]] = {
    "nobody owns anything": {"items": [{"user_id": "ann", "items": []}]},
    "nobody reviewed anything": {"reviews": [ANN]},
    "a single game": {"games": [{"id": "10", "app_name": "Alpha"}]},
    "a game of which only the id is known": {"games": [{"id": "10", "price": None, "title": None,
                                                        "x": 1}]},
    "nobody owns or reviewed anything": {"games": [{"id": "10", "app_name": "Alpha"}],
                                         "reviews": [ANN],
                                         "items": [{"user_id": "ann", "items": []}]},
    "no review has a year": {"reviews": [{"user_id": "a", "reviews": [
        {"item_id": "10", "recommend": True, "review": "ok", "posted": "Posted June 16."}]}]},
    "everybody plays the one game": {"items": [
        {"user_id": f"u{n}", "items": [
            {"item_id": "10", "item_name": "Alpha", "playtime_forever": 5}]} for n in range(9)]},
    "numbers beyond all columns": {"games": [
        {"id": "10", "app_name": "Alpha", "metascore": 10**9, "price": 1e300},
        {"id": "9" * 4000, "title": "T", "metascore": 10**300, "price": "$1" + "0" * 40}],
        "reviews": [{"user_id": "a", "reviews": [
            {"item_id": "10", "recommend": True, "review": "ok", "funny": "9" * 5000,
             "helpful": "99999999999 of 99999999999 people", "posted": "Posted June 16, 2016."}]}]},
}  # fmt: skip


@pytest.mark.parametrize("name", WORLDS)
def test_a_poor_world_builds_and_opens(
    world_files: Files, run_build: Run, literal_world: Any, name: str
) -> None:
    store = run_build(world_files(literal_world | WORLDS[name])).store
    assert store.manifest.subjects["games"].counts["games"] == len(
        {r.get("id", r.get("url")) for r in WORLDS[name].get("games", literal_world["games"])}
        - {None, "http://store.example/"}
    )
    for game in range(len(store.games)):
        (places,) = store.recommender.similar.places([game], 50)
        assert game not in store.recommender.similar.row[places]
    money = np.asarray(store.users.money)
    assert ((money >= 0) & (money < 100)).all()


def test_a_blank_product_id_is_rejected(
    world_files: Files, run_build: Run, literal_world: Any
) -> None:
    blank = {"item_id": " ", "item_name": "", "playtime_forever": 5}
    items = [*literal_world["items"], {"user_id": "eve", "items": [blank]}]
    store = run_build(world_files(literal_world | {"items": items})).store
    assert store.games.find("") is None
    assert store.manifest.subjects["games"].coverage["games_missing_from_catalogue"] == 1

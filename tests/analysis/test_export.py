"""Exports, read back in every format."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

import titles_world
import world
from analysis import rows
from analysis.export import export
from analysis.exported import EXPORTED, PEOPLE
from analysis.formats import FORMATS, Format
from datastore.base.errors import Forbidden, PlaygraphError, Unavailable
from datastore.people import People, Visibility
from datastore.store import Store

Row = dict[str, Any]
Read = Callable[[str], list[Row]]


def parquet(folder: Path) -> Read:
    return lambda name: pq.read_table(folder / f"{name}.parquet").to_pylist()


def csv(folder: Path) -> Read:
    def read(name: str) -> list[Row]:
        lists = {field.name for field in EXPORTED[name].schema if pa.types.is_list(field.type)}
        types = {
            field.name: pa.string() if field.name in lists else field.type
            for field in EXPORTED[name].schema
        }
        options = pa.csv.ConvertOptions(
            column_types=types, strings_can_be_null=True, quoted_strings_can_be_null=False
        )
        parsing = pa.csv.ParseOptions(newlines_in_values=True)
        table = pa.csv.read_csv(
            folder / f"{name}.csv", convert_options=options, parse_options=parsing
        )
        return [
            {
                column: (value.split("; ") if value else []) if column in lists else value
                for column, value in row.items()
            }
            for row in table.to_pylist()
        ]

    return read


def duckdb(file: Path) -> Read:
    connection = pytest.importorskip("duckdb").connect(file, read_only=True)

    def read(name: str) -> list[Row]:
        found = connection.execute(f'FROM "{name}"')
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    return read


READERS: dict[Format, Callable[[Path], Read]] = {"parquet": parquet, "csv": csv, "duckdb": duckdb}


@pytest.fixture(params=FORMATS)
def form(request: pytest.FixtureRequest) -> Format:
    if request.param == "duckdb":
        pytest.importorskip("duckdb")
    chosen: Format = request.param
    return chosen


def shown(store: Store, people: Visibility) -> Store:
    return store.showing(People(people, lambda: b"a secret of thirty-two characters"))


def test_games_have_names_instead_of_rows(store: Store, tmp_path: Path, form: Format) -> None:
    counts = export(store, tmp_path / "out", form)
    games = {row["app_id"]: row for row in READERS[form](tmp_path / "out")("games")}
    assert counts["games"] == len(games) == len(world.GAMES) + len(world.OFF_CATALOGUE)
    alpha = games["10"]
    assert alpha["developer"] == "Orbit Works"
    assert alpha["genres"] == ["Action"]
    assert sorted(alpha["tags"]) == ["Action", "Shooter"]
    assert alpha["price"] == 9.99
    assert str(alpha["release_date"]) == "2010-03-01"
    assert alpha["early_access"] is False
    assert games["901"]["title"] is None
    assert games["110"]["genres"] == []
    assert "title_rank" not in alpha


def test_libraries_are_a_table(store: Store, tmp_path: Path, form: Format) -> None:
    export(store, tmp_path / "out", form, ["library"])
    library = READERS[form](tmp_path / "out")("library")
    assert {(row["user_id"], row["app_id"]): row["minutes"] for row in library} == {
        (user, game): minutes
        for user, games in world.LIBRARIES.items()
        for game, minutes in games.items()
    }


def test_reviews_have_author_game_and_sentiment(store: Store, tmp_path: Path, form: Format) -> None:
    export(store, tmp_path / "out", form, ["reviews"])
    reviews = READERS[form](tmp_path / "out")("reviews")
    (review,) = (row for row in reviews if (row["user_id"], row["app_id"]) == ("cyd", "10"))
    assert review["text"] == world.BAD
    assert review["sentiment"] == "NEGATIVE"
    assert review["recommend"] is False
    (blank,) = (row for row in reviews if (row["user_id"], row["app_id"]) == ("eve", "100"))
    assert blank["text"] is None


def test_titles_and_ratings(title_store: Store, tmp_path: Path, form: Format) -> None:
    export(title_store, tmp_path / "out", form)
    read = READERS[form](tmp_path / "out")
    titles = {row["title_id"]: row for row in read("titles")}
    assert titles["ds1"]["platform"] == "DISNEY"
    assert titles["ds1"]["kind"] == "SERIES"
    assert titles["ds1"]["duration_type"] == "SEASON"
    assert titles["as2"]["cast"] == ["ada stone", "ben hale", "cyd rowe"]
    assert titles["as11"]["duration_type"] is None
    last = {(viewer, title): (stars, time) for viewer, title, stars, time in titles_world.RATINGS}
    assert {
        (row["viewer_id"], row["title_id"]): (row["stars"], row["time"]) for row in read("ratings")
    } == {
        pair: (stars, datetime(1970, 1, 1) + timedelta(seconds=time))
        for pair, (stars, time) in last.items()
    }
    actors = {row["name"]: row["cast_titles"] for row in read("people")}
    assert actors["dana fox"] == ["ds1"]


def test_years_of_reviews_name_the_game_or_the_developer(store: Store, tmp_path: Path) -> None:
    export(store, tmp_path / "out", names=["review_years", "genre_player_years"])
    read = parquet(tmp_path / "out")
    found = read("review_years")
    assert {"noun": "DEVELOPER", "basis": "REVIEW", "year": 2013, "app_id": None,
            "developer": "salt & pine", "best": 1, "worst": 0, "reviews": 1} in found  # fmt: skip
    assert all((row["app_id"] is None) == (row["noun"] == "DEVELOPER") for row in found)
    years = read("genre_player_years")
    assert {"genre": "Strategy", "user_id": "gus", "year": 2013, "minutes": 590} in years


def test_big_tables_are_written_in_several_batches(
    store: Store, title_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, (people, subject) in enumerate(
        (people, subject)
        for people in ("open", "pseudonyms", "off")
        for subject in (store, title_store)
    ):
        whole, parts = tmp_path / f"whole{number}", tmp_path / f"parts{number}"
        monkeypatch.setattr(rows, "_BATCH", 50_000)
        counts = export(shown(subject, people), whole)
        monkeypatch.setattr(rows, "_BATCH", 3)
        assert export(shown(subject, people), parts) == counts
        for name in counts:
            assert parquet(parts)(name) == parquet(whole)(name)


def test_pseudonyms_replace_ids_everywhere_and_decide_the_order(
    store: Store, tmp_path: Path
) -> None:
    hidden = shown(store, "pseudonyms")
    export(hidden, tmp_path / "out")
    export(store, tmp_path / "open")
    read, named = parquet(tmp_path / "out"), parquet(tmp_path / "open")
    pseudonyms = {user: hidden.users.user_id[row] for row, user in enumerate(world.USERS)}
    assert [row["user_id"] for row in read("users")] == sorted(pseudonyms.values())
    for name in ("library", "reviews"):
        listed = [row["user_id"] for row in read(name)]
        assert listed == sorted(listed)
    for name in ("users", "library", "genre_players", "genre_player_years"):
        expected = [{**row, "user_id": pseudonyms[row["user_id"]]} for row in named(name)]
        assert sorted(map(str, read(name))) == sorted(map(str, expected))
    # Equal playtimes of a genre are in the order of pseudonyms.
    strategy = [
        row["user_id"]
        for row in read("genre_players")
        if row["genre"] == "Strategy" and row["minutes"] == 600
    ]
    assert len(strategy) == 3
    assert strategy == sorted(strategy)


def test_texts_are_masked_for_pseudonyms(store: Store, tmp_path: Path) -> None:
    hidden = shown(store, "pseudonyms")
    export(hidden, tmp_path / "out", names=["reviews"])
    texts = {row["text"] for row in parquet(tmp_path / "out")("reviews")}
    assert texts == {hidden.reviews.text(row) for row in range(len(hidden.reviews))}


@pytest.mark.parametrize("subject", ["store", "title_store"])
def test_nobody_is_exported_if_people_are_off(
    subject: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    hidden = shown(request.getfixturevalue(subject), "off")
    counts = export(hidden, tmp_path / "out")
    assert not counts.keys() & PEOPLE
    for name in counts:
        columns = pq.read_schema(tmp_path / "out" / f"{name}.parquet").names
        assert not {"user_id", "viewer_id", "text"} & set(columns)
    for name in PEOPLE & {table.name for table in EXPORTED.values()}:
        if EXPORTED[name].subject in hidden.manifest.subjects:
            with pytest.raises(Forbidden, match=f"table {name} is about people"):
                export(hidden, tmp_path / "more", names=[name])


def test_a_table_of_an_absent_subject_is_an_error(title_store: Store, tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="has no games"):
        export(title_store, tmp_path / "out", names=["games"])
    assert list(tmp_path.iterdir()) == []


def test_an_existing_destination_is_left_alone(store: Store, tmp_path: Path, form: Format) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").write_text("mine")
    with pytest.raises(PlaygraphError, match=r"exists and is not overwritten: choose another"):
        export(store, tmp_path / "out", form)
    assert (tmp_path / "out" / "mine").read_text() == "mine"
    with pytest.raises(PlaygraphError, match=r"is not a folder: create it first"):
        export(store, tmp_path / "nowhere" / "out", form)


def test_a_failed_export_leaves_nothing(store: Store, tmp_path: Path, form: Format) -> None:
    def interrupt(name: str, rows: int) -> None:
        if name == "users":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(store, tmp_path / "out", form, progress=interrupt)
    assert list(tmp_path.iterdir()) == []


def test_duckdb_describes_its_columns(store: Store, tmp_path: Path) -> None:
    duckdb_module = pytest.importorskip("duckdb")
    export(store, tmp_path / "out", "duckdb", ["library"])
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    with duckdb_module.connect(tmp_path / "out", read_only=True) as database:
        comments = database.execute("SELECT comment FROM duckdb_columns() WHERE comment != ''")
        assert ("Playtime; 0 if never played.",) in comments.fetchall()


def test_without_duckdb_the_error_says_how_to_install_it(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(PlaygraphError, match=r"pip install 'playgraph\[duckdb\]'"):
        export(store, tmp_path / "out", "duckdb")
    assert list(tmp_path.iterdir()) == []

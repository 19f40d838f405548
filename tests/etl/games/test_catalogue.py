"""The catalogue dump: one clean game for each distinct product id."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dumps import game, games_in
from etl.games import catalogue

Dump = Callable[..., Path]
Read = Callable[..., Any]
URL = "http://store.example/app/{}/Some_Game/"
NO_ID = "no id in the record or its url"


FULL = {
    "id": "10", "app_name": " Alpha &amp; Omega ", "title": "Other", "developer": "Valve ",
    "publisher": "Valve", "genres": ["Action", "Indie &amp; More", "Action"], "tags": ["FPS", ""],
    "specs": ["Co-op"], "release_date": "2000-11-01", "price": 9.99, "discount_price": 4.99,
    "early_access": False, "metascore": 96, "url": URL.format(99), "sentiment": "Mixed",
    "reviews_url": "", "é": "♥",
}  # fmt: skip
CLEAN = game(
    "10", title="Alpha & Omega", developer="Valve", publisher="Valve",
    genres=["Action", "Indie & More"], tags=["FPS"], specs=["Co-op"],
    release_date=date(2000, 11, 1), release_date_text="2000-11-01", release_year=2000,
    price=9.99, discount_price=4.99, early_access=False, metascore=96,
    store_sentiment="Mixed",
)  # fmt: skip


@pytest.mark.parametrize("name", ["dump.json", "dump.json.gz"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("notation", ["python", "python2", "json"])
def test_a_record_is_cleaned_alike_in_every_notation(
    dump: Dump, read: Read, notation: str, end: bytes, name: str
) -> None:
    source = read(catalogue, dump(FULL, notation=notation, end=end, name=name))
    assert games_in(source.result) == [CLEAN]
    assert (source.report.lines, source.report.rows, source.report.kept) == (1, 1, 1)
    assert source.rejects == []


def test_a_record_with_only_an_id_is_a_game(dump: Dump, read: Read) -> None:
    nothing = {"id": "10", "app_name": None, "price": float("nan"), "genres": float("nan")}
    source = read(catalogue, dump(nothing, notation="json"))
    assert games_in(source.result) == [game("10")]
    assert source.report.notes == {
        "price unknown": 1, "release year unknown": 1, "no developer": 1, "no title": 1,
        "no genre": 1,
    }  # fmt: skip


def test_the_title_replaces_a_missing_app_name(dump: Dump, read: Read) -> None:
    rows = [{"id": "1", "title": "T"}, {"id": "2", "app_name": " ", "title": "T"}]
    assert [g.title for g in games_in(read(catalogue, dump(*rows)).result)] == ["T", "T"]


def test_games_come_by_the_value_of_their_numbers(dump: Dump, read: Read) -> None:
    ids = ["10", "9", "b", "100", "a", 7, "007"]
    source = read(catalogue, dump(*({"id": i, "app_name": "x"} for i in ids)))
    assert [g.app_id for g in games_in(source.result)] == ["007", "7", "9", "10", "100", "a", "b"]


def test_of_two_records_with_one_id_the_first_counts(dump: Dump, read: Read) -> None:
    rows = [{"id": "10", "app_name": "first"}, {"id": " 10", "app_name": "second"}]
    source = read(catalogue, dump(*rows))
    assert [g.title for g in games_in(source.result)] == ["first"]
    assert source.report.deduplicated == {"duplicate id within a file": 1}
    assert (source.report.rows, source.report.kept) == (2, 1)


def test_a_missing_id_is_taken_from_the_url(dump: Dump, read: Read) -> None:
    source = read(catalogue, dump({"app_name": "x", "url": URL.format(77)}))
    assert [g.app_id for g in games_in(source.result)] == ["77"]
    assert source.report.rescued["id taken from the url"] == 1


@pytest.mark.parametrize("own_first", [True, False])
def test_an_id_of_its_own_beats_one_taken_from_a_url(
    dump: Dump, read: Read, own_first: bool
) -> None:
    rows = [{"id": "77", "app_name": "own"}, {"app_name": "guess", "url": URL.format(77)}]
    source = read(catalogue, dump(*rows if own_first else reversed(rows)))
    assert [g.title for g in games_in(source.result)] == ["own"]
    assert source.report.deduplicated == {"duplicate id within a file": 1}
    assert "id taken from the url" not in source.report.rescued


def test_a_second_own_id_does_not_replace_the_one_that_beat_a_url(dump: Dump, read: Read) -> None:
    rows = [
        {"app_name": "guess", "url": URL.format(77)},
        {"id": "77", "app_name": "own"},
        {"id": "77", "app_name": "too late"},
        {"app_name": "another guess", "url": URL.format(77)},
    ]
    source = read(catalogue, dump(*rows))
    assert [g.title for g in games_in(source.result)] == ["own"]
    assert source.report.deduplicated == {"duplicate id within a file": 3}


def test_a_record_without_any_id_is_rejected_with_its_line(dump: Dump, read: Read) -> None:
    path = dump({"id": "10", "app_name": "x"}, "", {"app_name": "Lost", "url": "about:blank"})
    source = read(catalogue, path)
    assert source.report.rejected == {NO_ID: 1}
    assert source.rejects == [
        {"file": str(path), "line": 3, "reason": NO_ID,
         "users": [], "content": "{'app_name': 'Lost', 'url': 'about:blank'}"},
    ]  # fmt: skip
    assert source.report.unreadable == 0


def test_lists_of_another_form_are_noted_where_no_game_of_many_has_one(
    dump: Dump, read: Read
) -> None:
    def notes(number: int, last: Any) -> Any:
        games = [FULL | {"id": str(n), "tags": {"Indie": 7}} for n in range(number - 1)]
        path = dump(*games, FULL | {"id": "99", "tags": last}, notation="json")
        return read(catalogue, path).report.notes

    assert notes(10, {"Indie": 7})["no tags"] == 10
    assert "no tags" not in notes(10, ["Indie"])
    assert "no tags" not in notes(9, {"Indie": 7})
    assert not {"no publisher", "no specs"} & notes(10, None).keys()


def test_records_without_any_value_are_noted_and_no_rows(dump: Dump, read: Read) -> None:
    empty = dict.fromkeys(FULL, float("nan"))
    source = read(catalogue, dump(empty, {}, FULL, empty, notation="json"))
    assert games_in(source.result) == [CLEAN]
    assert source.report.notes["record without any value"] == 3
    assert (source.report.lines, source.report.rows) == (4, 1)


def test_unreadable_lines_are_counted_and_skipped(dump: Dump, read: Read) -> None:
    path = dump(
        b"\xef\xbb\xbf" + repr(FULL).encode(), "{bad", "", "[1, 2]", b"{'id': '\xff'}", "x" * 3000,
        {"id": "11", "app_name": "last"},
    )  # fmt: skip
    source = read(catalogue, path, 2000)
    assert [g.app_id for g in games_in(source.result)] == ["10", "11"]
    assert source.report.unreadable == source.report.rejected["line cannot be read"] == 4
    assert source.report.notes["blank line"] == 1
    assert (source.report.lines, source.report.rows) == (7, 2)
    assert [(r["file"], r["line"], r["reason"], r["content"]) for r in source.rejects] == [
        (str(path), 2, "'{' was never closed at character 1", "{bad"),
        (str(path), 4, "the record is not an object", "[1, 2]"),
        (str(path), 5, "byte 8 is not UTF-8", "{'id': '\\xff'}"),
        (str(path), 6, "it has more than 2,000 bytes", ""),
    ]


def test_what_was_rescued_is_counted(dump: Dump, read: Read) -> None:
    rows = [
        {"id": "1", "release_date": "Q1 2018", "price": "Free"},
        {"id": "2", "release_date": "2018-01-01", "price": "Starting at $499.00"},
        {"id": "3", "release_date": "14 July", "price": "Third-party"},
    ]
    source = read(catalogue, dump(*rows))
    assert [(g.release_year, g.price) for g in games_in(source.result)] == [
        (2018, 0), (2018, 499), (None, None),
    ]  # fmt: skip
    assert source.report.rescued == {
        "release year taken from a partial date": 1, "price text meaning free": 1,
        "price taken from a text": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "score"),
    [("96", "96"), ("96", 96), ("96", 96.0), ("None", "NA"), ("None", "None"), ("0", 0),
     ("100", 100), ("None", 101), ("None", -1), ("None", 10**9), ("None", float("inf"))],
)  # fmt: skip
def test_a_metascore_is_0_to_100(dump: Dump, read: Read, raw: str, score: Any) -> None:
    (found,) = games_in(
        read(catalogue, dump({"id": "1", "metascore": score}, notation="json")).result
    )
    assert repr(found.metascore) == raw


@pytest.mark.parametrize(
    ("raw", "usd"),
    [(4.99, 4.99), ("4.99", 4.99), ("$4.99", 4.99), (0, 0.0), ("CDN$ 4.99", None), ("soon", None),
     (-1, None), (None, None)],
)  # fmt: skip
def test_a_discounted_price_is_read_like_a_price(
    dump: Dump, read: Read, raw: Any, usd: float | None
) -> None:
    (found,) = games_in(
        read(catalogue, dump({"id": "1", "discount_price": raw}, notation="json")).result
    )
    assert (found.discount_price, found.price, found.price_text) == (usd, None, None)

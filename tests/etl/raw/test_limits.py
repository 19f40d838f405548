"""A file with too many rejects, or without a column that its kind needs, is refused by its name."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from datastore.base.errors import InputError
from etl.process.progress import Stage
from etl.raw import limits
from etl.raw.counts import RowCounts
from etl.raw.lines import RawFile
from etl.raw.records import RecordReader, read_file
from etl.subjects import RAW_KINDS

Record = dict[str, Any]
Make = Callable[[int], Record]


def read(path: Path, kind: str, max_rejects: float = 0.01) -> RowCounts:
    rejects = path.with_name("rejects.jsonl")

    def check(reader: RecordReader) -> None:
        limits.check(reader, RAW_KINDS[kind].needs, rejects, max_rejects)

    raw = RawFile(path, 1 << 20)
    return read_file(raw, RAW_KINDS[kind].read, rejects, Stage(None, None), check).counts


def written(folder: Path, *records: Record | str) -> Path:
    path = folder / "dump.json"
    lines = [record if isinstance(record, str) else json.dumps(record) for record in records]
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def refusal(path: Path, kind: str, max_rejects: float = 0.01) -> str:
    with pytest.raises(InputError) as caught:
        read(path, kind, max_rejects)
    assert caught.value.path == path
    return str(caught.value.args[0])


def game(number: int, **more: Any) -> Record:
    return {"id": str(number), "app_name": f"Game {number}", "price": 1.5} | more


def items(number: int, *rows: Record) -> Record:
    return {"user_id": f"u{number}", "items_count": len(rows), "items": list(rows)}


def reviews(number: int, *rows: Record) -> Record:
    return {"user_id": f"u{number}", "reviews": list(rows)}


# ---------------------------------------------------------------- unreadable lines


@pytest.mark.parametrize(
    ("good", "bad", "share"), [(99, 1, 0.01), (71, 29, 0.29), (93, 7, 0.07), (10, 0, 0), (0, 1, 1)]
)
def test_as_many_unreadable_lines_as_allowed_are_allowed(
    tmp_path: Path, good: int, bad: int, share: float
) -> None:
    counts = read(written(tmp_path, *map(game, range(good)), *["{bad"] * bad), "games", share)
    assert (counts.rows, counts.unreadable) == (good, bad)


def test_one_more_is_too_many_and_the_error_names_the_file_the_first_and_the_rejects(
    tmp_path: Path,
) -> None:
    path = written(tmp_path, *["{bad"] * 1_001, *map(game, range(9_000)))
    with pytest.raises(InputError) as caught:
        read(path, "games", 0.1)
    rejects = tmp_path / "rejects.jsonl"
    assert str(caught.value) == (
        f"{path}: 1,001 of 10,001 lines (10.01%) cannot be read; the limit is 10% (--max-rejects). "
        f"The first is line 1: '{{' was never closed at character 1. All rejects are listed in "
        f"{rejects}."
    )
    assert (caught.value.path, caught.value.rejects) == (path, rejects)


def test_lines_of_nobody_show_the_keys_that_they_have(tmp_path: Path) -> None:
    row = {"item_id": "1", "playtime_forever": 5}
    path = written(tmp_path, *({"steamid": n, "items": [row]} for n in range(20)))
    assert refusal(path, "items") == (
        f"{path}: 20 of 20 lines (100.00%) cannot be read; the limit is 1% (--max-rejects). "
        "The first is line 1: no user_id. Keys found: items, steamid."
    )


# ---------------------------------------------------------------- columns that never occur

RENAMED: dict[str, tuple[str, Make, str, str]] = {
    "the id of games": (
        "games", lambda n: {"appid": n, "name": "x", "price": 1.5}, "id", "appid, name, price"),
    "the title of games": (
        "games", lambda n: {"id": n, "name": "x", "price": 1}, "app_name or title",
        "id, name, price"),
    "the game of items": (
        "items", lambda n: items(n, {"appid": "10", "playtime_forever": 5}), "item_id",
        "appid, playtime_forever"),
    "the playtime of items": (
        "items", lambda n: items(n, {"item_id": "10", "playtime": 5}), "playtime_forever",
        "item_id, playtime"),
    "a playtime that is always null": (
        "items", lambda n: items(n, {"item_id": "10", "playtime_forever": None}),
        "playtime_forever", "item_id, playtime_forever"),
    "the game of reviews": (
        "reviews", lambda n: reviews(n, {"product_id": "10", "recommend": True}), "item_id",
        "product_id, recommend"),
    "the verdict of reviews": (
        "reviews", lambda n: reviews(n, {"item_id": "10", "recommended": True}), "recommend",
        "item_id, recommended"),
    "the user of events": (
        "events", lambda n: {"user_id": "a", "appId": "1", "minutes": n, "at": "2017-01-01"},
        "userId", "appId, at, minutes, user_id"),
    "the game of events": (
        "events", lambda n: {"userId": "a", "app": "1", "minutes": n, "at": "2017-01-01"},
        "appId", "app, at, minutes, userId"),
    "the time of events": (
        "events", lambda n: {"userId": "a", "appId": "1", "minutes": n, "time": "2017-01-01"},
        "at", "appId, minutes, time, userId"),
}  # fmt: skip


@pytest.mark.parametrize("renamed", RENAMED)
def test_a_needed_column_that_never_occurs_is_named_beside_the_keys_that_do(
    tmp_path: Path, renamed: str
) -> None:
    kind, make, column, keys = RENAMED[renamed]
    path = written(tmp_path, *map(make, range(12)))
    for max_rejects in (0.01, 1.0):  # whatever may be rejected
        usable = "a usable " if column in keys.split(", ") else ""
        assert refusal(path, kind, max_rejects) == (
            f"{path}: none of its 12 rows has {usable}{column}. Keys found: {keys}."
        )


def test_a_column_of_another_form_is_not_said_to_be_absent(tmp_path: Path) -> None:
    row = {"item_id": {"id": "10"}, "playtime_forever": 5}
    path = written(tmp_path, *(items(number, row) for number in range(12)))
    assert refusal(path, "items") == (
        f"{path}: none of its 12 rows has a usable item_id. Keys found: item_id, playtime_forever."
    )


def test_every_needed_column_of_records_is_tried_here() -> None:
    tried = {(kind, column) for kind, _, column, _ in RENAMED.values()}
    assert tried == {
        (kind.name, column)
        for kind in RAW_KINDS.values()
        if not kind.is_table
        for column in kind.needs
    }


@pytest.mark.parametrize("renamed", RENAMED)
def test_one_row_that_has_the_column_is_enough_where_rows_may_be_rejected(
    tmp_path: Path, renamed: str
) -> None:
    kind, make, _, _ = RENAMED[renamed]
    good = {
        "games": game(99),
        "items": items(99, {"item_id": "1", "item_name": "x", "playtime_forever": 5}),
        "reviews": reviews(99, {"item_id": "1", "recommend": True}),
        "events": {"userId": "a", "appId": "1", "minutes": 5, "at": "2017-01-01"},
    }[kind]
    assert read(written(tmp_path, *map(make, range(12)), good), kind, 1.0).rows == 13


def test_a_game_or_two_without_a_title_may_be_all_that_is_new(tmp_path: Path) -> None:
    assert read(written(tmp_path, {"id": 1, "price": 2}, {"id": 2, "price": 2}), "games").rows == 2


# ---------------------------------------------------------------- rejected rows


@pytest.mark.parametrize(
    ("good", "bad", "max_rejects", "refused"),
    [
        (8, 7, 0.01, False),  # few, and not most
        (7, 8, 0.01, True),
        (990, 10, 0.01, False),
        (989, 10, 0.01, True),
        (91, 9, 0.01, False),
        (90, 10, 0.01, True),
        (90, 10, 0.1, False),
        (1, 99, 1.0, False),
    ],
)
def test_more_rejected_rows_than_allowed_are_refused_unless_they_are_few(
    tmp_path: Path, good: int, bad: int, max_rejects: float, refused: bool
) -> None:
    rows = [{"item_id": str(n), "recommend": True} for n in range(good)]
    rows += [{"item_id": str(n), "recommend": "?"} for n in range(bad)]
    path = written(tmp_path, reviews(1, *rows))
    if not refused:
        assert read(path, "reviews", max_rejects).rejected.total() == bad
        return
    assert refusal(path, "reviews", max_rejects) == (
        f"{path}: {bad} of {good + bad} rows ({bad / (good + bad):.2%}) are rejected; the limit is "
        f"{100 * max_rejects:g}% (--max-rejects). Most common reason: recommend is "
        f"neither true nor false ({bad} rows)."
    )


# ---------------------------------------------------------------- replaced values


@pytest.mark.parametrize(
    ("good", "bad", "max_rejects", "refused"),
    [
        (0, 9, 0.01, False),  # few
        (0, 10, 0.01, True),
        (10, 10, 0.01, False),
        (10, 11, 0.01, True),
        (10, 30, 0.8, False),
        (9, 40, 0.8, True),
        (0, 40, 1.0, False),
    ],
)
def test_playtimes_of_another_form_are_refused_where_most_are(
    tmp_path: Path, good: int, bad: int, max_rejects: float, refused: bool
) -> None:
    rows = [{"item_id": str(n), "playtime_forever": 5} for n in range(good)]
    rows += [{"item_id": str(n), "playtime_forever": "4 h"} for n in range(good, good + bad)]
    path = written(tmp_path, items(1, *rows))
    if not refused:
        assert read(path, "items", max_rejects).rescued.total() == bad
        return
    assert refusal(path, "items", max_rejects) == (
        f"{path}: {bad} of {good + bad} rows ({bad / (good + bad):.2%}) have an unusable value: "
        f"invalid playtime (counted as 0); at most {100 * max(0.5, max_rejects):g}% may (raise it "
        "with --max-rejects)."
    )


def test_missing_playtimes_are_no_unusable_ones(tmp_path: Path) -> None:
    rows = [{"item_id": str(n)} for n in range(30)] + [{"item_id": "99", "playtime_forever": 5}]
    assert read(written(tmp_path, items(1, *rows)), "items").rescued.total() == 30


# ---------------------------------------------------------------- one id for all


def test_a_catalogue_of_many_records_with_one_id_is_refused(tmp_path: Path) -> None:
    assert read(written(tmp_path, *[game(1)] * 9), "games").rows == 9
    path = written(tmp_path, *(game(-1, app_name=f"Game {n}") for n in range(10)))
    assert refusal(path, "games", 1.0) == f"{path}: all of its 10 rows have the same id, -1."
    assert read(written(tmp_path, *[game(1)] * 30, game(2)), "games").rows == 31


# ---------------------------------------------------------------- no rows

EMPTY = "contain no rows: every list or record is empty."


@pytest.mark.parametrize(("kind", "make"), [("items", items), ("reviews", reviews)])
def test_lists_may_be_empty_for_a_few_users_but_not_for_all_of_many(
    tmp_path: Path, kind: str, make: Make
) -> None:
    assert read(written(tmp_path, *map(make, range(9))), kind).rows == 0
    path = written(tmp_path, *map(make, range(10)))
    assert refusal(path, kind) == f"{path}: its 10 lines {EMPTY}"


def test_a_catalogue_of_records_without_any_value_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, '{"id": NaN, "price": null}', '{"id": NaN}')
    assert refusal(path, "games") == f"{path}: its 2 lines {EMPTY}"


# ---------------------------------------------------------------- counts of a file that was kept


def test_counts_are_within_the_same_limits() -> None:
    counts = RowCounts(lines=100, unreadable=2, rows=100)
    counts.rejected.update({"line cannot be read": 2, "no id": 12})
    assert limits.within(counts, 0.12)
    assert not limits.within(counts, 0.11)
    assert not limits.within(RowCounts(lines=100, unreadable=2), 0.01)

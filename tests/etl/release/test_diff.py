"""What differs between two snapshots, counted by hand in the tiny world."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from datastore.base.errors import SnapshotError
from datastore.base.evaluation import Estimate, Evaluation, Metrics
from datastore.base.reader import SnapshotReader
from etl.release.build import Inputs
from etl.release.diff import Change, Diff, Lists, MetricChange, Moved, diff

Files = Callable[..., Inputs]
Run = Callable[..., Any]


@pytest.fixture
def later(
    literal_world: dict[str, list[Any]], world_files: Files, run_build: Run
) -> Callable[..., SnapshotReader]:
    """The tiny world after some records were replaced, built."""

    def build(**changes: list[Any]) -> SnapshotReader:
        return SnapshotReader(run_build(world_files(literal_world | changes)).folder)

    return build


def compare(tiny: Any, after: SnapshotReader, top: int = 9) -> Diff:
    return diff(SnapshotReader(tiny.folder), after, top)


def test_nothing_differs_from_itself(tiny: Any) -> None:
    found = compare(tiny, SnapshotReader(tiny.folder))
    assert all(one.before == one.after for one in [*found.rows, *found.quality])
    assert set(found.keys.values()) == {(0, 0)}
    assert set(found.moved_counts.values()) == {0}
    assert {(one.shared, one.same) for one in found.lists} == {(1.0, 1.0)}


def test_new_and_removed_games_are_counted(
    tiny: Any, later: Callable[..., SnapshotReader], literal_world: dict[str, list[Any]]
) -> None:
    games = [game for game in literal_world["games"] if game.get("id") != "50"]
    new = {"id": "5", "app_name": "Eta", "developer": "Eta Works", "genres": ["Racing"]}
    found = compare(tiny, later(games=[new, new | {"id": "6"}, *games]))
    assert found.keys == {"games": (2, 1), "users": (0, 0), "developers": (1, 0)}
    assert Change("games", 7, 8) in found.rows
    assert Change("genres", 2, 3) in found.rows
    assert Change("undated games", 3, 4) in found.quality
    # Of two spellings with one item each the first by code point is shown.
    assert found.moved["developers"] == [Moved("capcom", "CAPCOM", {"items": (3, 2)})]


def test_what_moved_is_in_the_order_of_how_far(
    tiny: Any, later: Callable[..., SnapshotReader], literal_world: dict[str, list[Any]]
) -> None:
    ann, bob, cat = literal_world["items"]
    more = {"item_id": "9", "item_name": "Gamma", "playtime_forever": 600}
    found = compare(
        tiny,
        later(
            items=[
                {**ann, "items": [*ann["items"], more], "items_count": 5},
                {**bob, "items": bob["items"][:1], "items_count": 1},
                cat,
            ]
        ),
    )
    assert found.moved_counts["games"] == 1
    assert found.moved["games"] == [
        Moved("9", "Gamma", {"players": (0, 1), "hours": (0, 10)}),
    ]
    # Equally far, so they are in the order of their ids.
    assert found.moved["users"] == [
        Moved("ann", None, {"items": (4, 5), "money": (9.99, 29.98)}),
        Moved("bob", None, {"items": (2, 1), "money": (29.98, 9.99)}),
    ]
    assert found.moved["genres"] == [
        Moved("RPG", None, {"answer": ("ann (0.5 h)", "ann (10.5 h)")}),
    ]


def test_a_price_that_becomes_known_is_shown_as_unknown_before(
    tiny: Any, later: Callable[..., SnapshotReader], literal_world: dict[str, list[Any]]
) -> None:
    games = [
        game | {"price": 30.0} if game.get("id") == "50" else game
        for game in literal_world["games"]
    ]
    found = compare(tiny, later(games=games))
    assert found.moved["games"] == [Moved("50", "Epsilon", {"price": (None, 30)})]
    assert Change("unpriced games", 2, 1) in found.quality


def test_the_best_developers_of_a_year_are_an_answer(
    tiny: Any, later: Callable[..., SnapshotReader], literal_world: dict[str, list[Any]]
) -> None:
    reviews = [line for line in literal_world["reviews"] if line["user_id"] != "dee"]
    found = compare(tiny, later(reviews=reviews))
    assert found.moved["years"] == [Moved("2011", None, {"answer": ("VALVE, Capcom", "VALVE")})]


def listing(
    tiny: Any, folder: Path, lists: dict[str, list[str]], array: str = "user_games"
) -> SnapshotReader:
    """The tiny world with these lists of product ids by row."""
    shutil.copytree(tiny.folder, folder)
    found = SnapshotReader(folder)
    app_ids = found.table("games", "app_id").column(0).to_pylist()
    rows = np.full_like(found.array(array), -1)
    for row, own in lists.items():
        rows[int(row), : len(own)] = [app_ids.index(app_id) for app_id in own]
    np.save(folder / "arrays" / f"{array}.npy", rows)
    return SnapshotReader(folder)


def test_shared_games_do_not_depend_on_order(tiny: Any, tmp_path: Path) -> None:
    old = {"0": ["9", "10", "20", "40"], "1": ["9"], "2": ["9", "10"], "3": []}
    new = {"0": ["20", "9", "50", "10"], "1": ["9"], "2": ["10"], "3": []}
    found = diff(listing(tiny, tmp_path / "a", old), listing(tiny, tmp_path / "b", new), 1)
    expected = (3 / 4 + 1 + 1 / 2 + 1) / 4
    assert found.lists[0] == Lists("first 10 recommendations per user", "games", 4, expected, 0.5)
    assert found.lists[1].shared == 1


def test_lists_are_compared_by_product_id_and_a_new_game_is_shared_by_none(
    tiny: Any,
    later: Callable[..., SnapshotReader],
    literal_world: dict[str, list[Any]],
    tmp_path: Path,
) -> None:
    new = {"id": "5", "app_name": "Eta"}  # comes first: every row moves by one
    after = later(games=[new, *literal_world["games"]])
    rows = np.full_like(after.array("user_games"), -1)
    rows[:, :2] = [2, 0]  # the games 10 and 5
    np.save(after.folder / "arrays" / "user_games.npy", rows)
    before = listing(tiny, tmp_path / "a", {str(user): ["9", "10"] for user in range(4)})
    assert diff(before, after, 1).lists[0].shared == 1 / 2


def test_metrics_are_side_by_side(tiny: Any) -> None:
    one, other = Estimate(0.3, 0.29, 0.31), Estimate(0.2, 0.18, 0.22)
    plain = SnapshotReader(tiny.folder)
    evaluation = Evaluation(1, 9, 9, 9, [Metrics("as served", one, *[other] * 6)], [], [])
    measured = SnapshotReader(plain.folder, evaluation=evaluation)
    found = diff(plain, measured, 1).metrics
    assert found[0] == MetricChange("NDCG@10", None, one)
    assert found[1] == MetricChange("Recall@20", None, other)


def test_a_damaged_table_is_named(tiny: Any, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(tiny.folder, tmp_path / "a"))
    (folder / "tables" / "users.arrow").write_bytes(b"no table")
    with pytest.raises(SnapshotError, match=r"users\.arrow is damaged"):
        compare(tiny, SnapshotReader(folder))

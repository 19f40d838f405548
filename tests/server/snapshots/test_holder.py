"""The holder starts with a whole snapshot, and a server reports if it is not the released one."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from datastore.base.settings import Settings
from harness import TestClient
from server.app import create_app
from server.snapshots.holder import Holder
from two_snapshots import Two, flip

TABLE = Path("tables") / "games.arrow"


@pytest.fixture
def two(two_snapshots: Two, tmp_path: Path) -> Two:
    """A copy to work on; the new one is live."""
    return two_snapshots.copy(tmp_path, two_snapshots.new)


def version(holder: Holder) -> str | None:
    return holder.store.manifest.version if holder.ready else None


def test_the_live_snapshot_that_is_held_is_not_opened_again(two: Two) -> None:
    holder = Holder(two.open(two.new))
    store = holder.store
    holder.catch_up(two.data)
    assert holder.store is store


def test_a_newer_snapshot_is_opened(two: Two) -> None:
    holder = Holder(two.open(two.old))
    holder.catch_up(two.data)
    assert version(holder) == two.new


def test_a_cut_snapshot_is_not_held_any_longer(two: Two) -> None:
    holder = Holder(two.open(two.new))
    os.truncate(two.path(two.new) / TABLE, 0)
    holder.catch_up(two.data)
    assert version(holder) == two.old


def test_without_a_whole_snapshot_a_cut_one_is_dropped_and_a_whole_one_stays(two: Two) -> None:
    cut, whole = Holder(two.open(two.new)), Holder(two.open(two.old))
    os.truncate(two.path(two.new) / TABLE, 0)
    shutil.rmtree(two.path(two.old))
    for holder in (cut, whole):
        holder.catch_up(two.data)
        assert "There is no other whole snapshot" in holder.problem
    assert version(cut) is None
    assert version(whole) == two.old


def test_a_damaged_release_degrades_the_server_in_words_and_figures(two: Two) -> None:
    flip(two.path(two.new) / "manifest.json")
    with TestClient(create_app(Settings(two.data))) as client:
        ready = client.get("/readyz")
        metrics = client.get("/metrics").text
    assert (ready.status_code, ready.json()["status"]) == (200, "degraded")
    assert ready.json()["version"] == two.old
    assert "manifest.json is damaged (" in ready.json()["problem"]
    assert f"playgraph snapshots verify {two.new}" in ready.json()["problem"]
    assert "playgraph_snapshot_degraded 1.0" in metrics
    assert "playgraph_snapshots_quarantined_total 1.0" in metrics


def test_strangers_do_not_see_what_is_damaged(two: Two) -> None:
    flip(two.path(two.new) / "manifest.json")
    with TestClient(create_app(Settings(two.data, profile="production"))) as client:
        assert client.get("/readyz").json() == {"status": "degraded"}

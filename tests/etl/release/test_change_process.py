"""The real `playgraph forget` and `update` as processes: messages, kills, and a full disk."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from datastore.base.errors import PlaygraphError
from datastore.base.snapshot import current_version
from datastore.store import Store
from processes import Start, environment, finish, limited, run_here, wait_for_stage

from ..conftest import OPTIONS

pytestmark = pytest.mark.slow


@pytest.fixture
def mutable(tmp_path: Path, tiny: Any) -> Path:
    """A data folder in which the tiny world is live, to be changed."""
    shutil.copytree(tiny.folder.parent.parent, tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
def short() -> dict[str, str]:
    """The settings by which the tiny world was built."""
    return environment() | {"PLAYGRAPH_MAX_LINE_BYTES": str(OPTIONS.max_line_bytes)}


def test_a_removal_that_could_not_begin_does_not_say_that_it_is_not_complete(
    playgraph: Start, mutable: Path
) -> None:
    code, _, err = finish(playgraph("forget", "bob", f"--data={mutable}", first=limited(0)))
    assert code == 1
    assert err.startswith(f"playgraph: {mutable} cannot be written: File too large. Free some")
    assert "not complete" not in err


@pytest.mark.parametrize("most_bytes", [400, 4_000])
def test_a_full_disk_during_a_removal_says_that_it_is_not_done_and_the_next_finishes_it(
    playgraph: Start, mutable: Path, most_bytes: int
) -> None:
    forget = ("forget", "bob", f"--data={mutable}")
    code, _, err = finish(playgraph(*forget, first=limited(most_bytes)))
    assert (code, err) == (
        1,
        f"playgraph: {mutable} cannot be written: File too large. Free some space there, or choose "
        "another folder with --data or PLAYGRAPH_DATA_DIR. "
        "The removal is not complete: run the same command again.",
    )
    assert [path.name for path in mutable.rglob(".unfinished*")] == []
    assert Store.open_current(mutable) is not None
    run_here(*forget)
    store = Store.open_current(mutable)
    assert store is not None
    assert store.frames["users"].list("user_id") == ["ann", "cat", "dee"]
    assert len(list((mutable / "snapshots").iterdir())) == 1


@pytest.mark.parametrize("most_bytes", [0, 400, 4_000])
def test_a_full_disk_during_an_update_changes_nothing(
    playgraph: Start, mutable: Path, short: dict[str, str], tmp_path: Path, most_bytes: int
) -> None:
    before = current_version(mutable)
    new = tmp_path / "new.json"
    new.write_text('{"user_id": "eve", "items_count": 0, "items": []}\n')
    update = ("update", f"--items={new}", f"--data={mutable}")
    code, _, err = finish(playgraph(*update, env=short, first=limited(most_bytes)))
    assert code == 1
    assert err.startswith(f"playgraph: {mutable} cannot be written: File too large. Nothing was")
    assert [path.name for path in mutable.rglob(".unfinished*")] == []
    assert current_version(mutable) == before
    run_here(*update, env=short)
    assert current_version(mutable) != before


def test_a_killed_removal_is_reported_by_train_and_finished_by_the_next(
    playgraph: Start, mutable: Path
) -> None:
    process = playgraph("forget", "bob", f"--data={mutable}")
    wait_for_stage(process, "forget")
    process.kill()
    finish(process)
    with pytest.raises(PlaygraphError, match=r"^playgraph forget was interrupted"):
        run_here("train", f"--data={mutable}")
    run_here("forget", "bob", f"--data={mutable}")
    run_here("train", f"--data={mutable}")


def test_to_forget_says_whom_the_data_lacks(playgraph: Start, tiny: Any, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(tiny.folder.parent.parent, tmp_path / "data"))
    code, out, err = finish(playgraph("forget", "bob", "nobody", f"--data={folder}"))
    assert (code, err) == (0, "Not in the data, but excluded from now on: 'nobody'")
    assert out.splitlines()[-3:-1] == [
        "Removed 2 library rows from items.json.", "Removed 3 reviews from reviews.json."
    ]  # fmt: skip
    assert out.splitlines()[-1].startswith("Removed 1 user with 5 rows of raw files; deleted 1 ")
    assert "is ready after" in out
    store = Store.open_current(folder)
    assert store is not None
    assert list(store.users.user_id) == ["ann", "cat", "dee"]


def test_a_removal_can_be_tried_first_and_changes_nothing_then(
    playgraph: Start, mutable: Path
) -> None:
    def content() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in mutable.rglob("*") if path.is_file()}

    before, version = content(), current_version(mutable)
    forget = ("forget", "bob", "nobody", "--dry-run", f"--data={mutable}")
    code, out, err = finish(playgraph(*forget))
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "Would remove 1 user: 'bob'",
        "Would remove 2 library rows from items.json",
        "Would remove 3 reviews from reviews.json",
        f"Would release a new snapshot and delete 1 earlier snapshot: {version}",
        "Not in the data, but would be excluded from now on: 'nobody'",
        "Nothing was changed.",
    ]
    assert content() == before

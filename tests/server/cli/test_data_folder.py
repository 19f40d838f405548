"""Commands whose data is in object storage: they work in a copy and write back what they change."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import world
from datastore.base.errors import SnapshotError
from datastore.base.snapshot import current_version
from etl.snapshot.mirror import Mirror
from etl.snapshot.objects import Objects
from server.cli.data_folder import data_folder
from server.cli.main import commands
from server.cli.options import settings_of
from thorough import THOROUGH
from two_snapshots import Two

Run = Callable[..., Result]

#: On every day one kind of storage is enough for what does not depend on it.
in_each_storage = pytest.mark.parametrize(
    "address", ["s3", "gs", "file"] if THOROUGH else ["gs"], indirect=True
)


def invoke(*arguments: str | Path) -> Result:
    return CliRunner(env={"COLUMNS": "300"}).invoke(commands, list(map(str, arguments)))


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "playgraph"


@pytest.fixture
def run(address: str) -> Run:
    """Run a command on data in object storage. Its errors are those of the test."""

    def run(*arguments: str | Path) -> Result:
        result = invoke(*arguments, "--data", address)
        if isinstance(result.exception, Exception):
            raise result.exception
        return result

    return run


@pytest.fixture
def filled(address: str, two_snapshots: Two, tmp_path: Path) -> Two:
    """Two snapshots in object storage, with their sources; the new one is live."""
    mirror = Mirror(Objects(address), tmp_path / "filling")
    mirror.fetch(sources=True)
    shutil.copytree(two_snapshots.data, mirror.folder, dirs_exist_ok=True)
    mirror.write_back()
    return two_snapshots


def live(address: str) -> str:
    pointer = Objects(address).read("current")
    assert pointer is not None
    return pointer.content.decode().strip()


@pytest.mark.slow
@in_each_storage
def test_snapshots_are_built_updated_rolled_back_and_pruned_in_object_storage(
    run: Run, address: str, tmp_path: Path
) -> None:
    files = [
        argument for kind, path in world.write(tmp_path).files() for argument in (f"--{kind}", path)
    ]
    run("build", *files, "--jobs", "1")
    first = live(address)
    item = {"item_id": "10", "item_name": "Alpha Strike", "playtime_forever": 5}
    (tmp_path / "more.json").write_text(
        json.dumps({"user_id": "newcomer", "items_count": 1, "items": [item]}) + "\n"
    )
    shutil.rmtree(tmp_path / "cache")  # as on another machine
    released = run("update", "--items", tmp_path / "more.json", "--jobs", "1", "--force")
    assert f"Released in {address.partition('?')[0]}: " in released.stderr
    second = live(address)
    assert second != first
    again = run("update", "--items", tmp_path / "more.json", "--jobs", "1")
    assert "Nothing new" in again.stdout
    listed = json.loads(run("snapshots", "list", "--json").stdout)
    assert [(s["version"], s["serves"]) for s in listed] == [(second, True), (first, False)]
    run("train", "--jobs", "1", "--force")
    assert live(address) not in (first, second)
    quality = f"snapshots/{live(address)}/evaluation.json"
    Objects(address).delete([quality])
    run("evaluate", "--jobs", "1")
    assert quality in Objects(address).listed()
    run("snapshots", "use", first[:6])
    assert live(address) == first
    run("snapshots", "use", second)
    assert f"Removed {first}." in run("snapshots", "prune", "--keep", "1").stdout
    assert not any(first in path for path in Objects(address).listed())
    run("forget", "newcomer", "--jobs", "1")
    assert live(address) != second
    assert {path.split("/")[1] for path in Objects(address).listed("snapshots")} == {live(address)}
    assert not any(b"newcomer" in content for content in everything(address))


def everything(address: str) -> list[bytes]:
    objects = Objects(address)
    found = (objects.read(path) for path in objects.listed())
    return [content.content for content in found if content is not None]


@in_each_storage
def test_snapshots_are_looked_at_without_a_folder(run: Run, filled: Two, tmp_path: Path) -> None:
    assert f"* {filled.new}" in run("snapshots", "list").stdout
    assert filled.old in run("snapshots", "show", filled.old).stdout
    assert f"From {filled.old} to {filled.new}" in run("snapshots", "diff", filled.old).stdout
    assert f"{filled.old} is intact" in run("snapshots", "verify", filled.old).stdout
    answer = json.loads(run("query", "{ dataset { version } }").stdout)
    assert answer["data"]["dataset"]["version"] == filled.new
    run("export", tmp_path / "exported", "--table", "games")
    assert (tmp_path / "exported" / "games.parquet").is_file()


def test_a_dry_run_changes_nothing(run: Run, address: str, filled: Two) -> None:
    before = Objects(address).listed()
    assert (
        f"Would remove {filled.old}." in run("snapshots", "prune", "--keep=1", "--dry-run").stdout
    )
    assert "Would release a new snapshot" in run("forget", "newcomer", "--dry-run").stdout
    assert Objects(address).listed() == before


@pytest.mark.parametrize("address", ["file"], indirect=True)
@pytest.mark.parametrize(
    "command",
    [["train"], ["evaluate"], ["snapshots", "list"], ["snapshots", "use", "a"], ["query", "{ a }"]],
)
def test_an_empty_storage_says_how_to_fill_it(command: list[str], address: str) -> None:
    result = invoke(*command, "--data", address)
    assert result.exit_code == 1
    assert f"snapshot in {address}" in str(result.exception) or address in str(result.exception)
    assert "playgraph snapshots push" in str(result.exception)


@pytest.mark.parametrize("address", ["file"], indirect=True)
def test_a_command_that_fails_changes_nothing(
    run: Run, address: str, filled: Two, cache: Path
) -> None:
    with pytest.raises(RuntimeError), data_folder(settings_of(storage=True, data_dir=address)) as f:
        shutil.rmtree(f / "snapshots")
        raise RuntimeError
    assert live(address) == filled.new
    assert filled.new in run("snapshots", "list").stdout
    (folder,) = cache.glob("*-work")
    assert current_version(folder) == filled.new


@pytest.mark.parametrize("address", ["file"], indirect=True)
def test_an_interrupt_while_changes_are_copied_does_not_say_that_nothing_changed(
    address: str, filled: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    delete = Objects.delete

    def interrupted(self: Objects, paths: Iterable[str]) -> None:
        delete(self, paths)
        raise KeyboardInterrupt

    monkeypatch.setattr(Objects, "delete", interrupted)
    result = invoke("snapshots", "prune", "--keep", "1", "--data", address)
    assert result.exit_code == 130
    assert result.stderr == (
        f"playgraph: Interrupted while the changes were copied to {address}: the live snapshot "
        "there is the previous or the new one. Run the same command again.\n"
    )


@pytest.mark.slow
@pytest.mark.parametrize("address", ["file"], indirect=True)
def test_an_evaluation_that_cannot_be_stored_is_printed(
    address: str, filled: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(self: Objects, source: Path, path: str) -> None:
        raise SnapshotError("no route to host.")

    monkeypatch.setattr(Objects, "upload", fails)
    result = invoke("evaluate", "--jobs", "1", "--data", address)
    assert result.stdout.startswith("Nothing to measure: no users share enough games")
    assert str(result.exception).startswith("Not released: no route to host.")


@pytest.mark.parametrize("address", ["file"], indirect=True)
def test_two_commands_on_one_machine_do_not_work_in_the_same_copy(
    address: str, filled: Two
) -> None:
    with data_folder(settings_of(storage=True, data_dir=address)):
        result = invoke("snapshots", "list", "--data", address)
    assert result.exit_code == 1
    assert f"is working on {address}" in str(result.exception)


@pytest.mark.slow
@pytest.mark.parametrize("address", ["file"], indirect=True)
def test_new_files_are_added_to_object_storage_as_they_arrive(
    address: str, filled: Two, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    item = {"item_id": "10", "item_name": "Alpha Strike", "playtime_forever": 5}
    (inbox / "more.json").write_text(
        json.dumps({"user_id": "later", "items_count": 1, "items": [item]}) + "\n"
    )
    # A line may be as long as in the first build: else that would have to be read again.
    monkeypatch.setenv("PLAYGRAPH_MAX_LINE_BYTES", str(1 << 26))
    result = invoke("watch", inbox, "--once", "--data", address)
    assert result.exit_code == 0, result.output
    assert live(address) != filled.new
    assert f"{live(address)} was released" in result.stderr

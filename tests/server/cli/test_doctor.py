"""`playgraph doctor`: what is wrong is named, with what to do; only what prevents serving fails."""

from __future__ import annotations

import json
import shutil
import socket
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from datastore.base.format import FORMAT
from datastore.base.quarantine import quarantine
from datastore.base.snapshot import current_version, snapshot_path
from server.cli import checks
from server.cli.main import commands
from thorough import THOROUGH
from two_snapshots import Two

#: Compiled packages that doctor imports, in a process of its own. Those of builds take a second.
WHEELS = {name: needed for name, needed in checks._WHEELS.items() if needed or THOROUGH}


@pytest.fixture(autouse=True)
def no_wheels(monkeypatch: pytest.MonkeyPatch) -> None:
    """None of them, which takes no process."""
    monkeypatch.setattr(checks, "_WHEELS", {})


@pytest.fixture
def folder(data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of its own; the working folder has no `.env`."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    shutil.copytree(data_dir, tmp_path / "data")
    return tmp_path / "data"


def run(*arguments: str, **variables: str) -> Result:
    return CliRunner(env=variables).invoke(commands, ["doctor", "--port", "0", *arguments])


def checks_of(result: Result) -> dict[str, dict[str, Any]]:
    return {check["name"]: check for check in json.loads(result.stdout)["checks"]}


def test_a_sound_installation_has_no_errors(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "_WHEELS", WHEELS)
    result = run("--data", str(folder), "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["serves"] is True
    found = checks_of(result)
    parts = "python packages wheels settings memory cores data\vfolder snapshot disk pages port"
    assert list(found) == [name.replace("\v", " ") for name in parts.split(" ")]
    assert {found[name]["status"] for name in ("packages", "wheels", "snapshot", "port")} == {"ok"}
    assert str(current_version(folder)) in found["snapshot"]["found"]


def test_people_read_one_line_per_check_and_a_verdict(folder: Path) -> None:
    result = run("--data", str(folder))
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].startswith("ok       python ")
    assert f"ok       data folder  {folder}" in lines
    assert lines[-1].startswith("Nothing prevents serving.")


def test_every_problem_says_what_to_do(folder: Path) -> None:
    shutil.rmtree(folder)
    result = run("--data", str(folder), "--workers", "100", "--json", PLAYGRAPH_PROT="1")
    assert result.exit_code == 1
    for check in checks_of(result).values():
        assert (check["advice"] == "") == (check["status"] == "ok"), check


def test_a_missing_data_folder_prevents_serving(tmp_path: Path) -> None:
    result = run("--data", str(tmp_path / "missing"))
    assert result.exit_code == 1
    assert "missing does not exist." in result.stdout
    assert "playgraph cannot serve" in result.stdout.splitlines()[-1]


def test_an_empty_data_folder_prevents_serving(tmp_path: Path) -> None:
    snapshot = checks_of(run("--data", str(tmp_path), "--json"))["snapshot"]
    assert snapshot["status"] == "error"
    assert "playgraph build" in snapshot["advice"]


def test_an_empty_default_folder_is_served_with_the_demo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("--json", XDG_DATA_HOME=str(tmp_path / "share"))
    assert result.exit_code == 0
    assert "demo dataset" in checks_of(result)["snapshot"]["found"]
    assert not (tmp_path / "share").exists()


def damage(folder: Path, version: str) -> None:
    table = next((snapshot_path(folder, version) / "tables").iterdir())
    content = table.read_bytes()
    table.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))


def test_a_damaged_snapshot_without_another_prevents_serving(folder: Path) -> None:
    damage(folder, str(current_version(folder)))
    result = run("--data", str(folder), "--json")
    assert result.exit_code == 1
    assert "has changed since it was written" in checks_of(result)["snapshot"]["found"]


@pytest.mark.parametrize("demo", [False, True])
def test_a_snapshot_of_another_version_is_not_called_damaged(
    folder: Path, demo_data_dir: Path, tmp_path: Path, demo: bool
) -> None:
    data = Path(shutil.copytree(demo_data_dir, tmp_path / "demo")) if demo else folder
    manifest = snapshot_path(data, str(current_version(data))) / "manifest.json"
    manifest.write_text(manifest.read_text().replace(f'"format": {FORMAT}', '"format": 7'))
    result = run("--data", str(data), "--json")
    snapshot = checks_of(result)["snapshot"]
    written = "was written by another version of playgraph"
    assert f"{written} (format 7; this version reads {FORMAT})." in snapshot["found"]
    assert "damaged" not in snapshot["found"]
    assert f"playgraph {'demo' if demo else 'build'}" in snapshot["advice"]
    assert result.exit_code == (0 if demo else 1)  # a server builds the demo again


def test_a_damaged_snapshot_with_a_whole_one_next_to_it_does_not(
    two_snapshots: Two, folder: Path
) -> None:
    shutil.rmtree(folder)
    shutil.copytree(two_snapshots.data, folder)
    live = str(current_version(folder))
    (other,) = {path.name for path in (folder / "snapshots").iterdir()} - {live}
    damage(folder, live)
    result = run("--data", str(folder), "--json")
    assert result.exit_code == 0
    assert checks_of(result)["snapshot"]["status"] == "warning"
    assert f"A server serves {other} instead." in checks_of(result)["snapshot"]["found"]


def test_quarantined_snapshots_are_named(two_snapshots: Two, folder: Path) -> None:
    shutil.rmtree(folder)
    shutil.copytree(two_snapshots.data, folder)
    live = str(current_version(folder))
    (other,) = {path.name for path in (folder / "snapshots").iterdir()} - {live}
    quarantine(snapshot_path(folder, other), "tables/games.arrow is short")
    found = checks_of(run("--data", str(folder), "--json"))
    assert found["snapshot"]["status"] == "ok"
    assert found["quarantine"]["found"] == (
        f"Snapshot {other} is quarantined: tables/games.arrow is short."
    )


def test_a_lost_pointer_prevents_serving(folder: Path) -> None:
    (folder / "current").unlink()
    result = run("--data", str(folder), "--json")
    assert result.exit_code == 1
    assert "none of the snapshots is live" in checks_of(result)["snapshot"]["found"]


def test_a_port_in_use_prevents_serving(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = run("--data", str(folder), "--port", port, "--json")
        assert result.exit_code == 1
        assert checks_of(result)["port"] == {
            "name": "port",
            "status": "error",
            "found": f"Cannot listen on 127.0.0.1:{port}: the port is in use.",
            "advice": "Stop the program that listens there, or choose another port with --port.",
        }
        metrics = run("--data", str(folder), "--metrics-port", port, "--json")
        assert checks_of(metrics)["metrics port"]["status"] == "error"


def test_unknown_settings_are_named_with_a_similar_one(folder: Path) -> None:
    Path(".env").write_text("PLAYGRAPH_WORKER=2\n")
    result = run("--data", str(folder), "--json")
    assert result.exit_code == 0
    found = [c for c in json.loads(result.stdout)["checks"] if c["name"] == "settings"]
    assert found[0]["found"].endswith(str(Path(".env").absolute()))
    assert found[1]["found"] == "PLAYGRAPH_WORKER is unknown and ignored."
    assert found[1]["advice"] == "Rename it to PLAYGRAPH_WORKERS."


def test_an_invalid_setting_prevents_serving(folder: Path) -> None:
    result = run("--data", str(folder), PLAYGRAPH_WORKERS="many")
    assert result.exit_code == 1
    assert "PLAYGRAPH_WORKERS is 'many'" in result.stdout


def test_more_workers_than_cores_are_a_warning(folder: Path) -> None:
    found = checks_of(run("--data", str(folder), "--workers", "256", "--json"))
    assert found["cores"]["status"] == "warning"


def test_object_storage_is_asked_for_what_is_live(
    two_snapshots: Two, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    address = f"file://{tmp_path}/storage"
    empty = run("--data", address, "--json")
    assert empty.exit_code == 1
    assert "has no live snapshot" in checks_of(empty)["storage"]["found"]
    shutil.copytree(two_snapshots.data, tmp_path / "storage")
    sound = run("--data", address, "--json")
    assert sound.exit_code == 0
    assert (
        checks_of(sound)["storage"]["found"] == f"{address}: snapshot {two_snapshots.new} is live"
    )
    assert checks_of(sound)["cache"]["status"] == "ok"
    pointer = tmp_path / "storage" / "current"
    pointer.write_text("deadbeefdeadbeef\n")
    dangling = run("--data", address, "--json")
    assert dangling.exit_code == 1
    assert "deadbeefdeadbeef as live, which is not there" in checks_of(dangling)["storage"]["found"]
    pointer.write_text(f"{two_snapshots.new}\n")
    CliRunner().invoke(commands, ["query", "{ __typename }", "--data", address])
    shutil.rmtree(tmp_path / "storage")
    fetched = run("--data", address, "--json")
    assert fetched.exit_code == 0
    assert "A server serves the snapshot fetched before." in checks_of(fetched)["storage"]["found"]
    assert checks_of(fetched)["snapshot"]["status"] == "ok"


def test_unreadable_api_keys_prevent_serving(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYGRAPH_ACCESS", "keys")
    none = run("--data", str(folder), "--json")
    assert (none.exit_code, checks_of(none)["API keys"]["status"]) == (0, "warning")
    assert f"keys add NAME --data {folder}." in checks_of(none)["API keys"]["advice"]
    (folder / "keys.json").write_text('{"x')
    damaged = run("--data", str(folder), "--json")
    assert (damaged.exit_code, checks_of(damaged)["API keys"]["status"]) == (1, "error")


def test_a_cache_that_cannot_be_written_prevents_serving(
    two_snapshots: Two, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    cache = checks_of(run("--data", f"file://{two_snapshots.data}", "--json"))["cache"]
    assert cache["status"] == "error"
    assert cache["advice"] == "Set XDG_CACHE_HOME to a writable folder."

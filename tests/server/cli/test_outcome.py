"""A command's outcome as JSON: what a parent process learns, without reading any message."""

from __future__ import annotations

import subprocess
from pathlib import Path

import msgspec
import pytest

import processes
import world
from datastore.base.errors import (
    DamagedSnapshot,
    InputError,
    NotReleased,
    OtherFormat,
    PlaygraphError,
    SettingsError,
    SnapshotError,
)
from datastore.base.evaluation import read_evaluation
from datastore.base.gate import Gate
from datastore.base.snapshot import current_version, snapshot_path
from etl.snapshot.mirror import NotWritten
from server.cli.outcome import Done, Failed, Outcome

GATE = Gate(False, "Not released. It is worse.", forced=False, first=False)


@pytest.mark.parametrize(
    "error",
    [
        InputError("a.json is odd.", path=Path("a.json"), rejects=Path("rejects.jsonl")),
        InputError("nothing was given."),
        NotReleased("Not released.\n- Users: 4 before, 44", gate=GATE, drifts=["Users: 4 before"]),
        SnapshotError("data cannot be written."),
        SettingsError("PLAYGRAPH_SEED is -1."),
        PlaygraphError("A process was ended from outside."),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_comes_back_as_the_same_class_with_the_same_data(error: PlaygraphError) -> None:
    encoded = msgspec.json.encode(Failed.of(error))
    found = msgspec.json.decode(encoded, type=Done | Failed)
    assert isinstance(found, Failed)
    again = found.exception()
    assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))


@pytest.mark.parametrize(
    "error",
    [
        DamagedSnapshot("It is damaged: a.json is missing.", "a.json is missing"),
        OtherFormat("It has format 1.", 1, demo=False),
        NotWritten("Not released: no route to host."),
    ],
    ids=lambda error: type(error).__name__,
)
def test_every_error_of_a_snapshot_comes_back_as_one(error: SnapshotError) -> None:
    again = Failed.of(error).exception()
    assert (type(again), str(again)) == (SnapshotError, str(error))


def test_an_error_of_another_class_is_one_that_playgraph_explains() -> None:
    again = Failed.of(OSError("no room")).exception()
    assert (type(again), str(again)) == (PlaygraphError, "no room")


def run(tmp_path: Path, *arguments: str | Path) -> tuple[Outcome, subprocess.CompletedProcess[str]]:
    result = tmp_path / "result.json"
    result.unlink(missing_ok=True)
    ended = processes.run(f"--result-json={result}", *arguments, env=processes.environment())
    return msgspec.json.decode(result.read_bytes(), type=Done | Failed), ended


def test_a_command_writes_its_outcome_where_that_is_asked_for(tmp_path: Path) -> None:
    raw, data = world.write(tmp_path / "raw"), tmp_path / "data"
    files = [f"--{kind}={path}" for kind, path in raw.files()]
    done, ended = run(tmp_path, "build", *files, "--data", data)
    assert ended.returncode == 0, ended.stderr
    version = current_version(data)
    assert version is not None
    evaluation = read_evaluation(snapshot_path(data, version))
    assert evaluation is not None
    assert done == Done(version, evaluation.gate)
    assert run(tmp_path, "update", *files, "--data", data)[0] == Done()

    broken = tmp_path / "broken.json"
    broken.write_text("{\n{\n")
    failed, ended = run(tmp_path, "update", "--items", broken, "--data", data)
    assert isinstance(failed, Failed)
    assert (failed.error, failed.path, ended.returncode) == ("InputError", str(broken), 1)
    assert "playgraph:" not in ended.stderr

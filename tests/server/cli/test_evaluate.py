"""`playgraph evaluate`: measures the live snapshot, and stores the result in it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

import groups_world
from datastore.base.errors import SnapshotError
from datastore.base.evaluation import (
    Evaluation,
    Gate,
    read_evaluation,
    without_users,
    write_evaluation,
)
from datastore.base.reader import SnapshotReader
from harness import build_snapshot
from server.cli.main import commands


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small world, not to be changed."""
    folder = tmp_path_factory.mktemp("built")
    build_snapshot(groups_world.write(folder / "raw"), folder / "data")
    return folder / "data"


@pytest.fixture
def data(built: Path, tmp_path: Path) -> Path:
    """A copy of that world, to work on."""
    return Path(shutil.copytree(built, tmp_path / "data"))


@pytest.fixture
def snapshot(data: Path) -> Path:
    (found,) = (data / "snapshots").iterdir()
    return found


def run(data: Path, *arguments: str) -> Result:
    return CliRunner(env={"COLUMNS": "80"}).invoke(
        commands, ["evaluate", "--data", str(data), "--jobs", "1", *arguments]
    )


def test_the_evaluation_is_printed_and_kept(small_demo_data_dir: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(small_demo_data_dir, tmp_path / "demo"))
    (snapshot,) = (data / "snapshots").iterdir()
    result = run(data)
    assert result.exit_code == 0
    kept = read_evaluation(snapshot)
    assert kept is not None
    manifest = json.loads((snapshot / "manifest.json").read_bytes())
    assert kept.seed == manifest["parameters"]["seed"]
    assert f"{kept.held_out:,} held-out pairs of {kept.users:,} users" in result.stdout
    served = kept.rankings[0].ndcg_at_10
    assert f"{served.value:.3f} ±{served.high - served.value:.3f}" in result.stdout
    for word in ("popularity", "EASE", "novelty", "Users with few games", "co-play"):
        assert word in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80
    assert "evaluation" in result.stderr


def test_json_is_what_is_kept(data: Path, snapshot: Path) -> None:
    shown = msgspec.json.decode(run(data, "--json").stdout, type=Evaluation)
    kept = read_evaluation(snapshot)
    assert kept is not None
    assert shown == without_users(kept)
    assert any(part.by_user for part in kept.slices)


def test_similar_games_are_measured_by_bundles_if_a_file_is_given(
    data: Path, snapshot: Path, tmp_path: Path
) -> None:
    reader = SnapshotReader(snapshot)
    ids, players = reader.column("games", "app_id"), reader.column("games", "players")
    best = sorted(range(len(ids)), key=lambda row: -players[row])[:4]
    file = tmp_path / "bundles.json"
    file.write_text(json.dumps({"items": [{"item_id": ids[row]} for row in best]}))
    result = run(data, "--bundles", str(file))
    assert result.exit_code == 0
    kept = read_evaluation(snapshot)
    assert kept is not None
    assert kept.bundles is not None
    assert kept.bundles.bundles == 1
    assert f"of {kept.bundles.games} games in 1 bundle, " in result.stdout
    run(data)  # what was measured by bundles stays
    again = read_evaluation(snapshot)
    assert again is not None
    assert again.bundles == kept.bundles
    file.write_text(json.dumps({"items": [{"item_id": "no such game"}]}))
    assert "No bundle has two listed games" in run(data, "--bundles", str(file)).stderr


def test_another_seed_is_measured_but_not_kept(data: Path, snapshot: Path) -> None:
    before = read_evaluation(snapshot)
    result = run(data, "--json", "--seed", "5")
    assert json.loads(result.stdout)["seed"] == 5
    assert (
        "Not stored in the snapshot, because the snapshot was built with another seed."
        in result.stderr
    )
    assert read_evaluation(snapshot) == before


def test_the_reason_of_the_release_is_kept(data: Path, snapshot: Path) -> None:
    gate = Gate(True, "Released: first build.", forced=False, first=True)
    write_evaluation(snapshot, Evaluation(0, 0, 0, 0, [], [], [], gate=gate))
    assert run(data).exit_code == 0
    kept = read_evaluation(snapshot)
    assert kept is not None
    assert kept.gate == gate
    assert kept.users > 0


def test_a_world_too_small_to_be_measured_says_so(data_dir: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(data_dir, tmp_path / "tiny"))
    result = run(copy)
    assert result.exit_code == 0
    assert result.stdout.startswith("Nothing to measure")


def test_without_a_snapshot_it_says_what_to_do(tmp_path: Path) -> None:
    result = run(tmp_path)
    assert result.exit_code == 1
    assert "No snapshot in" in str(result.exception)
    assert "playgraph build" in str(result.exception)


def test_a_result_that_cannot_be_kept_is_shown_all_the_same(
    data: Path, snapshot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = read_evaluation(snapshot)

    def refuse(folder: Path, evaluation: Evaluation) -> None:
        raise SnapshotError(
            f"{folder / 'evaluation.json'} cannot be written: Read-only file system."
        )

    monkeypatch.setattr("etl.release.evaluate.write_evaluation", refuse)
    result = run(data, "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["users"] > 0
    assert "The result above was not kept: " in result.stderr
    assert "cannot be written: Read-only file system." in result.stderr
    assert "held-out pairs of" in run(data).stdout
    assert read_evaluation(snapshot) == before


def test_a_damaged_evaluation_is_measured_again(data: Path, snapshot: Path) -> None:
    (snapshot / "evaluation.json").write_text("{")
    assert run(data).exit_code == 0
    kept = read_evaluation(snapshot)
    assert kept is not None
    assert kept.users > 0

"""`playgraph build` and `playgraph train`: which model serves, and which does not."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import msgspec
import numpy as np
import pytest
from click.testing import CliRunner, Result

import groups_world
from datastore.base.evaluation import Evaluation, read_evaluation, write_evaluation
from datastore.base.format import FORMAT
from datastore.base.gate import Gate
from datastore.base.snapshot import Manifest, current_version, read_manifest, snapshot_path
from datastore.store import Store
from etl.recommender.parameters import DEFAULT_SEED, Parameters
from etl.recommender.tuning import Tuning
from etl.release.recipe import next_recipe
from etl.snapshot.live_snapshot import LiveSnapshot
from groups_world import USERS
from harness import asker, change_document
from server.cli.main import commands

pytestmark = pytest.mark.slow


def run(command: str, data: Path, *arguments: str) -> Result:
    given = [command, "--data", str(data), "--jobs", "1", *arguments]
    return CliRunner(env={"COLUMNS": "300"}).invoke(commands, given)


def next_parameters(data: Path, *, demo: bool) -> Parameters:
    """Those that a build or a training would take now."""
    return next_recipe(LiveSnapshot.of(data), seed=None, jobs=1, demo=demo).parameters


def write_raw(folder: Path, *, taste: bool) -> list[str]:
    """Options of a build of players with a taste, or without."""
    files = groups_world.write(folder, taste=taste).files()
    return [part for kind, path in files for part in (f"--{kind}", str(path))]


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose players have a taste."""
    folder = tmp_path_factory.mktemp("good")
    result = run("build", folder / "data", *write_raw(folder / "raw", taste=True))
    assert result.exit_code == 0, result.output
    assert "Released: first build." in result.output
    return folder / "data"


@pytest.fixture
def data(good: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(good, tmp_path / "data"))


@pytest.fixture(scope="module")
def trained(good: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same folder after a training with another seed, not to be changed."""
    folder = Path(shutil.copytree(good, tmp_path_factory.mktemp("trained") / "data"))
    result = run("train", folder, "--seed", "5")
    assert result.exit_code == 0, result.output
    assert manifest(folder).version in result.output
    return folder


@pytest.fixture(scope="module")
def forced(good: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same folder after a release of a model no better than popularity, not to be changed."""
    folder = tmp_path_factory.mktemp("forced")
    shutil.copytree(good, folder / "data")
    raw = write_raw(folder / "raw", taste=False)
    result = run("build", folder / "data", *raw, "--force")
    assert result.exit_code == 0, result.output
    assert "Released by --force despite the verdict and drift. The recommender " in result.output
    return folder / "data"


@pytest.fixture(scope="module")
def after_demo(
    small_demo_data_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Parameters, Path]:
    """Parameters of a demo world that was tuned, and its folder after a build of real data."""
    folder = tmp_path_factory.mktemp("after-demo")
    data = Path(shutil.copytree(small_demo_data_dir, folder / "data"))
    path = serving(data) / "manifest.json"
    parameters = json.loads(path.read_bytes())["parameters"]
    model = parameters["model"] | {"alpha": 33.0}
    change_document(path, parameters=parameters | {"seed": 5, "tuned": True, "model": model})
    tuned = next_parameters(data, demo=True)
    result = run("build", data, *write_raw(folder / "raw", taste=False))
    assert result.exit_code == 0, result.output
    return tuned, data


def serving(data: Path) -> Path:
    version = current_version(data)
    assert version is not None
    return snapshot_path(data, version)


def gate(data: Path) -> Gate:
    found = read_evaluation(serving(data))
    assert found is not None
    assert found.gate is not None
    return found.gate


def test_a_first_build_is_released_with_its_figures(good: Path) -> None:
    found = gate(good)
    assert found.first
    assert not found.forced
    measured = read_evaluation(serving(good))
    assert measured is not None
    assert measured.users == USERS
    assert [own.ranking for own in measured.rankings] == ["as served", "popularity"]
    assert measured.rankings[0].ndcg_at_10.value > 3 * measured.rankings[1].ndcg_at_10.value


def test_a_model_no_better_than_popularity_is_not_released(data: Path, tmp_path: Path) -> None:
    before = sorted(path for path in (data / "snapshots").rglob("*") if path.is_file())
    version = current_version(data)
    result = run("build", data, *write_raw(tmp_path / "raw", taste=False))
    assert result.exit_code == 1
    said = str(result.exception)
    assert said.startswith("Not released. The recommender ")
    assert "popularity" in said
    assert said.endswith("--force releases it anyway.")
    assert current_version(data) == version
    assert sorted(path for path in (data / "snapshots").rglob("*") if path.is_file()) == before


def test_force_releases_it_and_the_model_card_says_so(forced: Path) -> None:
    store = Store.open_current(forced)
    assert store is not None
    query = "{ model { gate { forced first reason } } }"
    told = asker(store)(query)["data"]["model"]["gate"]
    assert told == {"forced": True, "first": False, "reason": gate(forced).reason}


def test_a_model_worse_than_the_serving_one_is_not_released(data: Path) -> None:
    measured = read_evaluation(serving(data))
    assert measured is not None
    best = measured.rankings[0]
    perfect = type(best.ndcg_at_10)(0.99, 0.98, 1.0)
    better = type(best)(
        **{name: getattr(best, name) for name in best.__struct_fields__} | {"ndcg_at_10": perfect}
    )
    fields = {name: getattr(measured, name) for name in measured.__struct_fields__}
    write_evaluation(
        serving(data), Evaluation(**fields | {"rankings": [better, *measured.rankings[1:]]})
    )
    result = run("train", data, "--seed", "5")
    assert result.exit_code == 1
    assert "worse than the live one beyond noise" in str(result.exception)
    assert len(list((data / "snapshots").iterdir())) == 1


def manifest(data: Path) -> Manifest:
    return read_manifest(serving(data))


def test_training_again_changes_nothing_but_the_model(good: Path, trained: Path) -> None:
    old, new = manifest(good), manifest(trained)
    assert new.version != old.version
    assert (new.inputs, new.tables) == (old.inputs, old.tables)
    after, before = (manifest.subjects["games"] for manifest in (new, old))
    assert (after.counts, after.coverage) == (before.counts, before.coverage)
    assert new.parameters == msgspec.structs.replace(old.parameters, seed=5)
    assert new.subjects["games"].facts["trained_at"] >= old.subjects["games"].facts["trained_at"]
    changed = {name for name in new.arrays if new.arrays[name] != old.arrays[name]}
    assert {"item_factors", "user_factors", "user_scores"} <= changed
    assert not {name for name in changed if name.startswith(("library", "search", "game_"))}
    report = json.loads((serving(trained) / "report.json").read_text("utf-8"))
    assert report["version"] == new.version
    assert Store.open_current(trained) is not None


def test_what_does_not_change_is_stored_once(good: Path, trained: Path) -> None:
    old = snapshot_path(trained, manifest(good).version)
    for kept in ("tables/games.arrow", "arrays/library_games.npy", "rejects.jsonl"):
        assert os.path.samefile(old / kept, serving(trained) / kept)


def test_training_with_the_same_seed_gives_the_same_snapshot(data: Path) -> None:
    version = current_version(data)
    seed = str(manifest(data).parameters.seed)
    assert run("train", data, "--seed", seed).exit_code == 0
    assert current_version(data) == version


def test_training_continues_from_the_live_factors(data: Path) -> None:
    old, factors = manifest(data), np.load(serving(data) / "arrays" / "item_factors.npy")
    seed = str(old.parameters.seed)
    assert not old.subjects["games"].facts["warm_started"]
    measured = read_evaluation(serving(data))
    assert measured is not None
    result = run("train", data, "--seed", seed, "--warm")
    assert result.exit_code == 0, result.output
    new = manifest(data)
    assert new.subjects["games"].facts["warm_started"]
    assert new.parameters == msgspec.structs.replace(old.parameters, start=old.version)
    after = np.load(serving(data) / "arrays" / "item_factors.npy")
    assert 0 < np.abs(after - factors).mean() < 0.2 * np.abs(factors).mean()
    again = read_evaluation(serving(data))
    assert again is not None
    # Factors that have seen the held-out pairs would make it look better.
    assert again.rankings == measured.rankings
    cold = run("train", data, "--seed", seed)
    assert cold.exit_code == 0, cold.output
    assert manifest(data).version == old.version


def test_another_seed_trains_from_scratch(data: Path) -> None:
    assert run("train", data, "--seed", "5", "--warm").exit_code == 0
    assert not manifest(data).subjects["games"].facts["warm_started"]


def test_without_a_seed_every_command_takes_that_of_the_live_snapshot(
    trained: Path, tmp_path: Path
) -> None:
    data = Path(shutil.copytree(trained, tmp_path / "data"))
    raw = write_raw(tmp_path / "raw", taste=True)
    assert run("train", data, "--warm").exit_code == 0
    assert manifest(data).parameters.seed == 5
    assert manifest(data).subjects["games"].facts["warm_started"]
    assert "other data" not in gate(data).reason
    assert "measured on" not in gate(data).reason
    assert run("train", data).exit_code == 0
    assert (
        manifest(data).parameters.seed,
        manifest(data).subjects["games"].facts["warm_started"],
    ) == (5, False)
    assert run("build", data, *raw).exit_code == 0
    assert manifest(data).parameters.seed == 5
    event = {"userId": "user 000", "appId": "2", "minutes": 5, "at": "2017-03-05T20:15:00Z"}
    (tmp_path / "events").write_text(json.dumps(event) + "\n")
    assert run("update", data, "--events", str(tmp_path / "events")).exit_code == 0
    assert (
        manifest(data).parameters.seed,
        manifest(data).subjects["games"].facts["warm_started"],
    ) == (5, True)
    evaluation = json.loads(run("evaluate", data, "--json").stdout)
    assert evaluation["seed"] == 5


def test_a_seed_that_is_given_counts_even_if_it_is_the_default(
    trained: Path, tmp_path: Path
) -> None:
    data = Path(shutil.copytree(trained, tmp_path / "data"))
    assert (
        "different held-out games of the same data: seed 5, previously 20160816"
        in gate(data).reason
    )
    assert run("train", data, "--seed", str(DEFAULT_SEED)).exit_code == 0
    assert manifest(data).parameters.seed == DEFAULT_SEED


def test_a_seed_of_the_environment_is_given(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYGRAPH_SEED", "7")
    assert run("train", data).exit_code == 0
    assert manifest(data).parameters.seed == 7


def test_real_data_takes_neither_seed_nor_parameters_of_the_demo_world(
    after_demo: tuple[Parameters, Path],
) -> None:
    tuned, data = after_demo
    assert tuned.alpha == 33
    found = manifest(data).parameters
    assert (found.seed, found.model) == (DEFAULT_SEED, Parameters().as_json())


def test_real_data_is_not_compared_with_the_demo_world(
    after_demo: tuple[Parameters, Path],
) -> None:
    _, data = after_demo
    assert gate(data).first
    assert gate(data).reason.startswith("Released: first build of real data after")


def test_a_search_is_kept_and_later_builds_go_on_with_what_it_found(
    data: Path, tmp_path: Path
) -> None:
    result = run("train", data, "--tune", "4")
    assert result.exit_code == 0, result.output
    tuning = json.loads((serving(data) / "tuning.json").read_text("utf-8"))
    assert len(tuning["trials"]) == 4
    best = max(trial["ndcg_at_10"] for trial in tuning["trials"])
    chosen = next(trial for trial in tuning["trials"] if trial["ndcg_at_10"] == best)
    found = manifest(data).parameters
    assert {name: found.model[name] for name in chosen["parameters"]} == chosen["parameters"]
    assert "tuning: 4 trials" in result.output
    assert f"Parameters, ranked by {USERS} validation pairs of {USERS} users" in result.output
    for name in chosen["parameters"]:
        assert name in result.output
    assert next_parameters(data, demo=False).as_json() == found.model
    again = run("build", data, *write_raw(tmp_path / "raw", taste=True), "--seed", "9")
    assert again.exit_code == 0, again.output
    assert manifest(data).parameters.model == found.model
    assert json.loads((serving(data) / "tuning.json").read_text("utf-8")) == tuning
    assert run("train", data, "--seed", "3").exit_code == 0
    assert json.loads((serving(data) / "tuning.json").read_text("utf-8")) == tuning


def test_a_search_that_finds_nothing_better_is_kept_all_the_same(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, seed = manifest(data), str(manifest(data).parameters.seed)

    def in_vain(*_: object, **__: object) -> Tuning:
        return Tuning(1, 2, 3, [], Parameters())

    monkeypatch.setattr("etl.release.train.tune", in_vain)
    assert run("train", data, "--tune", "2", "--seed", seed).exit_code == 0
    assert manifest(data).version == before.version
    assert json.loads((serving(data) / "tuning.json").read_text("utf-8"))["held_out"] == 3


def test_the_verdict_on_the_same_content_is_the_last_one(
    good: Path, forced: Path, tmp_path: Path
) -> None:
    assert gate(good).first
    assert gate(forced).forced
    data = Path(shutil.copytree(forced, tmp_path / "data"))
    again = run("build", data, *write_raw(tmp_path / "raw", taste=True))
    assert again.exit_code == 0, again.output
    assert manifest(data).version == manifest(good).version
    assert not gate(data).first


@pytest.mark.parametrize("damaged", ["evaluation.json", "manifest.json"])
def test_a_damaged_snapshot_does_not_open_the_gate(
    data: Path, tmp_path: Path, damaged: str
) -> None:
    (serving(data) / damaged).write_text("{")
    result = run("build", data, *write_raw(tmp_path / "raw", taste=False))
    assert result.exit_code == 1
    assert "does not beat popularity" in str(result.exception)
    result = run("build", data, *write_raw(tmp_path / "raw2", taste=True))
    assert result.exit_code == 0, result.output
    assert "it cannot be compared with the live model" in gate(data).reason
    assert not gate(data).first


def test_a_build_over_a_snapshot_of_another_version_says_so(data: Path, tmp_path: Path) -> None:
    manifest = serving(data) / "manifest.json"
    manifest.write_text(manifest.read_text().replace(f'"format": {FORMAT}', '"format": 7'))
    result = run("build", data, *write_raw(tmp_path / "raw", taste=True))
    assert result.exit_code == 0, result.output
    assert "the live snapshot is of another version (format 7), so it" in gate(data).reason
    assert "build again" not in result.output


def test_without_a_snapshot_there_is_nothing_to_train_on(tmp_path: Path) -> None:
    result = run("train", tmp_path / "nothing")
    assert result.exit_code == 1
    assert str(result.exception) == (
        f"No snapshot in {tmp_path / 'nothing'}: run playgraph build, or playgraph demo."
    )
    assert not (tmp_path / "nothing").exists()


def test_of_too_little_no_parameters_are_tried(tmp_path: Path) -> None:
    data, raw = tmp_path / "data", tmp_path / "raw"
    raw.mkdir()
    (raw / "games.json").write_text("{'id': '10', 'app_name': 'Alpha'}\n")
    (raw / "reviews.json").write_text("{'user_id': 'ann', 'reviews': []}\n")
    (raw / "items.json").write_text("{'user_id': 'ann', 'items_count': 0, 'items': []}\n")
    given = [f"--{kind}={raw / kind}.json" for kind in ("games", "reviews", "items")]
    assert run("build", data, *given).exit_code == 0
    result = run("train", data, "--tune", "3")
    assert "tuning: 0 trials: too few games to hold out" in result.output

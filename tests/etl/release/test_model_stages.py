"""Models of subjects: fitted, taken over when nothing has changed, judged by their figures."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import numpy as np
from rich.console import Console

from datastore.base.format import FORMAT
from datastore.base.reader import SnapshotReader
from datastore.base.snapshot import BuildParameters, Manifest, array_path
from etl.process.progress import Reporter
from etl.recommender.parameters import Parameters, Recipe
from etl.release.model_stages import Models, fit_models
from etl.snapshot.live_snapshot import LiveSnapshot
from etl.snapshot.writer import SnapshotWriter
from etl.subject import Fitted, ModelStage, Task


class Quality(msgspec.Struct):
    error: float


@dataclass
class Averages:
    """A model that is the mean of the popular games; counts how often it is fitted."""

    error: float = 1.0
    fitted: int = 0
    seeds: list[int] = field(default_factory=list)

    def stage(self) -> ModelStage:
        return ModelStage(
            name="averages",
            arrays=("library_offsets",),
            evaluation="averages.json",
            inputs=lambda reader: reader.manifest.arrays["popular_games"].sha256,
            fit=self.fit,
            judge=self.judge,
        )

    def fit(self, reader: SnapshotReader, writer: SnapshotWriter, task: Task) -> Fitted:
        self.fitted += 1
        self.seeds.append(task.seed)
        mean = int(reader.array("popular_games").mean())
        writer.array("library_offsets", np.array([mean]))
        return Fitted({"mean": mean}, Quality(self.error))

    def judge(self, new: bytes, live: bytes | None) -> str:
        if live is None:
            return ""
        after, before = (msgspec.json.decode(figures, type=Quality) for figures in (new, live))
        return "It is worse." if after.error > before.error else ""


def build(
    data: Path, model: Averages, games: list[int], version: str, seed: int = 1
) -> tuple[Models, Path]:
    live = LiveSnapshot.of(data)
    with SnapshotWriter(data) as writer:
        writer.array("popular_games", np.array(games))
        reporter = Reporter(Console(file=io.StringIO()), quiet=True)
        recipe = Recipe(Parameters(), seed, 1)
        with reporter.running():
            models = fit_models((model.stage(),), writer, live, recipe, reporter)
        parameters = BuildParameters(seed=seed, model={}, tuned=False, max_line_bytes=1)
        manifest = Manifest(
            FORMAT, version, "now", "0", [], "", {}, parameters, False, {}, models.entries,
            writer.tables, writer.arrays,
        )  # fmt: skip
        return models, writer.release(manifest, {"version": version})


def test_a_model_is_fitted_and_its_figures_are_kept(tmp_path: Path) -> None:
    models, folder = build(tmp_path, Averages(), [1, 3], "a")
    assert models.entries["averages"].facts == {"mean": 2}
    assert models.refusals == []
    assert np.load(array_path(folder, "library_offsets")).tolist() == [2]
    figures = msgspec.json.decode((folder / "averages.json").read_bytes())
    assert (figures["error"], figures.keys()) == (1.0, {"error", "sha256"})  # of its own content


def test_a_model_of_the_same_values_is_taken_over(tmp_path: Path) -> None:
    model = Averages()
    before, old = build(tmp_path, model, [1, 3], "a")
    after, new = build(tmp_path, model, [1, 3], "b")
    assert model.fitted == 1
    assert after == before
    for file in (Path("averages.json"), Path("arrays/library_offsets.npy")):
        assert (new / file).samefile(old / file)


def test_other_values_or_another_seed_are_fitted_again(tmp_path: Path) -> None:
    model = Averages()
    build(tmp_path, model, [1, 3], "a")
    build(tmp_path, model, [1, 5], "b")
    build(tmp_path, model, [1, 5], "c", seed=2)
    assert model.fitted == 3
    assert model.seeds == [1, 1, 2]


def test_a_worse_model_is_refused_with_its_reason(tmp_path: Path) -> None:
    build(tmp_path, Averages(error=1.0), [1, 3], "a")
    assert build(tmp_path, Averages(error=0.9), [1, 4], "b")[0].refusals == []
    assert build(tmp_path, Averages(error=0.95), [1, 5], "c")[0].refusals == ["It is worse."]

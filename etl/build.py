"""etl: the build. Raw dumps in, one released snapshot out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from datastore.base.errors import InputError
from datastore.base.evaluation import Gate, write_evaluation
from datastore.base.names import fold
from datastore.base.snapshot import Manifest
from etl import games, kinds, learned_sentiment, reviews, sentiment, users
from etl.frames import axes, library
from etl.lines import RawFile
from etl.manifests import new_manifest
from etl.progress import Reporter
from etl.recommender.content import Catalogue
from etl.recommender.parameters import Parameters
from etl.report import BuildReport, Rejects, SourceReport
from etl.snapshot import SnapshotWriter
from etl.stored import Stored
from etl.tables import Sources, write_tables
from etl.training import How, chosen_parameters, train
from etl.workers import Workers

__all__ = ["Inputs", "Options", "build", "tags_of"]

_KINDS = ("games", "reviews", "items")


@dataclass(frozen=True, slots=True)
class Inputs:
    """The three raw dumps."""

    games: Path
    reviews: Path
    items: Path


@dataclass(frozen=True, slots=True)
class Options:
    """How to build. `jobs` counts processes and threads and does not change the result; `force`
    releases a model that the gate refuses."""

    max_rejects: float
    seed: int
    jobs: int
    max_line_bytes: int
    demo: bool = False
    force: bool = False


def build(
    inputs: Inputs, data_dir: Path, options: Options, reporter: Reporter
) -> tuple[Manifest, BuildReport, Gate]:
    """Build a snapshot and release it.

    Raises InputError when a dump cannot be used, SnapshotError when the folder cannot be written
    and NotReleased when the model is not good enough; the snapshot that served before goes on
    serving then.
    """
    files = {kind: RawFile(getattr(inputs, kind), options.max_line_bytes) for kind in _KINDS}
    for kind, raw in files.items():
        kinds.check(raw, kind)
    with SnapshotWriter(data_dir) as writer, reporter.running():
        rejects = Rejects(writer.folder / "rejects.jsonl")
        try:
            reports, read = _read(files, options, reporter, rejects)
        except InputError as error:
            if "{rejects}" in str(error):
                rejects.close()
                kept = writer.keep_rejects()
                raise InputError(str(error).replace("{rejects}", str(kept))) from None
            raise
        finally:
            rejects.close()
        with reporter.stage("tables"):
            entities = axes(read.catalogue, read.reviews, read.libraries)
            rows = library(entities, read.libraries)
            dataset = write_tables(writer, entities, rows, read, demo=options.demo)
        parameters = chosen_parameters(data_dir)
        world = Stored(
            rows,
            entities.user_ids,
            entities.app_ids,
            tags_of(read.catalogue, len(entities.app_ids)).words,
        )
        how = How(options.seed, options.jobs, options.force)
        trained = train(world, parameters, how, data_dir, reporter, demo=options.demo)
        for name, array in trained.model.arrays.items():
            writer.array(name, array)
        settings = {
            "seed": options.seed,
            "max_line_bytes": options.max_line_bytes,  # decides which lines are read
            "model": parameters.as_json(),
            "tuned": parameters != Parameters(),
        }
        facts = trained.model.facts | {
            "sentiment": learned_sentiment.facts(read.reviews.rows, read.compound, read.learned)
        }
        hashes = {kind: raw.sha256 for kind, raw in files.items()}
        manifest = new_manifest(hashes, settings, dataset, facts, writer)
        write_evaluation(writer.folder, trained.evaluation)
        report = BuildReport(manifest.version, reports, dataset.coverage, facts, reporter.seconds)
        writer.release(manifest, report.as_json())
    return manifest, report, trained.gate


def _read(
    files: dict[str, RawFile], options: Options, reporter: Reporter, rejects: Rejects
) -> tuple[list[SourceReport], Sources]:
    reports = {kind: SourceReport(kind, str(raw.path)) for kind, raw in files.items()}

    def checked(kind: str) -> None:
        rejects.check(reports[kind], options.max_rejects)

    with reporter.stage("read games", files["games"].size) as stage:
        catalogue = games.read(files["games"], reports["games"], rejects, stage)
    checked("games")
    with reporter.stage("read reviews", files["reviews"].size) as stage:
        reviewed = reviews.read(files["reviews"], reports["reviews"], rejects, stage)
    checked("reviews")
    with Workers(options.jobs) as workers:
        learning = learned_sentiment.Learning(reviewed.rows, workers)
        scoring = sentiment.Scoring([row.text for row in reviewed.rows], workers)
        with reporter.stage("read items", files["items"].size) as stage:
            libraries = users.read(files["items"], reports["items"], rejects, stage)
        checked("items")
        with reporter.stage("sentiment", scoring.texts) as stage:
            compound = scoring.result(stage.advance)
            stage.rows(scoring.texts, "texts")
        with reporter.stage("learned sentiment") as stage:
            learned = learning.result()
            stage.rows(learning.texts, "texts")
    return list(reports.values()), Sources(catalogue, reviewed, libraries, compound, learned)


def tags_of(catalogue: list[games.CatalogueGame], size: int) -> Catalogue:
    words = [
        [*(f"t:{fold(t)}" for t in g.tags), *(f"g:{fold(x)}" for x in g.genres)] for g in catalogue
    ]
    return Catalogue(words + [[]] * (size - len(catalogue)))

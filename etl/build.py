"""etl: the build. Raw dumps in, one released snapshot out."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from datastore.base.errors import InputError
from datastore.base.names import fold
from datastore.base.snapshot import Dataset, Manifest
from datastore.base.tables import FORMAT
from etl import games, kinds, reviews, sentiment, users
from etl.frames import axes, library
from etl.lines import RawFile
from etl.progress import Reporter
from etl.recommender.build import Recommendations, recommend
from etl.recommender.content import Catalogue
from etl.recommender.parameters import Parameters
from etl.report import BuildReport, Rejects, SourceReport
from etl.snapshot import SnapshotWriter
from etl.tables import Sources, write_tables

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
    """How to build. `jobs` counts processes and threads and does not change the result."""

    max_rejects: float
    seed: int
    jobs: int
    max_line_bytes: int
    demo: bool = False


def build(
    inputs: Inputs, data_dir: Path, options: Options, reporter: Reporter
) -> tuple[Manifest, BuildReport]:
    """Build a snapshot and release it.

    Raises InputError when a dump cannot be used and SnapshotError when the folder cannot be
    written; the snapshot that served before goes on serving then.
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
        parameters = Parameters()
        with reporter.stage("recommender", parameters.iterations) as stage:
            words = tags_of(read.catalogue, len(entities.app_ids))
            model = recommend(
                rows, words, parameters, options.seed, options.jobs, lambda: stage.advance(1)
            )
            stage.rows(model.facts["interactions"], "played pairs")
            for name, values_ in model.arrays.items():
                writer.array(name, values_)
        hashes = {kind: raw.sha256 for kind, raw in files.items()}
        manifest = _manifest(hashes, options, parameters, dataset, model, writer)
        report = BuildReport(
            manifest.version, reports, dataset.coverage, model.facts, reporter.seconds
        )
        writer.release(manifest, report.as_json())
    return manifest, report


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
    with sentiment.Scoring([row.text for row in reviewed.rows], options.jobs) as scoring:
        with reporter.stage("read items", files["items"].size) as stage:
            libraries = users.read(files["items"], reports["items"], rejects, stage)
        checked("items")
        with reporter.stage("sentiment", scoring.texts) as stage:
            compound = scoring.result(stage.advance)
            stage.rows(scoring.texts, "texts")
    return list(reports.values()), Sources(catalogue, reviewed, libraries, compound)


def _manifest(
    hashes: dict[str, str],
    options: Options,
    parameters: Parameters,
    dataset: Dataset,
    model: Recommendations,
    writer: SnapshotWriter,
) -> Manifest:
    settings = {"seed": options.seed, "model": parameters.as_json()}
    content = {"format": FORMAT, "inputs": hashes, "demo": options.demo, "parameters": settings}
    content["max_line_bytes"] = options.max_line_bytes  # decides which lines are read
    content["libraries"] = {
        name: version(name) for name in ("playgraph", "implicit", "vaderSentiment", "numpy")
    }
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    return Manifest(
        format=FORMAT,
        version=digest[:16],
        built_at=datetime.now(UTC).isoformat(timespec="seconds"),
        playgraph=version("playgraph"),
        inputs=hashes,
        parameters=settings,
        model=model.facts,
        dataset=dataset,
        tables=writer.tables,
        arrays=writer.arrays,
    )


def tags_of(catalogue: list[games.CatalogueGame], size: int) -> Catalogue:
    words = [
        [*(f"t:{fold(t)}" for t in g.tags), *(f"g:{fold(x)}" for x in g.genres)] for g in catalogue
    ]
    return Catalogue(words + [[]] * (size - len(catalogue)))

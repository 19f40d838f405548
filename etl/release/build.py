"""etl.release: the build: raw dumps in, one released snapshot out; an update adds files to it."""

from __future__ import annotations

import sys
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from datastore.base.errors import SnapshotError
from datastore.base.evaluation import Feedback
from etl.columns.arrow import whole
from etl.games import catalogue as games
from etl.games import libraries, reviews
from etl.games.axes import axes, library
from etl.games.events import Event
from etl.games.tables import Clean, words, write_tables
from etl.process.memory import acyclic
from etl.process.progress import Reporter
from etl.process.workers import Workers
from etl.raw import recognition
from etl.raw.counts import RowCounts
from etl.raw.lines import RawFile
from etl.recommender.parameters import Parameters, Recipe
from etl.recommender.training_data import TrainingData
from etl.release.feedback import feedback
from etl.release.publication import Candidate, Policy, Release, model_parameters, publish
from etl.release.report import SourceReport
from etl.sentiment import learned as learned_sentiment
from etl.sentiment import scoring as sentiment
from etl.sentiment.reuse import Scores, reviews_digest, scores_before
from etl.snapshot.live import LiveSnapshot
from etl.snapshot.writer import TUNING, SnapshotWriter
from etl.sources.cache import KINDS, Sources, digest
from etl.sources.inputs import Inputs
from etl.sources.reader import Reading

__all__ = ["Inputs", "Options", "build", "forget", "update"]


@dataclass(frozen=True, slots=True)
class Options:
    """How to build. Without a seed it is the live snapshot's. `jobs` counts processes and threads
    and does not change the result; `warm` starts training from the live factors where parameters
    and seed are the same."""

    max_rejects: float
    seed: int | None
    jobs: int
    max_line_bytes: int
    max_unpacked_bytes: int = sys.maxsize
    demo: bool = False
    warm: bool = False
    policy: Policy = field(default_factory=Policy)


def build(inputs: Inputs, data_dir: Path, options: Options, reporter: Reporter) -> Release:
    """Build a snapshot from raw files alone, and release it.

    Raises InputError when a file cannot be used, SnapshotError when the folder cannot be written
    and NotReleased when the model is not good enough or the data has drifted; the snapshot that
    served before goes on serving then.
    """
    return _build(inputs, data_dir, options, reporter)


def update(inputs: Inputs, data_dir: Path, options: Options, reporter: Reporter) -> Release | None:
    """Build a snapshot from the files of the serving one and newer ones, and release it: what
    `build` makes of all of them. Only the new files are read; None when there is no new one.

    Raises as `build` does, and SnapshotError when there is nothing to update.
    """
    _, before = LiveSnapshot.of(data_dir).require(data_dir)
    if before.dataset.demo:
        raise SnapshotError(
            f"What serves from {data_dir} is the invented demo world: run playgraph build with all "
            "dumps first."
        )
    known = {(file.kind, file.sha256) for file in before.inputs}
    if all((kind, digest(path)) in known for kind, path in inputs.files()):
        return None
    return _build(inputs, data_dir, options, reporter, going_on=True)


def forget(
    user_ids: Collection[str], data_dir: Path, options: Options, reporter: Reporter
) -> Release | None:
    """Remove users for good: from what is kept of the raw files, from the snapshot (a new one is
    built and released, whatever its model is worth) and with every older snapshot. They are left
    out of whatever is read later. None when nothing was built yet.

    Raises SnapshotError when the folder cannot be read or written; to call it again goes on.
    """
    before = LiveSnapshot.of(data_dir).manifest
    if before is not None:  # what was read by other settings must go on being known
        lines = before.parameters["max_line_bytes"]
        options = replace(options, max_line_bytes=lines, demo=before.dataset.demo)
    with SnapshotWriter(data_dir, state="") as writer, reporter.running():
        sources = Sources(data_dir, options.max_line_bytes)
        sources.forgotten.add(user_ids)
        with reporter.stage("forget"):
            sources.settle()
        if LiveSnapshot.of(data_dir).folder is None:
            writer.prune(sources.forgotten.digest)
            return None
    forced = replace(options, policy=replace(options.policy, force=True))
    return _build(Inputs(), data_dir, forced, reporter, going_on=True, state="")


def _build(
    inputs: Inputs,
    data_dir: Path,
    options: Options,
    reporter: Reporter,
    *,
    going_on: bool = False,
    **how: str,
) -> Release:
    caps = options.max_line_bytes, options.max_unpacked_bytes
    raw = [(kind, RawFile(path, *caps)) for kind, path in inputs.files()]
    for kind, file in raw:
        recognition.check(file, kind)
    with SnapshotWriter(data_dir, **how) as writer, reporter.running():
        sources = Sources(data_dir, options.max_line_bytes)
        if sources.unsettled:  # a removal was interrupted
            with reporter.stage("forget"):
                sources.settle()
        live = LiveSnapshot.of(data_dir)
        earlier = live.require(data_dir)[1].inputs if going_on else []
        reading = Reading(sources, earlier, raw, options.max_rejects, reporter)
        clean, counts, written = _clean(reading, scores_before(live), options.jobs, reporter)
        with acyclic(), reporter.stage("tables"):
            reviewed = clean.reviews
            entities = axes(
                clean.catalogue, clean.libraries, reviewed.users, reviewed.rows["app_id"]
            )
            rows = library(entities, clean.libraries)
            dataset = write_tables(writer, entities, rows, clean, demo=options.demo)
            recommend = reviewed.rows["recommend"].to_numpy()
            judged = learned_sentiment.facts(recommend, clean.compound, clean.learned)
            data = TrainingData(
                rows,
                entities.user_ids.to_pylist(),
                entities.app_ids.to_pylist(),
                words(clean.catalogue, len(entities.app_ids)),
            )
        del clean, reviewed, entities, rows  # training needs the memory
        from etl.release.model import evaluate, fit  # with SciPy, not needed before

        recipe = Recipe(
            live.parameters(demo=options.demo),
            live.seed(options.seed, demo=options.demo),
            options.jobs,
        )
        if recipe.parameters != Parameters() and live.folder is not None:
            writer.take(live.folder / TUNING)
        forgotten = sources.forgotten.digest
        start = live if options.warm and live.continues(recipe, forgotten) else None
        facts = fit(data, recipe, writer, reporter, start=start.folder if start else None)
        evaluation = evaluate(data, recipe, reporter)
        with (writer.folder / "rejects.jsonl").open("wb") as rejects:
            for path in reading.rejects():
                rejects.write(path.read_bytes())
        candidate = Candidate(
            reading.files,
            forgotten,
            model_parameters(recipe, start)
            | {"max_line_bytes": options.max_line_bytes},  # decides which lines are read
            dataset,
            _source_reports(reading, counts),
            facts | {"sentiment": judged, "reviews_sha256": written},
            evaluation,
            feedback=_feedback(reading.new_events(), live) if earlier else None,
        )
        release = publish(candidate, live, options.policy, writer, reporter.seconds)
        sources.prune(writer.inputs_in_use())
    return release


@acyclic()
def _clean(
    reading: Reading, before: Scores | None, jobs: int, reporter: Reporter
) -> tuple[Clean, dict[str, RowCounts], str]:
    """All rows, clean and merged, with both sentiments; the counts of merging, by kind; and what
    names the reviews as they are.

    The sentiments are found by worker processes while the libraries are read.
    """
    reading.read("events")
    catalogue = games.merge(reading.read("games"))
    reviewed = reviews.merge(reading.read("reviews"))
    rows = reviewed.rows.rows
    text, written = whole(rows["text"]), reviews_digest(rows)
    compound = before.compound(text) if before else np.full(len(text), np.nan)
    learned = before.learned(written) if before else None
    with Workers(jobs) as workers:
        learning = learned_sentiment.Learning(rows, workers) if learned is None else None
        new = np.flatnonzero(np.isnan(compound))
        scoring = sentiment.Scoring(text.take(pa.array(new)).to_pylist(), workers)
        owned = libraries.merge(reading.read("items"))
        with reporter.stage("sentiment", scoring.texts) as stage:
            compound[new] = scoring.result(stage.advance)
            stage.rows(scoring.texts, "text")
        with reporter.stage("learned sentiment") as stage:
            found = learning.result() if learning else np.zeros(0)
            stage.rows(int(np.isfinite(found).sum()), "text")
    scores = found if learned is None else learned
    counts = {
        "games": catalogue.counts,
        "reviews": reviewed.counts,
        "items": owned.counts,
        "events": reading.counts_of_events,
    }
    return Clean(catalogue.rows, reviewed.rows, owned.rows, compound, scores), counts, written


def _source_reports(reading: Reading, merged: dict[str, RowCounts]) -> list[SourceReport]:
    """The row counts of each kind: of its files, and of merging them."""
    reports = []
    for kind in KINDS:
        sources = reading.sources(kind)
        if sources:
            counts = sum((source.counts for source in sources), merged[kind])
            paths = ", ".join(source.path for source in sources)
            reports.append(SourceReport(kind, paths, counts))
    return reports


def _feedback(new: list[Event], live: LiveSnapshot) -> Feedback | None:
    return feedback(new, live.folder) if new and live.folder else None

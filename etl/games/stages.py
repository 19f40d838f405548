"""etl.games: the stages of the games subject up to training: read, clean, sentiment, tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from datastore.base.snapshot import Dataset, InputFile
from etl.games.events import Event, Events
from etl.games.kinds import CATALOGUE, EVENTS, LIBRARIES, REVIEWS
from etl.games.tables import write_tables
from etl.games.world import CleanRows, World, number_rows
from etl.process.memory import acyclic, release
from etl.process.progress import Reporter
from etl.process.workers import Workers
from etl.raw.counts import SourceReport
from etl.recommender.content import GameWords
from etl.recommender.training_data import TrainingData
from etl.sentiment.reuse import scores_before
from etl.sentiment.reviews import ReviewScoring
from etl.snapshot.live import LiveSnapshot
from etl.snapshot.writer import SnapshotWriter
from etl.sources.reader import SourceReader

__all__ = ["Prepared", "prepare"]


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a build knows when the tables are written: enough to train and to publish."""

    data: TrainingData
    dataset: Dataset
    sources: list[SourceReport]
    facts: dict[str, Any]  # about the sentiment, for the manifest
    new_events: list[Event]  # of files that no earlier build had


def prepare(
    reader: SourceReader,
    live: LiveSnapshot,
    writer: SnapshotWriter,
    jobs: int,
    reporter: Reporter,
    *,
    demo: bool,
) -> Prepared:
    """Read the files, clean and score the rows, and write the tables. Scores of the live snapshot
    are taken over where they still hold.

    The rows are gone when this returns: training needs the memory.
    """
    with acyclic():
        clean, events, sources = _clean(reader, live, jobs, reporter)
        with reporter.stage("tables"):
            world = number_rows(clean)
            dataset = write_tables(writer, world, demo=demo)
            facts = clean.sentiment.facts(clean.reviews.rows["recommend"].to_numpy())
            data = _training_data(world)
    new_events = [event for file in reader.new if file in events for event in events[file].rows]
    reports = [report for report in sources if report.file]
    return Prepared(data, dataset, reports, facts, new_events)


def _clean(
    reader: SourceReader, live: LiveSnapshot, jobs: int, reporter: Reporter
) -> tuple[CleanRows, Mapping[InputFile, Events], list[SourceReport]]:
    """Read and merge the rows of each kind; reviews are scored while libraries are read."""
    merged_events = reader.merged(EVENTS)
    events = dict(zip(reader.files_of(EVENTS), merged_events.rows, strict=True))
    catalogue = reader.merged(CATALOGUE)
    reviews = reader.merged(REVIEWS, events)
    with Workers(jobs) as workers:
        scoring = ReviewScoring(reviews.rows.rows, scores_before(live), workers)
        libraries = reader.merged(LIBRARIES, events)
        release()  # the workers need the memory
        sentiment = scoring.result(reporter)
    clean = CleanRows(catalogue.rows, reviews.rows, libraries.rows, sentiment)
    merged = (catalogue, reviews, libraries, merged_events)
    return clean, events, [part.report for part in merged]


def _training_data(world: World) -> TrainingData:
    return TrainingData(
        world.rows,
        world.entities.user_ids.to_pylist(),
        world.entities.app_ids.to_pylist(),
        GameWords.of(world.tags.words, world.genres.words),
    )

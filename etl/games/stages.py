"""etl.games: the stages of the games subject up to training: read, clean, sentiment, tables."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from datastore.base.evaluation import Feedback
from datastore.base.snapshot import InputFile
from etl.games import parted_stages
from etl.games.events import Events
from etl.games.feedback import feedback
from etl.games.kinds import CATALOGUE, EVENTS, LIBRARIES, REVIEWS
from etl.games.tables import write_tables
from etl.games.world import MergedRows, number_rows
from etl.process.memory import acyclic, release
from etl.process.workers import Workers
from etl.raw.counts import SourceReport
from etl.recommender.users import Users
from etl.sentiment.reuse import scores_before
from etl.sentiment.reviews import ReviewScoring
from etl.subject import Trainable, Workspace

__all__ = ["prepare"]


def prepare(workspace: Workspace) -> Trainable:
    """Read the files, clean and score the rows, and write the tables. Scores of the live snapshot
    are taken over where they still hold.

    The rows are gone when this returns: training needs the memory.
    """
    if workspace.parted is not None:
        return parted_stages.prepare(workspace, workspace.parted)
    with acyclic():
        merged, events, sources = _read_and_merge(workspace)
        with workspace.reporter.stage("tables"):
            world = number_rows(merged)
            written = write_tables(workspace.writer, world, merged.reviews.crawl_year)
            sentiment = merged.sentiment.facts(merged.reviews.rows["recommend"].to_numpy())
            data = msgspec.structs.replace(written, facts=written.facts | sentiment)
            ids = world.user_ids.to_pylist()
            training = world.games.training_data(Users.of(world.rows, ids, world.recent_starts))
    return Trainable(
        sources=[report for report in sources if report.file],
        data=data,
        training=training,
        feedback=_feedback(workspace, events),
    )


def _read_and_merge(
    workspace: Workspace,
) -> tuple[MergedRows, Mapping[InputFile, Events], list[SourceReport]]:
    """Read and merge the rows of each kind; reviews are scored while libraries are read."""
    reader = workspace.sources
    merged_events = reader.merged(EVENTS)
    events = dict(zip(reader.files_of(EVENTS), merged_events.rows, strict=True))
    catalogue = reader.merged(CATALOGUE)
    reviews = reader.merged(REVIEWS, events)
    with Workers(workspace.jobs) as workers:
        scoring = ReviewScoring(reviews.rows.rows, scores_before(workspace.live), workers)
        libraries = reader.merged(LIBRARIES, events)
        release()  # the workers need the memory
        sentiment = scoring.result(workspace.reporter)
    merged = MergedRows(catalogue.rows, reviews.rows, libraries.rows, sentiment)
    parts = (catalogue, reviews, libraries, merged_events)
    return merged, events, [part.report for part in parts]


def _feedback(workspace: Workspace, events: Mapping[InputFile, Events]) -> Feedback | None:
    """What became of the live snapshot's recommendations, by events of files that it lacks."""
    reader, live = workspace.sources, workspace.live
    if not reader.adds or live.folder is None:
        return None
    new = [event for file in reader.new if file in events for event in events[file].rows]
    return feedback(new, live.folder) if new else None

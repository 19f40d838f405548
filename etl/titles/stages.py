"""etl.titles: the stages of the titles subject up to its models: read, clean, tables."""

from __future__ import annotations

from dataclasses import replace

from etl.columns.arrow import whole
from etl.process.memory import release
from etl.subject import Prepared, Workspace
from etl.titles import parted_stages
from etl.titles.kinds import RATINGS, TITLES
from etl.titles.rating_table import rating_table
from etl.titles.tables import write_tables

__all__ = ["prepare"]


def prepare(workspace: Workspace) -> Prepared:
    """Read the files, bring titles and ratings together, and write the tables."""
    if workspace.parted is not None:
        return parted_stages.prepare(workspace, workspace.parted)
    reader = workspace.sources
    titles = reader.merged(TITLES)
    merged_ratings = reader.merged(RATINGS)
    release()  # what reading took besides
    with workspace.reporter.stage("tables of titles") as stage:
        ratings = rating_table(merged_ratings.rows, whole(titles.rows["title_id"]))
        ratings.scores.say_unknown(stage)
        report = merged_ratings.report
        report = replace(report, counts=report.counts + ratings.scores.counts)
        del merged_ratings
        release()  # the rows of all files
        data = write_tables(workspace.writer, titles.rows, ratings)
    return Prepared(sources=[titles.report, report], data=data)

"""etl.titles: the stages of the titles subject up to its models, over ranges of viewers.

An engine runs what `etl.titles.parts` does with a range of viewers. This host reads the catalogues,
and copies the parts of tables and arrays into the snapshot; it never holds all ratings.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import accumulate
from typing import Any

import numpy as np
import numpy.typing as npt

from etl.columns.arrow import whole
from etl.parts.folder import WorkFolder
from etl.parts.joined import join_table
from etl.parts.search import NamedPart, index_parts
from etl.process.engine import Engine, total
from etl.snapshot.writer import SnapshotWriter
from etl.sources.parts import PartedSources
from etl.subject import Prepared, Workspace
from etl.titles.kinds import RATINGS, TITLES
from etl.titles.parts import Merge, MergedRanges, SearchKeys, SplitByTitle, TitleRows, ViewerRange
from etl.titles.tables import subject_data, write_titles

__all__ = ["prepare"]


def prepare(workspace: Workspace, sources: PartedSources) -> Prepared:
    """Bring titles and ratings together, and write the tables."""
    engine, folder, writer = sources.engine, sources.folder.room("titles"), workspace.writer
    titles = TITLES.merge([sources.load(file) for file in sources.of(TITLES)])
    with engine.share(whole(titles.rows["title_id"])) as title_ids:
        merge = Merge(folder, title_ids)
        merged = sources.by_users([RATINGS], merge, MergedRanges.merged, "merge ratings")
    scores, per_title = merged.scores, merged.per_title
    first_viewers = [*accumulate((part.viewers for part in merged.sizes), initial=0)]
    first_ratings = [*accumulate((part.ratings for part in merged.sizes), initial=0)]
    viewers = [
        ViewerRange(number, *firsts)
        for number, firsts in enumerate(zip(first_viewers[:-1], first_ratings[:-1], strict=True))
    ]
    with workspace.reporter.stage("tables of titles") as stage:
        scores.say_unknown(stage)
        write_titles(writer, titles.rows, scores)
        parts = range(len(viewers))
        writer.table_of_parts("viewers", partial(join_table, folder, "viewers", parts))
        last_title = np.flatnonzero(per_title).max(initial=0)
        sizes = {"rating_titles": int(last_title), "rating_values": 0, "rating_times": 0}
        for name, most in sizes.items():
            rows = (first_ratings[-1],)
            writer.array_of_parts(name, rows, folder.arrays(name, parts), most)
        offsets = _offsets(folder, viewers)
        writer.array_of_parts("rating_offsets", (first_viewers[-1] + 1,), offsets)
    _write_by_title(engine, writer, folder, viewers, per_title)
    named = [NamedPart(part.number, part.first_viewer) for part in viewers]
    index = index_parts(engine, folder.room("search"), named, SearchKeys(folder), "viewers")
    for name, size, content in index.arrays():
        writer.array_of_parts(f"search_viewers_{name}", (size,), content)
    return Prepared(
        sources=[sources.report(TITLES, titles.counts), sources.report(RATINGS, scores.counts)],
        data=subject_data(titles.rows, scores, first_viewers[-1]),
    )


def _offsets(folder: WorkFolder, viewers: Sequence[ViewerRange]) -> Iterator[npt.NDArray[Any]]:
    yield np.zeros(1, np.int64)
    for part in viewers:
        for ends in folder.arrays("rating_ends", [part.number]):
            yield ends + part.first_rating


def _write_by_title(
    engine: Engine,
    writer: SnapshotWriter,
    folder: WorkFolder,
    viewers: Sequence[ViewerRange],
    per_title: npt.NDArray[np.int64],
) -> None:
    """Sort the ratings by title, in ranges of titles with about as many each."""
    titles, offsets = len(per_title), np.append(0, np.cumsum(per_title))
    aims = np.arange(1, len(viewers)) * (offsets[-1] / len(viewers))
    ends = np.searchsorted(offsets, aims).clip(max=titles).tolist()
    split = SplitByTitle(folder, ends, titles)
    targets, gather = len(ends) + 1, TitleRows(folder)
    rows = engine.exchange(split, viewers, targets, gather, total, "ratings by title")
    writer.array("title_rating_offsets", offsets)
    content = folder.arrays("title_rating_rows", range(targets))
    writer.array_of_parts("title_rating_rows", (rows,), content)

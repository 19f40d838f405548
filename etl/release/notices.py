"""etl.release: notices: what a build should say of its data though nothing is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from datastore.base.snapshot import Dataset
from etl.raw.counts import SourceReport

__all__ = ["notices"]

#: Share of library rows, or of reviews, of games that the catalogue lacks, which is worth a notice.
_MANY_UNLISTED = 0.01
#: Rows from which on it is no chance that none of them has a value.
_MANY = 10
#: Notes in the row counts that say that a row lacks something.
_LACKS = (
    "date unknown",
    "no developer",
    "no genre",
    "price unknown",
    "release year unknown",
    "text missing or blank",
)


def notices(dataset: Dataset, sources: Sequence[SourceReport]) -> list[str]:
    """Sentences about the data of a build, for people; none about the demo dataset."""
    if dataset.demo:
        return []
    return [*_unlisted_games(dataset), *_empty_columns(sources)]


def _unlisted_games(dataset: Dataset) -> Iterator[str]:
    """How much is about games that the catalogue lacks, and what that means for the answers."""
    coverage = dataset.coverage
    counts = (
        (coverage["play_rows_missing_from_catalogue"], dataset.play_rows, "library items"),
        (coverage["reviews_missing_from_catalogue"], dataset.reviews, "reviews"),
    )
    if any(missing > _MANY_UNLISTED * total for missing, total, _ in counts):
        shares = " and ".join(
            f"{missing:,} of {total:,} {what} ({missing / total:.1%})"
            for missing, total, what in counts
            if missing
        )
        yield (
            f"{shares} are for {coverage['games_missing_from_catalogue']:,} games that the "
            "catalogue lacks. These have no price, genre, developer or release date: money spent "
            "is a lower bound, and answers by genre, developer and release year leave them out. "
            "To complete the answers, add a catalogue that has these games with "
            "playgraph update --games."
        )


def _empty_columns(sources: Sequence[SourceReport]) -> Iterator[str]:
    """What is missing in every single row of a kind."""
    for source in sources:
        counts = source.counts
        for note in _LACKS:
            if counts.notes[note] == counts.kept >= _MANY:
                rows = f"all {counts.kept:,} rows of {source.source} ({source.file})"
                yield f"{note.capitalize()} in {rows}: is the column named differently?"

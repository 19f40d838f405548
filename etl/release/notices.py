"""etl.release: notices: limits of the data that a build reports although nothing is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from datastore.base.plural import counted
from datastore.base.snapshot import SubjectData
from etl.raw.counts import SourceReport
from etl.titles.rating_table import UNKNOWN_TITLE

__all__ = ["notices"]

#: Share of rows of games or titles missing from the catalogues that is worth a notice.
_MANY_UNLISTED = 0.01
#: Rows from which a column without any value is hardly chance.
_MANY = 10
#: Notes in the row counts about a missing value.
_LACKS = (
    "date unknown",
    "no developer",
    "no duration",
    "no genre",
    "no publisher",
    "no specs",
    "no tags",
    "no title",
    "price unknown",
    "release year unknown",
    "text missing or blank",
)


def notices(
    subjects: Mapping[str, SubjectData], sources: Sequence[SourceReport], *, demo: bool
) -> list[str]:
    """Sentences about the data of a build; none for the demo dataset."""
    if demo:
        return []
    games = subjects.get("games")
    unlisted = [] if games is None else _unlisted_games(games)
    return [*unlisted, *_ratings_of_unknown_titles(sources), *_empty_columns(sources)]


def _unlisted_games(games: SubjectData) -> Iterator[str]:
    """Rows of games missing from the catalogue, and the effect on the answers."""
    coverage, counts = games.coverage, games.counts
    missing_rows = (
        (coverage["play_rows_missing_from_catalogue"], counts["play_rows"], "library items"),
        (coverage["reviews_missing_from_catalogue"], counts["reviews"], "reviews"),
    )
    if any(missing > _MANY_UNLISTED * total for missing, total, _ in missing_rows):
        shares = " and ".join(
            f"{missing:,} of {total:,} {what} ({missing / total:.1%})"
            for missing, total, what in missing_rows
            if missing
        )
        missing_games = coverage["games_missing_from_catalogue"]
        yield (
            f"{shares} refer to {counted(missing_games, 'game')} missing from the catalogue. "
            "Without their price, genre, developer and release date, money spent is a lower bound, "
            "and answers by genre, developer and release year exclude them. To complete the "
            "answers, add a catalogue with them: playgraph update --games."
        )


def _ratings_of_unknown_titles(sources: Sequence[SourceReport]) -> Iterator[str]:
    """Ratings of titles that no catalogue has."""
    for source in sources:
        unknown, rows = source.counts.rejected[UNKNOWN_TITLE], source.counts.rows
        if unknown > _MANY_UNLISTED * rows:
            yield (
                f"{unknown:,} of {rows:,} ratings ({unknown / rows:.1%}) are of titles that no "
                "catalogue has, and count nowhere. To use them, add the catalogues of the missing "
                "platforms: playgraph update --titles."
            )


def _empty_columns(sources: Sequence[SourceReport]) -> Iterator[str]:
    """Columns that are unknown in every row of a raw kind."""
    for source in sources:
        counts = source.counts
        for note in _LACKS:
            if counts.notes[note] == counts.kept >= _MANY:
                rows = f"all {counts.kept:,} rows of {source.source} ({source.file})"
                yield f"{note.capitalize()} in {rows}: check the name and form of the column."

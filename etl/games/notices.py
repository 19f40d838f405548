"""etl.games: limits of the data that a build reports: rows of games missing from the catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from datastore.base.plural import counted
from datastore.base.snapshot import SubjectData
from etl.raw.counts import SourceReport

__all__ = ["notices"]

#: Share of rows of missing games that is worth a notice.
_MANY = 0.01


def notices(games: SubjectData, _sources: Sequence[SourceReport]) -> Iterator[str]:
    """Rows of games missing from the catalogue, and the effect on the answers."""
    coverage, counts = games.coverage, games.counts
    missing_rows = (
        (coverage["play_rows_missing_from_catalogue"], counts["play_rows"], "library items"),
        (coverage["reviews_missing_from_catalogue"], counts["reviews"], "reviews"),
    )
    if any(missing > _MANY * total for missing, total, _ in missing_rows):
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

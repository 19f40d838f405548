"""etl.games: rows of games missing from the catalogue: a limit of the data, or an error."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from datastore.base.plural import counted
from datastore.base.snapshot import SubjectData
from etl.games.library_reader import MISSING_PLAYTIME
from etl.raw.counts import SourceReport

__all__ = ["mismatch", "notices"]

#: Share of rows of missing games, or without a playtime, that is worth a notice.
_MANY = 0.01
#: Rows of which none is of a game in the catalogue by chance.
_FEW = 10


def notices(games: SubjectData, sources: Sequence[SourceReport]) -> Iterator[str]:
    """Rows of games missing from the catalogue, and library items without a playtime, and their
    effect on the answers."""
    coverage, missing_rows = games.coverage, _missing_rows(games)
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
    for source in sources:
        counts = source.counts
        unknown = counts.rescued[MISSING_PLAYTIME]
        if unknown > _MANY * counts.rows:
            yield (
                f"{unknown:,} of {counts.rows:,} library items ({unknown / counts.rows:.1%}) have "
                f"no playtime, and count as not played: check the column in {source.file}."
            )


def mismatch(games: SubjectData, _sources: Sequence[SourceReport]) -> str:
    """Libraries, reviews or both of which nothing is of a game in the catalogue; "" if there are
    none, or few."""
    missing_rows = _missing_rows(games)
    unknown = [(total, what) for missing, total, what in missing_rows if missing == total > 0]
    rows = sum(total for total, _ in unknown)
    if rows < _FEW:
        return ""
    named = " and ".join(f"{total:,} {what}" for total, what in unknown)
    return (
        f"None of the {named} is of a game in the catalogue: id there and item_id here are not the "
        "same ids."
    )


def _missing_rows(games: SubjectData) -> tuple[tuple[int, int, str], ...]:
    """Rows of missing games, all rows, and what they are."""
    coverage, counts = games.coverage, games.counts
    return (
        (coverage["play_rows_missing_from_catalogue"], counts["play_rows"], "library items"),
        (coverage["reviews_missing_from_catalogue"], counts["reviews"], "reviews"),
    )

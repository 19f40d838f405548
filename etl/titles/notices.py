"""etl.titles: ratings of titles that no catalogue has: a limit of the data, or an error."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from datastore.base.snapshot import SubjectData
from etl.raw.counts import SourceReport
from etl.titles.rating_table import UNKNOWN_TITLE

__all__ = ["mismatch", "notices"]

#: Share of ratings of unknown titles that is worth a notice.
_MANY = 0.01
#: Ratings of which none is of a title in a catalogue by chance.
_FEW = 10


def notices(_titles: SubjectData, sources: Sequence[SourceReport]) -> Iterator[str]:
    """Ratings of titles that no catalogue has."""
    for source in sources:
        unknown, rows = source.counts.rejected[UNKNOWN_TITLE], source.counts.rows
        if unknown > _MANY * rows:
            yield (
                f"{unknown:,} of {rows:,} ratings ({unknown / rows:.1%}) are of titles that no "
                "catalogue has, and count nowhere. To use them, add the catalogues of the missing "
                "platforms: playgraph update --titles."
            )


def mismatch(_titles: SubjectData, sources: Sequence[SourceReport]) -> str:
    """Ratings none of which is of a title in the catalogues; "" if some are."""
    for source in sources:
        unknown = source.counts.rejected[UNKNOWN_TITLE]
        if unknown >= _FEW and not source.counts.kept:
            return (
                f"None of the {unknown:,} ratings is of a title in the catalogues: movieId must be "
                "the first letter of the platform and the show_id, as as1 or ns1."
            )
    return ""

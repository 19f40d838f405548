"""etl.titles: limits of the data that a build reports: ratings of titles that no catalogue has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from datastore.base.snapshot import SubjectData
from etl.raw.counts import SourceReport
from etl.titles.rating_table import UNKNOWN_TITLE

__all__ = ["notices"]

#: Share of ratings of unknown titles that is worth a notice.
_MANY = 0.01


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

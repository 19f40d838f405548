"""etl.release: notices: limits of the data that a build reports although nothing is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from etl.raw.counts import SourceReport
from etl.release.part import Part
from etl.subjects import SUBJECTS

__all__ = ["notices"]

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


def notices(parts: Mapping[str, Part], *, demo: bool) -> list[str]:
    """Sentences about the data of the subjects that were built; none about those that were kept,
    because the build that made them said it, and none for the demo dataset."""
    if demo:
        return []
    built = {name: part for name, part in parts.items() if not part.kept}
    return [
        *(
            notice
            for subject in SUBJECTS
            if (part := built.get(subject.name)) is not None
            for notice in subject.notices(part.data, part.sources)
        ),
        *(notice for part in built.values() for notice in _empty_columns(part.sources)),
    ]


def _empty_columns(sources: Sequence[SourceReport]) -> Iterator[str]:
    """Columns that are unknown in every row of a raw kind."""
    for source in sources:
        counts = source.counts
        for note in _LACKS:
            if counts.notes[note] == counts.kept >= _MANY:
                rows = f"all {counts.kept:,} rows of {source.source} ({source.file})"
                yield f"{note.capitalize()} in {rows}: check the name and form of the column."

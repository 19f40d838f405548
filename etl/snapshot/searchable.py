"""etl.snapshot: writes the search index over the names of a noun."""

from __future__ import annotations

from collections.abc import Sequence

from etl.columns import search_index
from etl.snapshot.writer import SnapshotWriter

__all__ = ["searchable"]


def searchable(
    writer: SnapshotWriter, noun: str, names: Sequence[str | None], *, abbreviated: bool = True
) -> list[str]:
    """The searchable form of each name; writes their index."""
    keys = search_index.keys(names)
    for part, array in search_index.index(keys, abbreviated=abbreviated).items():
        writer.array(f"search_{noun}_{part}", array)
    return keys

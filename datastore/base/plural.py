"""datastore.base: counts with their noun, as people read them."""

from __future__ import annotations

__all__ = ["counted"]


def counted(count: int, noun: str, plural: str = "") -> str:
    """`1 row`, `1,200 rows`, `0 entries`; the plural is the noun with an s, unless given."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"

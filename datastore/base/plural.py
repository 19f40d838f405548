"""datastore.base: counts with a noun in singular or plural, for messages."""

from __future__ import annotations

__all__ = ["counted"]


def counted(count: int, noun: str, plural: str = "") -> str:
    """`1 row`, `1,200 rows`, `0 entries`; the plural defaults to the noun with an s."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"

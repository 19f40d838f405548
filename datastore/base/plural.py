"""datastore.base: counts and lists in words, for messages."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["counted", "listed"]


def counted(count: int, noun: str, plural: str = "") -> str:
    """`1 row`, `1,200 rows`, `0 entries`; the plural defaults to the noun with an s."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def listed(names: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`. At least one name."""
    *front, last = names
    return f"{', '.join(front)} and {last}" if front else last

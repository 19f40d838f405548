"""etl.columns: names as dumps spell them: spellings that fold alike are one name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["Names", "spellings"]


@dataclass(frozen=True, slots=True)
class Names:
    """Distinct names: the spelling shown, its folded form (ascending), and each user's number."""

    shown: list[str]
    folded: list[str]
    number: dict[str, int]  # by spelling


def spellings(uses: dict[str, int], fold: Any) -> Names:
    """Merge spellings that fold alike. Shown is the one with most uses, then the first by code
    point. Entities are numbered by their folded names, by code point."""
    groups: dict[str, list[str]] = {}
    for spelling in uses:
        groups.setdefault(fold(spelling), []).append(spelling)
    folded = sorted(groups)
    shown = [min(groups[key], key=lambda name: (-uses[name], name)) for key in folded]
    number = {name: at for at, key in enumerate(folded) for name in groups[key]}
    return Names(shown, folded, number)

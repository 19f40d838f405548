"""etl: the registry of subjects. A subject is added by a room of its own and one line here."""

from __future__ import annotations

from etl.games.subject import GAMES
from etl.raw.kinds import RawKind
from etl.subject import Subject
from etl.titles.subject import TITLES

__all__ = ["RAW_KINDS", "SUBJECTS", "raw_kinds"]

SUBJECTS: tuple[Subject, ...] = (GAMES, TITLES)

#: The raw kinds of all subjects by name.
RAW_KINDS: dict[str, RawKind] = {kind.name: kind for subject in SUBJECTS for kind in subject.kinds}


def raw_kinds() -> dict[str, RawKind]:
    """The raw kinds, for work elsewhere: unlike them, a function can be pickled."""
    return RAW_KINDS

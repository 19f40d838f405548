"""etl.sources: the raw files that a build is given, and the order in which they count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from datastore.base.snapshot import InputFile

__all__ = ["Inputs", "in_order"]

Files = Path | tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Inputs:
    """Raw files by kind, one or several of each, the oldest first."""

    games: Files = ()
    reviews: Files = ()
    items: Files = ()
    events: Files = ()

    def files(self) -> Iterator[tuple[str, Path]]:
        """(kind, path) of each."""
        for kind in self.__slots__:
            given = getattr(self, kind)
            for path in (given,) if isinstance(given, Path) else given:
                yield kind, path


def in_order(files: Iterable[InputFile]) -> list[InputFile]:
    """The same files in the order that stands for all with the same result, each once.

    Dumps of different kinds do not touch each other; events change what stood before them.
    """
    epochs: list[list[InputFile]] = [[]]
    distinct: dict[tuple[str, str], InputFile] = {}
    for file in files:
        distinct.setdefault((file.kind, file.sha256), file)
    for file in distinct.values():
        epochs[-1].append(file)
        if file.kind == "events":
            epochs.append([])
    games = [file for epoch in epochs for file in epoch if file.kind == "games"]
    others = (
        sorted((file for file in epoch if file.kind != "games"), key=lambda file: _RANK[file.kind])
        for epoch in epochs
    )
    return [*games, *(file for epoch in others for file in epoch)]


_RANK = {"reviews": 0, "items": 1, "events": 2}

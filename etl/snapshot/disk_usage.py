"""etl.snapshot: disk usage of snapshots, which share files."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

__all__ = ["ELSEWHERE", "disk", "freed_by"]

#: In a snapshot whose data is in object storage only: its size in bytes. See `etl.snapshot.mirror`.
ELSEWHERE = ".elsewhere"


def disk(folders: Iterable[Path]) -> int:
    """Bytes of the files of some snapshots; those that they share count once."""
    folders = list(folders)
    here = sum({_inode(stat): stat.st_size for stat in _files(folders)}.values())
    return here + _elsewhere(folders)


def freed_by(folders: list[Path]) -> int:
    """Bytes that removing these snapshots frees: of files that no other snapshot shares."""
    stats = _files(folders)
    links = Counter(map(_inode, stats))
    ours = {_inode(stat): stat.st_size for stat in stats if links[_inode(stat)] == stat.st_nlink}
    return sum(ours.values()) + _elsewhere(folders)


def _files(folders: Iterable[Path]) -> list[os.stat_result]:
    return [
        path.stat()
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file() and path.name != ELSEWHERE
    ]


def _elsewhere(folders: Iterable[Path]) -> int:
    markers = (folder / ELSEWHERE for folder in folders)
    return sum(int(marker.read_text("ascii")) for marker in markers if marker.is_file())


def _inode(stat: os.stat_result) -> tuple[int, int]:
    return stat.st_dev, stat.st_ino

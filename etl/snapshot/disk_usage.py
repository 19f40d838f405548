"""etl.snapshot: disk usage of snapshots, which share files."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

__all__ = ["disk", "freed_by"]


def disk(folders: Iterable[Path]) -> int:
    """Bytes of the files of some snapshots; those that they share count once."""
    return sum({_inode(stat): stat.st_size for stat in _files(folders)}.values())


def freed_by(folders: list[Path]) -> int:
    """Bytes that removing these snapshots frees: of files that no other snapshot shares."""
    stats = _files(folders)
    links = Counter(map(_inode, stats))
    ours = {_inode(stat): stat.st_size for stat in stats if links[_inode(stat)] == stat.st_nlink}
    return sum(ours.values())


def _files(folders: Iterable[Path]) -> list[os.stat_result]:
    return [path.stat() for folder in folders for path in folder.rglob("*") if path.is_file()]


def _inode(stat: os.stat_result) -> tuple[int, int]:
    return stat.st_dev, stat.st_ino

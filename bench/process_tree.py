"""bench: the processes that descend from one, and the memory that they take. Linux only."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

__all__ = ["descendants", "megabytes"]

_PROC = Path("/proc")


def descendants(root: int) -> list[int]:
    """The ids of all processes that descend from one, without itself."""
    children: dict[int, list[int]] = defaultdict(list)
    for stat in _PROC.glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue  # the process has just ended
        children[parent].append(int(stat.parent.name))
    found = children[root]
    for process in found:  # which grows
        found += children[process]
    return found


def megabytes(processes: Iterable[int]) -> float:
    """The proportional set size (PSS) of processes: pages that they share count once."""
    kilobytes = 0
    for process in processes:
        try:
            text = (_PROC / str(process) / "smaps_rollup").read_text()
        except OSError:
            continue  # the process has just ended
        size = re.search(r"^Pss:\s+(\d+)", text, re.MULTILINE)
        kilobytes += int(size[1]) if size else 0
    return kilobytes / 1024

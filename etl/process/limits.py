"""etl.process: the number of processes a build may use, by the machine or the container.

Cores come from the affinity mask and the quotas of the control groups around this process, memory
from the limits of those groups and from the machine. Both versions of control groups are read
(Linux, `admin-guide/cgroup-v1/` and `admin-guide/cgroup-v2.rst`).
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Limits", "limits", "worker_count"]

#: What a build of the published files needs with one job (the measured peak is 469 MB), and what
#: each further one adds (at most 30 MB), with some room.
_FIRST_JOB, _EACH_MORE = 480 << 20, 40 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What this process may use: cores (a quota may be a fraction of one) and bytes of memory
    (None: unknown). `grouped`: a control group allows less memory than the machine has."""

    cores: float
    memory: int | None
    grouped: bool = False

    @property
    def jobs(self) -> int:
        """Processes to use by default: one per core as far as memory allows; at least one."""
        return min(max(1, math.ceil(self.cores)), self.most_jobs)

    @property
    def most_jobs(self) -> int:
        """Maximum number of processes by memory; at least one."""
        if self.memory is None:
            return 1_024
        return 1 + max(0, (self.memory - _FIRST_JOB) // _EACH_MORE)


def worker_count(jobs: int, limits: Limits) -> tuple[int, str]:
    """Processes to use for a requested number (0: the default), and a warning when memory allows
    fewer, or may not be enough for one."""
    if limits.memory is not None and limits.memory < _FIRST_JOB:
        return 1, (
            f"Only {limits.memory >> 20:,} MB of memory are allowed. A build of the published "
            f"files needs about {_FIRST_JOB >> 20:,} MB, and is killed if it gets less."
        )
    if jobs <= limits.most_jobs:
        return jobs or limits.jobs, ""
    assert limits.memory is not None
    return limits.most_jobs, (
        f"{jobs} jobs need about {(_FIRST_JOB + (jobs - 1) * _EACH_MORE) >> 20:,} MB of memory, "
        f"but {limits.memory >> 20:,} MB are allowed: using {limits.most_jobs}."
    )


def limits(root: Path = Path("/")) -> Limits:
    """The limits of this process; `root` is the folder of `proc` and `sys`.

    A file that is missing or has no number limits nothing.
    """
    cores = float(
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
    memory = _machine_memory(root)
    for folder in _groups(root):
        quota, period = _words(folder / "cpu.max", 2)  # version 2: "50000 100000", "max 100000"
        if not quota:
            (quota,) = _words(folder / "cpu.cfs_quota_us", 1)  # version 1: -1 means no limit
            (period,) = _words(folder / "cpu.cfs_period_us", 1)
        if quota.isdecimal() and period.isdecimal() and int(quota) and int(period):
            cores = min(cores, int(quota) / int(period))
        for name in ("cpuset.cpus.effective", "cpuset.effective_cpus", "cpuset.cpus"):
            allowed = _cpus(_words(folder / name, 1)[0])
            cores = min(cores, allowed or cores)
        for name in ("memory.max", "memory.high", "memory.limit_in_bytes"):
            (limit,) = _words(folder / name, 1)
            if limit.isdecimal():
                memory = min(memory or int(limit), int(limit))
    return Limits(cores, memory, grouped=memory != _machine_memory(root))


def _machine_memory(root: Path) -> int | None:
    match = re.search(r"^MemTotal:\s+(\d+) kB", _text(root / "proc" / "meminfo"), re.MULTILINE)
    return int(match[1]) << 10 if match else None


def _groups(root: Path) -> Iterator[Path]:
    """Folders of the control groups around this process, its own first.

    In a container the path that the kernel names may be the host's, and the folder of the mount is
    the container's own: it is always among them.
    """
    mounts = root / "sys" / "fs" / "cgroup"
    seen: set[Path] = set()
    for line in _text(root / "proc" / "self" / "cgroup").splitlines():
        _, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        # The kernel may name "cpuacct,cpu" what is mounted as "cpu,cpuacct" with a link per name.
        names = (controllers, *controllers.split(","), "unified") if controllers else ("",)
        for mount in (mounts / name for name in names):
            group = mount / path.strip("/")
            for folder in (group, *group.parents):
                if folder.is_relative_to(mount) and folder not in seen:
                    seen.add(folder)
                    yield folder


def _words(file: Path, count: int) -> list[str]:
    """The first `count` words of a file, "" for missing ones."""
    return [*_text(file).split(), *[""] * count][:count]


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""


def _cpus(ranges: str) -> int:
    """The number of processors in a list: 5 for `0-3,8`."""
    if not re.fullmatch(r"\d+(-\d+)?(,\d+(-\d+)?)*", ranges):
        return 0
    bounds = (part.partition("-") for part in ranges.split(","))
    return sum(int(last or first) - int(first) + 1 for first, _, last in bounds)

"""server.execution: the CPU time of a thread, which need not be read again and again.

Reading it takes ten times as long as reading the clock on the wall.
"""

from __future__ import annotations

import threading
import time
from math import inf

__all__ = ["cpu_since", "recent_cpu"]

#: Seconds for which the CPU time need not be read again.
_RECENT = 0.001


class _Reading(threading.local):
    """The last reading of a thread's CPU time, and when it was."""

    at = -inf
    cpu = 0.0


_reading = _Reading()


def recent_cpu(now: float, age: float = _RECENT) -> float:
    """The CPU time of this thread in seconds, read at most `age` seconds before `now`, which is the
    present time by `time.perf_counter`."""
    if now - _reading.at > age:
        _reading.at, _reading.cpu = now, time.thread_time()
    return _reading.cpu


def cpu_since(then: float, cpu: float) -> float:
    """The most CPU time in seconds that this thread has used since `then`, by `time.perf_counter`,
    when `recent_cpu` was `cpu`."""
    seconds = time.perf_counter() - then
    return seconds if seconds <= _RECENT else min(seconds, time.thread_time() - cpu)

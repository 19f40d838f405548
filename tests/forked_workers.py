"""Workers of the builds in this process, forked by a server that has loaded what they need.

To spawn one, as a build does, takes half a second of CPU time. The commands that tests start as
processes spawn theirs.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import forkserver

import pytest

from etl.games import stages
from etl.process.workers import Workers

__all__ = ["fork_workers"]

LOADED = [
    "etl.sentiment.classifier",
    "etl.sentiment.scoring",
    "sklearn.feature_extraction.text",
    "sklearn.linear_model",
]


class _Forked(Workers):
    def __init__(self, jobs: int) -> None:
        self._pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("forkserver"))


@contextmanager
def fork_workers() -> Iterator[None]:
    """Let builds fork their workers within; the server's CPU time is this process's at the end."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        yield
        return
    multiprocessing.get_context("forkserver").set_forkserver_preload(LOADED)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stages, "Workers", _Forked)
        yield
    # Python ends it at exit only, when its CPU time is no longer counted as this process's.
    forkserver._forkserver._stop()  # type: ignore[attr-defined]  # which has no public name

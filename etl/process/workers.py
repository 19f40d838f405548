"""etl.process: worker processes that run functions in parallel to the build."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent import futures
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess
from typing import Any, Self, TypeVar

from datastore.base.errors import PlaygraphError

__all__ = ["ThisProcess", "Workers", "wait"]

Result = TypeVar("Result")


class Workers:
    """At most `jobs` processes, started on demand."""

    def __init__(self, jobs: int) -> None:
        self._jobs = max(1, jobs)
        self._pool: ProcessPoolExecutor | None = None
        self._unfinished: set[Future[Any]] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is None:
            return
        for future in list(self._unfinished):
            future.cancel()
        try:
            futures.wait(list(self._unfinished))
        finally:
            # Python takes a thread whose join was interrupted for one that has ended, and would
            # close the queue of the workers before it has told them to end.
            with _interrupts_held():
                self._pool.shutdown(wait=not self._unfinished, cancel_futures=True)

    def submit(self, work: Callable[..., Result], *arguments: Any) -> Future[Result]:
        """Call a module-level function in a worker; calls start in the order of submission."""
        if self._pool is None:
            # Workers are spawned, not forked: the build has threads by now.
            with _interrupts_held():  # multiprocessing's resource tracker starts, and lets them go
                self._pool = ProcessPoolExecutor(
                    self._jobs, get_context("spawn"), initializer=_end_with_parent
                )
        with _interrupts_held():  # a worker may be started here
            future = self._pool.submit(work, *arguments)
        self._unfinished.add(future)
        future.add_done_callback(self._unfinished.discard)
        return future


class ThisProcess:
    """In place of workers, for work that takes less time than to start one."""

    def submit(self, work: Callable[..., Result], *arguments: Any) -> Future[Result]:
        """Call a function, at once."""
        done: Future[Result] = Future()
        done.set_result(work(*arguments))
        return done


def wait(future: Future[Result]) -> Result:
    """The result of a call. Raises PlaygraphError when a worker process was killed."""
    try:
        return future.result()
    except BrokenProcessPool:
        raise PlaygraphError(
            "A worker process was killed, probably because memory ran out. Build again with "
            "fewer --jobs or more memory."
        ) from None


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Ctrl-C and a closed terminal reach the whole process group; the parent alone decides what to
    do about them.

    Processes started within inherit the mask and never hear of it, not even while they start.
    The parent hears of it at the end.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _end_with_parent() -> None:
    """Exit with a parent that was killed; otherwise the worker would wait for the queue forever."""
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)

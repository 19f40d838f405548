"""Workers: they come when there is work, hear no interrupt, and their end is explained."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from multiprocessing import resource_tracker

import pytest

from datastore.base.errors import PlaygraphError
from etl.process.workers import Workers, wait
from patience import PATIENCE


def blocked() -> bool:
    return signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, set())


def kill_own_process() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("jobs", [1, 2])
def test_each_asked_for_gets_its_own_result(jobs: int) -> None:
    with Workers(jobs) as workers:
        futures = [workers.submit(pow, base, 2) for base in range(5)]
        assert [wait(future) for future in futures] == [0, 1, 4, 9, 16]


def test_interrupts_reach_the_build_and_no_worker() -> None:
    # As in a build, the first worker starts after the resource tracker, which lets interrupts go.
    resource_tracker._resource_tracker._stop()
    with Workers(1) as workers:
        assert wait(workers.submit(blocked))
        assert not blocked()


def test_a_worker_that_the_system_kills_is_explained() -> None:
    with (
        pytest.raises(PlaygraphError, match=r"worker process was killed.*fewer --jobs"),
        Workers(1) as workers,
    ):
        wait(workers.submit(kill_own_process))


def test_an_interrupt_while_workers_end_ends_the_process() -> None:
    """Python would wait for workers whose queue it has closed before it told them to end."""
    program = """if True:
        import os, signal, threading, time
        from etl.process.workers import Workers, wait
        if __name__ == "__main__":
            with Workers(2) as workers:
                wait(workers.submit(abs, 1))
                workers.submit(time.sleep, 0.5)
                threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
    """
    started = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=PATIENCE
    )
    assert started.returncode in (1, -signal.SIGINT)
    assert started.stderr.rstrip().endswith("KeyboardInterrupt")


def test_work_that_has_not_begun_is_dropped_at_the_end() -> None:
    with Workers(1) as workers:
        wait(workers.submit(abs, 1))
        asleep = [workers.submit(time.sleep, 0.2) for _ in range(50)]
    assert asleep[-1].cancelled()

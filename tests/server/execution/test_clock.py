"""The CPU time of a thread is read seldom, and never underestimated."""

from __future__ import annotations

import time

import pytest

from server.execution import clock


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The readings of the CPU time, which is 7 seconds and grows by 1 with each."""
    taken: list[float] = []

    def thread_time() -> float:
        taken.append(7.0 + len(taken))
        return taken[-1]

    monkeypatch.setattr(clock, "_reading", clock._Reading())
    monkeypatch.setattr(time, "thread_time", thread_time)
    return taken


def test_a_reading_of_the_last_millisecond_is_used_again(readings: list[float]) -> None:
    assert [clock.recent_cpu(now) for now in (5.0, 5.0005, 5.0009)] == [7.0] * 3
    assert clock.recent_cpu(5.002) == 8.0
    assert readings == [7.0, 8.0]


def test_an_exact_reading_is_always_new(readings: list[float]) -> None:
    assert [clock.recent_cpu(now, 0.0) for now in (5.0, 5.0001)] == [7.0, 8.0]


def test_of_a_short_time_all_may_be_cpu_time(readings: list[float]) -> None:
    then = time.perf_counter()
    assert 0 <= clock.cpu_since(then, 7.0) < 0.001
    assert readings == []


def test_of_a_long_time_the_cpu_time_counts(readings: list[float]) -> None:
    then = time.perf_counter() - 10.0
    assert clock.cpu_since(then, 6.5) == 0.5


def test_more_cpu_time_than_has_passed_is_that_of_earlier_work(readings: list[float]) -> None:
    then = time.perf_counter() - 0.25
    assert 0.25 <= clock.cpu_since(then, 5.0) < 0.3


def test_waiting_takes_no_cpu_time() -> None:
    then = time.perf_counter()
    cpu = clock.recent_cpu(then, 0.0)
    time.sleep(0.05)
    assert clock.cpu_since(then, cpu) < 0.02

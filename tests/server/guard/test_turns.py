"""Expensive work takes turns in a thread; cheap work runs at once; too much is refused."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import Iterator
from functools import partial

import pytest
from starlette.requests import ClientDisconnect

from server.guard.turns import CHEAP, SWITCH_SECONDS, Turns
from server.http.refusal import Refusal

EXPENSIVE = CHEAP + 1


async def present() -> bool:
    """The client still waits for the answer."""
    return False


async def gone() -> bool:
    """The client has closed the connection."""
    return True


@pytest.fixture
def end() -> Iterator[threading.Event]:
    """Set to end the work that waits for it; set after the test in any case."""
    event = threading.Event()
    yield event
    event.set()


def test_cheap_work_runs_while_expensive_work_does(end: threading.Event) -> None:
    async def requests() -> str:
        turns = Turns(10)
        expensive = asyncio.create_task(turns.run(EXPENSIVE, lambda: end.wait(20), present))
        await asyncio.sleep(0)
        answer = await turns.run(CHEAP, lambda: "at once", present)
        assert not expensive.done()
        end.set()
        assert await expensive
        return answer

    assert asyncio.run(requests()) == "at once"


def test_cheap_work_runs_in_the_event_loop_and_expensive_work_in_a_thread() -> None:
    async def requests() -> list[threading.Thread]:
        turns = Turns(10)
        return [
            await turns.run(cost, threading.current_thread, present)
            for cost in (0, CHEAP, EXPENSIVE)
        ]

    first, second, third = asyncio.run(requests())
    assert first is second is threading.current_thread()
    assert third is not first


def test_expensive_work_runs_one_by_one_in_the_order_of_arrival() -> None:
    order: list[str] = []

    def work(number: int) -> None:
        order.append(f"begin {number}")
        time.sleep(0.001)
        order.append(f"end {number}")

    async def requests() -> None:
        turns = Turns(10)
        async with asyncio.TaskGroup() as tasks:
            for number in range(10):
                tasks.create_task(turns.run(EXPENSIVE, partial(work, number), present))

    asyncio.run(requests())
    assert order == [f"{event} {number}" for number in range(10) for event in ("begin", "end")]


def test_one_request_too_many_is_refused_and_a_later_one_is_not(end: threading.Event) -> None:
    async def requests() -> None:
        turns = Turns(2)
        waiting = [
            asyncio.create_task(turns.run(EXPENSIVE, lambda: end.wait(20), present))
            for _ in range(2)
        ]
        await asyncio.sleep(0)
        with pytest.raises(Refusal, match="2 expensive requests") as refused:
            await turns.run(EXPENSIVE, lambda: None, present)
        assert (refused.value.status, refused.value.code) == (503, "OVERLOADED")
        assert refused.value.headers == {"Retry-After": "1"}
        assert await turns.run(CHEAP, lambda: "cheap", present) == "cheap"
        end.set()
        assert all(await asyncio.gather(*waiting))
        assert await turns.run(EXPENSIVE, lambda: "later", present) == "later"

    asyncio.run(requests())


def test_failed_or_cancelled_work_makes_room(end: threading.Event) -> None:
    async def requests() -> None:
        turns = Turns(1)

        def fail() -> None:
            raise ValueError("failed")

        with pytest.raises(ValueError, match="failed"):
            await turns.run(EXPENSIVE, fail, present)
        task = asyncio.create_task(turns.run(EXPENSIVE, lambda: end.wait(20), present))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        end.set()
        assert await turns.run(EXPENSIVE, lambda: "next", present) == "next"

    asyncio.run(requests())


def test_abandoned_work_does_not_run_and_makes_room() -> None:
    ran: list[str] = []

    async def requests() -> None:
        turns = Turns(2)
        results = await asyncio.gather(
            turns.run(EXPENSIVE, lambda: ran.append("first"), present),
            turns.run(EXPENSIVE, lambda: ran.append("second"), gone),
            return_exceptions=True,
        )
        assert isinstance(results[1], ClientDisconnect)
        await turns.run(EXPENSIVE, lambda: ran.append("third"), present)

    asyncio.run(requests())
    assert ran == ["first", "third"]


def test_a_computation_does_not_keep_the_event_loop_waiting() -> None:
    """The longest of some pauses of 1 ms, in the middle of computations of 200 ms."""

    def compute() -> None:
        end = time.thread_time() + 0.2
        while time.thread_time() < end:
            sum(range(100))

    async def requests() -> float:
        turns = Turns(10)
        tasks = [asyncio.create_task(turns.run(EXPENSIVE, compute, present)) for _ in range(2)]
        pauses = []
        while not all(task.done() for task in tasks):
            start = time.perf_counter()
            await asyncio.sleep(0.001)
            pauses.append(time.perf_counter() - start)
        return sorted(pauses)[len(pauses) // 2]

    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        assert asyncio.run(requests()) < 0.1
    finally:
        sys.setswitchinterval(before)

"""Expensive executions take turns; cheap ones run at once; too many are refused."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from starlette.requests import ClientDisconnect

from server.guard.turns import CHEAP, Turns
from server.http.refusal import Refusal


async def present() -> bool:
    """The client still waits for the answer."""
    return False


async def gone() -> bool:
    """The client has closed the connection."""
    return True


def test_a_cheap_request_does_not_wait_for_expensive_ones() -> None:
    order: list[str] = []

    async def request(turns: Turns, name: str, cost: float) -> None:
        async with turns.turn(cost, present):
            order.append(name)

    async def all_requests() -> None:
        turns = Turns(10)
        async with asyncio.TaskGroup() as tasks:
            for number in range(3):
                tasks.create_task(request(turns, f"expensive {number}", CHEAP + 1))
            tasks.create_task(request(turns, "cheap", CHEAP))

    asyncio.run(all_requests())
    assert order == ["expensive 0", "cheap", "expensive 1", "expensive 2"]


def test_only_one_expensive_request_runs_at_a_time() -> None:
    running = most = 0

    async def request(turns: Turns) -> None:
        nonlocal running, most
        async with turns.turn(CHEAP + 1, present):
            running += 1
            most = max(most, running)
            await asyncio.sleep(0)
            running -= 1

    async def all_requests() -> None:
        turns = Turns(10)
        async with asyncio.TaskGroup() as tasks:
            for _ in range(10):
                tasks.create_task(request(turns))

    asyncio.run(all_requests())
    assert most == 1


def test_one_request_too_many_is_refused_and_a_later_one_is_not() -> None:
    async def all_requests() -> None:
        turns, end = Turns(2), asyncio.Event()

        async def wait() -> None:
            async with turns.turn(CHEAP + 1, present):
                await end.wait()

        waiting = [asyncio.create_task(wait()) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(Refusal, match="2 expensive requests") as refused:
            async with turns.turn(CHEAP + 1, present):
                raise AssertionError
        assert (refused.value.status, refused.value.code) == (503, "OVERLOADED")
        assert refused.value.headers == {"Retry-After": "1"}
        async with turns.turn(CHEAP, present):
            pass
        end.set()
        await asyncio.gather(*waiting)
        async with turns.turn(CHEAP + 1, present):
            pass

    asyncio.run(all_requests())


def test_a_failed_or_cancelled_request_makes_room() -> None:
    async def all_requests() -> None:
        turns = Turns(1)
        with pytest.raises(ValueError, match="failed"):
            async with turns.turn(CHEAP + 1, present):
                raise ValueError("failed")

        async def wait() -> None:
            async with turns.turn(CHEAP + 1, present):
                await asyncio.sleep(60)

        task = asyncio.create_task(wait())
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        async with turns.turn(CHEAP + 1, present):
            pass

    asyncio.run(all_requests())


def test_an_abandoned_request_is_not_executed_and_makes_room() -> None:
    async def all_requests() -> None:
        turns, executed = Turns(2), []

        async def request(name: str, abandoned: Callable[[], Awaitable[bool]]) -> None:
            async with turns.turn(CHEAP + 1, abandoned):
                executed.append(name)

        results = await asyncio.gather(
            request("first", present), request("second", gone), return_exceptions=True
        )
        assert isinstance(results[1], ClientDisconnect)
        await request("third", present)
        assert executed == ["first", "third"]

    asyncio.run(all_requests())

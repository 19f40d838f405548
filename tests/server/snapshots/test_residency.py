"""The bound on resident file pages: checked soon after a request, and not more often."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import cast

import pytest

from datastore.store import Store
from server.snapshots.holder import Holder
from server.snapshots.residency import Residency, Resident, _give_back


class Pages:
    """A store with resident pages, of which each release takes a part."""

    def __init__(self, resident: int, part: int = 40) -> None:
        self.resident = resident
        self.part = part
        self.checks = self.releases = 0
        self.others = 10

    def release(self, size: int) -> None:
        assert size > 0
        self.releases += 1
        self.resident -= self.part

    def count(self) -> Resident:
        self.checks += 1
        return Resident(self.others + self.resident, self.resident)

    def residency(self, bound: int, workers: int = 1) -> Residency:
        return Residency(bound, self.count, workers)

    @property
    def store(self) -> Store:
        return cast(Store, self)


def served(pages: Pages, requests: int, bound: int = 100) -> None:
    """Serve requests, then wait for what follows."""

    async def run() -> None:
        residency = pages.residency(bound)
        for _ in range(requests):
            residency.used(pages.store)
        await asyncio.sleep(0.1)

    asyncio.run(run())


def test_pages_are_released_until_the_bound_is_kept() -> None:
    pages = Pages(resident=170)
    served(pages, requests=1)
    assert (pages.releases, pages.resident) == (2, 90)


def test_pages_within_the_bound_stay() -> None:
    pages = Pages(resident=100)
    served(pages, requests=1)
    assert (pages.releases, pages.resident) == (0, 100)


def test_requests_of_the_same_moment_are_one_check() -> None:
    pages = Pages(resident=50)
    served(pages, requests=1_000)
    assert pages.checks == 1


def test_when_other_files_take_more_than_the_bound_releases_are_not_repeated_in_vain() -> None:
    pages = Pages(resident=500, part=0)

    async def run() -> None:
        residency = pages.residency(bound=100)
        residency.used(pages.store)
        await asyncio.sleep(0.1)
        in_vain = pages.releases
        residency.used(pages.store)
        await asyncio.sleep(0.1)
        assert pages.releases == in_vain > 0
        pages.resident, pages.part = 500 + 2**30, 2**30
        residency.used(pages.store)
        await asyncio.sleep(0.1)
        assert (pages.releases, pages.resident) == (in_vain + 1, 500)

    asyncio.run(run())


def test_workers_share_a_bound_and_each_has_its_own_libraries() -> None:
    one, two, four = (
        next(size for size in range(0, 2**27, 2**21) if not within_bound(size, workers))
        for workers in (1, 2, 4)
    )
    assert one > two > four > one / 4


def within_bound(resident: int, workers: int) -> bool:
    """Whether this number of resident bytes is left alone."""
    pages = Pages(resident, part=resident)

    async def run() -> None:
        residency = Residency(resident=pages.count, workers=workers)
        residency.used(pages.store)
        await asyncio.sleep(0.01)

    asyncio.run(run())
    return not pages.releases


def test_the_room_that_is_left_is_told_after_each_check() -> None:
    small, large = Pages(resident=2**20), Pages(resident=2**20)
    small.others, large.others = 100 * 2**20, 300 * 2**20
    assert told(small)[0] > 50 * 2**20
    assert told(large)[0] < -100 * 2**20


def test_workers_and_other_systems_are_told_of_no_room() -> None:
    unknown = Pages(resident=0)
    unknown.others = 0
    assert told(unknown) == []
    assert told(Pages(resident=2**20), workers=2) == []


def told(pages: Pages, workers: int = 1) -> list[int]:
    """What one check says about room, in bytes."""
    rooms: list[int] = []

    async def run() -> None:
        residency = Residency(resident=pages.count, workers=workers)
        residency.on_room = lambda room: bool(rooms.append(room))
        residency.used(pages.store)
        await asyncio.sleep(0.1)

    asyncio.run(run())
    return rooms


@pytest.mark.parametrize("drops", [False, True])
def test_memory_goes_back_to_the_system_once_much_has_been_dropped(
    drops: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    monkeypatch.setattr("server.snapshots.residency._give_back", lambda: calls.append("back"))

    async def run() -> None:
        residency = Residency(resident=Pages(resident=2**20).count)
        residency.on_room = lambda room: drops
        residency.used(Pages(resident=0).store)
        await asyncio.sleep(0.1)

    asyncio.run(run())
    assert calls == ["back"] * drops


def test_pages_are_checked_again_while_a_request_touches_more() -> None:
    pages = Pages(resident=0)

    async def run() -> None:
        residency = pages.residency(bound=2**30)
        pages.resident = 2 * 2**20
        residency.used(pages.store)
        await asyncio.sleep(0.1)

    asyncio.run(run())
    assert pages.checks == 2


def test_giving_memory_back_is_no_error_anywhere() -> None:
    _give_back()


def test_without_an_event_loop_nothing_happens() -> None:
    pages = Pages(resident=500)
    pages.residency(100).used(pages.store)
    assert pages.checks == 0


def test_a_request_for_the_live_snapshot_is_a_use(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    used: list[Store] = []
    monkeypatch.setattr(Residency, "used", lambda self, store: used.append(store))
    assert Holder(store).store is store
    assert used == [store]


def test_pages_are_released_between_the_steps_of_an_answer(store: Store) -> None:
    pages = Pages(resident=170)
    holder = Holder()
    holder.residency = pages.residency(bound=100, workers=2)
    holder.replace(store)
    store.model.between_steps()
    assert pages.checks == 1 + 32  # the store's own releases do not change these pages
    pages.resident = 100
    store.model.between_steps()
    assert pages.checks == 1 + 32 + 1


def test_a_server_alone_has_fewer_pages_between_steps() -> None:
    pages = Pages(resident=60 * 2**20, part=4 * 2**20)
    pages.residency(bound=52 * 2**20).relieve(pages.release)
    assert pages.resident == 48 * 2**20


def test_pages_of_libraries_before_the_start_do_not_raise_the_bound() -> None:
    pages = Pages(resident=500, part=0)
    residency = pages.residency(bound=100, workers=2)
    residency.relieve(pages.release)  # the process that forks the workers has more libraries
    in_vain = pages.releases
    pages.resident, pages.part = 110, 20
    residency.relieve(pages.release)
    assert (pages.releases, pages.resident) == (in_vain + 1, 90)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_file_pages_of_this_process_are_counted_by_the_system() -> None:
    pages = Pages(resident=0)

    async def run() -> None:
        Residency(bound=2**20).used(pages.store)  # Python and its libraries take more
        await asyncio.sleep(0.1)

    asyncio.run(run())
    assert pages.releases >= 1
    assert "RssFile" in Path("/proc/self/status").read_text()

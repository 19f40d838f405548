"""The workers of a server know of each other: who is ready, and what each has counted."""

from __future__ import annotations

import errno
import multiprocessing
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection, Listener
from typing import cast

import pytest
from prometheus_client import CollectorRegistry, Counter, Gauge
from prometheus_client.exposition import generate_latest

from server.observe.team import Team

FORK = multiprocessing.get_context("fork")


@pytest.fixture
def team() -> Iterator[Team]:
    made = Team(2)
    yield made
    shutil.rmtree(made.folder)


def member(team: Team, worker: int, count: int, pipe: Connection) -> None:
    registry = CollectorRegistry()
    Counter("requests", "Requests.", ["operation"], registry=registry).labels("A").inc(count)
    Gauge("running", "Running requests.", registry=registry).set(count)
    with team.member(worker, registry):
        team.set_ready()
        pipe.send("ready")
        pipe.poll(30)


@contextmanager
def worker(team: Team, number: int, count: int) -> Iterator[Callable[[], None]]:
    """A worker in a process of its own, and what kills it."""
    ours, its = FORK.Pipe()
    process = FORK.Process(target=member, args=(team, number, count, its))
    process.start()
    assert ours.poll(30)

    def kill() -> None:
        process.kill()
        process.join()

    yield kill
    ours.send("leave")
    process.join()


def forget(team: Team, number: int) -> None:
    """Empty the record of a worker that has ended, as the supervisor does."""
    with (team.folder / "records").open("r+b") as records:
        size = len(records.read()) // team.size
        records.seek((number - 1) * size)
        records.write(bytes(size))


def lines(team: Team) -> list[str]:
    text = generate_latest(team.registry).decode()
    return sorted(line for line in text.splitlines() if "#" not in line and "created" not in line)


def test_a_team_is_ready_when_all_workers_are(team: Team) -> None:
    assert not team.ready
    with worker(team, 1, 5):
        assert not team.ready
        with worker(team, 2, 7):
            assert team.ready
            forget(team, 1)
            assert not team.ready


def test_the_records_of_a_team_are_those_of_its_folder(team: Team) -> None:
    replacing = Team(2, team.folder)
    with worker(team, 1, 5), worker(team, 2, 7):
        assert replacing.ready


def test_the_fewest_connections_are_those_of_a_ready_worker(team: Team) -> None:
    other = Team(2, team.folder)
    assert team.fewest_connections == 0
    with team.member(1, CollectorRegistry()), other.member(2, CollectorRegistry()):
        team.set_connections(5)
        team.set_ready()
        assert other.fewest_connections == 5
        other.set_connections(3)
        other.set_ready()
        assert team.fewest_connections == 3
        forget(team, 2)
        assert team.fewest_connections == 5


def test_metrics_name_the_worker(team: Team) -> None:
    with worker(team, 1, 5), worker(team, 2, 7):
        assert lines(team) == [
            'requests_total{operation="A",worker="1"} 5.0',
            'requests_total{operation="A",worker="2"} 7.0',
            'running{worker="1"} 5.0',
            'running{worker="2"} 7.0',
        ]


def test_a_worker_that_was_killed_is_left_out_until_another_takes_its_place(team: Team) -> None:
    with worker(team, 2, 7):
        with worker(team, 1, 5) as kill:
            kill()
            assert lines(team) == [
                'requests_total{operation="A",worker="2"} 7.0',
                'running{worker="2"} 7.0',
            ]
        with worker(team, 1, 0):
            assert 'running{worker="1"} 0.0' in lines(team)


def test_a_worker_reports_its_own_metrics_too(team: Team) -> None:
    registry = CollectorRegistry()
    Gauge("running", "Running requests.", registry=registry).set(3)
    with worker(team, 2, 7), team.member(1, registry):
        assert 'running{worker="1"} 3.0' in lines(team)
        assert 'running{worker="2"} 7.0' in lines(team)


def test_a_worker_with_too_many_open_files_does_not_ask_for_more_without_a_pause(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []

    class Exhausted:
        def accept(self) -> Connection:
            if len(pauses) == 3:
                raise SystemExit
            raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr("server.observe.team.time.sleep", pauses.append)
    with pytest.raises(SystemExit):
        team._report(cast(Listener, Exhausted()))
    assert min(pauses) >= 0.1

"""The workers of a server know of each other: who is ready, and what each has counted."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

import pytest
from prometheus_client import CollectorRegistry, Counter, Gauge
from prometheus_client.exposition import generate_latest

from server.observe.team import Team

FORK = multiprocessing.get_context("fork")


@pytest.fixture
def team() -> Iterator[Team]:
    with Team(2) as made:
        yield made


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


def lines(team: Team) -> list[str]:
    text = generate_latest(team.registry).decode()
    return sorted(line for line in text.splitlines() if "#" not in line and "created" not in line)


def test_a_team_is_ready_when_all_workers_are(team: Team) -> None:
    assert not team.ready
    with worker(team, 1, 5):
        assert not team.ready
        with worker(team, 2, 7):
            assert team.ready
            team.set_lost(1)
            assert not team.ready


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

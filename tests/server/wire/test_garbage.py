"""Garbage is collected between requests."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from server.wire import garbage
from server.wire.garbage import THRESHOLDS, collect_some


class Node:
    """Refers to itself."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def thresholds() -> Iterator[None]:
    before = gc.get_threshold()
    gc.freeze()  # a search for garbage among all that the tests have loaded takes half a second
    gc.collect()
    gc.set_threshold(*THRESHOLDS)
    yield
    gc.set_threshold(*before)


def test_many_new_objects_are_collected_and_few_are_left(thresholds: None) -> None:
    few = weakref.ref(Node())
    collect_some()
    assert few() is not None
    kept = [[number] for number in range(1_500)]
    collect_some()
    assert few() is None
    assert len(kept) == 1_500


def test_objects_that_have_grown_old_are_collected_in_time(
    thresholds: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As seldom as Python does, but with lower thresholds than those of a server."""
    middle, old = 3, 20
    monkeypatch.setattr(garbage, "THRESHOLDS", (THRESHOLDS[0], middle, old))
    aged = weakref.ref(node := Node())
    gc.collect(0)
    gc.collect(1)
    del node
    rounds = 0
    while aged() is not None:
        kept = [[number] for number in range(1_500)]
        collect_some()
        del kept
        rounds += 1
        assert rounds <= (middle + 1) * (old + 1)
    assert rounds >= middle * (old - 1)

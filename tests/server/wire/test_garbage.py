"""Garbage is collected between requests."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

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


def test_objects_that_have_grown_old_are_collected_in_time(thresholds: None) -> None:
    old = weakref.ref(node := Node())
    gc.collect(0)
    gc.collect(1)
    del node
    for _ in range((THRESHOLDS[1] + 1) * (THRESHOLDS[2] + 1)):
        if old() is None:
            break
        kept = [[number] for number in range(1_500)]
        collect_some()
        del kept
    assert old() is None

"""Request ids: which of the clients' are kept, and that no two are the same."""

from __future__ import annotations

import os

import pytest

from server.observe.request_id import new_id, well_formed


def test_new_ids_are_different_and_well_formed() -> None:
    ids = [new_id() for _ in range(1_000)]
    assert len(set(ids)) == len(ids)
    assert {len(request_id) for request_id in ids} == {32}
    assert all(map(well_formed, ids))


@pytest.mark.filterwarnings("ignore:.*use of fork.*:DeprecationWarning")
def test_a_worker_does_not_use_the_ids_of_its_parent() -> None:
    new_id()
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.write(writing, new_id().encode())
        os._exit(0)
    os.waitpid(child, 0)
    of_child = os.read(reading, 100).decode()
    os.close(reading)
    os.close(writing)
    assert of_child not in {new_id() for _ in range(1_000)}

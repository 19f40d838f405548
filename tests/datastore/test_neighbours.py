"""Lists of similar rows: places in one long column, as many as a list has."""

from __future__ import annotations

import numpy as np
import pytest

from datastore.neighbours import Neighbours

LISTS = [[1, 2, 3], [0, -1, -1], [-1, -1, -1]]


@pytest.fixture
def neighbours() -> Neighbours:
    """Three rows: a full list, a short one, and an empty one."""
    return Neighbours(np.array(LISTS, np.int32), np.full((3, 3), 0.5, np.float32))


@pytest.mark.parametrize("first", [0, 1, 2, 3, 50])
def test_places_are_those_of_the_first_entries(neighbours: Neighbours, first: int) -> None:
    for row, places in enumerate(neighbours.places([0, 1, 2], first)):
        found = [int(neighbours.row[place]) for place in places]
        assert found == [other for other in LISTS[row][:first] if other >= 0]
        assert {neighbours.owner(place) for place in places} <= {row}


def test_rows_may_be_asked_for_in_any_order_and_twice(neighbours: Neighbours) -> None:
    assert neighbours.places([1, 0, 1], 2) == [[3], [0, 1], [3]]
    assert neighbours.places([], 2) == []

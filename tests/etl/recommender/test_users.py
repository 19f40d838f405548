"""Users in parts: what is put on a shelf is found there, in memory and in files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from etl.recommender.users import FolderShelf, MemoryShelf, Part, Shelf, Users
from library import make_library

IDS = ["", "a", "Ünï", "\udcff", "ends with \0", "76561197970982479"]


@pytest.fixture(params=["memory", "folder"])
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Shelf:
    return MemoryShelf() if request.param == "memory" else FolderShelf(tmp_path / "shelf")


def test_libraries_and_ids_come_back(shelf: Shelf) -> None:
    library = make_library({0: 5, 3: 0}, {}, {1: 9}, {}, {}, {2: 1})
    part = Part(10, 6, shelf)
    part.describe(library, IDS, [2])
    assert part.ids == IDS
    assert part.recent_starts.tolist() == [2]
    for name in ("offsets", "game", "minutes"):
        assert np.array_equal(getattr(part.library, name), getattr(library, name))


def test_nobody_has_a_part_too(shelf: Shelf) -> None:
    part = Part(0, 0, shelf)
    part.describe(make_library(), [])
    assert part.ids == []
    assert len(part.library.offsets) == 1


def test_a_matrix_is_made_once(shelf: Shelf) -> None:
    part, made = Part(0, 2, shelf), list[int]()

    def make() -> sparse.csr_matrix:
        made.append(1)
        return sparse.csr_matrix(np.array([[0, 2, 0], [1, 0, 0]], np.float32))

    for _ in range(2):
        assert part.matrix("pairs", make).toarray().tolist() == [[0, 2, 0], [1, 0, 0]]
    assert len(made) == 1
    assert part.matrix("empty", lambda: sparse.csr_matrix((2, 3), dtype=np.float32)).nnz == 0
    assert part.matrix("empty", make).shape == (2, 3)


def test_dropped_arrays_and_matrices_are_gone_and_others_stay(shelf: Shelf) -> None:
    part = Part(0, 1, shelf)
    part.matrix("pairs", lambda: sparse.csr_matrix(np.ones((1, 1), np.float32)))
    shelf.update(pairs_of_games=np.arange(3), numbers=np.arange(2))
    part.drop(["pairs", "numbers", "never there"])
    assert list(shelf) == ["pairs_of_games"]
    with pytest.raises(KeyError):
        shelf["numbers"]
    with pytest.raises(KeyError):
        del shelf["numbers"]


def test_a_room_has_names_of_its_own(shelf: Shelf) -> None:
    shelf["numbers"], shelf.room("inside")["numbers"] = np.arange(2), np.arange(9)
    assert len(shelf["numbers"]) == 2
    assert len(shelf.room("inside")["numbers"]) == 9
    shelf.room("inside").clear()
    assert "numbers" not in shelf.room("inside")
    assert len(shelf) == 1


def test_the_work_of_one_part_has_all_threads_and_that_of_several_one() -> None:
    part = Part.of(make_library({0: 1}))
    assert Users([part]).threads(4) == 4
    assert Users([part, part]).threads(4) == 1
    assert len(Users([part, part])) == 2

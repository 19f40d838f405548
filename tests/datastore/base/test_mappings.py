"""Mapped files: shared, and with pages that can be released while they are in use."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import numpy as np
import pytest

from datastore.base.mappings import Mappings

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

SIZE = 2**20


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / name for name in ("first", "second", "third")]
    for number, path in enumerate(paths, 1):
        path.write_bytes(bytes([number]) * SIZE)
    return paths


def test_released_pages_are_not_resident_and_read_as_before(files: list[Path]) -> None:
    mappings = Mappings()
    arrays = [np.frombuffer(mappings.open(path), np.uint8) for path in files]
    sums = [int(array.sum()) for array in arrays]
    assert [resident(path) for path in files] == [SIZE] * 3
    mappings.release(3 * SIZE)
    assert [resident(path) for path in files] == [0] * 3
    assert [int(array.sum()) for array in arrays] == sums == [SIZE, 2 * SIZE, 3 * SIZE]


def test_files_are_released_in_turn(files: list[Path]) -> None:
    mappings = Mappings()
    arrays = [np.frombuffer(mappings.open(path), np.uint8) for path in files]
    for kept in ([0, SIZE, SIZE], [SIZE, 0, SIZE], [SIZE, SIZE, 0], [0, SIZE, SIZE]):
        assert all(array.sum() for array in arrays)
        mappings.release(1)
        assert [resident(path) for path in files] == kept


def test_small_files_stay(tmp_path: Path) -> None:
    path = tmp_path / "small"
    path.write_bytes(b"x" * 4096)
    mappings = Mappings()
    mapped = mappings.open(path)
    assert mapped[0] == ord("x")
    mappings.release(SIZE)
    assert resident(path) == 4096


def test_maps_are_shared_with_other_processes_and_cannot_be_written(files: list[Path]) -> None:
    mapped = Mappings().open(files[0])
    with pytest.raises(TypeError):
        mapped[0] = 0
    assert [line.split()[1] for line in maps(files[0])] == ["r--s"]


@pytest.mark.parametrize(
    "array",
    [
        np.arange(24, dtype=np.int16).reshape(2, 3, 4),
        np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        np.zeros((0, 3), np.float32),
        np.array(7, np.uint8),
        np.array(["ab", "c"]),
    ],
    ids=lambda array: f"{array.dtype}{list(array.shape)}",
)
def test_an_array_is_mapped_as_numpy_loads_it(tmp_path: Path, array: np.ndarray) -> None:
    np.save(tmp_path / "saved.npy", array)
    mapped = Mappings().array(tmp_path / "saved.npy")
    assert mapped.dtype == array.dtype
    assert mapped.shape == array.shape
    assert mapped.tolist() == array.tolist()
    assert not mapped.flags.writeable


@pytest.mark.parametrize("kept", [0, 5, 8, 40, 127, 128, 128 + 7])
def test_an_array_that_has_been_cut_is_an_error(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "saved.npy"
    np.save(path, np.arange(1, dtype=np.int64))
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(ValueError, match=r".+"):
        Mappings().array(path)


def test_other_arrays_are_an_error(tmp_path: Path) -> None:
    path = tmp_path / "saved.npy"
    np.save(path, np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(ValueError, match="Python objects"):
        Mappings().array(path)
    with path.open("wb") as file:
        np.lib.format.write_array(file, np.zeros(3), version=(2, 0))
    with pytest.raises(ValueError, match=r"format \(2, 0\) is not supported"):
        Mappings().array(path)


def maps(path: Path) -> list[str]:
    """The lines of /proc/self/maps about a file."""
    lines = Path("/proc/self/maps").read_text().splitlines()
    return [line for line in lines if line.endswith(str(path))]


def resident(path: Path) -> int:
    """Resident bytes of the maps of a file in this process."""
    text = Path("/proc/self/smaps").read_text()
    found = re.findall(rf"{re.escape(str(path))}\n.*?\nRss:\s+(\d+) kB", text, re.DOTALL)
    return 1024 * sum(map(int, found))

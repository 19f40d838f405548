"""Arrays read row by row: the rows of the file, nothing mapped, nothing writable."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datastore.base.row_file import RowFile


@pytest.fixture(scope="module")
def factors(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("rows") / "factors.npy"
    np.save(path, np.arange(12, dtype=np.float32).reshape(4, 3))
    return path


@given(st.slices(4).filter(lambda span: span.step in (None, 1)), st.lists(st.integers(0, 3)))
def test_rows_spans_and_selections_are_those_of_the_array(
    factors: Path, span: slice, chosen: list[int]
) -> None:
    array, rows = np.load(factors), RowFile(factors)
    assert (len(rows), rows.shape, rows.dtype) == (4, array.shape, array.dtype)
    for row in range(4):
        np.testing.assert_array_equal(rows[row], array[row], strict=True)
    np.testing.assert_array_equal(rows[span], array[span], strict=True)
    numbers = np.array(chosen, np.int64)
    np.testing.assert_array_equal(rows.take(numbers), array.take(numbers, axis=0), strict=True)
    np.testing.assert_array_equal(rows[numbers], array[numbers], strict=True)


def test_spans_are_those_of_the_array_one_after_the_other(factors: Path) -> None:
    rows, array = RowFile(factors), np.load(factors)
    spans = [(2, 4), (1, 1), (0, 3)]
    expected = np.concatenate([array[start:stop] for start, stop in spans])
    np.testing.assert_array_equal(rows.spans(spans), expected, strict=True)
    np.testing.assert_array_equal(rows.spans([]), array[:0], strict=True)


def test_numbers_of_a_plain_list_are_read_as_well(tmp_path: Path) -> None:
    np.save(tmp_path / "times.npy", np.array([7, 8, 9], np.int64))
    times = RowFile(tmp_path / "times.npy")
    assert (times[1:].tolist(), times[2].tolist(), times.take(np.array([2, 0])).tolist()) == (
        [8, 9],
        9,
        [9, 7],
    )


def test_rows_start_with_the_first_numbers_of_the_array(factors: Path) -> None:
    rows, array = RowFile(factors), np.load(factors)
    for row in (0, len(array) - 1):
        for count in (0, 1, array.shape[1], array.shape[1] + 1):
            assert rows.start(row, count) == array[row][:count].tolist()
    for row in (-1, len(array)):
        with pytest.raises(IndexError):
            rows.start(row, 1)


@pytest.mark.parametrize("row", [-1, 4])
def test_there_are_no_other_rows(factors: Path, row: int) -> None:
    with pytest.raises(IndexError):
        RowFile(factors)[row]
    with pytest.raises((IndexError, ValueError)):
        RowFile(factors).take(np.array([0, row]))


def test_spans_have_all_of_their_rows(factors: Path) -> None:
    with pytest.raises(IndexError):
        RowFile(factors)[::2]


def test_what_was_read_cannot_be_written(factors: Path) -> None:
    with pytest.raises(ValueError, match="read-only"):
        RowFile(factors)[0][:] = 0


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_nothing_is_mapped_and_the_file_is_closed_at_the_end(factors: Path) -> None:
    rows = RowFile(factors)
    assert rows[0].tolist() == [0, 1, 2]
    assert str(factors) not in Path("/proc/self/maps").read_text()
    assert _is_open(factors)
    del rows
    gc.collect()
    assert not _is_open(factors)


def test_rows_stay_readable_when_the_file_is_deleted(tmp_path: Path) -> None:
    path = tmp_path / "gone.npy"
    np.save(path, np.arange(3))
    rows = RowFile(path)
    if sys.platform != "win32":
        path.unlink()
    assert rows[2].tolist() == 2


@pytest.mark.parametrize("damage", [b"", b"no array", b"short"])
def test_a_damaged_file_is_refused(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "damaged.npy"
    np.save(path, np.arange(1_000))
    path.write_bytes(path.read_bytes()[:500] if damage == b"short" else damage)
    with pytest.raises((ValueError, OSError, EOFError)):
        RowFile(path)


def test_columns_stored_one_after_the_other_are_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "columns.npy", np.asfortranarray(np.zeros((2, 3))))
    with pytest.raises(ValueError, match="one after the other"):
        RowFile(tmp_path / "columns.npy")


def _is_open(path: Path) -> bool:
    links = Path("/proc/self/fd").iterdir()
    return any(os.path.realpath(link) == str(path.resolve()) for link in links)

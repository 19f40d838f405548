"""The search index of names in parts is that of all names at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datastore.base.errors import SnapshotError
from datastore.base.search_keys import search_key
from etl.columns import search_index
from etl.parts import search as module
from etl.parts.folder import WorkFolder
from etl.parts.search import NamedPart, index_parts
from etl.process.engine import LocalEngine

NAMES = ["ann", "Ann", "bob the 2nd", "bob ii", "76561197970982479", "", "x", "évian_99", "ann b"]


def joined(folder: WorkFolder, parts: Sequence[Sequence[str]]) -> dict[str, np.ndarray]:
    first, named = 0, []
    for number, names in enumerate(parts):
        named.append(NamedPart(number, first))
        first += len(names)

    def keys(number: int) -> list[str]:
        return search_index.keys(parts[number])

    found = index_parts(LocalEngine(), folder, named, keys, "users")
    arrays = {}
    for name, rows, content in found.arrays():
        arrays[name] = np.concatenate([np.zeros(0, np.int64), *content])
        assert len(arrays[name]) == rows
    return arrays


def assert_same(found: dict[str, np.ndarray], names: Sequence[str]) -> None:
    expected = search_index.index([search_key(name) for name in names], abbreviated=False)
    assert found.keys() == expected.keys()
    for name, array in expected.items():
        assert found[name].tolist() == array.tolist(), name


@given(
    parts=st.lists(st.lists(st.sampled_from(NAMES) | st.text(max_size=9)), min_size=1, max_size=4)
)
def test_parts_give_the_index_of_all_names(
    tmp_path_factory: pytest.TempPathFactory, parts: list[list[str]]
) -> None:
    folder = WorkFolder(tmp_path_factory.mktemp("search"))
    assert_same(joined(folder, parts), [name for part in parts for name in part])


def test_many_names_fall_into_several_ranges(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    words = ["".join(rng.choice(list("abcdefgh "), 8)) for _ in range(900)]
    folder = WorkFolder(tmp_path)
    assert_same(joined(folder, [words[:400], words[400:410], words[410:]]), words)
    assert len(list((tmp_path / "codes").iterdir())) == 3


def test_names_beyond_the_room_of_their_positions_are_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST_TEXT", 20)
    message = "The search index of users cannot be written: the names take 2[0-9] bytes, and"
    with pytest.raises(SnapshotError, match=message):
        joined(WorkFolder(tmp_path), [["abcdefghij"], ["klmnopqrst"]])
    assert joined(WorkFolder(tmp_path), [["abcde"], ["klmno"]])

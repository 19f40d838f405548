"""Places where names continue with a text, and the cache of searches."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from datastore.frame import Frame
from datastore.search import NameIndex, Result
from etl.columns.search_index import index

KEYS = ["civilization v", "", "civ city 5", "ωmega 5", "civilization 55"]


def name_index() -> NameIndex:
    arrays = {f"search_x_{part}": array for part, array in index(KEYS).items()}
    return NameIndex(Frame("x", pa.table({"search_key": KEYS})), arrays, "x")


def test_a_place_says_how_the_name_begins_and_ends_around_it() -> None:
    found = name_index().words.beginning("ωmega".encode())
    assert found.rows.tolist() == [3]
    assert (found.begins.tolist(), found.ends.tolist()) == ([2], [1])
    cit = name_index().words.beginning(b"cit")
    assert (cit.rows.tolist(), cit.ends.tolist(), cit.near.tolist()) == ([2], [0], [1])
    assert len(name_index().words.beginning(b"ivilization").rows) == 0
    assert len(name_index().words.beginning(b"zzz").rows) == 0


def test_a_number_right_behind_a_word_that_begins_so_is_found_whole() -> None:
    words = name_index().words
    assert words.numbered(b"civ", b"5").tolist() == [0]  # V; not behind another word, not 55
    assert words.numbered(b"cit", b"5").tolist() == [2]
    assert words.numbered("ω".encode(), b"5").tolist() == [3]
    assert words.numbered(b"civilization", b"55").tolist() == [4]
    assert words.numbered(b"civilization", b"555").tolist() == []
    assert words.numbered(b"zzz", b"5").tolist() == []


def test_keys_and_their_sizes_are_those_of_the_rows() -> None:
    names = name_index()
    assert list(names.keys(np.array([3, 0, 1]))) == ["ωmega 5", "civilization v", ""]
    assert names.sizes.tolist() == [len(key.encode()) for key in KEYS]


def test_what_was_found_is_remembered_and_cannot_be_changed() -> None:
    names = name_index()
    result = Result(np.array([1]), np.array([0]))
    assert names.remembered("a", lambda: result) is result
    assert names.remembered("a", lambda: Result(np.array([2]), np.array([0]))) is result
    assert not result.rows.flags.writeable


def test_a_result_that_is_too_big_to_be_remembered_is_returned() -> None:
    names = name_index()
    big = np.zeros(1_000_000, np.int64)
    assert names.remembered("a", lambda: Result(big, big)).rows is big
    small = np.zeros(1, np.int64)
    assert names.remembered("a", lambda: Result(small, small)).rows is small

"""The index of ids: every id is found, no other text, also where hashes are equal."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from datastore.id_index import IdIndex


class Clashing(str):
    """A text whose hash is that of all others."""

    __slots__ = ()

    def __hash__(self) -> int:
        return 7


@given(st.lists(st.text(max_size=4), unique=True), st.text(max_size=4))
def test_each_id_is_found_at_its_row_and_nothing_else(ids: list[str], other: str) -> None:
    index = IdIndex(ids)
    assert [index.find(text) for text in ids] == list(range(len(ids)))
    assert index.find(other) == (ids.index(other) if other in ids else None)


def test_ids_with_the_same_hash_are_distinguished() -> None:
    ids = [Clashing(text) for text in ("ada", "bob", "cyd")]
    index = IdIndex(ids)
    assert [index.find(text) for text in ids] == [0, 1, 2]
    assert index.find(Clashing("dan")) is None
    assert index.find("ada") is None  # of another hash

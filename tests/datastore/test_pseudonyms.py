"""Pseudonyms: distinct, keyed, and sorted by themselves."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from datastore.pseudonyms import Pseudonyms

KEY = b"a key"
IDS = [f"user{number}" for number in range(500)]


def all_of(pseudonyms: Pseudonyms) -> list[str]:
    return [pseudonyms[row] for row in range(len(pseudonyms))]


@given(st.lists(st.text(), unique=True, max_size=20))
def test_each_id_has_its_own_pseudonym_by_which_it_is_found(ids: list[str]) -> None:
    pseudonyms = Pseudonyms(ids, KEY, "users")
    texts = all_of(pseudonyms)
    assert len(set(texts)) == len(ids)
    assert [pseudonyms.find(text) for text in texts] == list(range(len(ids)))
    assert pseudonyms.column().to_pylist() == texts


def test_unknown_texts_are_not_found() -> None:
    pseudonyms = Pseudonyms(IDS, KEY, "users")
    for text in ("", "user7", "zzzzzzzzzzzzzzzz", "2222222222222222", pseudonyms[0][:-1]):
        assert pseudonyms.find(text) is None
    assert Pseudonyms([], KEY, "users").find("user7") is None


def test_the_same_key_gives_the_same_pseudonyms_in_any_table() -> None:
    whole, part = Pseudonyms(IDS, KEY, "users"), Pseudonyms(IDS[100:], KEY, "users")
    assert all_of(whole)[100:] == all_of(part)


def test_another_key_or_kind_gives_others() -> None:
    texts = {
        text
        for key, kind in ((KEY, "users"), (KEY, "viewers"), (b"another", "users"))
        for text in all_of(Pseudonyms(IDS, key, kind))
    }
    assert len(texts) == 3 * len(IDS)


def test_the_order_is_that_of_the_pseudonyms() -> None:
    pseudonyms = Pseudonyms(IDS, KEY, "users")
    assert [pseudonyms[int(row)] for row in pseudonyms.order.rows] == sorted(all_of(pseudonyms))

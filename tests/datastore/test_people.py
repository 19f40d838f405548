"""What a store shows of people: its key, and the ids that texts mention."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datastore.people import MASK, Mentions, People

IDS = ["teflon1", "--ace--", "moon-7", "_beetle_", "76561198099901747", "zed"]


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Thanks teflon1!", f"Thanks {MASK}!"),
        ("(by --ace--) moon-7's guide", f"(by {MASK}) {MASK}'s guide"),
        ("http://steamcommunity.com/profiles/76561198099901747/x",
         f"http://steamcommunity.com/profiles/{MASK}/x"),
        ("steamcommunity.com/id/_beetle_?a=b", f"steamcommunity.com/id/{MASK}?a=b"),
        ("zed,zed zed-and-zed @zed", f"{MASK},{MASK} {MASK}-and-{MASK} @{MASK}"),
        ("-zed- Zed zeds amazed teflon12 7656119809990174",
         f"-{MASK}- Zed zeds amazed teflon12 7656119809990174"),
        ("", ""),
        ("a  text\n\twith  blanks", "a  text\n\twith  blanks"),
    ],
)  # fmt: skip
def test_ids_are_masked_where_they_are_words(text: str, masked: str) -> None:
    assert Mentions(IDS).masked(text) == masked


@given(
    before=st.sampled_from(["", "a ", "(", "\n", "see:", "@", "/id/", "“"]),
    user_id=st.from_regex(r"[A-Za-z0-9_-]{3,20}", fullmatch=True).filter(
        lambda text: text != "see"
    ),
    after=st.sampled_from(["", " b", ")", "\n", ".", "/", "'s", "”", "!?"]),
)
def test_an_id_is_masked_in_any_surroundings(before: str, user_id: str, after: str) -> None:
    assert Mentions([user_id]).masked(before + user_id + after) == before + MASK + after


@given(st.text())
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert Mentions(["a-user-nobody-mentions"]).masked(text) == text


def test_each_snapshot_and_secret_has_its_own_key() -> None:
    one, other = People("pseudonyms", lambda: b"one"), People("pseudonyms", lambda: b"other")
    assert len({one.key("v1"), one.key("v2"), other.key("v1")}) == 3
    assert one.key("v1") == People("pseudonyms", lambda: b"one").key("v1")


def test_long_secrets_are_secrets() -> None:
    keys = {People("off", lambda size=size: b"x" * size).key("v") for size in (64, 65, 1000)}
    assert len(keys) == 3


def test_no_secret_is_needed_to_show_everything() -> None:
    def never() -> bytes:
        raise AssertionError("the secret was read")

    People("open", never).require()

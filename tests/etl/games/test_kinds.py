"""The libraries of a file are kept whole, and some users' can be taken out."""

from __future__ import annotations

from dumps import libraries_of, rows_in, starts_in
from etl.games.kinds import LIBRARIES
from etl.games.libraries import Libraries

PART = libraries_of(
    ("ann", "10", 5), ("ann", "20", 0), ("bob", "30", 7), ("cy", "10", 9), ("cy", "20", 4),
    started=[("ann", "10"), ("bob", "30"), ("cy", "20")],
)  # fmt: skip


def without(*users: str) -> Libraries:
    assert LIBRARIES.users is not None
    part = LIBRARIES.users.without(PART, lambda user: user in users)
    assert isinstance(part, Libraries)
    return part


def test_libraries_are_kept_with_their_recent_starts() -> None:
    kept = LIBRARIES.from_tables(LIBRARIES.to_tables(PART))
    assert rows_in(kept) == rows_in(PART)
    assert starts_in(kept) == starts_in(PART) == {("ann", "10"), ("bob", "30"), ("cy", "20")}


def test_the_recent_starts_of_the_other_users_stay_theirs() -> None:
    others = without("bob")
    assert rows_in(others) == {
        ("ann", "10"): 5, ("ann", "20"): 0, ("cy", "10"): 9, ("cy", "20"): 4
    }  # fmt: skip
    assert starts_in(others) == {("ann", "10"), ("cy", "20")}
    assert others.games.to_pylist() == ["10", "20"]
    assert starts_in(without("ann", "cy")) == {("bob", "30")}
    assert starts_in(without("ann", "bob", "cy")) == set()


def test_nothing_is_copied_where_no_user_is_taken_out() -> None:
    assert without("zoe") is PART

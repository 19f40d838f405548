"""resolvers: Relay global ids, made of an entity's type and natural key."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import quote, unquote

from datastore.base.errors import NotFound
from datastore.store import Store
from resolvers.arguments import shown

__all__ = ["KINDS", "PEOPLE", "Keys", "all_of", "decode", "encode", "find", "keys"]

#: Types with global ids.
KINDS = ("Game", "User", "Developer", "Genre", "Review", "Title", "Viewer")
#: Those of people.
PEOPLE = ("User", "Viewer")


class Keys(NamedTuple):
    """Natural keys of a type: `of` returns the keys of rows, `find` the row of a key or None."""

    kind: str
    of: Callable[[Sequence[int]], list[str]]
    find: Callable[[str], int | None]


#: Most ids of a type that are kept, at 0.2 KB each.
_KEPT = 32_768
_URL_SAFE = bytes.maketrans(b"+/", b"-_")

#: Names by row of a type, and the row of a name.
_NAMED: Mapping[str, Callable[[Store], tuple[Sequence[str], Callable[[str], int | None]]]] = {
    "Game": lambda store: (store.games.app_id, store.games.find),
    "User": lambda store: (store.users.user_id, store.users.find),
    "Developer": lambda store: (store.developers.folded, store.developers.find),
    "Genre": lambda store: (store.genres.folded, store.genres.find),
    "Title": lambda store: (store.titles.title_id, store.titles.find),
    "Viewer": lambda store: (store.viewers.viewer_id, store.viewers.find),
}


def keys(store: Store, kind: str) -> Keys:
    """The natural keys of one of KINDS. Raises Unavailable if the snapshot lacks its subject."""
    if kind == "Review":
        return _review_keys(store)
    names, find_name = _NAMED[kind](store)
    return Keys(kind, lambda rows: [names[row] for row in rows], find_name)


class _Ids(dict[int, str]):
    """The global ids of one type by row, each made when it is first asked for."""

    def __init__(self, make: Callable[[int], str]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, row: int) -> str:
        made = self._make(row)
        if len(self) < _KEPT:
            self[row] = made
        return made


def all_of(store: Store, kind: str) -> Mapping[int, str]:
    """The opaque global ids of one of KINDS by row, the same in every snapshot that shows the same
    ids. Raises Unavailable if the snapshot lacks its subject."""
    kept: dict[str, Mapping[int, str]] = store.derived.setdefault(all_of, {})
    found = kept.get(kind)
    if found is None:
        found = kept[kind] = _Ids(_maker(store, kind))
    return found


def _maker(store: Store, kind: str) -> Callable[[int], str]:
    # Without a reference to the store, which keeps this function.
    if kind == "Review":
        known = keys(store, kind)
        return lambda row: encode(kind, *known.of([row]))
    names, _ = _NAMED[kind](store)
    return lambda row: encode(kind, names[row])


def find(store: Store, value: str) -> tuple[str, int]:
    """Type and row of a global id. Raises NotFound for an unknown or malformed one, and Forbidden
    for one of a person if these are hidden."""
    kind, key = decode(value) or ("", "")
    if kind in PEOPLE:
        store.people.require()
    if kind in KINDS:
        known = keys(store, kind)
        row = known.find(key)
        # Each entity has one id: other spellings of its key are not accepted.
        if row is not None and known.of([row]) == [key]:
            return kind, row
    named = "this global id"
    if kind not in PEOPLE or store.people.are_named:
        named = f"the global id {shown(value)}"
    raise NotFound(f"No entry has {named}.")


def encode(kind: str, key: str) -> str:
    """The global id of a type and natural key."""
    # A third faster than `urlsafe_b64encode`, which checks its arguments.
    encoded = binascii.b2a_base64(f"{kind}:{key}".encode(), newline=False)
    return encoded.translate(_URL_SAFE).decode("ascii")


def decode(value: str) -> tuple[str, str] | None:
    """Type and natural key of a global id; None for any text that `encode` does not return."""
    try:
        kind, separator, key = urlsafe_b64decode(value.encode("ascii")).decode().partition(":")
    except (ValueError, binascii.Error):
        return None
    # The decoder ignores characters that are not base64, so compare with the encoded form.
    return (kind, key) if separator and encode(kind, key) == value else None


def _review_keys(store: Store) -> Keys:
    # Without a reference to the store, which may keep functions of the keys.
    reviews, games, users = store.reviews, store.games, store.users
    if (pseudonyms := reviews.pseudonyms) is not None:
        return Keys("Review", lambda rows: [pseudonyms[row] for row in rows], pseudonyms.find)

    def keys_of(rows: Sequence[int]) -> list[str]:
        pairs = zip(reviews.user[rows].tolist(), reviews.game[rows].tolist(), strict=True)
        # Quoted, because a product id could contain the slash that separates the two.
        return [
            f"{quote(games.app_id[game], safe='')}/{users.user_id[user]}" for user, game in pairs
        ]

    def find_key(key: str) -> int | None:
        app_id, _, user_id = key.partition("/")
        game, user = games.find(unquote(app_id)), users.find(user_id)
        return None if game is None or user is None else reviews.find(user, game)

    return Keys("Review", keys_of, find_key)

"""resolvers: Relay global ids, made of an entity's type and natural key."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import quote, unquote

from datastore.base.errors import NotFound
from datastore.store import Store
from resolvers.arguments import shown

__all__ = ["KINDS", "PEOPLE", "Keys", "decode", "encode", "find", "keys", "of"]

#: Types with global ids.
KINDS = ("Game", "User", "Developer", "Genre", "Review", "Title", "Viewer")
#: Those of people.
PEOPLE = ("User", "Viewer")


class Keys(NamedTuple):
    """Natural keys of a type: `of` returns the keys of rows, `find` the row of a key or None."""

    kind: str
    of: Callable[[Sequence[int]], list[str]]
    find: Callable[[str], int | None]


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
        return Keys(kind, lambda rows: _review_keys(store, rows), lambda key: _review(store, key))
    names, find_name = _NAMED[kind](store)
    return Keys(kind, lambda rows: [names[row] for row in rows], find_name)


def of(store: Store, kind: str, row: int) -> str:
    """The opaque global id of an entity, the same in every snapshot that shows the same ids."""
    (key,) = keys(store, kind).of([row])
    return encode(kind, key)


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
    raise NotFound(f"No entry has the global id {shown(value)}.")


def encode(kind: str, key: str) -> str:
    """The global id of a type and natural key."""
    return urlsafe_b64encode(f"{kind}:{key}".encode()).decode("ascii")


def decode(value: str) -> tuple[str, str] | None:
    """Type and natural key of a global id; None for any text that `encode` does not return."""
    try:
        kind, separator, key = urlsafe_b64decode(value.encode("ascii")).decode().partition(":")
    except (ValueError, binascii.Error):
        return None
    # The decoder ignores characters that are not base64, so compare with the encoded form.
    return (kind, key) if separator and encode(kind, key) == value else None


def _review_keys(store: Store, rows: Sequence[int]) -> list[str]:
    pseudonyms = store.reviews.pseudonyms
    if pseudonyms is not None:
        return [pseudonyms[row] for row in rows]
    users, games = store.reviews.user[rows].tolist(), store.reviews.game[rows].tolist()
    # Quoted, because a product id could contain the slash that separates the two.
    return [
        f"{quote(store.games.app_id[game], safe='')}/{store.users.user_id[user]}"
        for user, game in zip(users, games, strict=True)
    ]


def _review(store: Store, key: str) -> int | None:
    if store.reviews.pseudonyms is not None:
        return store.reviews.pseudonyms.find(key)
    app_id, _, user_id = key.partition("/")
    game, user = store.games.find(unquote(app_id)), store.users.find(user_id)
    return None if game is None or user is None else store.reviews.find(user, game)

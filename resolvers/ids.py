"""resolvers: Relay global ids, one for every entity: the type and its natural key."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from urllib.parse import quote, unquote

from datastore.base.errors import NotFound
from datastore.store import Store
from resolvers.arguments import shown

__all__ = ["KINDS", "find", "of"]

#: Types whose entries have a global id.
KINDS = ("Game", "User", "Developer", "Genre", "Review")


def of(store: Store, kind: str, row: int) -> str:
    """The opaque global id of an entity, the same in every snapshot."""
    return _encoded(kind, _key(store, kind, row))


def find(store: Store, value: str) -> tuple[str, int]:
    """Type name and row of a global id. Raises NotFound for any text that is none."""
    try:
        text = urlsafe_b64decode(value.encode("ascii")).decode("utf-8")
    except (ValueError, binascii.Error):
        text = ""
    kind, _, key = text.partition(":")
    row = _finder(store, kind)(key) if kind in KINDS else None
    # One entity has one id: a key that is only spelled differently is none.
    if row is None or of(store, kind, row) != value:
        raise NotFound(f"No entry has the global id {shown(value)}.")
    return kind, row


def _encoded(kind: str, key: str) -> str:
    return urlsafe_b64encode(f"{kind}:{key}".encode()).decode("ascii")


def _key(store: Store, kind: str, row: int) -> str:
    match kind:
        case "Game":
            return store.games.app_id[row]
        case "User":
            return store.users.user_id[row]
        case "Developer":
            return store.developers.folded[row]
        case "Genre":
            return store.genres.folded[row]
        case _:
            user, game = int(store.reviews.user[row]), int(store.reviews.game[row])
            # A product id could hold the slash that separates the two.
            return f"{quote(store.games.app_id[game], safe='')}/{store.users.user_id[user]}"


def _finder(store: Store, kind: str) -> Callable[[str], int | None]:
    match kind:
        case "Game":
            return store.games.find
        case "User":
            return store.users.find
        case "Developer":
            return store.developers.find
        case "Genre":
            return store.genres.find
        case _:
            return lambda key: _review(store, key)


def _review(store: Store, key: str) -> int | None:
    app_id, _, user_id = key.partition("/")
    game, user = store.games.find(unquote(app_id)), store.users.find(user_id)
    return None if game is None or user is None else store.reviews.find(user, game)

"""resolvers: Relay global ids, one for every entity: the type and its natural key."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable

from datastore.base.errors import NotFound
from datastore.store import Store
from resolvers.arguments import shown

__all__ = ["KINDS", "find", "of"]

#: Types whose entries have a global id.
KINDS = ("Game", "User", "Developer", "Genre")


def of(store: Store, kind: str, row: int) -> str:
    """The opaque global id of an entity, the same in every snapshot."""
    return _encoded(kind, _keys(store, kind)[row])


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


def _keys(store: Store, kind: str) -> list[str]:
    match kind:
        case "Game":
            return store.games.app_id
        case "User":
            return store.users.user_id
        case "Developer":
            return store.developers.folded
        case _:
            return store.genres.folded


def _finder(store: Store, kind: str) -> Callable[[str], int | None]:
    match kind:
        case "Game":
            return store.games.find
        case "User":
            return store.users.find
        case "Developer":
            return store.developers.find
        case _:
            return store.genres.find

"""resolvers: questions about users."""

from __future__ import annotations

from datastore.base.errors import NotFound
from datastore.store import Store
from resolvers.arguments import shown

__all__ = ["find", "recommend_percent"]


def find(store: Store, user_id: str) -> int:
    """Row of a user. Raises NotFound without suggestions: ids of people are not offered."""
    row = store.users.find(user_id)
    if row is None:
        raise NotFound(f"No user has the id {shown(user_id)}.")
    return row


def recommend_percent(store: Store, user: int) -> float | None:
    """Share of the user's reviews that recommend, 0 to 100; None without reviews."""
    reviews = int(store.users.reviews[user])
    return 100 * int(store.users.recommended[user]) / reviews if reviews else None

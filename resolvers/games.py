"""resolvers: answers about games."""

from __future__ import annotations

from datastore.base.errors import NotFound
from datastore.store import Store
from resolvers.arguments import shown
from resolvers.search import suggestions

__all__ = ["find"]


def find(store: Store, app_id: str) -> int:
    """Row of a game. Raises NotFound, with similar titles if the id looks like a title."""
    frame = store.games
    row = frame.find(app_id)
    if row is not None:
        return row
    message = f"No game has the product id {shown(app_id)}."
    if not any(character.isalpha() for character in app_id):
        raise NotFound(message)
    raise NotFound(
        f"{message} The product id is the number in the URL of the store page.",
        lambda: suggestions(frame.index, frame.title, app_id, lambda: frame.weight),
    )

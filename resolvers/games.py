"""resolvers: answers about games."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from datastore.base.errors import NotFound
from datastore.store import Store
from resolvers import spaces
from resolvers.arguments import shown
from resolvers.filters import Expression
from resolvers.paging import row_array
from resolvers.search import suggestions
from resolvers.selection import Selection, select

__all__ = ["find", "matching_games"]


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


def matching_games(store: Store, where: Expression | None) -> npt.NDArray[np.bool_]:
    """Mask over all games: True for those that match."""
    rows = select(range(len(store.games)), lambda: spaces.games(store), Selection(where))
    matching = np.zeros(len(store.games), bool)
    matching[row_array(rows)] = True
    return matching

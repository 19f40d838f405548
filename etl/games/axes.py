"""etl.games: the axes: all games and users, numbered in the order of their rows."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from etl.columns.arrow import Column, distinct, in_natural_order, order_of, whole
from etl.games.libraries import Libraries

__all__ = ["Axes", "axes"]


@dataclass(frozen=True, slots=True)
class Axes:
    """The entities in the order of their row numbers.

    `app_ids[:listed]` are the games of the catalogue; the others are known from libraries and
    reviews only, with the name that libraries give them (null if none does).
    """

    listed: int
    app_ids: pa.Array
    titles: pa.Array
    user_ids: pa.Array


def axes(catalogue: pa.Table, libraries: Libraries, users: Column, reviewed: Column) -> Axes:
    """Number all games and users: those of the libraries, and those in the reviews'
    dumps with the product ids that are reviewed."""
    listed = whole(catalogue["app_id"])
    known = distinct(libraries.games, reviewed)
    unlisted = known.filter(pc.invert(pc.is_in(known, listed)))
    unlisted = unlisted.take(in_natural_order(unlisted))
    names = libraries.names.take(pc.index_in(unlisted, libraries.games))
    user_ids = distinct(libraries.users, users)
    return Axes(
        listed=len(listed),
        app_ids=pa.concat_arrays([listed, unlisted]),
        titles=pa.concat_arrays([whole(catalogue["title"]), names]),
        user_ids=user_ids.take(order_of(user_ids)),
    )

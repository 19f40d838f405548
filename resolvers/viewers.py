"""resolvers: answers about viewers and their ratings of titles."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from datastore.base.errors import NotFound
from datastore.store import Store
from resolvers.arguments import shown
from resolvers.ids import Keys
from resolvers.paging import Rows as PageRows
from resolvers.paging import row_array

__all__ = [
    "Rated",
    "authors",
    "find",
    "of_title",
    "rated",
    "rated_titles",
    "ratings",
    "rows_of",
    "title_keys",
    "viewer_keys",
]

Rows = npt.NDArray[np.int64]


class Rated(NamedTuple):
    """A rating: its title or its viewer, whichever is not known anyway; stars from 0.5 to 5; when
    it was given, None if that is out of range."""

    entry: int
    stars: float
    rated_at: datetime | None


def find(store: Store, viewer_id: str) -> int:
    """Row of a viewer. Raises NotFound without suggestions, so as not to reveal viewer ids, and
    Forbidden if viewers are hidden."""
    store.people.require()
    row = store.viewers.find(viewer_id)
    if row is None:
        named = f"the id {shown(viewer_id)}" if store.people.are_named else "this id"
        raise NotFound(
            f"No viewer has {named}. Find viewers with viewers(search: …), or those with most "
            "ratings with viewers(orderBy: [{field: RATING_COUNT, direction: DESC}])."
        )
    return row


def rated_titles(store: Store, viewer: int) -> Rows:
    """The titles that a viewer has rated, last rated first, then by title id."""
    rows = store.ratings.of_viewer(viewer)
    times = store.ratings.times(slice(rows.start, rows.stop))
    titles: Rows = store.ratings.titles(rows)[np.argsort(-times, kind="stable")]
    return titles


def rows_of(store: Store, viewer: int, titles: PageRows) -> Rows:
    """The ratings of titles that a viewer has rated, in the order of the titles."""
    rows = store.ratings.of_viewer(viewer)
    return rows.start + np.searchsorted(store.ratings.titles(rows), row_array(titles))


def of_title(store: Store, title: int) -> npt.NDArray[np.int32]:
    """The ratings of a title, by viewer id."""
    rows, order = store.ratings.of_title(title), store.viewers.order
    if order.is_of_rows:
        return rows
    return rows[np.argsort(order.places(store.ratings.viewers(rows.astype(np.int64))))]


def authors(store: Store, rows: Sequence[int]) -> list[int]:
    """The viewers of ratings."""
    viewers: list[int] = store.ratings.viewers(np.array(rows, np.int64)).tolist()
    return viewers


def rated(store: Store, rows: Sequence[int]) -> list[int]:
    """The titles of ratings."""
    return [store.ratings.title(row) for row in rows]


def ratings(store: Store, rows: Sequence[int], entries: Sequence[int]) -> list[Rated]:
    """Ratings with their titles or viewers, `entries`."""
    places = np.array(rows, np.int64)
    stars, times = store.ratings.stars(places).tolist(), store.ratings.times(places).tolist()
    return [*map(Rated, entries, stars, map(_moment, times))]


def title_keys(store: Store, viewer: int) -> Keys:
    """Keys of a viewer's ratings: title ids, with ratings as rows."""

    def title_ids(rows: Sequence[int]) -> list[str]:
        return [store.titles.title_id[title] for title in rated(store, rows)]

    def rating(title_id: str) -> int | None:
        title = store.titles.find(title_id)
        return None if title is None else store.ratings.find(viewer, title)

    return Keys("Title", title_ids, rating)


def viewer_keys(store: Store, title: int) -> Keys:
    """Keys of a title's ratings: viewer ids, with ratings as rows."""

    def viewer_ids(rows: Sequence[int]) -> list[str]:
        return [store.viewers.viewer_id[viewer] for viewer in authors(store, rows)]

    def rating(viewer_id: str) -> int | None:
        viewer = store.viewers.find(viewer_id)
        return None if viewer is None else store.ratings.find(viewer, title)

    return Keys("Viewer", viewer_ids, rating)


def _moment(seconds: int) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):  # before the year 1 or after 9999
        return None

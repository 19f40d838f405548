"""resolvers: the games most similar to a game, and what makes two games similar."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from datastore.base.codes import CONTENT, COPLAY, HYBRID, POPULAR
from datastore.base.names import fold
from datastore.base.series import overlap, plain, words
from datastore.recommendations import SimilarGames
from datastore.store import Store
from resolvers.arguments import check_first
from resolvers.diversity import checked_diversity, diverse
from resolvers.filters import Expression
from resolvers.games import matching_games

__all__ = ["Similarity", "similar", "similarity"]


class Similarity(NamedTuple):
    """Why two games are similar: cosines (None when not used), the overlap of their titles, and
    what they have in common."""

    als: float | None
    tags: float
    shared_tags: list[str]
    titles: float
    same_developer: bool
    same_publisher: bool


def similar(
    store: Store,
    games: Sequence[int],
    first: int,
    diversity: float | None = None,
    where: Expression | None = None,
    include_unlisted: bool = False,
) -> list[list[int]]:
    """The places, in `store.recommender.similar`, of the games most similar to each of `games`:
    without a `diversity` in the stored order, in which no series takes the whole list; with 0 by
    score alone.

    Raises InvalidArgument for an argument out of range.
    """
    neighbours = store.recommender.similar
    first = check_first(first, neighbours.length)
    diversity = None if diversity is None else checked_diversity(diversity)
    if diversity is None and where is None and not include_unlisted:
        return neighbours.places(games, first)
    allowed = None if where is None else matching_games(store, where)
    lists = []
    for game, places in zip(games, neighbours.places(games, neighbours.length), strict=True):
        if include_unlisted:
            places = _with_unlisted(neighbours, places, neighbours.spare_places(game))
        if allowed is not None:
            places = [place for place in places if allowed[neighbours.row[place]]]
        if diversity is not None:
            places.sort(key=lambda place: _likeness(neighbours, place))
        if diversity:
            order = diverse(store, neighbours.row.take(places), diversity, first)
            places = [places[index] for index in order]
        lists.append(places[:first])
    return lists


def _likeness(neighbours: SimilarGames, place: int) -> tuple[int, float]:
    """Sorts the games of a list by source, then score; those by popularity as they are."""
    source = int(neighbours.source[place])
    rank = (HYBRID, CONTENT, COPLAY, POPULAR).index(source)
    return rank, 0.0 if source == POPULAR else -float(neighbours.score[place])


def _with_unlisted(neighbours: SimilarGames, places: list[int], unlisted: list[int]) -> list[int]:
    """The places of a list with each unlisted game before the first that is less similar."""
    merged = list(places)
    for place in unlisted:
        own = _likeness(neighbours, place)
        at = next((i for i, p in enumerate(merged) if _likeness(neighbours, p) > own), len(merged))
        merged.insert(at, place)
    return merged


def similarity(store: Store, game: int, other: int) -> Similarity:
    """How similar two games are, and what they have in common."""
    pair, publisher = np.array([game, other]), store.games.frame.values("publisher")
    directions, vectors = store.model.directions(pair), store.content.vectors(pair)
    in_model = store.model.knows(game) and store.model.knows(other)
    return Similarity(
        float(directions[0] @ directions[1]) if in_model else None,
        float(vectors[0] @ vectors[1]),
        store.content.shared(game, other),
        overlap(*(words(plain(store.games.title[row] or "")) for row in (game, other))),
        _same(*(store.games.developer[row] for row in (game, other))),
        _same(*(fold(publisher[row] or "") or None for row in (game, other))),
    )


def _same(one: object, other: object) -> bool:
    return one is not None and one == other

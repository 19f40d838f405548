"""resolvers: games that differ from each other, picked from a list of the best."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from datastore.base.errors import InvalidArgument
from datastore.store import Store

__all__ = ["checked_diversity", "diverse"]


def checked_diversity(value: float) -> float:
    """The argument `diversity`. Raises InvalidArgument unless it is between 0 and 1."""
    if not 0 <= value <= 1:
        raise InvalidArgument("diversity", value, "it must be between 0 and 1.")
    return value


def diverse(
    store: Store, games: npt.NDArray[np.integer], diversity: float, first: int
) -> list[int]:
    """Indices of the first games of a pool, re-ranked by maximal marginal relevance.

    J. Carbonell, J. Goldstein: The Use of MMR, Diversity-Based Reranking (SIGIR 1998). Relevance
    falls linearly from 1 at the head of the pool to its end; similarity is the mean of the cosines
    of ALS factors and of tags and genres.
    """
    directions, vectors = store.model.directions(games), store.content.vectors(games)
    similarities = (directions @ directions.T + vectors @ vectors.T) / 2
    relevance = (1 - diversity) * (1 - np.arange(len(games)) / max(1, len(games)))
    nearest = np.zeros(len(games))
    chosen: list[int] = []
    for _ in range(min(first, len(games))):
        value = relevance - diversity * nearest
        value[chosen] = -np.inf
        chosen.append(int(value.argmax()))
        nearest = np.maximum(nearest, similarities[chosen[-1]])
    return chosen

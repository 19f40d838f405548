"""etl.recommender.evaluation: judges the games said to be similar to a game."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import sparse

from datastore.base.evaluation import Estimate, SimilarMetrics
from etl.recommender import neighbours
from etl.recommender.content import GameWords
from etl.recommender.evaluation.metrics import mean_of
from etl.recommender.evaluation.served_model import Served
from etl.recommender.evaluation.split import Split
from etl.recommender.kin import Kin

__all__ = ["coplay_hits", "dissimilarities", "series_shares", "similar", "tag_hits"]

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]

#: Similar games of each game that are judged: as many as the page of a game shows.
_SHOWN = 5


def similar(
    part: Split, model: Served, words: GameWords, kin: Kin, seed: int, most: int
) -> list[SimilarMetrics]:
    """The lists as served, then ALS cosine alone, by at most this number of users."""
    shown_words, hidden_words = words.halves(seed)
    served, by_shown_words = model.similar([words, shown_words], kin, _SHOWN)
    by_als = model.similar_by_als(_SHOWN)
    rows = part.sample(most)
    played, held_out = part.played[rows], part.held_out[rows]
    judged = hidden_words.counts > 0
    vectors = neighbours.tag_vectors(hidden_words)

    def mean(of_each: Floats) -> Estimate | None:
        return mean_of(of_each, seed) if len(of_each) else None

    def measured(ranking: str, lists: Ints, by_shown_words: Ints) -> SimilarMetrics:
        return SimilarMetrics(
            ranking,
            coplay=mean_of(coplay_hits(lists, played, held_out), seed),
            tags=mean(tag_hits(by_shown_words, vectors)[judged]),
            series=mean(series_shares(lists, kin.series)),
            diversity=mean(dissimilarities(lists, neighbours.tag_vectors(words))),
        )

    return [
        measured("as served", served, by_shown_words),
        measured("ALS cosine alone", by_als, by_als),
    ]


def coplay_hits(lists: Ints, played: sparse.csr_matrix, held_out: sparse.csr_matrix) -> Floats:
    """Of each user: held-out games in the lists of the games played, over the games played.

    `lists` is games x shown, -1 where a list ends; the matrices are users x games.
    """
    games, shown = lists.shape
    beside = np.repeat(np.arange(games), shown)
    listed = lists.ravel() >= 0
    pairs = (beside[listed], lists.ravel()[listed])
    shows = sparse.csr_matrix((np.ones(int(listed.sum()), np.float32), pairs), (games, games))
    hit_shares = np.zeros(played.shape[0])
    for part in neighbours.blocks(played.shape[0]):
        hits = (played[part] @ shows).multiply(held_out[part])
        hit_shares[part] = np.asarray(hits.sum(axis=1)).ravel()
    share: Floats = hit_shares / np.maximum(np.diff(played.indptr), 1)
    return share


def series_shares(lists: Ints, series: Ints) -> Floats:
    """Of each game with a series and a list: the share of its list that is of the same series."""
    listed = lists >= 0
    rows = np.flatnonzero((series >= 0) & listed.any(axis=1))
    same = (series[lists[rows]] == series[rows, None]) & listed[rows]
    share: Floats = same.sum(axis=1) / listed[rows].sum(axis=1)
    return share


def dissimilarities(lists: Ints, vectors: npt.NDArray[np.float32]) -> Floats:
    """Of each list with two or more games that have words: 1 minus their mean cosine."""
    has_words = np.asarray(vectors.any(axis=1))
    known = (lists >= 0) & has_words[lists]
    counts = known.sum(axis=1)
    rows = np.flatnonzero(counts > 1)
    means = np.empty(len(rows))
    for at, row in enumerate(rows.tolist()):
        total = vectors[lists[row, known[row]]].sum(axis=0, dtype=np.float64)
        pairs = counts[row] * (counts[row] - 1)
        means[at] = 1 - (total @ total - counts[row]) / pairs
    return means


def tag_hits(lists: Ints, vectors: npt.NDArray[np.float32]) -> Floats:
    """Of each game: the cosines with the games of its list, summed; rows of `vectors` have
    length 1, or 0 for a game without words."""
    cosine_sums = np.zeros(len(lists))
    for column in lists.T:
        cosines = np.einsum("gw,gw->g", vectors, vectors[column])
        cosine_sums += np.where(column >= 0, cosines, 0)
    return cosine_sums

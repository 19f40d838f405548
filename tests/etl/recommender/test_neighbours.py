"""Cosines of co-play and of tags, and the best of each row, against brute force."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import sparse

from etl.recommender import neighbours
from library import game_words
from thorough import examples


def plain_best(scores: np.ndarray, count: int) -> list[list[int]]:
    return [
        sorted(range(len(row)), key=lambda column: (-row[column], column))[:count]
        for row in scores.tolist()
    ]


@given(
    arrays(np.float32, st.tuples(st.integers(0, 4), st.integers(0, 12)),
           elements=st.sampled_from([0.0, 0.5, 1.0, -1.0, -np.inf])),
    st.integers(0, 14),
)  # fmt: skip
@settings(max_examples=examples(300))
def test_the_best_are_exact_also_among_equals(scores: np.ndarray, count: int) -> None:
    assert neighbours.best(scores, count).tolist() == plain_best(scores, count)


@given(st.integers(0, 2**32 - 1), st.integers(1, 5), st.integers(20, 300), st.integers(0, 1))
@settings(max_examples=examples(200))
def test_the_best_of_many_columns_are_exact_as_well(
    seed: int, count: int, columns: int, digits: int
) -> None:
    rng = np.random.default_rng(seed)
    scores = np.round(rng.normal(size=(5, columns)), digits).astype(np.float32)
    scores[rng.random(scores.shape) < 0.2] = -np.inf
    assert neighbours.best(scores, count).tolist() == plain_best(scores, count)


@pytest.mark.parametrize("rows", [0, 1, 255, 256, 257, 1000])
@pytest.mark.parametrize("jobs", [1, 3])
def test_blocks_cover_every_row_once_and_in_order(rows: int, jobs: int) -> None:
    parts = neighbours.in_blocks(rows, jobs, lambda part: list(range(part.start, part.stop)))
    assert [row for part in parts for row in part] == list(range(rows))


@pytest.mark.parametrize("many", [0, 0.3, 1])
def test_rows_with_many_entries_count_in_the_products_as_all_others(
    monkeypatch: pytest.MonkeyPatch, many: float
) -> None:
    monkeypatch.setattr(neighbours, "_MANY", many)
    rng = np.random.default_rng(3)
    dense = np.where(rng.random((60, 12)) < 0.3, rng.random((60, 12)), 0).astype(np.float32)
    gram = neighbours.Gram.of(sparse.csr_matrix(dense))
    assert gram.block(slice(2, 7)) == pytest.approx(dense[:, 2:7].T @ dense, abs=1e-4)
    left = np.where(rng.random((60, 12)) < 0.3, 1, 0).astype(np.float32)
    products = neighbours.Gram.of(sparse.csr_matrix(dense), sparse.csr_matrix(left))
    assert products.block(slice(2, 7)) == pytest.approx(left[:, 2:7].T @ dense, abs=1e-4)


def test_rows_of_zeros_stay_zeros() -> None:
    vectors = np.array([[3, 4], [0, 0]], np.float32)
    assert neighbours.normalised(vectors).tolist() == pytest.approx(np.array([[0.6, 0.8], [0, 0]]))


def test_rare_tags_count_more_and_no_tags_are_no_vector() -> None:
    tags = neighbours.tag_vectors(game_words([["t:a", "t:b"], ["t:a"], ["t:b"], ["t:a"], []]))
    assert np.linalg.norm(tags, axis=1).tolist() == pytest.approx([1, 1, 1, 1, 0])
    assert tags[0] @ tags[2] > tags[0] @ tags[1] > 0
    assert tags[1] @ tags[2] == 0
    assert neighbours.tag_vectors(game_words([])).shape == (0, 1)
    assert neighbours.tag_vectors(game_words([[], []])).tolist() == [[0], [0]]

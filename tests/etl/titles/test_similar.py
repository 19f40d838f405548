"""Similar titles by content, against a brute force over a dense matrix, and in literal worlds."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from datastore.base.tables import TABLES
from datastore.base.title_similarity import WEIGHTS
from etl.titles.similar import neighbours, vectors
from etl.titles.words import words_of

GENRES = ["comedies", "comedy", "drama", "tv dramas"]


def content(*titles: dict[str, Any]) -> pa.Table:
    """Titles with these columns; lists are rows."""
    names = ("genres", "cast", "directors", "countries")
    columns = {name: [title.get(name, []) for title in titles] for name in names}
    columns["description"] = [title.get("description") for title in titles]
    schema = pa.schema([TABLES["titles"].field(name) for name in columns])
    return pa.table(columns, schema=schema)


def scores(*titles: dict[str, Any]) -> npt.NDArray[np.float64]:
    """Titles x titles."""
    table = content(*titles)
    words = words_of(table.column("description").to_pylist())
    rows = vectors(table, GENRES, words)
    dense: npt.NDArray[np.float64] = (rows @ rows.T).toarray()
    return dense


OTHER = {"cast": [8], "directors": [8], "countries": [8], "description": "something else"}


def test_a_shared_value_makes_titles_similar_and_a_rare_one_more_so() -> None:
    common, rare = {"cast": [1]}, {"cast": [2]}
    of_cast = scores(common, common, common, rare, rare, OTHER, OTHER, OTHER)
    assert 0 < of_cast[0, 1] < of_cast[3, 4] < 1
    assert of_cast[0, 3] == 0


@pytest.mark.parametrize("part", ["cast", "directors", "countries"])
def test_a_value_of_one_title_only_changes_nothing(part: str) -> None:
    both = {"genres": [2]}
    alone = {**both, part: [7]}
    assert scores(both, alone, OTHER, OTHER)[0, 1] == scores(both, both, OTHER, OTHER)[0, 1]


def test_platforms_names_of_one_genre_are_one() -> None:
    by_names = scores({"genres": [0]}, {"genres": [1]}, {"genres": [3]}, {"genres": [2]}, OTHER)
    assert by_names[0, 1] > 0  # comedies and comedy
    assert by_names[2, 3] > 0  # tv dramas and drama
    assert by_names[0, 2] == 0


def test_what_every_title_has_counts_for_nothing() -> None:
    assert scores({"genres": [2]}, {"genres": [2]}).max() == 0


def test_a_description_of_one_word_resembles_others_less_than_a_long_one() -> None:
    short, long = "a robot", "a robot kitchen burns while the cook sleeps"
    descriptions = [{"description": text} for text in (short, short, long, long)]
    of_words = scores(*descriptions, OTHER, OTHER, OTHER)
    assert 0 < of_words[0, 1] < of_words[2, 3]


def test_scores_are_weighted_by_part() -> None:
    alone = [{"countries": [1]}, {"directors": [1]}, {"cast": [1]}]
    pairs = [title for title in alone for _ in range(2)]
    of_parts = scores(*pairs, {}, {})
    countries, directors, cast = of_parts[0, 1], of_parts[2, 3], of_parts[4, 5]
    assert directors / countries == pytest.approx(WEIGHTS["directors"] / WEIGHTS["countries"])
    assert cast / directors == pytest.approx(WEIGHTS["cast"] / WEIGHTS["directors"])


@given(
    st.lists(
        st.lists(st.integers(0, 9), max_size=4, unique=True).map(sorted), min_size=1, max_size=80
    )
)
def test_lists_are_those_of_a_dense_matrix(rows: list[list[int]]) -> None:
    # Few values and many titles: most scores are equal, so the order of titles decides.
    titles = [{"cast": row, "genres": row[:1] and [row[0] % 4]} for row in rows]
    table = content(*titles)
    matrix = vectors(table, GENRES, words_of([None] * len(titles)))
    lists = neighbours(matrix, 1)
    dense = np.round((matrix @ matrix.T).toarray(), 6)
    np.fill_diagonal(dense, 0)
    for row, own in enumerate(dense):
        best = np.lexsort((np.arange(len(own)), -own))[:50]
        best = best[own[best] > 0]
        assert lists.titles[row, : len(best)].tolist() == best.tolist()
        assert np.allclose(lists.scores[row, : len(best)], own[best], atol=1e-6)
        assert set(lists.titles[row, len(best) :].tolist()) <= {-1}


def test_of_many_equal_titles_the_first_are_listed() -> None:
    rows = sparse.csr_matrix(np.ones((200, 3)) / 2)
    lists = neighbours(rows, 2)
    assert lists.titles[0].tolist() == list(range(1, 51))
    assert lists.titles[199].tolist() == list(range(50))
    assert lists.titles[10].tolist() == [row for row in range(51) if row != 10]


def test_the_number_of_threads_changes_nothing() -> None:
    rng = np.random.default_rng(4)
    rows = sparse.random(300, 40, 0.1, "csr", rng=rng)
    one, two = neighbours(rows, 1), neighbours(rows, 2)
    assert (one.titles == two.titles).all()
    assert (one.scores == two.scores).all()


def test_no_titles_have_no_neighbours() -> None:
    rows = vectors(content(), GENRES, words_of([]))
    assert neighbours(rows, 1).titles.shape == (0, 50)

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
from etl.titles.similar import Neighbours, neighbours, vectors, with_same_genres
from etl.titles.words import words_of

GENRES = ["comedies", "comedy", "drama", "tv dramas"]


def content(*titles: dict[str, Any]) -> pa.Table:
    """Titles with these columns; lists are rows."""
    names = ("genres", "cast", "directors", "countries")
    columns = {name: [title.get(name, []) for title in titles] for name in names}
    columns["description"] = [title.get("description") for title in titles]
    for name in ("kind", "platform", "release_year"):
        columns[name] = [title.get(name, 0) for title in titles]
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


@pytest.mark.parametrize("part", ["cast", "directors", "countries", "genres"])
def test_a_value_counts_once_per_title(part: str) -> None:
    once, twice = {part: [1]}, {part: [1, 1]}
    assert (scores(once, once, OTHER, OTHER) == scores(once, twice, OTHER, OTHER)).all()


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


# ---------------------------------------------------------------- whole genres


def filled(*titles: dict[str, Any], known: Neighbours | None = None) -> list[dict[int, Any]]:
    """The lists of titles: score by neighbour, as good as `known` or empty before."""
    size = len(titles)
    empty = Neighbours(np.full((size, 50), -1, np.int32), np.zeros((size, 50), np.float32))
    lists = with_same_genres(known or empty, content(*titles))
    return [
        {
            title: pytest.approx(score, rel=1e-5)
            for title, score in zip(own.tolist(), scores.tolist(), strict=True)
            if title >= 0
        }
        for own, scores in zip(*lists, strict=True)
    ]


def test_titles_with_nothing_else_in_common_are_similar_by_their_whole_genres() -> None:
    tv, both, other, none = {"genres": [0]}, {"genres": [0, 1]}, {"genres": [2]}, {}
    assert filled(tv, both, tv, other, none, both) == [
        {2: 0.001, 1: 0.0005, 5: 0.0005},
        {5: 0.001, 0: 0.0005, 2: 0.0005},
        {0: 0.001, 1: 0.0005, 5: 0.0005},
        {},
        {},
        {1: 0.001, 0: 0.0005, 2: 0.0005},
    ]


def test_of_equal_genres_the_same_kind_platform_and_year_come_first() -> None:
    own = {"genres": [0], "kind": 1, "platform": 1, "release_year": 2000}
    changes = [{"kind": 0}, {"platform": 0}, {"release_year": None}, {}]
    (found, *_) = filled(own, *({**own, **change} for change in changes))
    assert list(found) == [4, 3, 2, 1]


def test_what_was_found_before_stays_first_and_a_full_list_stays_as_it_is() -> None:
    size = 60
    lists = Neighbours(np.full((size, 50), -1, np.int32), np.zeros((size, 50), np.float32))
    lists.titles[0, 0], lists.scores[0, 0] = 7, 0.0002
    lists.titles[1], lists.scores[1] = np.arange(2, 52), 0.5
    few, full, empty, *_ = filled(*[{"genres": [0]}] * size, known=lists)
    assert list(few) == [7, *(title for title in range(1, 51) if title != 7)]
    assert all(score == 0.0002 for score in few.values())
    assert full == dict.fromkeys(range(2, 52), pytest.approx(0.5))
    assert list(empty) == [0, 1, *range(3, 51)]


def test_no_title_has_itself_as_neighbour_and_a_genre_twice_is_one() -> None:
    assert filled({"genres": [0, 0]}, {"genres": [0]}) == [{1: 0.001}, {0: 0.001}]

"""etl.titles: similar titles by content: genres, cast, directors, countries, descriptions.

Each title is five TF-IDF vectors, one per part; a value counts once per title, so its weight is its
idf. Genres count by their words in singular, because platforms name them differently (`comedy`,
`tv comedies`); stop words of descriptions are left out. A score is the weighted mean of the five
cosines, 0 to 1.

A part with little in it says little: the length of each vector is increased by half of the usual
one. Otherwise a title with a description of one word would resemble every title of its genre, and
to share the commonest country would count as much as to share a rare one.

Titles whose lists are not full have nothing else in common with others, such as those whose only
genre is `tv shows`. Their lists end with titles of the same whole genres, at scores that say how
little that is: see `with_same_genres`.

The same title on another platform, and another season of the same series, is a neighbour like any
other: a subscriber of the other platform can watch it. Equal scores are sorted by title.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from datastore.base.lists import distinct
from datastore.base.names import fold
from datastore.base.reader import SnapshotReader
from datastore.base.title_similarity import WEIGHTS, genre_words
from etl.snapshot.writer import SnapshotWriter
from etl.subject import Fitted, ModelStage, Task
from etl.titles.words import LEAST, Words, words_of

if TYPE_CHECKING:  # a command that fits nothing must not load SciPy
    from scipy import sparse

__all__ = ["SIMILAR_TITLES", "Neighbours", "neighbours", "vectors", "with_same_genres"]

Ints = npt.NDArray[np.int64]

#: Share of a part's usual squared length that is added to the squared length of each vector. So a
#: title is among the first five of at most 38 others; without it, of 81.
_SHRINKAGE = 0.5
#: Neighbours per title, and how many more are sought: the title itself, and those whose scores are
#: equal when rounded.
_MOST, _MORE = 50, 14
#: Score of two titles that have only genres in common, and all of them. Words, people and countries
#: in common give more: 0.009 at least in the shared data.
_SAME_GENRES = 0.001
#: Scores are rounded to this many decimals, so that equal ones are sorted by title.
_DECIMALS = 6
#: Difference between the scores of equal vectors of consecutive titles, as a share.
_TIE = 1e-12
#: Number of first neighbours among which a title's copies are sought, for `facts`.
_FIRST = 5

_COLUMNS = (
    "genres", "cast", "directors", "countries", "description", "kind", "platform", "release_year",
)  # fmt: skip


class Neighbours(NamedTuple):
    """Titles x most neighbours, best first: title (-1 for none) and score."""

    titles: npt.NDArray[np.int32]
    scores: npt.NDArray[np.float32]


def vectors(titles: pa.Table, genre_names: Sequence[str], words: Words) -> sparse.csr_matrix:
    """Titles x values of all parts; the dot product of two rows is their score."""
    from scipy import sparse

    parts = {
        "genres": _genres(_lists(titles, "genres"), genre_names),
        **{name: _matrix(*_lists(titles, name)) for name in ("cast", "directors", "countries")},
        "description": _matrix(words.offsets, words.values),
    }
    total = sum(WEIGHTS.values())
    weighted = [_weighted(part) * np.sqrt(WEIGHTS[name] / total) for name, part in parts.items()]
    return sparse.hstack(weighted, "csr")


def neighbours(rows: sparse.csr_matrix, jobs: int) -> Neighbours:
    """The titles with the highest scores for each title, without itself and those of score 0."""
    from implicit._nearest_neighbours import all_pairs_knn
    from scipy import sparse

    size = rows.shape[0]
    # Which of several equal scores is kept would be arbitrary. So each title's vector is made
    # shorter than the previous title's, by too little for the score.
    shrunk = sparse.csr_matrix(sparse.diags_array(1 - _TIE * np.arange(size)) @ rows)
    # Threads do not change the result: each has rows of its own.
    found = all_pairs_knn(
        shrunk.T.tocsr(), K=_MOST + _MORE, num_threads=jobs, show_progress=False
    ).tocsr()
    lists = Neighbours(np.full((size, _MOST), -1, np.int32), np.zeros((size, _MOST), np.float32))
    for row in range(size):
        own = slice(found.indptr[row], found.indptr[row + 1])
        best = _best(row, found.indices[own], found.data[own])
        lists.titles[row, : len(best.titles)] = best.titles
        lists.scores[row, : len(best.titles)] = best.scores
    return lists


def with_same_genres(lists: Neighbours, titles: pa.Table) -> Neighbours:
    """The lists; those with too few titles end with others of the same whole genres.

    Their score is `_SAME_GENRES` times the share of all genres of both that both have, and no more
    than the last score before. Equal scores are sorted by what else is the same: kind, platform,
    release year; then by title.
    """
    filled = Neighbours(lists.titles.copy(), lists.scores.copy())
    offsets, genres = _lists(titles, "genres")
    sizes, size = np.diff(offsets), len(titles)
    by_genre = np.argsort(genres, kind="stable")
    having = np.repeat(np.arange(size), sizes)[by_genre]
    starts = np.searchsorted(genres[by_genre], np.arange(int(genres.max(initial=-1)) + 2))
    others = [titles[name].to_numpy() for name in ("kind", "platform", "release_year")]
    for row in np.flatnonzero(lists.titles[:, -1] < 0):
        count = int((lists.titles[row] >= 0).sum())
        own = genres[offsets[row] : offsets[row + 1]]
        if not len(own):
            continue
        shared = np.bincount(
            np.concatenate([having[starts[g] : starts[g + 1]] for g in own]), minlength=size
        )
        shared[[row, *lists.titles[row, :count]]] = 0
        found = np.flatnonzero(shared)
        both = shared[found]
        scores = np.round(_SAME_GENRES * both / (len(own) + sizes[found] - both), _DECIMALS)
        differs = [each[found] != each[row] for each in others]
        order = np.lexsort((found, *differs[::-1], -scores))[: _MOST - count]
        last = lists.scores[row, count - 1] if count else 1.0
        places = slice(count, count + len(order))
        filled.titles[row, places] = found[order]
        filled.scores[row, places] = np.minimum(scores[order], last)
    return filled


def _best(row: int, titles: npt.NDArray[Any], exact: npt.NDArray[Any]) -> Neighbours:
    """The neighbours of one title among those with their scores."""
    scores = np.round(exact, _DECIMALS)
    others = np.flatnonzero((titles != row) & (scores > 0))
    order = others[np.lexsort((titles[others], -scores[others]))][:_MOST]
    return Neighbours(titles[order], scores[order])


def _genres(lists: tuple[Ints, Ints], names: Sequence[str]) -> sparse.csr_matrix:
    """Titles x words of genres."""
    from scipy import sparse

    numbers: dict[str, int] = {}
    words = [[numbers.setdefault(word, len(numbers)) for word in genre_words(n)] for n in names]
    offsets, values = lists
    of_genre = np.array([len(own) for own in words], np.int64)
    flat = np.array([number for own in words for number in own], np.int64)
    starts = np.cumsum(of_genre) - of_genre
    sizes = of_genre[values]
    inner = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    owners = np.repeat(np.repeat(np.arange(len(offsets) - 1), np.diff(offsets)), sizes)
    columns = flat[np.repeat(starts[values], sizes) + inner]
    pairs = sparse.coo_matrix(
        (np.ones(len(columns)), (owners, columns)), (len(offsets) - 1, len(numbers))
    )
    matrix = pairs.tocsr()  # adds up a word that several genres of a title have
    matrix.data[:] = 1
    return matrix


def _matrix(offsets: Ints, values: Ints) -> sparse.csr_matrix:
    """Titles x values, 1 for each value of a title."""
    from scipy import sparse

    shape = (len(offsets) - 1, int(values.max(initial=-1)) + 1)
    return sparse.csr_matrix((np.ones(len(values)), values, offsets), shape)


def _weighted(part: sparse.csr_matrix) -> sparse.csr_matrix:
    """Values weighted by idf, over the increased length of their title's vector."""
    titles = np.bincount(part.indices, minlength=part.shape[1])
    idf = np.where(titles >= LEAST, np.log(max(1, part.shape[0]) / np.maximum(titles, 1)), 0)
    weighted = part.copy()
    weighted.data = idf[part.indices]
    weighted.eliminate_zeros()
    squares = np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel()
    known = squares[squares > 0]
    usual = np.median(known) if len(known) else 1.0
    lengths = np.sqrt(squares + _SHRINKAGE * usual)
    weighted.data /= np.repeat(lengths, np.diff(weighted.indptr))
    return weighted


def _lists(titles: pa.Table, name: str) -> tuple[Ints, Ints]:
    """A list column as offsets and values; a value counts once per title."""
    column = titles.column(name).combine_chunks()
    offsets = column.offsets.to_numpy().astype(np.int64)
    return distinct(offsets, column.values.to_numpy(zero_copy_only=False).astype(np.int64))


def _inputs(reader: SnapshotReader) -> str:
    """Digest of the columns and parameters that decide the lists."""
    digest = hashlib.sha256(json.dumps([WEIGHTS, _SHRINKAGE, _MOST]).encode())
    for table, columns in (("titles", _COLUMNS), ("title_genres", ("name",))):
        for column in reader.table(table, *columns).columns:
            for chunk in column.chunks:
                for buffer in chunk.buffers():
                    digest.update(buffer or b"")
    return digest.hexdigest()


def _fit(reader: SnapshotReader, writer: SnapshotWriter, task: Task) -> Fitted:
    """Write the lists of similar titles, and the words of the reasons."""
    titles = reader.table("titles")
    words = words_of(titles.column("description").to_pylist())
    rows = vectors(titles, reader.column("title_genres", "name"), words)
    lists = with_same_genres(neighbours(rows, task.jobs), titles)
    writer.array("similar_titles", lists.titles)
    writer.array("similar_title_scores", lists.scores)
    encoded = [word.encode() for word in words.names]
    ends = np.cumsum([0, *map(len, encoded)])
    writer.array("title_words_text", np.frombuffer(b"".join(encoded), np.uint8))
    writer.array("title_words_offsets", ends)
    writer.array("title_words_titles", words.counts)
    writer.array("description_offsets", words.offsets)
    writer.array("description_words", words.values)
    facts = _facts(titles, lists)
    if facts["copies"]:
        task.stage.say(
            f"{facts['copies_found']:,} of {facts['copies']:,} titles that another platform has, "
            f"too, list it among their first {_FIRST}"
        )
    return Fitted({"weights": WEIGHTS, "shrinkage": _SHRINKAGE, "words": len(words.names), **facts})


def _facts(titles: pa.Table, lists: Neighbours) -> dict[str, Any]:
    """How many pairs of a title and its copy on another platform there are (the same folded title,
    kind and release year), and in how many of them the copy is among the first neighbours. Names
    of titles are not among the parts, so this measures the lists."""
    names, kinds, years, platforms = (
        titles.column(name).to_pylist() for name in ("title", "kind", "release_year", "platform")
    )
    same: defaultdict[tuple[str, int, int | None], list[int]] = defaultdict(list)
    for row, name in enumerate(names):
        if name:
            same[fold(name), kinds[row], years[row]].append(row)
    pairs = [
        (row, other)
        for rows in same.values()
        for row in rows
        for other in rows
        if platforms[row] != platforms[other]
    ]
    found = sum(other in lists.titles[row, :_FIRST] for row, other in pairs)
    return {"copies": len(pairs), "copies_found": found}


SIMILAR_TITLES = ModelStage(
    name="similar titles",
    recipe=2,
    arrays=(
        "similar_titles",
        "similar_title_scores",
        "title_words_text",
        "title_words_offsets",
        "title_words_titles",
        "description_offsets",
        "description_words",
    ),
    inputs=_inputs,
    fit=_fit,
)

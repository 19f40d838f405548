"""resolvers: answers about streaming titles."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from datastore.base.codes import PLATFORMS, TITLE_KINDS
from datastore.base.errors import InvalidArgument, NotFound
from datastore.base.plural import listed
from datastore.base.search_keys import search_key
from datastore.frame import Ragged
from datastore.store import Store
from datastore.text_column import TextColumn
from datastore.titles import Titles
from resolvers.arguments import check_first, check_year, shown
from resolvers.search import likenesses_by_word, suggestions

__all__ = [
    "MOST_ACTORS",
    "MOST_SIMILAR",
    "Actor",
    "Reason",
    "Selected",
    "appearances",
    "count",
    "find",
    "find_actors",
    "longest",
    "reason",
    "similar",
    "top_actors",
]

T = TypeVar("T", int, str)

Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

#: Most entries of a list of similar titles.
MOST_SIMILAR = 50

#: Most actors found by name, and the longest text by which they are, in characters.
MOST_ACTORS, _LONGEST_NAME = 50, 200

#: Most actors whose names are compared letter by letter, those with the most titles first.
_COMPARED = 1_000

#: Most names of each sort in a sentence.
_NAMED = 3

#: An id: first letter of the platform, then the platform's own id.
_ID = re.compile(r"[a-z]s\d+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Selected:
    """Which titles a question is about: codes of a platform and of kinds, and a release year. None
    means all."""

    platform: int | None
    year: int | None
    kinds: Collection[int]

    def mask(self, titles: Titles) -> Mask:
        """Mask of these titles. Raises InvalidArgument for a year outside 1 to 9999."""
        listed = np.isin(np.arange(len(TITLE_KINDS)), list(self.kinds))
        mask: Mask = listed[titles.kind]
        if self.platform is not None:
            mask &= titles.platform == self.platform
        if self.year is not None:
            mask &= titles.years == check_year(self.year)
        return mask


class Actor(NamedTuple):
    """An actor (row of people) and the number of titles with that actor in the cast."""

    person: int
    appearances: int


class Reason(NamedTuple):
    """What two titles have in common, rarest first, `words` the most telling first; `text` says it
    in a sentence. `genre_words` are the words that their genres share."""

    text: str
    genres: list[str]
    genre_words: list[str]
    cast: list[str]
    directors: list[str]
    countries: list[str]
    words: list[str]


def find(store: Store, title_id: str) -> int:
    """Row of a title. Raises NotFound: with the ids of titles of this name if there are any, and
    with similar titles unless the text has the form of an id."""
    titles = store.titles
    row = titles.find(title_id)
    if row is not None:
        return row
    message = f"No title has the id {shown(title_id)}."
    if _ID.fullmatch(title_id.strip()) or not any(map(str.isalnum, title_id)):
        raise NotFound(message)
    named = titles.named(title_id)
    if named:
        hint = (
            f"Titles of this name: {'; '.join(_described(titles, row) for row in named[:_NAMED])}"
        )
        hint += f"; and {len(named) - _NAMED:,} more." if len(named) > _NAMED else "."
    else:
        hint = (
            "An id is the first letter of the platform and the platform's own id, such as as123. "
            "Find the ids of titles with titles(search: …)."
        )

    def similar_titles() -> list[str]:
        close = suggestions(titles.index, titles.title, title_id, lambda: titles.score_count + 1)
        return list(dict.fromkeys(close))  # one title on two platforms

    raise NotFound(f"{message} {hint}", similar_titles)


def _described(titles: Titles, title: int) -> str:
    """A title with its id, platform and year, for a message."""
    year = titles.years[title]
    parts = [titles.title_id[title], PLATFORMS[titles.platform[title]].capitalize()]
    parts += [] if np.isnan(year) else [f"{year:.0f}"]
    return f"{titles.title[title]} ({', '.join(parts)})"


def longest(store: Store, selected: Selected, duration_type: int) -> Rows:
    """All titles of the greatest duration in a unit, by title id."""
    titles = store.titles
    rows = np.flatnonzero(selected.mask(titles) & (titles.duration_types == duration_type))
    durations = titles.durations[rows]
    greatest: Rows = rows[durations == durations.max(initial=-np.inf)]
    return greatest


def count(store: Store, selected: Selected, score_above: float | None) -> int:
    """Number of titles; with `score_above`, of those whose mean score is strictly above."""
    titles = store.titles
    mask = selected.mask(titles)
    if score_above is not None:
        mask &= titles.scores > score_above  # false without ratings
    return int(np.count_nonzero(mask))


def top_actors(store: Store, selected: Selected) -> list[Actor]:
    """The actors with the most titles, by name; all of them if several have as many."""
    titles = store.titles
    people, _ = titles.distinct_cast.gather(np.flatnonzero(selected.mask(titles)))
    if not len(people):
        return []
    present, counts = np.unique(people, return_counts=True)  # rows of people are sorted by name
    most = int(counts.max())
    return [Actor(person, most) for person in present[counts == most].tolist()]


def find_actors(store: Store, text: str, first: int) -> list[Actor]:
    """The actors whose names have words that begin with each word of a text, whatever the case and
    accents: those whose name begins with the text, then by titles, most first, then by name. If
    there are none, those whose names have words that resemble each word, most similar first.

    Raises InvalidArgument for a text without letters and digits or of more than 200 characters, and
    unless `first` is between 0 and 50.
    """
    first = check_first(first, MOST_ACTORS)
    if len(text) > _LONGEST_NAME:
        rule = f"at most {_LONGEST_NAME} characters are searched."
        raise InvalidArgument("search", f"{text[:_LONGEST_NAME]}…", rule)
    key = search_key(text)
    if not key:
        raise InvalidArgument("search", text, "it has neither letters nor digits.")
    titles = store.titles
    names, counts = titles.searchable_actors, titles.cast_counts
    found = _having(names, [[f" {word}"] for word in {*key.split()}])
    people = sorted(  # rows of people are sorted by name
        np.flatnonzero(found).tolist(),
        key=lambda row: (not names[row].startswith(f" {key}"), -int(counts[row]), row),
    )
    if not people:
        people = _resembling_actors(titles, key.split())
    return [Actor(person, int(counts[person])) for person in people[:first]]


def _resembling_actors(titles: Titles, words: list[str]) -> list[int]:
    """Rows of the actors whose names have words that resemble each of these, most similar first,
    then by titles."""
    names, counts = titles.searchable_actors, titles.cast_counts
    rows = np.flatnonzero(_having(names, [_intact_parts(word) for word in words]))
    rows = rows[np.lexsort((rows, -counts[rows]))[:_COMPARED]]
    likenesses = likenesses_by_word(words, [names[row].split() for row in rows.tolist()])
    order = np.argsort(-likenesses, kind="stable")
    resembling: list[int] = rows[order[: np.count_nonzero(likenesses)]].tolist()
    return resembling


def _having(names: TextColumn, words: Sequence[Sequence[str]]) -> Mask:
    """Which names have, for each word, one of the parts given for it."""
    mask = np.ones(len(names), np.bool_)
    for parts in words:
        mask &= np.logical_or.reduce([names.containing(part) for part in parts])
        if not mask.any():
            break
    return mask


def _intact_parts(word: str) -> list[str]:
    """Texts of which a name contains at least one if a word of it differs from this one by a
    letter, or by two letters that are swapped; the beginning of a word comes after a blank."""
    size = len(word)
    if size < 3:  # no word of a letter more resembles it
        return [f" {word}"]
    if size < 6:
        half = size // 2
        swapped = word[: half - 1] + word[half] + word[half - 1] + word[half + 1 :]
        return [f" {word[:half]}", word[half:], f" {swapped}"]
    first, second = size // 3, 2 * size // 3
    return [f" {word[:first]}", word[first:second], word[second:]]


def appearances(store: Store, selected: Selected, person: int) -> Rows:
    """The selected titles with a person in the cast, by title id."""
    rows = store.titles.cast_titles.row(person).astype(np.int64)
    kept: Rows = rows[selected.mask(store.titles)[rows]]
    return kept


def similar(store: Store, titles: Sequence[int], first: int) -> list[list[int]]:
    """The places, in `store.similar_titles`, of the titles most similar to each of `titles`. Raises
    InvalidArgument unless `first` is between 0 and 50."""
    return store.similar_titles.places(titles, check_first(first, MOST_SIMILAR))


def reason(store: Store, title: int, other: int) -> Reason:
    """What two titles have in common."""
    titles = store.titles

    def common(rows: Ragged, counts: npt.NDArray[np.int64]) -> list[int]:
        both = _both(rows.row(title).tolist(), rows.row(other).tolist())
        return sorted(both, key=lambda row: (counts[row], row))

    cast = common(titles.distinct_cast, titles.cast_counts)
    directors = common(titles.distinct_directors, titles.director_counts)
    genres = common(titles.distinct_genres, titles.genre_counts)
    countries = common(titles.distinct_countries, titles.country_counts)
    found = Reason(
        text="",
        genres=[titles.genre_names[row] for row in genres],
        genre_words=_both(*(_genre_words(titles, row) for row in (title, other))),
        cast=[titles.person_name[row] for row in cast],
        directors=[titles.person_name[row] for row in directors],
        countries=[titles.country_names[row] for row in countries],
        words=store.similar_titles.words(title, other),
    )
    shown_cast, shown_directors = (
        [titles.display_name[row] for row in rows[:_NAMED]] for rows in (cast, directors)
    )
    return found._replace(text=_sentence(found, shown_cast, shown_directors))


def _sentence(found: Reason, cast: list[str], directors: list[str]) -> str:
    """What two titles have in common, in words; people as they are displayed."""
    clauses = []
    if directors:
        clauses.append(f"both are directed by {listed(directors)}")
    if cast:
        verb = "appear" if len(cast) > 1 else "appears"
        clauses.append(f"{listed(cast)} {verb} in both")
    if genres := (found.genres or found.genre_words)[:_NAMED]:
        clauses.append(f"both are listed as {listed(genres)}")
    if found.words:
        clauses.append(f"both descriptions mention {listed(found.words[:_NAMED])}")
    if found.countries and not clauses:
        clauses.append(f"both are from {listed(found.countries[:_NAMED])}")
    text = "; ".join(clauses)
    return f"{text[:1].upper()}{text[1:]}."


def _genre_words(titles: Titles, title: int) -> list[str]:
    genres = (titles.genre_words[row] for row in titles.genre_rows.row(title).tolist())
    return list(dict.fromkeys(word for words in genres for word in words))


def _both(values: Sequence[T], others: Sequence[T]) -> list[T]:
    """The values that both have, in the order of the first."""
    known = set(others)
    return [value for value in values if value in known]

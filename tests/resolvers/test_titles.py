"""Questions about titles: arguments, and the lists of similar titles of the demo.

The answers are compared with an independent reading in `tests/test_title_oracle.py`.
"""

from __future__ import annotations

import numpy as np
import pytest

from datastore.base.codes import MIN, MOVIE, SERIES
from datastore.base.errors import InvalidArgument, NotFound
from datastore.base.search_keys import search_key
from datastore.store import Store
from resolvers import titles
from resolvers.titles import Selected


def test_no_title_without_ratings_is_above_a_score(title_store: Store) -> None:
    every = Selected(None, None, (MOVIE, SERIES))
    rated = int(np.isfinite(title_store.titles.scores).sum())
    assert titles.count(title_store, every, -1e308) == rated == 6
    assert titles.count(title_store, every, None) == 11


def test_a_reason_about_countries_only_says_so(title_store: Store) -> None:
    canada = [title_store.titles.find(title_id) for title_id in ("ds1", "ns5")]
    assert None not in canada
    reason = titles.reason(title_store, *(row or 0 for row in canada))
    assert reason.text == "Both are from canada."


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            " SALT\troad",
            "No title has the id ' SALT\\troad'. Titles of this name: salt road (hs9, Hulu, 2020).",
        ),
        (
            "Robot Kitchen",
            "No title has the id 'Robot Kitchen'. Titles of this name: robot kitchen (ds1, Disney, "
            "2020); robot kitchen (hs20, Hulu, 2020).",
        ),
        ("nothing known", "Titles of this name: nothing known (as11, Amazon)."),
        ("salt", r"titles(search: …)"),
        ("winter courts", r"titles(search: …)"),
    ],
)
def test_a_name_instead_of_an_id_is_answered_with_the_ids(
    title_store: Store, name: str, message: str
) -> None:
    with pytest.raises(NotFound) as raised:
        titles.find(title_store, name)
    assert str(raised.value).removesuffix(".").endswith(message.removesuffix("."))


def test_actors_come_by_the_beginning_of_the_name_then_by_titles(demo_store: Store) -> None:
    found = titles.find_actors(demo_store, "z", 50)
    names = [search_key(demo_store.titles.display_name[actor.person]) for actor in found]
    begins = [name.startswith("z") for name in names]
    assert set(begins) == {True, False}
    assert begins == sorted(begins, reverse=True)
    for group in (True, False):
        counts = [
            actor.appearances for actor, own in zip(found, begins, strict=True) if own == group
        ]
        assert counts == sorted(counts, reverse=True)
    assert titles.find_actors(demo_store, "z", 3) == found[:3]


def test_accents_of_actors_are_ignored(demo_store: Store) -> None:
    found = titles.find_actors(demo_store, "zurawska", 50)
    assert found and all(
        demo_store.titles.display_name[actor.person].endswith("Żurawska") for actor in found
    )


@pytest.mark.parametrize("error", ["dropped", "doubled", "swapped", "replaced"])
def test_an_actor_is_found_with_an_error_anywhere_in_each_name(
    demo_store: Store, error: str
) -> None:
    column = demo_store.titles
    tried = 0
    for person in np.flatnonzero(column.cast_counts)[:40].tolist():
        words = search_key(column.display_name[person]).split()
        for place in range(1, 5):
            misspelt = [
                _misspelt(word, min(place, len(word) - 1), error) if len(word) > 3 else word
                for word in words
            ]
            if (
                misspelt == words
                or titles._having(
                    column.searchable_actors, [[f" {word}"] for word in misspelt]
                ).any()
            ):
                continue
            tried += 1
            actors = titles.find_actors(demo_store, " ".join(misspelt), 50)
            assert person in [actor.person for actor in actors], misspelt
    assert tried > 100


def _misspelt(word: str, place: int, error: str) -> str:
    before, letter, after = word[:place], word[place], word[place + 1 :]
    return {
        "dropped": before + after,
        "doubled": before + 2 * letter + after,
        "swapped": before[:-1] + letter + before[-1] + after,
        "replaced": before + "q" + after,
    }[error]


def test_actors_with_similar_names_are_found_only_if_no_name_has_the_words(
    title_store: Store,
) -> None:
    def found(text: str) -> list[str]:
        actors = titles.find_actors(title_store, text, 50)
        return [title_store.titles.display_name[actor.person] for actor in actors]

    assert found("zoe adler") == found("zoe adlre") == found("adlr zoe") == ["Zoe Adler"]
    assert found("zoe hale") == found("zoq adler x") == []


@pytest.mark.parametrize("year", [0, 10_000])
def test_a_year_is_checked_even_where_nothing_could_match(demo_store: Store, year: int) -> None:
    question = Selected(None, year, ())
    for ask in (
        lambda: titles.longest(demo_store, question, MIN),
        lambda: titles.count(demo_store, question, None),
        lambda: titles.top_actors(demo_store, question),
    ):
        with pytest.raises(InvalidArgument):
            ask()


def test_each_similar_title_has_a_reason_and_shares_what_it_names(demo_store: Store) -> None:
    frame = demo_store.titles
    listed = 0
    similar = demo_store.similar_titles
    for title in range(len(frame)):
        (places,) = titles.similar(demo_store, [title], 50)
        listed += len(places)
        rows = similar.row[places].tolist()
        assert title not in rows
        assert len(set(rows)) == len(rows)
        best_first = sorted(places, key=lambda at: (-similar.score[at], similar.row[at]))
        assert places == best_first
        for row in rows[:5]:
            reason = titles.reason(demo_store, title, row)
            assert any(reason[1:])  # all but the text
            for names, of in (
                (reason.genres, frame.genres),
                (reason.cast, frame.cast),
                (reason.directors, frame.directors),
                (reason.countries, frame.countries),
            ):
                assert set(names) == set(of(title)) & set(of(row))
            for one in (title, row):
                description = frame.frame.value("description", one)
                assert all(word in description.replace("’", "'") for word in reason.words)
    assert listed > 0

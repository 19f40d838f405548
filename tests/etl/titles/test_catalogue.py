"""Catalogues of platforms: what is cleaned in a title, what is refused, what a newer one does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from datastore.base.codes import AMAZON, MIN, MOVIE, SEASON, SERIES
from datastore.base.errors import InputError
from etl.raw.counts import Counted
from etl.titles import catalogue
from etl.titles.kinds import TITLES

from .conftest import Row, Source, catalogue_csv

Read = Callable[..., Source]


@pytest.fixture
def titles(read: Read) -> Callable[..., pa.Table]:
    """The titles of one catalogue of Netflix, or of another platform."""

    def reading(*rows: Row, origin: str = "netflix") -> pa.Table:
        found: pa.Table = read(TITLES, catalogue_csv(*rows), origin).rows
        return found

    return reading


Titles = Callable[..., pa.Table]


def merged(*parts: pa.Table) -> Counted[pa.Table]:
    return catalogue.merge(parts)


FULL = {
    "show_id": "s12", "type": "TV Show", "title": " The  Harbor ", "director": "Ada Stone, None",
    "cast": "Ben Hale, Jr., 1,BEN HALE JR.", "country": "Chile, ", "date_added": " March 3, 2021",
    "release_year": "2019", "rating": "TV-MA", "duration": "2 Seasons",
    "listed_in": "Drama, Comedy", "description": "One\r\ntwo ",
}  # fmt: skip


def test_a_title_is_cleaned_and_keeps_the_platforms_spelling(titles: Titles) -> None:
    (title,) = titles(FULL, origin="amazon").to_pylist()
    assert title == {
        "title_id": "as12",
        "platform": AMAZON,
        "kind": SERIES,
        "title": "The Harbor",
        "directors": ["Ada Stone", "None"],
        "cast": ["Ben Hale Jr.", "BEN HALE JR."],
        "countries": ["Chile"],
        "genres": ["Drama", "Comedy"],
        "date_added": date(2021, 3, 3),
        "release_year": 2019,
        "rating": "TV-MA",
        "duration_int": 2,
        "duration_type": SEASON,
        "description": "One\ntwo ",
        "duration_moved": False,
        "duration_dropped": False,
        "duration_unknown": False,
        "date_unknown": False,
        "suffixes_joined": 1,
        "directors_dropped": 0,
        "cast_dropped": 1,
    }


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("packed", [False, True])
def test_the_form_of_the_file_changes_nothing(
    read: Read, titles: Titles, end: str, mark: bytes, packed: bool
) -> None:
    content = mark + catalogue_csv(FULL, end=end)
    assert read(TITLES, content, "netflix", packed).rows == titles(FULL)


def test_the_order_of_the_columns_and_others_change_nothing(read: Read, titles: Titles) -> None:
    content = catalogue_csv(FULL, columns=("more", *TITLES.needs[::-1]))
    assert read(TITLES, content, "netflix").rows == titles(FULL)


def test_an_empty_field_counts_as_missing(titles: Titles) -> None:
    (title,) = titles({"show_id": "s1"}).to_pylist()
    assert {name for name, value in title.items() if value is None} == {
        "title", "date_added", "release_year", "rating", "duration_int", "duration_type",
        "description",
    }  # fmt: skip
    assert [title[name] for name in ("directors", "cast", "countries", "genres")] == [[]] * 4
    assert title["kind"] == MOVIE


def test_a_duration_in_the_rating_column_is_moved_and_leaves_no_rating(titles: Titles) -> None:
    table = titles(
        {"show_id": "s1", "rating": "74 min"},
        {"show_id": "s2", "rating": "2 Seasons", "duration": " "},
        {"show_id": "s3", "rating": "", "duration": "90 min"},
        {"show_id": "s4", "rating": "PG", "duration": "?"},
        {"show_id": "s5", "rating": "80 min", "duration": "90 min"},
    )
    columns = ("rating", "duration_int", "duration_type")
    assert list(zip(*(table[name].to_pylist() for name in columns), strict=True)) == [
        (None, 74, MIN),
        (None, 2, SEASON),
        (None, 90, MIN),
        ("PG", None, None),
        (None, 90, MIN),
    ]
    counts = merged(table).counts
    assert counts.rescued == {"duration taken from the column rating": 2}
    assert counts.notes["duration in the column rating dropped (the title has another)"] == 1
    assert counts.notes["age rating not published"] == 1
    assert counts.notes["age rating missing (taken as G)"] == 4
    assert counts.notes["duration not understood"] == counts.notes["no duration"] == 1


def test_what_was_dropped_and_joined_is_counted(titles: Titles) -> None:
    counts = merged(
        titles(
            FULL,
            {"show_id": "s2", "cast": "1, 2", "director": "1", "duration": "3 Seasons"},
            {"show_id": "s3", "title": "x", "release_year": "?", "date_added": "soon"},
        )
    ).counts
    assert counts.notes == {
        "age rating not published": 2,
        "age rating missing (taken as G)": 2,
        "film whose duration is in seasons": 1,
        "cast entries without a letter, dropped": 3,
        "casts affected by dropped entries": 2,
        "directors without a letter, dropped": 1,
        "suffixes joined to the name before": 1,
        "date not understood": 1,
        "no duration": 1,
        "no title": 1,
        "release year unknown": 2,
    }


def test_a_row_without_id_or_kind_is_rejected_by_its_line(read: Read) -> None:
    rows = [{"show_id": "s1", "description": "two\nlines"}, {"show_id": " "},
            {"show_id": "s3", "type": "Film"}, {"show_id": "s4"}]  # fmt: skip
    found = read(TITLES, catalogue_csv(*rows), "netflix")
    assert found.rows["title_id"].to_pylist() == ["ns1", "ns4"]
    assert found.counts.rejected == {"no show_id": 1, "type is neither Movie nor TV Show": 1}
    assert [(each["line"], each["content"]) for each in found.rejects] == [
        (4, " ,Movie,,,,,,,,,,"),
        (5, "s3,Film,,,,,,,,,,"),
    ]


def test_a_truncated_row_is_rejected_and_the_others_are_kept(read: Read) -> None:
    content = catalogue_csv({"show_id": "s1"}, {"show_id": "s2"}) + b's3,Movie,"The Har'
    found = read(TITLES, content, "netflix")
    assert len(found.rows) == 2
    assert found.counts.unreadable == 1
    (reject,) = found.rejects
    assert (reject["line"], reject["reason"]) == (4, "a quote is not closed")


def test_the_first_row_of_an_id_in_a_file_is_used(read: Read) -> None:
    rows = [{"show_id": "s1", "title": "one"}, {"show_id": " s1", "title": "two"}]
    found = read(TITLES, catalogue_csv(*rows), "netflix")
    assert found.rows["title"].to_pylist() == ["one"]
    assert found.counts.deduplicated == {"duplicate id within a file": 1}


def test_a_file_with_one_id_only_is_refused(read: Read) -> None:
    with pytest.raises(InputError, match="all of its 10 rows have the same id, s1"):
        read(TITLES, catalogue_csv(*[{"show_id": "s1"}] * 10), "netflix")


def test_titles_come_by_platform_letter_then_number(titles: Titles) -> None:
    netflix = titles(*({"show_id": each} for each in ("s10", "x", "s9", "s2x", "s1")))
    hulu = titles({"show_id": "s7"}, origin="hulu")
    assert merged(netflix, hulu).rows["title_id"].to_pylist() == [
        "hs7", "ns1", "ns9", "ns10", "ns2x", "nx",
    ]  # fmt: skip


def test_the_row_of_a_newer_file_replaces_that_of_an_older_one(titles: Titles) -> None:
    older = titles({"show_id": "s1", "title": "a"}, {"show_id": "s2", "title": "b"})
    newer = titles({"show_id": "s2", "title": "B"}, {"show_id": "s3", "title": "c"})
    both = merged(older, newer)
    assert both.rows["title"].to_pylist() == ["a", "B", "c"]
    assert both.counts.kept == 3
    assert both.counts.deduplicated == {"duplicate id across files (last file kept)": 1}


def test_no_file_has_no_titles() -> None:
    assert len(merged().rows) == 0


# ---------------------------------------------------------------- a wrong platform


def several(name: str, first: int = 0) -> list[dict[str, Any]]:
    return [{"show_id": f"s{n}", "title": f"{name} {n}"} for n in range(first, first + 12)]


def test_two_catalogues_of_one_platform_must_be_of_the_same_titles(titles: Titles) -> None:
    netflix, mistaken = titles(*several("Netflix")), titles(*several("Hulu"))
    with pytest.raises(InputError) as caught:
        merged(netflix, mistaken)
    assert str(caught.value) == (
        "Two files were given as titles of netflix, but 12 of the 12 ids that both have are of "
        "different titles: one of the files is of another platform, or has new ids for its titles. "
        "Give each as --titles PLATFORM=FILE."
    )
    newer = titles(*several("Netflix", 3), {"show_id": "s1", "title": "Renamed"})
    assert len(merged(netflix, newer).rows) == 15


def test_a_catalogue_that_is_given_for_two_platforms_is_refused(titles: Titles) -> None:
    netflix, mistaken = titles(*several("Netflix")), titles(*several("Netflix"), origin="hulu")
    with pytest.raises(InputError) as caught:
        merged(netflix, mistaken)
    assert str(caught.value) == (
        "A file was given as titles of netflix and one as titles of hulu, but 12 of the 12 ids "
        "that both have are of the same titles: they are of one platform. Give each as --titles "
        "PLATFORM=FILE."
    )

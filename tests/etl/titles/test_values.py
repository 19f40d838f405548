"""Published values become clean ones: durations, days, years, lists of names."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datastore.base.codes import MIN, MOVIE, SEASON, SERIES
from etl.titles import values

SUFFIXES = [
    "Jr.",
    "Jr",
    "JR",
    "Sr.",
    "II",
    "III",
    "IV",
    "Ph.D.",
    "PhD",
    "Phd",
    "M.D.",
    "MD",
    "Esq.",
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("90 min", (90, MIN)),
        ("1 Season", (1, SEASON)),
        ("10 Seasons", (10, SEASON)),
        ("  90  MIN ", (90, MIN)),
        ("90min", (90, MIN)),
        ("0 min", (0, MIN)),
        ("", None),
        ("90", None),
        ("PG-13", None),
        ("16", None),
        ("-5 min", None),
        ("9999999999 min", None),
        ("1 h 30 min", None),
    ],
)
def test_a_duration_has_a_number_and_a_unit(text: str, expected: tuple[int, int] | None) -> None:
    assert values.duration(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("March 30, 2021", date(2021, 3, 30)),
        (" September 1, 2018", date(2018, 9, 1)),
        ("Sep. 1 2018", date(2018, 9, 1)),
        ("2021-03-30", date(2021, 3, 30)),
        ("2021-03-30T10:00:00", date(2021, 3, 30)),
        ("February 30, 2021", None),
        ("2021", None),
        ("soon", None),
        ("", None),
    ],
)
def test_a_day_is_read_as_platforms_write_it(text: str, expected: date | None) -> None:
    assert values.date_of(text) == expected


@given(st.dates(date(1950, 1, 1), date(2099, 12, 31)))
def test_every_day_is_read(day: date) -> None:
    name = ["January", "February", "March", "April", "May", "June", "July", "August", "September",
            "October", "November", "December"][day.month - 1]  # fmt: skip
    assert values.date_of(f"{name} {day.day}, {day.year:04}") == day
    assert values.date_of(day.isoformat()) == day


@pytest.mark.parametrize(
    ("text", "expected"),
    [("2014", 2014), ("2014.0", 2014), (" 1 ", 1), ("0", None), ("20145", None), ("", None)],
)
def test_a_year_is_1_to_9999(text: str, expected: int | None) -> None:
    assert values.year(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Movie", MOVIE), ("TV Show", SERIES), (" tv  show ", SERIES), ("Film", None), ("", None)],
)
def test_a_kind_is_a_movie_or_a_show(text: str, expected: int | None) -> None:
    assert values.kind_of(text) == expected


def test_texts_keep_their_spelling_but_not_their_white_space() -> None:
    assert values.folded("  A \t b\n C ") == "A b C"
    assert values.folded(" \n") is None
    assert values.lines("a\r\nb\rc\nd ") == "a\nb\nc\nd "
    assert values.lines(" \r\n") is None


# ---------------------------------------------------------------- lists


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" , ,", []),
        ("Ada  Stone , Ben\tHale", ["Ada Stone", "Ben Hale"]),
        ("Cuba Gooding, Jr., Famke Janssen", ["Cuba Gooding Jr.", "Famke Janssen"]),
        ("H. Allen Davis, Jr., Ph.D., Dave", ["H. Allen Davis Jr. Ph.D.", "Dave"]),
        ("Yahya Abdul-Mateen II, Jr", ["Yahya Abdul-Mateen II Jr"]),
        ("Jr., Ada", ["Jr.", "Ada"]),  # there is no name before it
        ("Ada, Jr Stone", ["Ada", "Jr Stone"]),
        ("None", ["None"]),  # a director
    ],
)
def test_a_list_is_split_at_commas_but_not_before_a_suffix(text: str, expected: list[str]) -> None:
    assert values.names(text).names == expected


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_each_suffix_stays_with_its_name(suffix: str) -> None:
    assert values.names(f"Ada Stone,  {suffix},Ben") == ([f"Ada Stone {suffix}", "Ben"], 1, 0)


NAME = st.text(st.characters(codec="utf-8", exclude_characters=","), min_size=1).filter(
    lambda name: name.split() and name.replace(".", "").strip().lower()
    not in {"jr", "sr", "ii", "iii", "iv", "phd", "md", "esq"}
)  # fmt: skip


@given(st.lists(st.tuples(NAME, st.lists(st.sampled_from(SUFFIXES), max_size=2))))
def test_names_come_back_with_their_suffixes(people: list[tuple[str, list[str]]]) -> None:
    text = ",".join(", ".join([name, *suffixes]) for name, suffixes in people)
    expected = [" ".join([*name.split(), *suffixes]) for name, suffixes in people]
    joined = sum(len(suffixes) for _, suffixes in people)
    assert values.names(text) == (expected, joined, 0)


@pytest.mark.parametrize(
    ("text", "expected", "joined", "dropped"),
    [
        ("1, Ada,, 50 %, 아이유, 2Pac", ["Ada", "아이유", "2Pac"], 0, 2),
        ("Ada Stone, 1, Jr., Ben", ["Ada Stone Jr.", "Ben"], 1, 1),
        ("1, Jr.", ["Jr."], 0, 1),  # there is no name before it
        ("1", [], 0, 1),
        ("", [], 0, 0),
    ],
)
def test_an_entry_without_a_letter_is_nobody_and_has_no_suffix(
    text: str, expected: list[str], joined: int, dropped: int
) -> None:
    assert values.people(text) == (expected, joined, dropped)


def test_countries_and_genres_need_no_letter() -> None:
    assert values.names("1, Chile") == (["1", "Chile"], 0, 0)

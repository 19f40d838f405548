"""Raw values into clean ones: the rules of the contract, and the oddities they were made for."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.games import values

NAN = math.nan
ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.complex_numbers(),
    st.binary(), st.lists(st.text(), max_size=3), st.dictionaries(st.text(), st.text(), max_size=2),
)  # fmt: skip


@pytest.mark.parametrize(
    ("said", "year"),
    [
        ("2016-11-05", 2016),
        ("Q1 2018", 2018),
        ("Dec 2017", 2017),
        ("2018", 2018),
        ("2018年1月", 2018),
        ("15.01.2018", 2018),
        ("Winter 2017", 2017),
        ("2016 or 2016", 2016),
        ("1970-07-15", 1970),
        ("2015-02-30", 2015),
        ("14 July", None),
        ("预热群52756441", None),
        ("Late 2016 - Early 2017", None),
        ("Coming Soon", None),
        ("SOON™", None),
        ("TBA", None),
        ("When it's done", None),
        ("20180101", None),
        ("1234", None),
        ("0000-00-00", None),
        ("9999", None),
        ("", None),
        (None, None),
    ],
)
def test_a_date_gives_the_only_plausible_year_it_names(said: str | None, year: int | None) -> None:
    assert values.release_year(said) == year


@given(st.none() | st.text() | st.from_regex(r"[\d\w ]*\d{4}[-\d\w ]*"))
def test_a_year_is_plausible_whatever_the_text_is(said: str | None) -> None:
    assert values.release_year(said) in {None, *range(1950, 2100)}


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("2016-11-05", date(2016, 11, 5)),
        ("2016-02-29", date(2016, 2, 29)),
        ("2015-02-29", None),
        ("2016-13-01", None),
        ("0001-01-01", None),
        ("2016-11-5", None),
        ("2016-11-05 00:00", None),
        ("Nov 5, 2016", None),
        (None, None),
    ],
)
def test_only_an_iso_date_gives_a_day(said: str | None, day: date | None) -> None:
    assert values.iso_date(said) == day


@pytest.mark.parametrize(
    ("raw", "usd", "said"),
    [
        (9.99, 9.99, None),
        (0, 0.0, None),
        (0.0, 0.0, None),
        (20, 20.0, None),
        ("Free", 0.0, "Free"),
        ("Free to Play", 0.0, "Free to Play"),
        ("Free To Play", 0.0, "Free To Play"),
        ("Play for Free!", 0.0, "Play for Free!"),
        ("Free Mod", 0.0, "Free Mod"),
        ("Free Demo", 0.0, "Free Demo"),
        ("Free to Try", 0.0, "Free to Try"),
        ("Free Movie", 0.0, "Free Movie"),
        ("Free to Use", 0.0, "Free to Use"),
        ("Play WARMACHINE: Tactics Demo", None, "Play WARMACHINE: Tactics Demo"),
        ("Third-party", None, "Third-party"),
        ("Install Now", None, "Install Now"),
        ("Play Now", None, "Play Now"),
        ("Freedom Pack", None, "Freedom Pack"),
        ("Starting at $499.00", 499.0, "Starting at $499.00"),
        ("Starting at $1,449.50", 1449.5, "Starting at $1,449.50"),
        ("from $1.00 to $2.00", None, "from $1.00 to $2.00"),
        ("$1.00 or free, $2.00 with sound", None, "$1.00 or free, $2.00 with sound"),
        ("$5", 5.0, "$5"),
        ("$1,99", None, "$1,99"),
        ("9.99", 9.99, "9.99"),
        (" Free &amp; easy ", 0.0, "Free & easy"),
        ("", None, None),
        (None, None, None),
        (NAN, None, None),
        (True, None, None),
        ([], None, None),
        (-1, None, None),
        # Once an overflow of the sums of money:
        (math.inf, None, None),
        (1e300, None, None),
        (10**400, None, None),
        ("$1" + "0" * 30, None, "$1" + "0" * 30),
        ("9" * 400, None, "9" * 400),
    ],
)
def test_a_price_is_a_number_a_text_that_says_free_or_one_amount(
    raw: Any, usd: float | None, said: str | None
) -> None:
    assert values.price(raw) == (usd, said)


@given(ANYTHING)
def test_a_known_price_can_be_summed(raw: Any) -> None:
    usd = values.price(raw).usd
    assert usd is None or 0 <= usd <= 1_000_000


@pytest.mark.parametrize(
    ("raw", "count"),
    [(96, 96), (96.0, 96), ("96", 96), (" 96 ", 96), ("NA", None), ("-1", None), ("٣", None),
     (96.5, None), (NAN, None), (None, None), (True, None), ([96], None), ("", None),
     (math.inf, None), (-math.inf, None), ("9" * 5000, None)],
)  # fmt: skip
def test_a_whole_number_may_stand_as_its_digits(raw: Any, count: int | None) -> None:
    assert values.whole_number(raw) == count


@given(ANYTHING)
def test_no_value_is_too_odd_to_be_cleaned(raw: Any) -> None:
    assert type(values.whole_number(raw)) in (int, type(None))
    assert values.boolean(raw) in (True, False, None)
    assert values.identifier(raw) is None or values.identifier(raw).strip()
    assert values.text(raw) is None or values.text(raw)
    assert all(values.text_list(raw))
    values.app_id(raw, raw)
    values.posted(raw)
    assert all(0 <= count < 2**31 for count in values.counts_in(raw))


@pytest.mark.parametrize(
    ("raw", "flag"),
    [(True, True), (False, False), (1, True), (0, False), (1.0, True), ("True", True),
     ("false", False), (" 1 ", True), ("yes", None), (2, None), (None, None), (NAN, None),
     ([], None)],
)  # fmt: skip
def test_a_flag_may_stand_as_its_name_or_number(raw: Any, flag: bool | None) -> None:
    assert values.boolean(raw) is flag


@pytest.mark.parametrize(
    ("raw", "when"),
    [
        ("Posted November 5, 2011.", (2011, 11, 5)),
        ("Posted June 16.", (None, 6, 16)),
        (" Posted June 16 ", (None, 6, 16)),
        ("Posted February 30, 2014.", (2014, 2, 30)),
        ("Posted June 32.", None),
        ("Posted June 0.", None),
        ("Posted Juno 16.", None),
        ("Posted June 16, 0016.", None),
        ("Posted 16 June.", None),
        ("Last edited June 16.", None),
        ("", None),
        (None, None),
    ],
)
def test_a_review_was_posted_on_a_day_with_or_without_a_year(raw: Any, when: Any) -> None:
    assert values.posted(raw) == when


@pytest.mark.parametrize(
    ("said", "counts"),
    [
        ("12 of 15 people (80%) found this review helpful", [12, 15, 80]),
        ("1,203 of 1,500 people (80%) found this review helpful", [1203, 1500, 80]),
        ("2 people found this review funny", [2]),
        ("No ratings yet", []),
        ("", []),
        (None, []),
        # Once an overflow of the column:
        ("2147483647 of 2147483647 people", [2147483647, 2147483647]),
        ("2147483648 of 5 people", []),
        ("9" * 5000 + " people", []),
    ],
)
def test_a_sentence_names_counts_with_thousands_commas(said: Any, counts: list[int]) -> None:
    assert values.counts_in(said) == counts


@pytest.mark.parametrize(
    ("raw", "key"),
    [("76561197970982479", "76561197970982479"), (" ann\t", "ann"), (10, "10"), (10.0, "10"),
     ("007", "007"), ("", None), ("  ", None), (None, None), (NAN, None), (math.inf, None),
     (10.5, None), (True, None), (["a"], None)],
)  # fmt: skip
def test_an_id_is_text_without_white_space_at_its_ends(raw: Any, key: str | None) -> None:
    assert values.identifier(raw) == key


@pytest.mark.parametrize(
    ("raw", "url", "expected"),
    [
        ("10", None, ("10", False)),
        ("10", "http://store.example/app/99/", ("10", False)),
        (None, "http://store.example/app/200260/Batman/", ("200260", True)),
        (NAN, "http://store.example/app/1", ("1", True)),
        ("", "http://store.example/sub/1", (None, False)),
        (None, NAN, (None, False)),
    ],
)
def test_an_id_may_be_taken_from_the_address(raw: Any, url: Any, expected: Any) -> None:
    assert values.app_id(raw, url) == expected


def test_names_are_unescaped_stripped_and_never_blank() -> None:
    assert values.text(" Animation &amp; Modeling ") == "Animation & Modeling"
    assert values.text("&nbsp;") is values.text("  ") is values.text(None) is values.text(5) is None
    assert values.text_list(["RPG", "Indie ", "", "RPG", None, 5, "Indie"]) == ["RPG", "Indie"]
    assert values.text_list(("a",)) == ["a"]
    assert values.text_list("RPG") == values.text_list(None) == []


@pytest.mark.parametrize(
    ("developer", "companies"),
    [
        ("Valve", ["Valve"]),
        ("Valve,KADOKAWA", ["Valve", "KADOKAWA"]),
        ("Psyonix, Inc.", ["Psyonix, Inc."]),
        ("KOEI TECMO GAMES CO., LTD.", ["KOEI TECMO GAMES CO., LTD."]),
        ("CAPCOM CO.,LTD.", ["CAPCOM CO.,LTD."]),
        ("Feral (Mac),Aspyr (Mac, Linux)", ["Feral (Mac)", "Aspyr (Mac, Linux)"]),
        ("A,B,A", ["A", "B"]),
        ("A,,B,", ["A", "B"]),
        ("Incognito,Corporeal", ["Incognito", "Corporeal"]),
        ("A) ,B", ["A)", "B"]),
        (",", []),
    ],
)
def test_a_comma_that_separates_companies_is_told_from_one_within_a_name(
    developer: str, companies: list[str]
) -> None:
    assert values.companies(developer) == companies


@given(st.text(alphabet="AB ,().Inc"))
def test_companies_lose_no_letter(developer: str) -> None:
    parts = {c for part in values.companies(developer) for c in part}
    assert parts | set(" ,") == set(developer) | set(" ,")

"""Raw values into clean ones: the rules of the contract, and the oddities they were made for."""

from __future__ import annotations

import math
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
        ("U.S. $9.99", 9.99, "U.S. $9.99"),
        ("$.99", 0.99, "$.99"),
        (".99", 0.99, ".99"),
        ("+9.99", 9.99, "+9.99"),
        ("1e3", 1000.0, "1e3"),
        ("$1e3", None, "$1e3"),
        ("$5k", None, "$5k"),
        ("DRM-free", None, "DRM-free"),
        ("DRM-free, $9.99", 9.99, "DRM-free, $9.99"),
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
        ("US$ 9.99", 9.99, "US$ 9.99"),
        ("U.S.$9.99", 9.99, "U.S.$9.99"),
        ("$9.99 USD", 9.99, "$9.99 USD"),
        ("9.99 USD", 9.99, "9.99 USD"),
        ("USD 9.99", 9.99, "USD 9.99"),
        ("9.99$", 9.99, "9.99$"),
        ("us$9.99", 9.99, "us$9.99"),
        ("9.99 usd", 9.99, "9.99 usd"),
        ("9.99 US Dollars", 9.99, "9.99 US Dollars"),
        ("1,449.50", 1449.5, "1,449.50"),
        ("2 for $5", 5.0, "2 for $5"),
        ("Free 2 Play", 0.0, "Free 2 Play"),
        ("-$5.00", None, "-$5.00"),
        ("-5", None, "-5"),
        ("$5-$10", None, "$5-$10"),
        ({"$numberDouble": "9.99"}, 9.99, None),
        ({"$numberDecimal": "9.99"}, 9.99, None),
        ({"$numberDecimal": "NaN"}, None, "NaN"),
        ({"usd": 9.99}, None, None),
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


OTHER_CURRENCIES = [
    "CDN$ 9.99", "CDN $9.99", "C$9.99", "CA$9.99", "CAD 9.99", "$9.99 CAD", "CAD $9.99", "A$ 9.99",
    "AU$9.99", "AUD9.99", "NZ$9.99", "HK$ 9.99", "S$9.99", "NT$ 99", "MX$ 99", "Mex$99.00", "R$ 20",
    "R$20,00", "COL$ 9.000", "ARS$ 9,99", "€9,99", "€9.99", "9,99€", "9.99 €", "9.99 EUR",
    "9.99 euros", "£5", "5 GBP", "¥", "¥980", "￥98", "980円", "9.99 руб", "99 руб.", "99 р.",
    "₽99", "₩5500", "₹99", "Rs 99", "99 kr", "kr 99", "19,99 zł", "CHF 9.90", "9.90 CHF",
    "S/.9.99", "RM9.99", "฿99", "9.99 Canadian dollars", "Starting at CDN$ 9.99",
    "Free, then €9.99 a month", "cad $9.99", "$9.99 cad", "Canadian $9.99", "9.99 aud",
    "$9.99 (CAD)", "$9.99 (cad)", "(CAD) $9.99", "9.99 (EUR)", "CAD: $9.99", "Mex $100", "A $9.99",
    "C $ 9.99", "COL $9000", "Can $9.99",
]  # fmt: skip


@pytest.mark.parametrize("said", OTHER_CURRENCIES)
def test_an_amount_in_another_currency_is_unknown(said: str) -> None:
    assert values.price(said) == (None, said)
    assert values.in_another_currency(said) is (said != "¥")  # there is no amount


@pytest.mark.parametrize(
    "said",
    ["$9.99", "US$9.99", "9.99", "Starting at $499.00", "Third-party", "Free to Try",
     "Free HITMAN™", "FREE TO TRY", "euro pack"],
)  # fmt: skip
def test_what_is_in_usd_or_no_amount_is_in_no_other_currency(said: str) -> None:
    assert not values.in_another_currency(said)


@pytest.mark.parametrize("said", ["$ 10 000", "$10\u00a0000", "$1'299", "$1’299.50", "$1 299.00"])
def test_thousands_in_another_notation_are_not_cut_off(said: str) -> None:
    assert values.price(said) == (None, said)


@pytest.mark.parametrize("raw", [-0.0, "-0", "-0.0", {"$numberDouble": "-0.0"}])
def test_a_price_of_minus_zero_is_zero(raw: Any) -> None:
    assert str(values.price(raw).usd) == "0.0"


@pytest.mark.parametrize("said", ["Not free", "not Free to play", "Non-free"])
def test_other_words_are_not_prices(said: str) -> None:
    assert values.price(said) == (None, said)


@pytest.mark.parametrize(
    "said", ["From $5", "Only $ 5", "USD5", "usd 5", "$5 for 500 players", "$\u00a05", "5\u202fUSD"]
)
def test_words_and_codes_of_usd_are_not_foreign_currencies(said: str) -> None:
    assert values.price(said).usd == 5


@given(st.floats(0, 999_999).map(lambda usd: f"{usd:,.2f}"), st.sampled_from(
    ["{}", "${}", "$ {}", "US$ {}", "{} USD", "${} USD", "Starting at ${}", "{}$"]))  # fmt: skip
def test_an_amount_in_usd_is_read_with_any_of_its_marks(amount: str, spelled: str) -> None:
    assert values.price(spelled.format(amount)).usd == float(amount.replace(",", ""))


MARKS = st.sampled_from(["CDN$", "A$", "R$", "HK$", "€", "£", "¥", "EUR", "руб", "zł", "AUD", "kr"])


@given(st.decimals(0, 99_999, places=2), MARKS, st.sampled_from(["", " "]), st.booleans())
def test_no_amount_with_a_foreign_mark_is_ever_a_known_price(
    amount: Any, mark: str, blank: str, before: bool
) -> None:
    said = f"{mark}{blank}{amount}" if before else f"{amount}{blank}{mark}"
    assert values.price(said).usd is None


@given(ANYTHING)
def test_a_known_price_can_be_summed(raw: Any) -> None:
    usd = values.price(raw).usd
    assert usd is None or 0 <= usd <= 1_000_000


@pytest.mark.parametrize(
    ("raw", "count"),
    [(96, 96), (96.0, 96), ("96", 96), (" 96 ", 96), ("NA", None), ("-1", None), ("٣", None),
     ("96.0", 96), ("1,234", 1234), (95.99999999999997, 96), ({"$numberInt": "96"}, 96),
     ("1,23", None), (10**18, None), (96.5, None), ("96.5", None),
     (NAN, None), (None, None), (True, None), ([96], None), ("", None),
     (math.inf, None), (-math.inf, None), ("9" * 5000, None)],
)  # fmt: skip
def test_a_count_may_be_a_text_and_noisy(raw: Any, count: int | None) -> None:
    assert values.whole_number(raw) == count


def test_a_number_too_long_for_python_to_write_is_not_an_id() -> None:
    assert values.identifier(10**5000) is None


@given(ANYTHING)
def test_no_value_is_too_odd_to_be_cleaned(raw: Any) -> None:
    assert type(values.whole_number(raw)) in (int, type(None))
    assert values.boolean(raw) in (True, False, None)
    assert values.identifier(raw) is None or values.identifier(raw).strip()
    assert values.text(raw) is None or values.text(raw)
    assert all(values.text_list(raw))
    values.app_id(raw, raw)
    values.minutes(raw)
    values.helpful(raw)
    values.count_text(raw)
    assert all(0 <= count < 2**31 for count in values.counts_in(raw))


@pytest.mark.parametrize(
    ("raw", "flag"),
    [(True, True), (False, False), (1, True), (0, False), (1.0, True), ("True", True),
     ("false", False), (" 1 ", True), ("yes", None), (2, None), (None, None), (NAN, None),
     ([], None)],
)  # fmt: skip
def test_a_flag_may_be_a_name_or_a_number(raw: Any, flag: bool | None) -> None:
    assert values.boolean(raw) is flag


@pytest.mark.parametrize(
    ("raw", "minutes"),
    [(120, 120), (0, 0), (-0.0, 0), (245.99999999999997, 246), (12.5, 12), (13.5, 14), (0.4, 0),
     ("120", 120), (" 12.6 ", 13), ("1,234", 1234), ("1,234.6", 1235), ("1e3", 1000), ("+5", 5),
     (2**31 - 1, 2**31 - 1), (2147483647.4, 2**31 - 1), ({"$numberInt": "10"}, 10),
     ({"$numberLong": "10"}, 10), ({"$numberDouble": "10.6"}, 11),
     (-1, None), (-0.1, None), ("-5", None), (2**31, None), (2147483647.5, None), (1e300, None),
     (10**400, None), ("9" * 5000, None), (math.inf, None), ("inf", None), (True, None),
     (False, None), ("many", None), ("1,2", None), ("12 h", None), ("1_000", None), ("٣", None),
     ([5], None), ({"minutes": 5}, None)],
)  # fmt: skip
def test_a_playtime_is_a_number_or_its_text_rounded_to_minutes(raw: Any, minutes: Any) -> None:
    assert values.minutes(raw) == minutes
    assert not values.missing_number(raw)


@pytest.mark.parametrize(
    "raw", [None, "", "  ", NAN, "NaN", "nan", {"$numberDouble": "NaN"}]
)  # fmt: skip
def test_a_missing_playtime_differs_from_an_invalid_one(raw: Any) -> None:
    assert values.missing_number(raw)
    assert values.minutes(raw) is None


@given(st.integers(-10, 2**32) | st.floats())
def test_a_text_reads_like_its_number(number: float) -> None:
    assert values.minutes(str(number)) == values.minutes(number)
    assert values.whole_number(str(number)) == values.whole_number(number)


@given(st.floats(0, values.MOST_MINUTES))
def test_a_rounded_playtime_is_the_nearest_whole_minute(number: float) -> None:
    found = values.minutes(number)
    assert type(found) is int
    assert abs(found - number) <= 0.5


@pytest.mark.parametrize(
    ("raw", "counts"),
    [("12 of 15 people (80%) found this review helpful", (12, 15)), ("No ratings yet", (0, 0)),
     ("1,203 people found this review helpful", (1203, 1203)), ("12", (12, 12)),
     ("80% liked it", (0, 0)), (None, (0, 0)), ("", (0, 0))],
)  # fmt: skip
def test_helpful_votes_are_those_of_all_or_all_that_are_known(raw: Any, counts: Any) -> None:
    assert values.helpful(raw) == counts


@pytest.mark.parametrize(
    ("raw", "said"), [("2 people", "2 people"), (2, "2"), (2.0, "2"), ({"$numberInt": "2"}, "2"),
                      (None, None), (-1, None), (True, None)],
)  # fmt: skip
def test_a_numeric_count_becomes_its_digits(raw: Any, said: Any) -> None:
    assert values.count_text(raw) == said


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
     (10.5, None), (True, None), (["a"], None), (2.0**53, "9007199254740992"),
     (7.65611979e22, None), ({"$numberLong": "10"}, "10"), ({"$oid": "5f"}, "5f"),
     ({"$oid": "5f", "more": 1}, None), ("10.0", "10.0")],
)  # fmt: skip
def test_an_id_is_text_without_surrounding_whitespace(raw: Any, key: str | None) -> None:
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
def test_a_comma_between_companies_differs_from_one_within_a_name(
    developer: str, companies: list[str]
) -> None:
    assert values.companies(developer) == companies


@given(st.text(alphabet="AB ,().Inc"))
def test_companies_lose_no_letter(developer: str) -> None:
    parts = {c for part in values.companies(developer) for c in part}
    assert parts | set(" ,") == set(developer) | set(" ,")


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("http://store.steampowered.com/app/10/CounterStrike/", True),
        ("https://store.steampowered.com/app/10", True),
        ("http://store.steampowered.com/app/10/A&amp;B/", True),  # unescaped like every text
        ("http://store.steampowered.com/app/100/Other/", False),
        ("http://store.steampowered.com/", False),
        ("/app/10/CounterStrike/", False),
        ("javascript:alert('/app/10')", False),
        ("http://store.example/app/10/ onmouseover=x", False),
        ("", False),
        (None, False),
        (10, False),
    ],
)
def test_a_store_url_is_a_web_address_of_this_very_product(address: object, kept: bool) -> None:
    expected = str(address).replace("&amp;", "&") if kept else None
    assert values.store_url(address, "10") == expected


@pytest.mark.parametrize("label", values.STORE_SENTIMENTS)
@pytest.mark.parametrize("spelling", [str, str.upper, str.lower, "  {} ".format])
def test_the_stores_nine_labels_are_kept_in_its_own_spelling(label: str, spelling: Any) -> None:
    assert values.store_sentiment(spelling(label)) == label


@pytest.mark.parametrize(
    "value",
    ["1 user reviews", "10 user reviews", "Very", "Neutral", "", " ", None, 5, True, [], NAN],
)
def test_other_values_are_not_labels(value: object) -> None:
    assert values.store_sentiment(value) is None


def test_there_are_nine_labels() -> None:
    assert len(set(values.STORE_SENTIMENTS)) == 9

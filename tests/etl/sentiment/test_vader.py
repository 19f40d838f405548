"""VADER: equal to the package, whose rules the texts here are made to meet.

tests/test_real_data.py compares the scores of all real reviews.
"""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from vaderSentiment.vaderSentiment import (
    BOOSTER_DICT,
    NEGATE,
    SPECIAL_CASES,
    SentimentIntensityAnalyzer,
)

from etl.sentiment.vader import Vader
from thorough import examples

package = SentimentIntensityAnalyzer()
vader = Vader()


def oracle(text: str) -> float:
    return package.polarity_scores(text)["compound"]


# Few enough words of each kind that rules meet rules, and every word of the lexicon at times.
_STRONG = ["good", "bad", "love", "ass", "stop", "right", "death", "die", "beating", "heart"]
_LINKS = ["but", "least", "at", "very", "never", "so", "this", "without", "doubt", "or", "nor"]
_PLAIN = [
    "table",
    "İ",
    "İn't",
    "ΟΔΟΣ",
    "n't",
    "kiß",
    "ＧＯＯＤ",
    "\u212aind",
    "a",
    "42",
    "!",
    "??",
    "()",
]
_words = st.one_of(
    st.sampled_from(_STRONG),
    st.sampled_from(_LINKS),
    st.sampled_from(["no", "kind", "of", "kind of", "just enough"]),
    st.sampled_from(sorted(BOOSTER_DICT)),
    st.sampled_from(NEGATE),
    st.sampled_from(sorted(SPECIAL_CASES)),
    st.sampled_from(sorted(package.lexicon)),
    st.sampled_from(sorted(package.emojis)),
    st.sampled_from(_PLAIN),
    st.text(max_size=4),
)
_cases = st.sampled_from([str, str, str.upper, str.title])
_marks = st.sampled_from(["", "", "", "", ".", ",", "!", "!!!!!", "?", "??", "???", "(", "'", "♥"])
_blanks = st.sampled_from([" ", " ", " ", "  ", "\n", "\t", "\x1c", "\xa0", "\u2003", "\u200b", ""])
_tokens = st.builds(
    lambda before, word, case, behind, blank: before + case(word) + behind + blank,
    _marks, _words, _cases, _marks, _blanks,
)  # fmt: skip
_texts = st.lists(_tokens, max_size=12).map("".join)
_sayings = st.lists(st.builds(lambda word, case: case(word), _words, _cases), max_size=12)


@settings(max_examples=examples(500))
@given(_texts)
@example("")
@example(" \t\n")
@example("☺️good😁😁 😁\xa0😁")  # emoji with and without a blank before them
def test_any_text_has_the_score_of_the_package(text: str) -> None:
    assert vader.compound(text) == oracle(text)


@settings(max_examples=examples(500))
@given(_sayings.map(" ".join))
def test_rules_meet_rules_as_in_the_package(text: str) -> None:
    assert vader.compound(text) == oracle(text)


@pytest.mark.parametrize(
    "text",
    [
        "good but bad",
        "good good bad but good bad good",  # the first of equal words is meant, twice and thrice
        "bad but good but good",
        "awards advantage but table",  # the half of the first equals the second
        "bad but kiß",  # lower case makes no "kiss" of it
        "GOOD but BAD",
        "GOOD BAD",  # all in capitals: none stands out
        "VERY good",
        "very GOOD",
        "VERY GOOD",
        "x VERY bad",
        "x SOMEWHAT bad",
        "so table bad table",
        "never so good",
        "never this good",
        "never so table good",
        "never table so good",
        "table table so good",  # reads as emphasis, never or not
        "without doubt good",
        "without a doubt good",
        "without doubt a good",
        "not good",
        "not a good",
        "not a table good",
        "isn't a good",
        "no good",
        "no table good",
        "no good or bad",
        "no table nor good",
        "no table and good",
        "no",
        "NO good",
        "least good",
        "at least good",
        "very least good",
        "the least good",
        "kind of good",
        "a kind of good",
        "kind",
        "x sort of table good",
        "x just enough good",
        "table it is the bomb",
        "x y kiss of death",
        "x y z kiss of death",
        "it is to die for",
        "they said yeah right",
        "x y z beating heart",
        "this is a bus stop good",
        "he is a real badass",
        "good ?",
        "good ??",
        "good ???",
        "good ????",
        "good !!!!!",
        "bad !?!?!",
        "table !!!",
        "x:) :D (good) 'bad'",
    ],
)
def test_each_rule_as_in_the_package(text: str) -> None:
    assert vader.compound(text) == oracle(text)


def test_a_score_is_what_the_authors_say() -> None:
    assert vader.compound("VADER is smart, handsome, and funny.") == 0.8316
    assert vader.compound("VADER is VERY SMART, uber handsome, and FRIGGIN FUNNY!!!") == 0.9469
    assert vader.compound("VADER is not smart, handsome, nor funny.") == -0.7424
    assert vader.compound("Catch utf-8 emoji such as 💘 and 💋 and 😁") == 0.875
    assert vader.compound("a table") == 0

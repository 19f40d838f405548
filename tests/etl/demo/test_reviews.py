"""The demo's reviews: texts around them, years, and who wrote about what."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from demo_world import GAMES, USERS, World, read_world, sentiment_of
from etl.demo.phrases import LONGEST
from etl.demo.reviews import review_total


def test_reviews_have_the_real_texts_around_them(world: World) -> None:
    reviews = world.all_reviews
    patterns = {
        "posted": [r"Posted [A-Z][a-z]+ \d+, 20\d\d\.", r"Posted [A-Z][a-z]+ \d+\."],
        "last_edited": [
            "",
            r"Last edited [A-Z][a-z]+ \d+, 20\d\d\.",
            r"Last edited [A-Z][a-z]+ \d+\.",
        ],
        "helpful": [
            "No ratings yet",
            r"\d+ of \d+ people \(\d+%\) found this review helpful",
            r"\d+ of \d,\d+ people \(\d+%\) found this review helpful",
            r"\d,\d+ of \d,\d+ people \(\d+%\) found this review helpful",
        ],
        "funny": [
            "",
            r"1 person found this review funny",
            r"\d+ people found this review funny",
            r"\d,\d+ people found this review funny",
        ],
    }
    for key, shapes in patterns.items():
        for shape in shapes:
            assert any(re.fullmatch(shape, review[key]) for review in reviews), shape
        assert all(re.fullmatch("|".join(shapes), review[key]) for review in reviews)


def test_reviews_are_as_many_and_as_old_as_planned(world: World) -> None:
    years = Counter(
        "".join(re.findall(r", (\d+)\.$", review["posted"])) for review in world.all_reviews
    )
    assert len(world.all_reviews) == review_total(USERS)
    assert {year for year in years if year} <= {str(year) for year in range(2010, 2016)}
    assert 0.1 < years[""] / len(world.all_reviews) < 0.25


def test_some_review_lines_are_repeated_and_some_users_only_review(world: World) -> None:
    lines = Counter(world.lines["reviews"])
    users = {line["user_id"] for line in world.items}
    assert sum(count == 2 for count in lines.values()) >= 2
    assert len({line["user_id"] for line in world.reviews}) == len(lines)
    assert any(line["user_id"] not in users for line in world.reviews)


def test_owners_review_what_they_own(world: World) -> None:
    owned = {
        line["user_id"]: {item["item_id"] for item in line["items"]}
        for line in world.items
        if line["items"]
    }
    for line in world.reviews:
        reviewed = [review["item_id"] for review in line["reviews"]]
        assert len(set(reviewed)) == len(reviewed)
        assert set(reviewed) <= owned.get(line["user_id"], set(reviewed))


def test_some_text_is_as_long_as_the_store_allows(world: World) -> None:
    longest = max(len(review["review"]) for review in world.all_reviews)
    assert 0.9 * LONGEST < longest <= LONGEST


def test_recommendation_follows_sentiment_though_not_always(tmp_path: Path) -> None:
    reviews = read_world(tmp_path, GAMES, 1000).all_reviews
    reviews = [review for review in reviews if len(review["review"]) < 1000]
    table = Counter(
        (review["recommend"], sentiment_of(review["review"]))
        for review in reviews
        if review["review"]
    )
    recommended = sum(count for (flag, _), count in table.items() if flag)
    assert recommended / sum(table.values()) == pytest.approx(0.885, abs=0.03)
    assert table[True, "positive"] > 3 * table[True, "negative"] > 0
    assert table[False, "negative"] > table[False, "positive"] > 0

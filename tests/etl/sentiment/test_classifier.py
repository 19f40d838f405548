"""Learned sentiment: worlds in which one word decides, and folds that nothing leaks between."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from dumps import Review
from etl.process.workers import ThisProcess, Workers
from etl.sentiment.classifier import FOLDS, LEAST, Learning, auc, cross_fitted, deal, facts

pytestmark = pytest.mark.slow

ENOUGH = 2 * LEAST  # of either flag: four fifths are more than LEAST


def review(user: str, text: str | None, recommend: bool, app_id: str = "10") -> Review:
    return Review(user, app_id, recommend, text, None, None, False, 0, 0, 0)


def reviews(good: int, bad: int, word: str = "{flag}") -> list[Review]:
    """Each by a user of its own, with a text that no other has, in a mixed order."""
    rows = [
        review(f"u{n}", f"{word.format(flag='fine' if n < good else 'poor')} token{n}", n < good)
        for n in range(good + bad)
    ]
    random.Random(3).shuffle(rows)
    return rows


def table(rows: list[Review]) -> pa.Table:
    columns = zip(*rows, strict=True) if rows else [()] * len(Review._fields)
    named = dict(zip(Review._fields, columns, strict=True))
    kinds = {"user_id": pa.string(), "recommend": pa.bool_(), "text": pa.string()}
    return pa.table({name: pa.array(named[name], kind) for name, kind in kinds.items()})


def learned(rows: list[Review], workers: Any = None) -> np.ndarray:
    return Learning(table(rows), workers or ThisProcess()).result()


def parts(rows: list[Review]) -> tuple[list[str], list[str], np.ndarray]:
    return (
        [row.user_id for row in rows],
        [row.text or "" for row in rows],
        np.array([row.recommend for row in rows]),
    )


# ---------------------------------------------------------------- scores


def test_a_decisive_word_is_learned_at_any_share_of_flags() -> None:
    rows = reviews(10 * ENOUGH, ENOUGH)
    scores = learned(rows)
    recommend = np.array([row.recommend for row in rows])
    assert scores[recommend].min() > 0.5
    assert scores[~recommend].max() < -0.5
    assert np.abs(scores).max() <= 1


def test_hearts_are_a_word_of_their_own_and_the_number_of_them_counts() -> None:
    users, _, recommend = parts(reviews(ENOUGH, ENOUGH))
    texts = [f"it is {'♥' * (5 if good else 4)}ing n{n}" for n, good in enumerate(recommend)]
    scores = cross_fitted(texts, recommend, deal(users, texts))
    assert ((scores > 0) == recommend).all()


def test_two_words_can_say_what_neither_of_them_does() -> None:
    users, _, recommend = parts(reviews(4 * ENOUGH, 4 * ENOUGH))
    pairs = [("not", "bad"), ("so", "good"), ("not", "good"), ("so", "bad")]
    texts = [" ".join(pairs[2 * (not good) + n % 2]) + f" n{n}" for n, good in enumerate(recommend)]
    scores = cross_fitted(texts, recommend, deal(users, texts))
    assert ((scores > 0) == recommend).all()


def test_a_review_is_not_scored_by_a_model_that_saw_it() -> None:
    # A word of its own is all that each text has: a model that saw it would know the answer.
    users, texts, recommend = parts(reviews(3 * ENOUGH, ENOUGH, word=""))
    fold = deal(users, texts)
    scores = cross_fitted(texts, recommend, fold)
    for number in range(FOLDS):
        some = scores[fold == number]
        assert set(recommend[fold == number]) == {False, True}
        assert np.ptp(some) == pytest.approx(0, abs=0.05)  # a column shared by chance
    # A model that has seen them tells them apart: the test can fail.
    told = cross_fitted(texts * 2, np.tile(recommend, 2), np.repeat([0, 1], len(texts)))
    assert auc(np.tile(recommend, 2), told) == 1


def test_a_flag_changes_no_score_of_its_own_fold() -> None:
    users, texts, recommend = parts(reviews(ENOUGH, ENOUGH))
    fold = deal(users, texts)
    before = cross_fitted(texts, recommend, fold)
    other = np.where(fold == 0, ~recommend, recommend)
    after = cross_fitted(texts, other, fold)
    assert (before == after)[fold == 0].all()
    assert (before != after)[fold != 0].any()


def test_users_who_always_recommend_teach_nothing_about_their_own_words() -> None:
    # Three reviews per user, all with the user's own word and flag.
    rows = [
        review(f"u{n}", f"user{n} wrote text{n}x{game}", n % 2 == 0, str(game))
        for n, game in product(range(ENOUGH), range(3))
    ]
    scores = learned(rows)
    assert 0.3 < (auc(np.array([row.recommend for row in rows]), scores) or 0) < 0.7


def test_the_same_scores_come_from_any_number_of_jobs_and_twice() -> None:
    rows = reviews(ENOUGH, ENOUGH)
    first = learned(rows)
    assert len(np.unique(first)) > 2
    with Workers(2) as workers:
        assert learned(rows, workers).tobytes() == first.tobytes()


# ---------------------------------------------------------------- folds


def test_texts_of_a_user_and_equal_texts_share_a_fold() -> None:
    users = ["ann", "ann", "bob", "cyd", *(f"u{n}" for n in range(20))]
    texts = ["Good  game", "b", "good\tGAME ", "B", *(f"text {n}" for n in range(20))]
    fold = deal(users, texts)
    assert len(set(fold[:4])) == 1  # ann, bob by her first text, cyd by her second
    assert set(fold) == set(range(FOLDS))


def test_no_user_and_no_text_is_in_two_folds_however_they_are_linked() -> None:
    rng = random.Random(5)
    users = [f"u{rng.randrange(300)}" for _ in range(600)]
    texts = [f"text {rng.randrange(900)}" for _ in range(600)]
    fold = deal(users, texts)
    for keys in (users, texts):
        assert len(set(zip(keys, fold, strict=True))) == len(set(keys))
    assert len(set(fold)) == FOLDS


def test_folds_are_of_one_size() -> None:
    fold = deal([f"u{n}" for n in range(23)], [f"t{n}" for n in range(23)])
    assert np.bincount(fold).tolist() == [5, 5, 5, 4, 4]


def test_a_user_named_like_a_text_is_not_that_text() -> None:
    fold = deal(["a", "b", "c"], ["b", "c", "d"])
    assert len(set(fold)) == 3


def test_nothing_is_dealt_into_nothing() -> None:
    assert deal([], []).tolist() == []


# ---------------------------------------------------------------- too little, and no text


@pytest.mark.parametrize(("good", "bad"), [(0, 0), (500, 0), (0, 500), (500, LEAST), (LEAST, 500)])
def test_from_too_little_nothing_is_learned(good: int, bad: int) -> None:
    rows = reviews(good, bad)
    scores = learned(rows)
    assert np.isnan(scores).all()
    assert len(scores) == good + bad


def test_as_much_as_each_model_must_see_is_enough() -> None:
    enough = LEAST * FOLDS // (FOLDS - 1)  # of which each fold takes its share
    for count, known in ((enough, False), (enough + 1, True)):
        rows = [review(f"u{n}", f"t{n}", n % 2 == 0) for n in range(2 * count)]
        assert np.isnan(learned(rows)).any() != known


def test_nothing_is_learned_where_one_flag_has_only_one_text() -> None:
    rows = [*reviews(500, 0), *(review(f"b{n}", "bad", False) for n in range(500))]
    assert np.isnan(learned(rows)).all()


def test_a_review_without_a_text_has_no_score_and_moves_no_other() -> None:
    rows = reviews(ENOUGH, ENOUGH)
    scores = learned(rows)
    blank = learned([review("x", None, True), *rows, review("y", None, False)])
    assert np.isnan(blank[[0, -1]]).all()
    assert blank[1:-1].tolist() == scores.tolist()


# ---------------------------------------------------------------- how good it is


@pytest.mark.parametrize(
    ("positive", "negative", "area"),
    [
        ([3, 4], [1, 2], 1),
        ([1, 2], [3, 4], 0),
        ([1, 1], [1, 1], 0.5),
        ([1, 4], [2, 3], 0.5),
        ([2, 3], [1, 2], 7 / 8),  # three wins and a tie of four
        ([5], [5, 1, 9, 9], 3 / 8),
        ([1], [], None),
        ([], [], None),
    ],
)
def test_the_area_is_how_often_the_right_one_scores_higher(
    positive: list[float], negative: list[float], area: float | None
) -> None:
    flags = np.array([True] * len(positive) + [False] * len(negative), bool)
    assert auc(flags, np.array([*positive, *negative], np.float64)) == area


def test_the_facts_leave_out_reviews_without_a_text() -> None:
    recommend = np.array([True, False, False])
    nothing = np.full(3, np.nan)
    assert facts(recommend, np.array([0.5, np.nan, 0.1]), nothing) == {
        "vader_auc": 1.0, "learned_auc": None, "reviews": 2, "folds": FOLDS,
    }  # fmt: skip


def test_a_build_with_enough_reviews_measures_both_sentiments(
    world_files: Callable[..., Any], run_build: Callable[..., Any], literal_world: Any
) -> None:
    lines = [
        {"user_id": row.user_id, "reviews": [
            {"item_id": "10", "recommend": row.recommend, "review": row.text,
             "posted": "Posted May 1, 2012."}]}
        for row in reviews(ENOUGH, ENOUGH)
    ]  # fmt: skip
    built = run_build(world_files(literal_world | {"reviews": lines}))
    assert built.store.manifest.subjects["games"].facts["sentiment"] == {
        "vader_auc": 1.0, "learned_auc": 1.0, "reviews": 2 * ENOUGH, "folds": FOLDS,
    }  # fmt: skip
    assert f"learned sentiment: {2 * ENOUGH} texts" in built.said
    frame = built.store.reviews
    assert ((frame.learned > 0) == frame.recommend).all()
    assert built.store.reviews.has_learned
    saved = json.loads((built.folder / "report.json").read_text())
    assert (
        saved["subjects"]["games"]["facts"]["sentiment"]
        == built.store.manifest.subjects["games"].facts["sentiment"]
    )


@pytest.mark.parametrize("seed", range(5))
def test_the_area_is_that_of_scikit_learn(seed: int) -> None:
    from sklearn.metrics import roc_auc_score

    rng = np.random.default_rng(seed)
    flags = rng.random(500) < 0.8
    scores = rng.normal(flags, 1).round(1)  # with ties
    assert auc(flags, scores) == pytest.approx(roc_auc_score(flags, scores), abs=1e-12)

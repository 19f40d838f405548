"""Both scores of every review: learned once for the same texts, whatever reviews have none."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
import pytest
from rich.console import Console

from etl.process.progress import Reporter
from etl.process.workers import ThisProcess
from etl.sentiment import reuse, reviews
from etl.sentiment.reuse import Scores, reviews_digest
from etl.sentiment.reviews import ReviewScoring

Row = tuple[str, str, str | None, bool]  # user, game, text, recommended

WITH_TEXT: list[Row] = [("ann", "10", "good", True), ("bob", "9", "bad", False)]
MORE: list[Row] = [("abe", "7", None, True), *WITH_TEXT, ("cid", "10", None, False)]


def table(rows: list[Row]) -> pa.Table:
    users, games, texts, flags = zip(*rows, strict=True)
    return pa.table(
        {
            "user_id": pa.array(users),
            "app_id": pa.array(games),
            "text": pa.array(texts, pa.string()),
            "recommend": pa.array(flags),
        }
    )


class Reader:
    """A snapshot of these reviews, in another order, one of them without a text."""

    tables: ClassVar[dict[str, dict[str, list[Any]]]] = {
        "users": {"user_id": ["bob", "cid", "ann"]},
        "games": {"app_id": ["10", "9"]},
        "reviews": {
            "user": [1, 0, 2],
            "game": [0, 1, 0],
            "text": [None, "bad", "good"],
            "compound": [None, -0.5, 0.5],
            "learned": [None, -0.25, 0.75],
        },
    }

    def __init__(self, _folder: Path) -> None: ...

    def table(self, name: str, *columns: str) -> pa.Table:
        return pa.table(self.tables[name]).select(columns)


@pytest.fixture
def earlier(monkeypatch: pytest.MonkeyPatch) -> Scores:
    monkeypatch.setattr(reuse, "SnapshotReader", Reader)
    return Scores(Path("snapshot"), reviews_digest(table(WITH_TEXT)))


def test_reviews_without_a_text_are_not_learned_from() -> None:
    assert reviews_digest(table(MORE)) == reviews_digest(table(WITH_TEXT))


@pytest.mark.parametrize("place", range(4))
def test_all_of_a_review_with_a_text_is_learned_from(place: int) -> None:
    changed: list[Any] = list(WITH_TEXT[0])
    changed[place] = not changed[place] if place == 3 else f"{changed[place]}!"
    rows: list[Any] = [tuple(changed), WITH_TEXT[1]]
    assert reviews_digest(table(rows)) != reviews_digest(table(WITH_TEXT))


def test_what_was_learned_from_the_same_texts_is_taken_over(earlier: Scores) -> None:
    no_workers: Any = None
    scoring = ReviewScoring(table(MORE), earlier, no_workers)
    found = scoring.result(Reporter(Console(quiet=True), quiet=True))
    np.testing.assert_array_equal(found.learned, [np.nan, 0.75, -0.25, np.nan])
    np.testing.assert_array_equal(found.compound, [np.nan, 0.5, -0.5, np.nan])


def test_what_was_learned_from_other_texts_is_not(earlier: Scores) -> None:
    assert earlier.learned(reviews_digest(table(WITH_TEXT[:1]))) is None


@pytest.mark.parametrize(("few", "asked"), [(2, 0), (1, 1)])
def test_few_reviews_start_no_worker(monkeypatch: pytest.MonkeyPatch, few: int, asked: int) -> None:
    calls: list[object] = []

    class Counted(ThisProcess):
        def submit(self, work: Any, *arguments: Any) -> Any:
            calls.append(work)
            return super().submit(work, *arguments)

    monkeypatch.setattr(reviews, "_FEW", few)
    workers: Any = Counted()
    scoring = ReviewScoring(table(WITH_TEXT), None, workers)
    found = scoring.result(Reporter(Console(quiet=True), quiet=True))
    assert (found.compound > 0).tolist() == [True, False]
    assert len(calls) == asked

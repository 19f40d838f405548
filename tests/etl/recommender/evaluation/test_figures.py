"""The promised figures hold on complete libraries, where PLAYGRAPH_RAW_DIR has them.

PLAYGRAPH_RAW_DIR=DIR pytest -m raw
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from datastore.base.evaluation import RECENT, Evaluation, Metrics
from etl.recommender.evaluation.baselines import EASE, EASE_OWNED
from thorough import THOROUGH

RAW = Path(os.environ.get("PLAYGRAPH_RAW_DIR", "")) / "steam"
ITEMS = RAW / "users_items.json.gz"
BENCH = Path(__file__).parents[4] / "bench" / "recommender.py"

pytestmark = [
    pytest.mark.raw,
    pytest.mark.skipif(not ITEMS.is_file(), reason="PLAYGRAPH_RAW_DIR has no complete libraries"),
    pytest.mark.skipif(
        not THOROUGH,
        reason="takes ten seconds (PLAYGRAPH_THOROUGH=1); tests/test_real_data.py compares with "
        "popularity",
    ),
]


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    games = RAW / "steam_games.json.gz"
    command = [sys.executable, BENCH, ITEMS, "--games", games, "--json"]
    done = subprocess.run(command, capture_output=True, check=True, timeout=600)
    return msgspec.json.decode(done.stdout, type=Evaluation)


def ranking(evaluation: Evaluation, name: str) -> Metrics:
    (found,) = (own for own in evaluation.rankings if own.ranking == name)
    return found


def test_recommendations_are_worth_their_training(evaluation: Evaluation) -> None:
    served, popular = (ranking(evaluation, name) for name in ("as served", "popularity"))
    assert served.ndcg_at_10.value >= 1.8 * popular.ndcg_at_10.value


def test_recommendations_are_as_good_as_those_of_ease(evaluation: Evaluation) -> None:
    served, ease = (ranking(evaluation, name) for name in ("as served", "EASE"))
    assert served.ndcg_at_10.value >= 0.97 * ease.ndcg_at_10.value
    assert served.recall_at_20.value >= 0.99 * ease.recall_at_20.value


def test_similar_games_are_better_than_those_by_als_alone(evaluation: Evaluation) -> None:
    served, alone = evaluation.similar
    assert served.coplay.value >= 1.08 * alone.coplay.value
    assert served.tags is not None
    assert alone.tags is not None
    assert served.tags.value >= 1.08 * alone.tags.value


def test_similar_games_are_near_in_players_and_tags_and_of_several_series(
    evaluation: Evaluation,
) -> None:
    served, _ = evaluation.similar
    assert served.tags is not None
    assert served.series is not None
    assert served.coplay.value >= 0.233
    assert served.tags.value >= 1.5
    assert served.series.high <= 0.4


def test_near_to_time_recommendations_are_better_than_those_of_ease(
    evaluation: Evaluation,
) -> None:
    (recent,) = (part for part in evaluation.slices if part.name == RECENT)
    served, *_ = recent.rankings
    for name, times in ((EASE, 1.3), (EASE_OWNED, 1.04)):
        (other,) = (own for own in recent.rankings if own.ranking == name)
        assert served.ndcg_at_10.value >= times * other.ndcg_at_10.value


def test_recommendations_are_better_than_those_of_ease_that_sees_the_same(
    evaluation: Evaluation,
) -> None:
    served, same_input = (ranking(evaluation, name) for name in ("as served", EASE_OWNED))
    assert same_input.lead.low > 0
    assert served.recall_at_20.value >= 1.02 * same_input.recall_at_20.value
    assert served.coverage.low >= 0.28


def test_without_companions_recommendations_are_better_than_those_of_ease(
    evaluation: Evaluation,
) -> None:
    (dropped,) = (part for part in evaluation.slices if part.name == "companions dropped")
    served, *_ = dropped.rankings
    for name, times in ((EASE, 1.05), (EASE_OWNED, 1.02)):
        (other,) = (own for own in dropped.rankings if own.ranking == name)
        assert served.ndcg_at_10.value >= times * other.ndcg_at_10.value
        assert other.lead.low > 0


def test_no_list_shows_an_unlisted_game(evaluation: Evaluation) -> None:
    unlisted = ranking(evaluation, "as served").unlisted
    assert unlisted is not None
    assert unlisted.high == 0

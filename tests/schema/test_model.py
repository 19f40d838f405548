"""The model card is what was measured: manifest and evaluation.json, field by field."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from datastore.base.evaluation import BundleMetrics, Estimate
from datastore.store import Store
from harness import asker

ESTIMATE = "{ value low high }"
METRICS = " ".join(
    ["ranking"]
    + [
        f"{name} {ESTIMATE}"
        for name in (
            "ndcgAt10",
            "recallAt20",
            "mapAt10",
            "coverage",
            "novelty",
            "popularityBias",
            "lead",
            "unlisted",
        )
    ]
)
CARD = f"""{{ model {{ version trainedAt seed interactions users games limits
  parameters {{ name value }} metrics {{ {METRICS} }} baselines {{ {METRICS} }}
  slices {{ name description users heldOut rankings {{ {METRICS} }} }}
  similarGames {{ ranking coplay {ESTIMATE} tags {ESTIMATE} series {ESTIMATE}
    diversity {ESTIMATE} }}
  bundles {{ bundles games hitAt5 {ESTIMATE} }}
  sentiment {{ vaderAuc learnedAuc reviews folds }} gate {{ reason forced first }} }} }}"""


@pytest.fixture(scope="module")
def card(demo_store: Store) -> dict[str, Any]:
    answer = asker(demo_store)(CARD)
    assert "errors" not in answer
    found: dict[str, Any] = answer["data"]["model"]
    return found


def test_the_card_names_the_model_and_what_it_was_trained_on(
    card: dict[str, Any], demo_store: Store
) -> None:
    manifest = demo_store.manifest
    assert card["version"] == manifest.version
    assert card["trainedAt"] == manifest.subjects["games"].facts["trained_at"]
    assert card["seed"] == manifest.parameters.seed
    assert {row["name"]: row["value"] for row in card["parameters"]} == manifest.parameters.model
    games = demo_store.games.players >= manifest.parameters.model["min_players"]
    assert card["games"] == int(games.sum())
    assert card["interactions"] == int(demo_store.games.players[games].sum())
    assert 0 < card["users"] <= len(demo_store.users)
    assert len(card["limits"]) >= 4


def shown(struct: Any) -> dict[str, Any]:
    names = {
        "ndcg_at_10": "ndcgAt10",
        "recall_at_20": "recallAt20",
        "map_at_10": "mapAt10",
        "popularity_bias": "popularityBias",
    }
    found = {}
    for name in struct.__struct_fields__:
        value = getattr(struct, name)
        if hasattr(value, "low"):
            value = {"value": value.value, "low": value.low, "high": value.high}
        found[names.get(name, name)] = value
    return found


def test_the_figures_are_those_of_the_evaluation(card: dict[str, Any], demo_store: Store) -> None:
    measured = demo_store.evaluation
    assert measured is not None
    assert [card["metrics"], *card["baselines"]] == [shown(own) for own in measured.rankings]
    assert [row["ranking"] for row in card["baselines"]] == ["popularity"]
    assert card["similarGames"] == [shown(own) for own in measured.similar]
    for told, part in zip(card["slices"], measured.slices, strict=True):
        assert (told["users"], told["heldOut"]) == (part.users, part.pairs)
        assert told["rankings"] == [shown(own) for own in part.rankings]
    assert measured.gate is not None
    assert card["gate"] == {
        "reason": measured.gate.reason,
        "forced": measured.gate.forced,
        "first": measured.gate.first,
    }


def test_the_figures_by_bundles_are_those_of_the_evaluation(
    card: dict[str, Any], demo_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert card["bundles"] is None
    bundles = BundleMetrics(3, 9, Estimate(0.8, 0.7, 0.9))
    assert demo_store.evaluation is not None
    measured = msgspec.structs.replace(demo_store.evaluation, bundles=bundles)
    monkeypatch.setattr(demo_store, "evaluation", measured)
    shown = asker(demo_store)(CARD)["data"]["model"]["bundles"]
    hits = {"value": 0.8, "low": 0.7, "high": 0.9}
    assert shown == {"bundles": 3, "games": 9, "hitAt5": hits}


def test_both_sentiments_are_measured(card: dict[str, Any]) -> None:
    assert 0.5 < card["sentiment"]["vaderAuc"] < 1
    assert 0.5 < card["sentiment"]["learnedAuc"] < 1
    assert card["sentiment"]["folds"] == 5


def test_a_world_too_small_to_measure_says_so(store: Store) -> None:
    found = asker(store)(CARD)["data"]["model"]
    assert found["metrics"] is None
    assert found["baselines"] == found["slices"] == found["similarGames"] == []
    assert found["sentiment"]["learnedAuc"] is None
    assert "Nothing could be measured" in found["gate"]["reason"]

"""The card of the model behind verdicts over GraphQL."""

from __future__ import annotations

import pytest

from datastore.base.estimates import METHODS
from datastore.store import Store
from harness import Ask

MODEL = """{ titleModel { summary finding limits best heldOut measured viewers
  globalMean { method rmse mae coverage }
  methods { method rmse mae coverage intervalLength shrinkage unshrunkRmse difference
    rmseInterval { low high } differenceInterval { low high } } } }"""


def test_a_card_without_measurements_says_so(
    ask_titles: Ask, title_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(title_store.verdicts, "evaluation", None)
    model = ask_titles(MODEL)["data"]["titleModel"]
    assert model["best"] in METHODS
    assert (model["measured"], model["globalMean"], model["methods"]) == (0, None, [])
    assert model["finding"] == "NOT_MEASURED"


def test_the_card_has_the_figures_of_each_method(ask_demo: Ask) -> None:
    model = ask_demo(MODEL)["data"]["titleModel"]
    methods = model["methods"]
    assert [entry["method"] for entry in methods] == list(METHODS)
    assert model["globalMean"]["method"] is None
    lowest = min(entry["rmse"] for entry in methods)
    best = next(entry for entry in methods if entry["method"] == model["best"])
    assert best["rmse"] == lowest <= model["globalMean"]["rmse"]
    for entry in methods:
        assert 0 < entry["mae"] <= entry["rmse"]
        assert 0.6 <= entry["coverage"] <= 1
        assert entry["rmseInterval"]["low"] < entry["rmse"] < entry["rmseInterval"]["high"]
        assert (entry["shrinkage"] is None) == (entry["method"] == "VIEWER_MEAN")
    assert methods[0]["difference"] == 0.0
    assert len(model["limits"]) == 5
    assert model["finding"] == "VIEWER_MATTERS"
    assert f"{model['globalMean']['rmse']:.2f} stars" in model["summary"]

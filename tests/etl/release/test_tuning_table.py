"""The chosen parameters, those it started from, and whether the search has helped."""

from __future__ import annotations

import io

import msgspec
import pytest
from rich.console import Console

from datastore.base.evaluation import Estimate
from etl.recommender.parameters import Parameters
from etl.recommender.tuning import Measured, Trial, Tuning
from etl.release.tuning_table import print_tuning, summary

CHOSEN = msgspec.structs.replace(Parameters(), alpha=31.5, factors=96)


def around(value: float, half: float = 0.004) -> Estimate:
    return Estimate(value, value - half, value + half)


def tuning(gain: float, chosen: Parameters = CHOSEN) -> Tuning:
    compared = [
        Measured("defaults", Parameters(), around(0.4), around(gain)),
        Measured("chosen", chosen, around(0.4 + gain), around(0, 0)),
    ]
    return Tuning(7, 321, 654, [Trial({}, 0.4)] * 12, chosen, compared)


def test_the_parameters_are_side_by_side_with_comparable_figures() -> None:
    output = io.StringIO()
    print_tuning(tuning(0.011), Console(file=output, width=80))
    lines = [line.split() for line in output.getvalue().splitlines()]
    words = [[word for word in line if word not in "│┃"] for line in lines]
    assert ["parameter", "defaults", "chosen"] in words
    assert ["alpha", "20", "31.5"] in words
    assert ["factors", "128", "96"] in words
    assert ["NDCG@10", "0.400", "±0.004", "0.411", "±0.004"] in words
    assert ["gain", "of", "chosen", "+0.011", "±0.004"] in words
    assert "654 validation pairs of 321 users, seed 7" in output.getvalue()


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (tuning(0.011), "The chosen parameters rank better than the defaults: +0.011 ±0.004 on "),
        (tuning(0.002), "The chosen parameters rank no better than the defaults beyond noise: "),
        (
            tuning(0, Parameters()),
            "None of 11 other sets of parameters ranks better than the defaults; no change.",
        ),
        (
            Tuning(7, 12, 30, [], Parameters()),
            "No search was done: 12 users with enough games for a validation part; 50 are needed. "
            "The parameters are unchanged.",
        ),
    ],
)
def test_the_summary_states_whether_the_search_has_helped(found: Tuning, said: str) -> None:
    assert summary(found).startswith(said)

"""What a candidate is measured by follows the live model, so that the gate can compare them."""

from __future__ import annotations

import pytest

from datastore.base.evaluation import Evaluation, Slice
from etl.recommender.evaluation.companions import COMPANIONS
from etl.recommender.evaluation.evaluate import Extent
from etl.release.model import extent_of
from etl.snapshot.live_snapshot import LiveSnapshot


def live(*names: str) -> LiveSnapshot:
    slices = [Slice(name, "", 9, 9, []) for name in names]
    return LiveSnapshot(evaluation=Evaluation(0, 9, 9, 9, [], slices, []))


@pytest.mark.parametrize("serving", [LiveSnapshot(), live(), live("users with few games")])
def test_lists_without_companions_are_not_measured_by_themselves(serving: LiveSnapshot) -> None:
    assert extent_of(serving) == Extent()


def test_lists_without_companions_are_measured_where_the_live_ones_were() -> None:
    assert extent_of(live("users with few games", COMPANIONS)) == Extent(companions=True)

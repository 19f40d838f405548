"""Quality figures as a table for people."""

from __future__ import annotations

import io

from rich.console import Console

from datastore.base.evaluation import Estimate
from etl.release.evaluation_tables import quality_table
from etl.subject import Quality


def test_each_method_is_a_row_and_the_one_that_answers_is_marked() -> None:
    quality = Quality(
        "MEAN",
        {"TREES": {"RMSE": Estimate(2.0, 1.5, 2.5)}, "MEAN": {"RMSE": 1.25, "MAE": 1.0}},
    )
    output = io.StringIO()
    Console(file=output, width=80).print(quality_table("prices", quality))
    title, _, lines = output.getvalue().partition("┏")
    assert title.split() == ["Errors", "of", "prices", "on", "held-out", "data", "(*", "answers)"]
    rows = [
        [cell.strip() for cell in line.strip("│").split("│")]
        for line in lines.splitlines()
        if "│" in line
    ]
    assert rows == [["TREES", "2.000 ±0.500", "-"], ["* MEAN", "1.250", "1.000"]]

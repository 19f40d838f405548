"""What the person who waits sees: a bar on a terminal, a line a stage anywhere else."""

from __future__ import annotations

import io
import time

from rich.console import Console
from rich.progress import Progress

from etl.process.progress import Reporter, Stage


def test_a_bar_shows_the_rows_and_the_rows_per_second() -> None:
    now = [100.0]
    with Progress(console=Console(file=io.StringIO()), get_time=lambda: now[0]) as bars:
        bars.add_task("another")
        task = bars.add_task("read items", note="")
        stage = Stage(bars, task)
        stage.rows(500)
        assert bars.tasks[1].fields["note"] == "500 rows"
        now[0] += 2
        stage.rows(3_000_000)
        assert bars.tasks[1].fields["note"] == "3,000,000 rows, 1,500,000/s"
    assert stage.note == "3,000,000 rows"


def test_without_a_terminal_each_stage_is_a_line_and_its_time_is_kept() -> None:
    output = io.StringIO()
    reporter = Reporter(Console(file=output, width=80))
    with reporter.running():
        for rows in (6, 7):
            with reporter.stage("read items") as stage:
                stage.rows(rows)
    first, second = output.getvalue().splitlines()
    assert first.startswith("read items: 6 rows (0.")
    assert second.startswith("read items: 7 rows (0.")
    assert reporter.seconds.keys() == {"read items"}


def test_a_stage_within_another_does_not_count_twice() -> None:
    start = time.perf_counter()
    reporter = Reporter(Console(file=io.StringIO()))
    with reporter.stage("recommender"), reporter.stage("ALS"):
        time.sleep(0.05)
    assert sum(reporter.seconds.values()) >= 0.1
    assert 0.05 <= reporter.elapsed <= time.perf_counter() - start

"""What of titles differs between two snapshots, counted by hand in a tiny world."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from datastore.base.reader import SnapshotReader
from datastore.base.snapshot import snapshot_path
from etl.process.progress import Reporter
from etl.release.build import Inputs, Options, build
from etl.release.diff import Diff, Moved, diff

from .conftest import catalogue_csv, ratings_csv

QUIET = Reporter(Console(quiet=True), quiet=True)
OPTIONS = Options(max_rejects=0.2, seed=1, jobs=1, max_line_bytes=1 << 20)


def film(number: int, minutes: int, cast: str, **more: Any) -> dict[str, Any]:
    return {
        "show_id": f"s{number}", "title": f"Film {number}", "cast": cast, "release_year": "2019",
        "duration": f"{minutes} min", "listed_in": "Dramas",
    } | more  # fmt: skip


TITLES = [
    film(1, 90, "Ann, Bea"),
    film(2, 90, "Ann, Bea"),
    film(3, 80, "Cyd"),
    film(4, 70, "Dee", release_year="2020"),
    film(5, 999, "Ann", duration="9 Seasons", type="TV Show", release_year="2021"),
]
RATINGS = ["ann,4.0,1,ns1", "ann,3.0,1,ns2", "bob,5.0,1,ns1", "cyd,1.0,1,ns4"]


@pytest.fixture
def built(tmp_path: Path) -> Any:
    """Builds a world in a folder of its own."""

    def run(titles: list[dict[str, Any]], ratings: list[str]) -> SnapshotReader:
        files = {"titles": tmp_path / "netflix.csv", "ratings": tmp_path / "r.csv"}
        files["titles"].write_bytes(catalogue_csv(*titles))
        files["ratings"].write_bytes(ratings_csv(*ratings))
        data = tmp_path / str(len(list(tmp_path.iterdir())))
        version = build(Inputs(**files), data, OPTIONS, QUIET).manifest.version
        return SnapshotReader(snapshot_path(data, version))

    return run


def compare(built: Any, titles: list[dict[str, Any]], ratings: list[str]) -> Diff:
    return diff(built(TITLES, RATINGS), built(titles, ratings), 9)


def test_nothing_differs_from_itself(built: Any) -> None:
    found = compare(built, TITLES, RATINGS)
    assert found.keys == {"titles": (0, 0), "viewers": (0, 0)}
    assert set(found.moved_counts.values()) == {0}
    assert [(one.entries, one.sample, one.shared, one.same) for one in found.lists] == [
        ("titles", 5, 1.0, 1.0)
    ]


def test_scores_and_viewers_that_moved_are_shown_with_both_figures(built: Any) -> None:
    found = compare(built, TITLES, [*RATINGS, "cyd,3.0,2,ns1", "dee,1.0,1,ns3"])
    assert found.keys == {"titles": (0, 0), "viewers": (1, 0)}
    assert {moved.key: moved for moved in found.moved["titles"]} == {
        "ns1": Moved("ns1", "film 1", {"score": (4.5, 4), "ratings": (2, 3)}),
        "ns3": Moved("ns3", "film 3", {"score": (None, 1), "ratings": (0, 1)}),
    }
    assert found.moved["viewers"] == [
        Moved("cyd", None, {"ratings": (1, 2), "mean rating": (1, 2)})
    ]


def test_other_longest_films_and_top_actors_are_named_by_platform_and_year(built: Any) -> None:
    longer = [TITLES[0], TITLES[1], film(3, 95, "Cyd"), *TITLES[3:], film(6, 60, "Bea")]
    found = compare(built, longer, RATINGS)
    assert found.moved["longest films"] == [
        Moved("NETFLIX 2019", None, {"answer": ("ns1, ns2 (90 min)", "ns3 (95 min)")})
    ]
    assert found.moved["top actors"] == [
        Moved("NETFLIX 2019", None, {"answer": ("Ann, Bea (2)", "Bea (3)")})
    ]
    assert found.headings["top actors"] == "Platforms and years with other top actors"


def test_of_many_equal_ones_the_first_are_named_and_the_others_counted(built: Any) -> None:
    crowd = [film(4, 70, "Dee, Eve, Fay, Gus, Hal", release_year="2020")]
    found = compare(built, [*TITLES[:3], *crowd, TITLES[4]], RATINGS)
    assert found.moved["top actors"] == [
        Moved("NETFLIX 2020", None, {"answer": ("Dee (1)", "Dee, Eve, Fay and 2 more (1)")})
    ]


def test_the_errors_of_verdicts_are_metrics(built: Any) -> None:
    ratings = [f"{viewer},{1 + viewer % 4}.0,1,ns{n}" for viewer in range(30) for n in range(1, 6)]
    found = compare(built, TITLES, ratings)
    metrics = {metric.what: metric for metric in found.metrics if metric.after is not None}
    assert list(metrics) == [
        "verdicts: RMSE (stars)", "verdicts: MAE (stars)", "verdicts: in 80 % interval"
    ]  # fmt: skip
    assert metrics["verdicts: RMSE (stars)"].before is None  # four ratings measure nothing

"""Drift: changes from the previous snapshot beyond their limit and beyond noise."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from math import asin, log, sqrt
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

import market
from datastore.base.errors import NotReleased
from datastore.base.evaluation import Estimate, Evaluation, Metrics
from datastore.base.reader import SnapshotReader
from datastore.base.snapshot import SubjectData, current_version
from etl.process.progress import Reporter
from etl.release.build import Inputs, Options, update
from etl.release.drift import Drift, Measure, compare, index
from etl.release.drift_text import drift_line, drift_text
from etl.release.publication import Policy

from ..conftest import LITERAL_WORLD, Built, build_world, write_world

Files = Callable[..., Inputs]
Run = Callable[..., Any]


# ---------------------------------------------------------------- the index of a distribution


def test_the_index_is_that_of_the_formula_over_the_old_deciles() -> None:
    old = np.repeat(np.arange(10), 1_000)
    new = np.concatenate([np.repeat(np.arange(10), 1_000), np.full(5_000, 3)])
    shares = [(1 / 10, 1 / 15)] * 9 + [(1 / 10, 6 / 15)]
    expected = sum((q - p) * log(q / p) for p, q in shares)
    assert index(old, new)[0] == pytest.approx(expected, rel=1e-3)
    assert expected > 0.25


def test_the_same_values_have_no_index_in_any_order() -> None:
    old = np.random.default_rng(0).lognormal(5, 2, 5_000)
    assert index(old, old[::-1])[0] == 0


def test_a_bin_that_was_empty_has_a_finite_index() -> None:
    change, _ = index(np.zeros(1_000), np.full(1_000, 7.0))
    assert 10 < change < 20


def test_chance_alone_stays_below_the_noise_as_often_as_it_should() -> None:
    rng = np.random.default_rng(1)
    found = [index(rng.normal(size=300), rng.normal(size=200)) for _ in range(2_000)]
    above = sum(change > noise for change, noise in found)
    assert above <= 10  # 2 are expected
    above_half = sum(change > noise / 3.1 for change, noise in found)  # its median is 9 of 27.9
    assert 800 < above_half < 1_200


@pytest.mark.parametrize("value", [7, 7.0, np.float32(7.1), 0, 2016])
@pytest.mark.parametrize("change", [-1, 1, -1e-3, 1e-3])
def test_a_fall_from_a_constant_is_seen_as_a_rise_is(value: Any, change: float) -> None:
    old = np.full(1_000, value)
    moved, noise = index(old, old + change)
    assert moved > 10 > 0.1 > noise
    half = np.where(np.arange(1_000) % 2, old, old + change)
    assert index(old, half)[0] == pytest.approx(index(old, half[::-1])[0])
    assert index(old, half)[0] > 1


def test_a_value_of_many_is_seen_to_move_within_its_bin() -> None:
    old = np.repeat([0.0, 10.0, 20.0], [300, 500, 200])
    assert index(old, np.where(old == 10, 5.0, old))[0] > 1
    assert index(old, np.where(old == 0, -5.0, old))[0] > 1
    assert index(old, old[::-1])[0] == 0


@given(
    st.lists(st.integers(-3, 3), min_size=1, max_size=60), st.lists(st.integers(-3, 3), min_size=1)
)
def test_there_are_at_most_ten_bins(old: list[int], new: list[int]) -> None:
    change, noise = index(np.array(old), np.array(new))
    assert change >= 0
    assert noise >= 0


def test_values_that_are_all_the_same_are_one_bin_without_noise() -> None:
    assert index(np.ones(50), np.ones(70)) == (0.0, 0.0)


def test_more_values_than_fit_a_slice_are_all_counted() -> None:
    old = np.zeros(3_000_000, np.int32)
    new = old.copy()
    new[-1_500_000:] = 1
    p, q = 0.5 / (3e6 + 1), (1.5e6 + 0.5) / (3e6 + 1)
    assert index(old, new)[0] == pytest.approx(
        (q - p) * log(q / p) + (p - q) * log((1 - q) / (1 - p))
    )


# ---------------------------------------------------------------- two snapshots


def contents(built: Any, **changes: Any) -> SnapshotReader:
    found = SnapshotReader(built.folder)
    games = found.manifest.subjects["games"]
    coverage = changes.pop("coverage", games.coverage)
    demo = changes.pop("demo", found.manifest.demo)
    games = msgspec.structs.replace(games, counts=games.counts | changes, coverage=coverage)
    manifest = msgspec.structs.replace(found.manifest, subjects={"games": games}, demo=demo)
    return SnapshotReader(found.folder, manifest=manifest)


def drifts(before: SnapshotReader, after: SnapshotReader) -> dict[str, Measure]:
    return {measure.what: measure for measure in compare(before, after).found}


def test_a_snapshot_has_not_drifted_from_itself(tiny: Any) -> None:
    found = compare(contents(tiny), contents(tiny))
    assert found.found == []
    assert {measure.change for measure in found.measures} == {0.0}
    kinds = {measure.kind for measure in found.measures}
    assert kinds == {"count", "share", "distribution"}  # nothing of it could be evaluated
    assert drift_text(found) == (
        f"No drift since snapshot {tiny.store.manifest.version}: all {len(found.measures)} "
        f"measures "
        "are within their limits."
    )


def test_a_subject_that_is_new_is_named(tiny: Any) -> None:
    found = contents(tiny)
    titles = SubjectData({"titles": 1}, {})
    more = found.manifest.subjects | {"titles": titles}
    manifest = msgspec.structs.replace(found.manifest, subjects=more)
    drift = compare(found, SnapshotReader(found.folder, manifest=manifest))
    assert drift.new == ["titles"]
    assert drift_text(drift).endswith("measures are within their limits. Titles are new.")


@pytest.mark.parametrize(
    ("users", "drifted"), [(10_000, False), (14_900, False), (15_100, True), (9_100, False),
                           (8_900, True), (0, True)],
)  # fmt: skip
def test_data_may_grow_and_hardly_shrink(tiny: Any, users: int, drifted: bool) -> None:
    found = drifts(contents(tiny, users=10_000), contents(tiny, users=users))
    assert ("Users" in found) == drifted


def test_a_handful_may_vary_as_chance_does(tiny: Any) -> None:
    assert "Users" not in drifts(contents(tiny, users=20), contents(tiny, users=8))
    assert "Users" in drifts(contents(tiny, users=2_000), contents(tiny, users=800))


@pytest.mark.parametrize(
    ("before", "after", "drifted"),
    [(0, 90, False), (0, 110, True), (400, 850, False), (400, 900, True), (5_000, 5_900, False),
     (5_000, 6_100, True), (5_000, 3_900, True)],
)  # fmt: skip
def test_shares_are_compared_by_cohens_h(tiny: Any, before: int, after: int, drifted: bool) -> None:
    old, new = (
        contents(tiny, games=10_000, coverage={"unpriced_games": count})
        for count in (before, after)
    )
    measure = drifts(old, new).get("Unpriced games")
    assert (measure is not None) == drifted
    if measure is not None:
        expected = 2 * asin(sqrt(after / 1e4)) - 2 * asin(sqrt(before / 1e4))
        assert measure.change == pytest.approx(expected)
        assert (
            drift_line(measure)
            == f"Unpriced games: {before / 1e4:.2%} before, {after / 1e4:.2%} now"
        )


def test_each_reason_of_each_source_is_a_share_of_its_rows(tiny: Any) -> None:
    old, new = contents(tiny), contents(tiny)
    sources = [
        {**source, "rows": 10_000, "rejected": {"no id": 300}} for source in new.report["sources"]
    ]
    before = {"sources": [source | {"rejected": {}} for source in sources]}
    after = {"sources": sources}
    found = drifts(
        SnapshotReader(old.folder, manifest=old.manifest, report=before),
        SnapshotReader(new.folder, manifest=new.manifest, report=after),
    )
    assert list(found) == [
        f"Rows of {source}, rejected (no id)" for source in ("games", "items", "reviews")
    ]
    assert drift_line(found["Rows of items, rejected (no id)"]) == (
        "Rows of items, rejected (no id): 0.00% before, 3.00% now"
    )


def evaluated(side: SnapshotReader, ndcg: float, half: float, users: int = 100) -> SnapshotReader:
    one = Estimate(0.5, 0.4, 0.6)
    own = Metrics("as served", Estimate(ndcg, ndcg - half, ndcg + half), *[one] * 6)
    evaluation = Evaluation(1, users, 10, 100, [own], [], [])
    return SnapshotReader(side.folder, manifest=side.manifest, evaluation=evaluation)


@pytest.mark.parametrize(
    ("after", "half", "users", "drifted"),
    [
        (0.27, 0.001, 100, True),
        (0.28, 0.001, 100, False),  # less than a tenth
        (0.27, 0.05, 100, False),  # within noise
        (0.33, 0.001, 100, False),
        (0.34, 0.001, 100, True),  # a jump upwards is one, too
        (0.01, 0.001, 49, False),  # too few users to tell
    ],
)
def test_metrics_drift_by_a_tenth_beyond_noise(
    tiny: Any, after: float, half: float, users: int, drifted: bool
) -> None:
    old = evaluated(contents(tiny), 0.301, half)
    found = drifts(old, evaluated(contents(tiny), after, half, users))
    assert ("NDCG@10 of the recommender" in found) == drifted


# ---------------------------------------------------------------- builds


def games(count: int, price: float) -> list[dict[str, Any]]:
    return [
        {"id": str(number), "app_name": f"Game {number}", "developer": "Valve",
         "genres": ["Action"], "release_date": "2012-01-01", "price": price + number % 7}
        for number in range(1, count + 1)
    ]  # fmt: skip


CHEAP, DEAR = (LITERAL_WORLD | {"games": games(400, price)} for price in (5, 105))


@pytest.fixture(scope="module")
def few_trees() -> Iterator[None]:
    with market.few_trees():
        yield


@pytest.fixture(scope="module")
def cheap(tmp_path_factory: pytest.TempPathFactory, few_trees: None) -> Built:
    """A catalogue of which a later one has every price raised by a hundred."""
    folder = tmp_path_factory.mktemp("cheap")
    return build_world(write_world(folder / "raw", CHEAP), folder / "data")


@pytest.fixture
def first(cheap: Built, tmp_path: Path) -> Path:
    """The folder of its snapshot, live in the test's own data folder."""
    shutil.copytree(cheap.folder.parent.parent, tmp_path / "data")
    return tmp_path / "data" / "snapshots" / cheap.folder.name


PRICES = (
    "Prices of games (USD): PSI 11.32; 10 | 50 | 90 % quantiles 5 | 8 | 11 before, "
    "105 | 108 | 111 now"
)


def test_a_first_build_is_compared_with_nothing(tiny: Any) -> None:
    assert tiny.report.drift is None
    assert json.loads((tiny.folder / "report.json").read_text("utf-8"))["drift"] is None
    assert "rift" not in tiny.said


def test_a_build_warns_of_drift_and_keeps_all_measures(
    world_files: Files, run_build: Run, first: Path
) -> None:
    second = run_build(world_files(DEAR))
    assert [drift_line(measure) for measure in second.report.drift.found] == [PRICES]
    said = f"DRIFT since snapshot {first.name} in 1 of "
    assert said in second.said
    assert f"- {PRICES}\n" in second.said
    saved = json.loads((second.folder / "report.json").read_text("utf-8"))["drift"]
    assert msgspec.convert(saved, Drift) == second.report.drift
    assert len(saved["measures"]) > 20


def test_a_setting_stops_the_build_and_the_previous_snapshot_stays_live(
    tmp_path: Path, world_files: Files, run_build: Run, first: Path
) -> None:
    with pytest.raises(NotReleased) as caught:
        run_build(world_files(DEAR), policy=Policy(drift="stop"))
    lines = str(caught.value).splitlines()
    assert lines[0].startswith(
        f"Not released because PLAYGRAPH_DRIFT=stop. DRIFT since snapshot {first.name} in 1 of "
    )
    assert lines[1:] == [f"- {PRICES}", "--force releases it anyway."]
    data = tmp_path / "data"
    assert current_version(data) == first.name
    assert [path.name for path in (data / "snapshots").iterdir()] == [first.name]
    forced = run_build(world_files(DEAR), policy=Policy(force=True, drift="stop"))
    assert current_version(data) == forced.folder.name
    assert f"- {PRICES}\n" in forced.said


def test_a_build_without_drift_is_released_though_it_would_stop(
    world_files: Files, run_build: Run, first: Path
) -> None:
    again = run_build(world_files(CHEAP), policy=Policy(drift="stop"), seed=2)
    assert again.report.drift.found == []
    assert "No drift since snapshot " in again.said


def test_switched_off_nothing_is_compared(world_files: Files, run_build: Run, first: Path) -> None:
    assert run_build(world_files(DEAR), policy=Policy(drift="off")).report.drift is None


def test_real_data_has_not_drifted_from_the_demo_world(
    world_files: Files, run_build: Run, few_trees: None
) -> None:
    run_build(world_files(CHEAP), demo=True)
    assert run_build(world_files(DEAR), policy=Policy(drift="stop")).report.drift is None


def test_an_unreadable_live_snapshot_is_not_compared(
    world_files: Files, run_build: Run, first: Path
) -> None:
    (first / "tables" / "games.arrow").unlink()
    assert run_build(world_files(DEAR), policy=Policy(drift="stop")).report.drift is None


def test_an_update_that_repeats_what_is_known_has_not_drifted(
    tmp_path: Path,
    dump: Callable[..., Path],
    world_files: Files,
    run_build: Run,
    literal_world: dict[str, list[Any]],
) -> None:
    run_build(world_files())
    ann, *others = literal_world["items"]
    later = [{**ann, "items": [{**item, "playtime_forever": 100} for item in ann["items"]]}]
    newer = dump(*later, *others)
    options = Options(
        max_rejects=0.01, seed=1, jobs=1, max_line_bytes=1 << 20, policy=Policy(drift="stop")
    )
    reporter = Reporter(Console(stderr=True), quiet=True)
    built = update(Inputs(items=newer), tmp_path / "data", options, reporter)
    assert built is not None
    assert built.report.drift is not None
    assert built.report.drift.found == []

"""The engine on Spark does what the engine of one host does, also when workers die."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from datastore.base.errors import PlaygraphError, SnapshotError
from etl.process.engine import LocalEngine, added
from etl.spark.engine import _LARGE, SparkEngine, _Group
from spark_session import spark_engine

pytestmark = [pytest.mark.spark, pytest.mark.slow]
__all__ = ["spark_engine"]


def square(part: int) -> int:
    return part * part


def arrays(part: int) -> dict[str, np.ndarray]:
    return {"sum": np.full((2, 2), 0.1 * part), "count": np.ones(1, np.int64)}


def words(part: str) -> Iterator[tuple[int, str]]:
    return ((len(word) % 3, word) for word in part.split())


def joined(target: int, pieces: list[str]) -> str:
    return f"{target}: {' '.join(pieces)}"


def broken(part: int) -> int:
    raise ValueError(f"part {part} is broken")


def full(part: int) -> int:
    raise SnapshotError("The disk is full.")


def threads(part: int) -> int:
    np.ones((50, 50)) @ np.ones((50, 50))
    return max(library["num_threads"] for library in threadpool_info())


def sleep(seconds: int) -> None:
    time.sleep(seconds)


@dataclass(frozen=True)
class Killed:
    """Kills its worker at the first try of part 3."""

    mark: Path

    def __call__(self, part: int) -> int:
        if part == 3 and not self.mark.exists():
            self.mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return part * part


@dataclass(frozen=True)
class SplitOrDie:
    """Splits words, and kills its worker at the first try."""

    mark: Path

    def __call__(self, part: str) -> list[tuple[int, str]]:
        if not self.mark.exists():
            self.mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return list(words(part))


def content(path: Path, part: str) -> tuple[str, str, str]:
    return part, path.name, path.read_text()


def test_results_come_in_the_order_of_the_parts(spark_engine: SparkEngine) -> None:
    assert list(spark_engine.map(square, range(9), "squares")) == [n * n for n in range(9)]
    assert list(spark_engine.map(square, [], "squares")) == []


@pytest.mark.parametrize("parts", [1, 3, 20, 100])
def test_sums_are_those_of_one_host_and_always_the_same(
    spark_engine: SparkEngine, parts: int
) -> None:
    first, second = (spark_engine.sum(arrays, range(parts), "sums") for _ in range(2))
    expected = LocalEngine().sum(arrays, range(parts), "sums")
    for name, array in expected.items():
        assert np.allclose(first[name], array, rtol=1e-12)
        assert first[name].tobytes() == second[name].tobytes()
    assert spark_engine.sum(arrays, [], "sums") == {}


@pytest.mark.parametrize("parts", [0, 1, 5, 70])
def test_results_are_merged_in_the_order_of_the_parts(
    spark_engine: SparkEngine, parts: int
) -> None:
    merged = spark_engine.reduce(str, range(parts), ",".join, "numbers")
    assert merged == ",".join(map(str, range(parts)))
    targets = spark_engine.exchange(words, ["dog"], parts + 1, joined, "; ".join, "words")
    assert targets == "; ".join(["0: dog", *(f"{n}: " for n in range(1, parts + 1))])


def test_what_is_sent_grows_with_the_cores_not_with_the_parts(spark_engine: SparkEngine) -> None:
    context: Any = spark_engine._context
    none = context._gateway.new_array(context._jvm.double, 0)

    def sent() -> int:
        store = context._jsc.sc().statusStore()
        stages = store.stageList(None, False, False, none, None)
        return sum(stages.apply(n).shuffleWriteRecords() for n in range(stages.size()))

    start = sent()
    assert spark_engine.sum(arrays, range(500), "sums")["count"].tolist() == [500]
    assert sent() - start <= 1.5 * spark_engine.parallelism


def test_a_task_holds_the_sums_of_two_parts_at_once() -> None:
    held: list[int] = []

    def merged(sums: Sequence[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
        held.append(len(sums))
        return added(sums)

    number, total = _Group(arrays, merged, _LARGE.held)((7, range(9)))
    assert (number, total["count"].tolist()) == (7, [9])
    assert max(held) == 2


def test_pieces_are_gathered_in_the_order_of_the_parts(spark_engine: SparkEngine) -> None:
    parts = ["a dog ran", "bb", "the cat is in", ""]
    expected = LocalEngine().exchange(words, parts, 4, joined, "; ".join, "words")
    assert spark_engine.exchange(words, parts, 4, joined, "; ".join, "words") == expected


def test_the_work_of_a_killed_worker_is_done_again(
    spark_engine: SparkEngine, tmp_path: Path
) -> None:
    found = list(spark_engine.map(Killed(tmp_path / "map"), range(6), "killed"))
    assert found == [0, 1, 4, 9, 16, 25]
    assert (tmp_path / "map").exists()
    split, parts = SplitOrDie(tmp_path / "split"), ["a b", "c dd"]
    found = spark_engine.exchange(split, parts, 3, joined, "; ".join, "killed")
    assert found == "0: ; 1: a b c; 2: dd"
    assert (tmp_path / "split").exists()


def test_the_stage_and_the_error_of_a_part_are_named(spark_engine: SparkEngine) -> None:
    with pytest.raises(PlaygraphError, match="gave up the stage 'lists': ValueError: part 7 is"):
        list(spark_engine.map(broken, [7], "lists"))


def test_our_own_errors_are_shown_as_they_are(spark_engine: SparkEngine) -> None:
    with pytest.raises(PlaygraphError, match=r"gave up the stage 'lists': The disk is full. Noth"):
        list(spark_engine.map(full, [7], "lists"))


def test_jobs_are_described_by_their_stages(spark_engine: SparkEngine) -> None:
    list(spark_engine.map(square, [1, 2], "evaluation"))
    store: Any = spark_engine._context._jsc.sc().statusStore()
    jobs = store.jobsList(None)
    described = {jobs.apply(n).description().get() for n in range(jobs.size())}
    assert "playgraph: evaluation" in described


def test_a_task_calculates_with_one_thread(spark_engine: SparkEngine) -> None:
    assert set(spark_engine.map(threads, range(2), "threads")) == {1}


def test_files_are_opened_by_the_workers_also_by_address(
    spark_engine: SparkEngine, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text("first")
    odd = "b, c [1] {2,3} *?.txt"
    (tmp_path / odd).write_text("second")
    files = [(str(tmp_path / "a.txt"), "x"), (f"file://{tmp_path}/{odd}", "y")]
    assert list(spark_engine.map_files(content, files, "files")) == [
        ("x", "a.txt", "first"), ("y", odd, "second"),
    ]  # fmt: skip


def test_a_relative_path_starts_at_the_folder_of_the_driver(
    spark_engine: SparkEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").write_text("first")
    monkeypatch.chdir(tmp_path)
    assert list(spark_engine.map_files(content, [("a.txt", "x")], "files")) == [
        ("x", "a.txt", "first")
    ]


def test_ctrl_c_ends_the_job(spark_engine: SparkEngine) -> None:
    timer = threading.Timer(3, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        list(spark_engine.map(sleep, [60], "sleep"))
    assert list(spark_engine.map(square, [3], "squares")) == [9]


def test_a_shared_value_reaches_the_workers(spark_engine: SparkEngine) -> None:
    with spark_engine.share(5) as shared:
        assert list(spark_engine.map(Times(shared), [1, 2], "times")) == [5, 10]


def test_a_shared_value_is_gone_in_the_end(spark_engine: SparkEngine) -> None:
    with spark_engine.share(bytes(1 << 20)) as shared:
        assert list(spark_engine.map(Length(shared), [1], "length")) == [1 << 20]
        copy = Path(shared._path)
        assert copy.stat().st_size >= 1 << 20
    assert not copy.exists()
    with pytest.raises(PlaygraphError):
        list(spark_engine.map(Length(shared), [1], "length"))


@dataclass(frozen=True)
class Length:
    shared: Any

    def __call__(self, part: int) -> int:
        return len(self.shared.value)


@dataclass(frozen=True)
class Times:
    shared: Any

    def __call__(self, part: int) -> int:
        return part * int(self.shared.value)

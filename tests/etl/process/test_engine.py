import threading

import numpy as np
import pytest

from etl.process.engine import LocalEngine


@pytest.mark.parametrize("jobs", [1, 3])
def test_results_come_in_the_order_of_the_parts(jobs: int) -> None:
    first_may_end = threading.Event()

    def work(part: int) -> int:
        if jobs > 1 and part == 0:
            assert first_may_end.wait(10)  # the first part is the last to finish
        if part == 1:
            first_may_end.set()
        return part * part

    assert list(LocalEngine(jobs).map(work, range(5), "squares")) == [0, 1, 4, 9, 16]


@pytest.mark.parametrize("jobs", [1, 3])
def test_arrays_of_all_parts_are_summed(jobs: int) -> None:
    def work(part: int) -> dict[str, np.ndarray]:
        return {"count": np.array([1]), "users": np.full((2, 2), part)}

    total = LocalEngine(jobs).sum(work, [1, 2, 3, 4], "sums")
    assert {name: array.tolist() for name, array in total.items()} == {
        "count": [4],
        "users": [[10, 10], [10, 10]],
    }


def test_the_sum_of_no_parts_is_empty() -> None:
    assert LocalEngine(2).sum(lambda _: {"count": np.ones(1)}, [], "sums") == {}


@pytest.mark.parametrize("jobs", [1, 3])
def test_results_are_merged_in_the_order_of_the_parts(jobs: int) -> None:
    engine = LocalEngine(jobs)
    assert engine.reduce(str, [3, 1, 2], "".join, "digits") == "312"
    assert engine.reduce(str, [], "".join, "digits") == ""


@pytest.mark.parametrize("jobs", [1, 3])
def test_an_error_of_one_part_is_raised_and_later_parts_do_not_start(jobs: int) -> None:
    started = []

    def work(part: int) -> int:
        started.append(part)
        if part == 2:
            raise ValueError("part 2 is broken")
        return part

    with pytest.raises(ValueError, match="part 2 is broken"):
        list(LocalEngine(jobs).map(work, range(100), "failing"))
    assert len(started) <= 3 + jobs + 1


def test_results_are_given_out_before_later_parts_are_calculated() -> None:
    started = []

    def work(part: int) -> int:
        started.append(part)
        return part

    results = LocalEngine(2).map(work, range(1_000), "lazy")
    next(results)
    assert len(started) < 10
    assert next(results) == 1
    results.close()


@pytest.mark.parametrize("jobs", [1, 3])
def test_pieces_are_gathered_by_target_in_the_order_of_the_parts(jobs: int) -> None:
    def split(part: str) -> list[tuple[int, str]]:
        return [(len(word) % 3, word) for word in part.split()]

    parts = ["a dog ran", "bb", "the cat is in", ""]
    gathered = LocalEngine(jobs).exchange(
        split, parts, 4, lambda target, words: f"{target}: {' '.join(words)}", "; ".join, "words"
    )
    assert gathered == "0: dog ran the cat; 1: a; 2: bb is in; 3: "


def test_a_shared_value_is_the_value_itself_on_one_host() -> None:
    value = {"games": np.arange(3)}
    with LocalEngine().share(value) as shared:
        assert shared.value is value

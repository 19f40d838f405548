"""evaluation.json: a round trip, and damaged and missing files are distinguished."""

from __future__ import annotations

from pathlib import Path

import pytest

from datastore.base.errors import SnapshotError
from datastore.base.evaluation import (
    Estimate,
    Evaluation,
    Gate,
    Metrics,
    SimilarMetrics,
    Slice,
    read_evaluation,
    write_evaluation,
)

ROW = Metrics("as served", *(Estimate(at / 10, at / 10 - 0.01, 1 / 3) for at in range(7)))
FULL = Evaluation(
    seed=1,
    users=2,
    games=3,
    held_out=4,
    rankings=[ROW],
    slices=[Slice("users with few games", "Those.", 5, 6, [ROW]), Slice("none", "", 0, 0, [])],
    similar=[SimilarMetrics("as served", Estimate(0.5, 0.4, 0.6), None)],
    gate=Gate(True, "Released. ±", forced=False, first=True),
)


@pytest.mark.parametrize("evaluation", [FULL, Evaluation(0, 0, 0, 0, [], [], [])], ids=repr)
def test_what_was_written_comes_back(tmp_path: Path, evaluation: Evaluation) -> None:
    write_evaluation(tmp_path, FULL)
    write_evaluation(tmp_path, evaluation)
    assert read_evaluation(tmp_path) == evaluation
    assert [path.name for path in tmp_path.iterdir()] == ["evaluation.json"]


def test_a_snapshot_without_an_evaluation_has_none(tmp_path: Path) -> None:
    assert read_evaluation(tmp_path) is None


@pytest.mark.parametrize("content", [b"", b"{", b"{}", b'{"seed": "one"}', b"\xff"])
def test_a_damaged_file_is_named_with_what_to_do(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "evaluation.json").write_bytes(content)
    with pytest.raises(SnapshotError, match=r"evaluation\.json is damaged .*playgraph evaluate"):
        read_evaluation(tmp_path)


def test_a_folder_in_place_of_the_file_cannot_be_read_or_written(tmp_path: Path) -> None:
    (tmp_path / "evaluation.json").mkdir()
    with pytest.raises(SnapshotError, match="cannot be read"):
        read_evaluation(tmp_path)
    with pytest.raises(SnapshotError, match="cannot be written"):
        write_evaluation(tmp_path, FULL)
    assert [path.name for path in tmp_path.iterdir()] == ["evaluation.json"]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="nowhere"):
        write_evaluation(tmp_path / "nowhere", FULL)

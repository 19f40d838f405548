"""The estimator of an open snapshot, and what happens when its files are damaged."""

from __future__ import annotations

from pathlib import Path

import pytest

import titles_world
from datastore.base.errors import SnapshotError
from datastore.base.snapshot import read_manifest
from datastore.store import Store
from datastore.verdicts import Verdicts


def test_a_snapshot_has_parameters_and_figures(title_store: Store) -> None:
    parameters = title_store.verdicts.parameters
    evaluation = title_store.verdicts.evaluation
    assert evaluation is not None
    assert parameters.best == evaluation.best
    assert parameters.mean == pytest.approx(29.5 / 8)


def test_damaged_figures_do_not_keep_a_snapshot_from_opening(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = titles_world.write(tmp_path)
    (folder / "verdicts.json").write_text("{")
    assert Store.open(folder).verdicts.evaluation is None
    assert "verdicts.json is damaged" in caplog.text


def test_a_manifest_without_the_model_is_an_error(tmp_path: Path) -> None:
    manifest = read_manifest(titles_world.write(tmp_path))
    del manifest.models["verdicts"]
    with pytest.raises(SnapshotError, match="no valid facts about verdicts"):
        Verdicts(manifest, {}, tmp_path)

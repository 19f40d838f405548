"""The quality figures of models, read from a snapshot."""

from __future__ import annotations

from pathlib import Path

import pytest

import titles_world
from datastore.base.errors import SnapshotError
from datastore.base.reader import SnapshotReader
from etl.prices.stage import STAGE
from etl.release.model_quality import quality_of
from etl.titles.similar import SIMILAR_TITLES
from etl.titles.verdicts import VERDICTS


@pytest.fixture
def snapshot(tmp_path: Path) -> SnapshotReader:
    """A tiny world of titles, without games."""
    return SnapshotReader(titles_world.write(tmp_path))


def test_figures_are_those_of_the_stages_file(snapshot: SnapshotReader) -> None:
    content = (snapshot.folder / VERDICTS.evaluation).read_bytes()
    assert VERDICTS.quality is not None
    assert quality_of(VERDICTS, snapshot) == VERDICTS.quality(content)


def test_a_model_without_figures_or_without_its_subject_has_none(snapshot: SnapshotReader) -> None:
    assert quality_of(SIMILAR_TITLES, snapshot) is None
    assert quality_of(STAGE, snapshot) is None


@pytest.mark.parametrize("damage", ["missing", "damaged"])
def test_a_file_that_cannot_be_read_is_named(snapshot: SnapshotReader, damage: str) -> None:
    path = snapshot.folder / VERDICTS.evaluation
    path.unlink() if damage == "missing" else path.write_text("{")
    with pytest.raises(SnapshotError, match=r"verdicts\.json is missing or damaged"):
        quality_of(VERDICTS, snapshot)

"""Files that snapshots share count once."""

from __future__ import annotations

import os
from pathlib import Path

from datastore.base.snapshot import snapshot_path
from etl.snapshot.disk_usage import disk


def test_files_that_snapshots_share_are_counted_once(data: Path) -> None:
    one, two = (snapshot_path(data, version) for version in ("aa1", "ab2"))
    apart = disk([one]) + disk([two])
    assert disk([one, two]) == apart
    shared = two / "arrays" / "popular_games.npy"
    shared.unlink()
    os.link(one / "arrays" / "popular_games.npy", shared)
    assert disk([one, two]) == apart - shared.stat().st_size

"""A hot swap under load drops, changes and mixes no answer: a short run of `bench/soak.py`."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from thorough import thorough_only
from two_snapshots import Two

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@thorough_only("takes five seconds; server/snapshots/test_snapshot_switch.py swaps under load")
def test_swaps_under_load_drop_and_mix_nothing(two_snapshots: Two, tmp_path: Path) -> None:
    two = two_snapshots.copy(tmp_path, two_snapshots.old)
    result = subprocess.run(
        [sys.executable, ROOT / "bench" / "soak.py", f"--data={two.data}",
         "--seconds=4", "--every=0.5", "--clients=8"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout + result.stderr
    assert "0 wrong, 0 dropped, 0 mixed" in result.stdout
    assert "The server exited with 0; 0 errors in its log." in result.stdout
    counted = re.search(r"([\d,]+) answers \(([\d,]+) of \w+, ([\d,]+) of \w+\)", result.stdout)
    assert counted is not None
    total, *parts = (int(text.replace(",", "")) for text in counted.groups())
    assert sum(parts) == total
    assert min(parts) > 20

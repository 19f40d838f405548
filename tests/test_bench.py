"""Every benchmark still starts: it is run by hand only, so a renamed import would go unnoticed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from processes import run
from thorough import THOROUGH

ROOT = Path(__file__).parent.parent
SCRIPTS = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (ROOT / "bench").rglob("*.py")
    if "__main__" in path.read_text("utf-8") and path.parent.name != "peers"
)


def test_there_are_benchmarks() -> None:
    assert {"bench/questions.py", "bench/serving/run.py"} <= set(SCRIPTS)


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_benchmark_starts(script: str) -> None:
    result = run("--help", first=("command_server", "run_script", [str(ROOT / script)]), cwd=ROOT)
    assert (result.returncode, result.stderr) == (0, "")
    assert "usage:" in result.stdout


@pytest.mark.slow
@pytest.mark.skipif(not THOROUGH, reason="starts three servers (PLAYGRAPH_THOROUGH=1)")
def test_servers_are_compared_on_the_same_data(data_dir: Path, tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    options = ["--targets=playgraph,stock,fixed", "--shapes=point,similar,page", "--rounds=1"]
    options += ["--seconds=0.05", "--warm-up=0.05", "--samples=20", f"--json={figures}"]
    command = [sys.executable, "bench/serving/run.py", f"--data={data_dir}", *options]
    result = subprocess.run(
        [*command, f"--cache={tmp_path}"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    assert "| point query" in result.stdout
    content = json.loads(figures.read_text("utf-8"))
    assert content["cpu_us_per_request"].keys() == {"playgraph", "stock", "fixed"}
    for by_shape in content["cpu_us_per_request"].values():
        assert all(us > 0 for [us] in by_shape.values())

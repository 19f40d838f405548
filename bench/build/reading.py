"""bench: speed of reading libraries, compared with a minimal loop and the usual way. Run manually.

    python bench/build/reading.py [users_items.json.gz] [--users 10000] [--rounds 3]

Without a file, the generator writes one for the given number of users. Each method runs in a fresh
process, alternately, so that a slow moment affects all; the figures are medians. CPU time and peak
memory are measured by the operating system for the whole process, including interpreter start.
"""

from __future__ import annotations

import argparse
import ast
import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path


def playgraph(path: Path) -> int:
    """Rows into integer arrays: numbered, distinct, with names, counts checked, file hashed."""
    from datastore.base.environment import load_settings
    from etl.games import library_reader
    from etl.process.progress import Stage
    from etl.raw.lines import RawFile
    from etl.raw.records import read_file

    raw = RawFile(path, load_settings().max_line_bytes, load_settings().max_unpacked_bytes)
    counts = read_file(raw, library_reader.read, Path(os.devnull), Stage(None, None)).counts
    assert counts.unreadable == 0, "a way that leaves lines out cannot be compared"
    return counts.rows


def playgraph_without_isal(path: Path) -> int:
    """The same with the standard library's gzip."""
    sys.modules["isal"] = None  # type: ignore[assignment]
    return playgraph(path)


def lean(path: Path) -> int:
    """The least that `ast.literal_eval` can do: count the rows and keep nothing."""
    rows = 0
    with gzip.open(path) as file:
        for line in file:
            rows += len(ast.literal_eval(line.decode())["items"])
    return rows


def usual(path: Path) -> int:
    """The notebooks' way to distinct rows of user and game with the games' names."""
    import pandas as pd

    with gzip.open(path) as file:
        records = [ast.literal_eval(line.decode()) for line in file]
    frame = pd.DataFrame(records).explode("items").dropna(subset="items").reset_index(drop=True)
    items = pd.json_normalize(frame["items"])
    frame = pd.concat([frame.drop(columns="items"), items], axis=1)
    played = frame.groupby(["user_id", "item_id"])["playtime_forever"].max().reset_index()
    names = frame[["item_id", "item_name"]].drop_duplicates("item_id")
    played.merge(names, on="item_id")
    return len(frame)


WAYS: dict[str, Callable[[Path], int]] = {
    "playgraph": playgraph,
    "playgraph, no isal": playgraph_without_isal,
    "literal_eval loop": lean,
    "DataFrame, explode": usual,
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("items", type=Path, nargs="?")
    parser.add_argument("--users", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--without", action="append", default=[], choices=WAYS, metavar="WAY")
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.way:
        print(json.dumps(_measured(WAYS[options.way], options.items)))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = options.items or _generated(Path(folder), options.users)
        ways = [way for way in WAYS if way not in options.without]
        runs: dict[str, list[dict[str, float]]] = {way: [] for way in ways}
        for _ in range(options.rounds):
            for way in ways:
                runs[way].append(_child(way, path))
    _show({way: _median(found) for way, found in runs.items()}, options.rounds)


def _generated(folder: Path, users: int) -> Path:
    command = "from etl.demo import write_demo; import sys; from pathlib import Path; "
    call = f"print(write_demo(Path(sys.argv[1]), games=32_135, users={users}).items)"
    made = subprocess.run([sys.executable, "-c", command + call, str(folder)],
                          check=True, capture_output=True, text=True)  # fmt: skip
    return Path(made.stdout.strip())


def _child(way: str, path: Path) -> dict[str, float]:
    command = [sys.executable, __file__, str(path), "--way", way]
    process = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    figures: dict[str, float] = json.loads(process.stdout)
    return figures


def _measured(read: Callable[[Path], int], path: Path) -> dict[str, float]:
    start = time.perf_counter()
    rows = read(path)
    wall = time.perf_counter() - start
    status = Path("/proc/self/status").read_text()
    (peak,) = (line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return {"rows": rows, "cpu": time.process_time(), "wall": wall, "peak": int(peak) / 1024}


def _median(runs: list[dict[str, float]]) -> dict[str, float]:
    return {key: statistics.median(run[key] for run in runs) for key in runs[0]}


def _show(found: dict[str, dict[str, float]], rounds: int) -> None:
    rows = {int(figures["rows"]) for figures in found.values()}
    assert len(rows) == 1, f"the ways disagree: {found}"
    print(f"{rows.pop():,} rows, medians of {rounds}")
    print(f"{'way':<20}{'rows / CPU s':>14}{'CPU s':>8}{'wall s':>8}{'peak MB':>9}{'times':>7}")
    slowest = found.get("literal_eval loop", {}).get("cpu")
    for way, figures in found.items():
        cpu = figures["cpu"]
        times = f"{slowest / cpu:>7.1f}" if slowest else ""
        print(f"{way:<20}{figures['rows'] / cpu:>14,.0f}{cpu:>8.1f}{figures['wall']:>8.1f}"
              f"{figures['peak']:>9,.0f}{times}")  # fmt: skip


if __name__ == "__main__":
    main()

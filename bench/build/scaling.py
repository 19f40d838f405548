"""bench: cost of a whole build, and how it grows with the data. Run manually.

    python bench/build/scaling.py [0.1 1 4] [--raw DIR] [--usual]

The generator writes raw files of the given multiples of the published size (88,310 users, 5.15
million rows of libraries); each is built in a fresh process. Wall time and CPU time of the process
and its workers are measured by the operating system; peak memory is that of the process tree (PSS,
ten times per second), with and without the evaluation; the stages are reported by the build. With
--raw, the files are kept in DIR and reused. With --usual, the libraries are also read and
aggregated in the usual way (literal_eval, DataFrame, explode, groupby, merge), for comparison.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from process_tree import descendants, megabytes

USERS, GAMES = 88_310, 32_135


def raw_files(scale: float, folder: Path) -> list[str]:
    """The options that name the raw files of a size, which are made where they are missing."""
    folder = folder / f"{scale:g}"
    names = {"games": "steam_games", "reviews": "user_reviews", "items": "users_items"}
    files = {kind: folder / f"{name}.json.gz" for kind, name in names.items()}
    if not all(path.is_file() for path in files.values()):
        size = [f"--users={round(USERS * scale)}", f"--games={GAMES}"]
        subprocess.run([*PLAYGRAPH, "demo", *size, f"--raw={folder}"], check=True)
    return [f"--{kind}={path}" for kind, path in files.items()]


PLAYGRAPH = [sys.executable, "-m", "server.cli"]


def measured(options: list[str], data: Path) -> dict[str, float]:
    """One build."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    process = subprocess.Popen(
        [*PLAYGRAPH, "build", *options, f"--data={data}"], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    peak = {"build": 0.0, "evaluation": 0.0}
    stage = "build"

    def sample() -> None:
        while process.poll() is None:
            peak[stage] = max(peak[stage], megabytes([process.pid, *descendants(process.pid)]))
            time.sleep(0.1)

    sampler = threading.Thread(target=sample)
    sampler.start()
    for line in process.stdout:
        if line.startswith("recommender"):
            stage = "evaluation"
    process.wait()
    sampler.join()
    if process.returncode:
        sys.exit(f"The build of {data} failed.")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "wall": time.perf_counter() - start,
        "cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        "mb_build": peak["build"],
        "mb_evaluation": peak["evaluation"],
    }


def usual(options: list[str]) -> dict[str, float]:
    """The usual way, measured by `reading.py`: CPU seconds, wall seconds, peak in MB."""
    (items,) = (o.partition("=")[2] for o in options if o.startswith("--items="))
    command = [sys.executable, str(Path(__file__).with_name("reading.py")), items]
    done = subprocess.run(
        [*command, "--way=DataFrame, explode"], check=True, stdout=subprocess.PIPE, text=True
    )
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def size(folder: Path, *names: str) -> float:
    """Megabytes of files."""
    return sum(path.stat().st_size for name in names for path in folder.rglob(name)) / 1e6


def main() -> None:
    """Build each size and print a table for docs/scaling.md."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("scales", nargs="*", type=float, default=[0.1, 1.0, 4.0])
    parser.add_argument("--raw", type=Path)
    parser.add_argument("--usual", action="store_true")
    arguments = parser.parse_args()
    os.environ["PLAYGRAPH_MAX_UNPACKED_BYTES"] = str(2**40)
    with tempfile.TemporaryDirectory() as folder:
        for scale in arguments.scales:
            data = Path(folder) / f"data-{scale:g}"
            options = raw_files(scale, arguments.raw or Path(folder))
            cost = measured(options, data)
            (report,) = data.glob("snapshots/*/report.json")
            facts = json.loads(report.read_text("utf-8"))
            seconds = facts["seconds"]
            rows = next(s["rows"] for s in facts["sources"] if s["source"] == "items")
            evaluation = seconds["evaluation"]
            raw = sum(Path(option.partition("=")[2]).stat().st_size for option in options) / 1e6
            plays = size(report.parent, "library_*.npy", "played_*.npy", "long_*.npy")
            print(
                f"{scale:g}x: {rows:,} rows, {cost['wall'] - evaluation:.1f} s + evaluation "
                f"{evaluation:.1f} s wall, {cost['cpu']:.0f} s CPU, peak "
                f"{cost['mb_build']:.0f} MB, in the evaluation {cost['mb_evaluation']:.0f} MB; "
                f"raw {raw:.0f} MB, snapshot "
                f"{size(report.parent, '*.npy', '*.arrow'):.0f} MB (play rows {plays:.1f} MB), "
                f"sources {size(data / 'sources', '*.parquet'):.0f} MB"
            )
            print("   " + ", ".join(f"{name} {took:.1f} s" for name, took in seconds.items()))
            if arguments.usual:
                other = usual(options)
                times = other["wall"] / (cost["wall"] - evaluation)
                print(
                    f"   the usual way with the libraries alone: {other['wall']:.0f} s wall, "
                    f"{other['cpu']:.0f} s CPU, peak {other['peak']:,.0f} MB; "
                    f"the whole build is {times:.1f} times as fast"
                )
            sys.stdout.flush()


if __name__ == "__main__":
    main()

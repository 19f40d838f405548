"""bench: cost of an update with 1 % new rows, compared with a full build. Run manually.

    python bench/build/update.py [--raw DIR] [--share 0.01] [--rounds 3]

The lines of the three raw files (those of DIR, or generated ones of the published size) are split
at random into old and new ones. A snapshot is built from the old ones. Then each round builds both
files from scratch, and updates the snapshot with the new ones. Each run is a fresh process,
measured by the operating system from interpreter start to the start of training: neither the
recommender nor the learned sentiment is trained, which costs both sides the same.
"""

from __future__ import annotations

import argparse
import gc
import gzip
import json
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scaling import raw_files

KINDS = ("games", "reviews", "items")


def run(what: str, files: dict[str, tuple[Path, ...]], data: Path) -> None:
    """Build or update as far as training, and print what it took; `base` is a whole build."""
    gc.set_threshold(20_000)  # as the command does
    from rich.console import Console

    from datastore.base.environment import load_settings
    from etl.process.memory import keep_modules, spare_pandas
    from etl.process.progress import Reporter
    from etl.release import build
    from etl.sentiment import classifier

    spare_pandas()
    keep_modules()
    settings = load_settings()
    options = build.Options(
        settings.max_rejects, 42, 2, settings.max_line_bytes, settings.max_unpacked_bytes, warm=True
    )
    reporter = Reporter(Console(file=sys.stderr))
    if what == "base":
        build.build(build.Inputs(**files), data, options, reporter)
        return

    sys.modules["etl.release.model"] = None  # type: ignore[assignment]  # its import fails
    classifier.LEAST = sys.maxsize  # no number of texts is enough
    try:
        getattr(build, what)(build.Inputs(**files), data, options, reporter)
    except ImportError:  # training begins
        used = [resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        print(json.dumps(sum(usage.ru_utime + usage.ru_stime for usage in used)))


def dealt(path: Path, share: float, folder: Path) -> tuple[Path, Path]:
    """The lines of a raw file as two files: the old ones, and about such a share of new ones."""
    deal = random.Random(path.name)
    old, new = folder / f"old-{path.name}", folder / f"new-{path.name}"
    with (
        gzip.open(path) as lines,
        gzip.open(old, "wb", 1) as most,
        gzip.open(new, "wb", 1) as few,
    ):
        for line in lines:
            (few if deal.random() < share else most).write(line)
    return old, new


def child(what: str, files: dict[str, tuple[Path, ...]], data: Path) -> dict[str, float]:
    """A fresh process: its CPU time and wall time in seconds. It loads compiled modules, as an
    installed command does, also where Python is set to write none."""
    names = {kind: list(map(str, paths)) for kind, paths in files.items()}
    command = [sys.executable, __file__, "--run", json.dumps([what, names, str(data)])]
    start = time.perf_counter()
    plain = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment = plain | {"PYTHONPYCACHEPREFIX": str(data.with_name("compiled"))}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    if done.returncode:
        sys.exit(done.stderr)
    wall = time.perf_counter() - start
    return {"cpu": json.loads(done.stdout or "0"), "wall": wall}


@contextmanager
def copied(data: Path) -> Iterator[Path]:
    """A data folder that may be changed."""
    copy = data.with_name("copy")
    shutil.copytree(data, copy)
    try:
        yield copy
    finally:
        shutil.rmtree(copy)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--raw", type=Path)
    parser.add_argument("--share", type=float, default=0.01)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--run", type=json.loads, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        what, files, data = options.run
        run(what, {kind: tuple(map(Path, paths)) for kind, paths in files.items()}, Path(data))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = [Path(option.partition("=")[2]) for option in raw_files(1, options.raw or folder)]
        pairs = [dealt(path, options.share, folder) for path in paths]
        old = {kind: (pair[0],) for kind, pair in zip(KINDS, pairs, strict=True)}
        new = {kind: (pair[1],) for kind, pair in zip(KINDS, pairs, strict=True)}
        both = dict(zip(KINDS, pairs, strict=True))
        child("base", old, folder / "data")
        runs: dict[str, list[dict[str, float]]] = {"build": [], "update": []}
        for number in range(options.rounds):  # in turn, so that a slow moment hits both
            runs["build"].append(child("build", both, folder / f"full-{number}"))
            with copied(folder / "data") as data:
                runs["update"].append(child("update", new, data))
    medians = {
        what: {unit: statistics.median(run[unit] for run in kept) for unit in ("cpu", "wall")}
        for what, kept in runs.items()
    }
    for what, figures in medians.items():
        print(f"{what:<8} {figures['cpu']:>6.2f} s CPU {figures['wall']:>6.2f} s wall")
    cpu, wall = (medians["update"][unit] / medians["build"][unit] for unit in ("cpu", "wall"))
    print(f"update / build: {cpu:.3f} of the CPU time, {wall:.3f} of the wall time")


if __name__ == "__main__":
    main()

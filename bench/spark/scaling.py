"""bench: builds of growing data on a Spark cluster of this host, and by the local engine. Linux.

    python bench/spark/scaling.py 1 4 20 --raw DIR [--local] [--short] [--keep DIR]

DIR holds steam_games.json.gz, user_reviews.json.gz and users_items.json.gz, as `playgraph demo
--users 88310 --games 32135 --raw DIR` writes them. Their users are copied under other ids, as often
as a size says; the games stay the same. Reviews and libraries of each copy are eight files. The
cluster is a standalone master with two workers of one core each; the heaps of the driver and of
each executor have a limit, and so has the Python of an executor (--heap, --python). Driver,
executors and their Python are processes of their own. Memory is PSS and CPU time is that of all
processes of a kind, from /proc; `executor_addresses` is what counts against the limit of Python;
shuffles are those of Spark's event log, by stage. With --local, the local engine builds the same
files; with --short, either stops as short.py does. A line of JSON is printed per build.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple, NoReturn, Self

from cluster import DEPLOY, ROOT, Watch, daemon, shuffled
from short import STOPPED

HOST = "127.0.0.1"
PORT = 17077
PLAYGRAPH = [sys.executable, "-m", "server.cli"]
SHORT = [sys.executable, str(ROOT / "bench" / "spark" / "short.py")]
#: Files of the users of one copy.
PARTS = 8
#: A line up to the end of the user's id.
USER = re.compile(rb"\{'user_id': '[^']*(?=')")


def copies(raw: Path, times: int, folder: Path) -> list[str]:
    """The options that name files with the users of `raw` copied this often; they are made where
    they are missing."""
    options = [f"--games={raw / 'steam_games.json.gz'}"]
    folder.mkdir(parents=True, exist_ok=True)
    for kind, name in (("reviews", "user_reviews"), ("items", "users_items")):
        paths = [folder / f"{name}-{number:03}.json.gz" for number in range(times * PARTS)]
        missing = [number for number, path in enumerate(paths) if not path.exists()]
        if missing:
            lines = gzip.decompress((raw / f"{name}.json.gz").read_bytes()).splitlines(True)
            size = -(-len(lines) // PARTS)
        for part in sorted({number % PARTS for number in missing}):
            of_part = Renamed.of(lines[part * size : (part + 1) * size])
            for number in missing:
                if number % PARTS == part:
                    paths[number].write_bytes(of_part.copy(number // PARTS))
        options += [f"--{kind}={path}" for path in paths]
    return options


class Renamed(NamedTuple):
    """Lines in pieces, which end with the ids of the users, and the same compressed: a copy with
    other ids is made without compressing all again."""

    pieces: list[bytes]
    compressed: list[bytes]

    @classmethod
    def of(cls, lines: list[bytes]) -> Self:
        """The pieces of these lines."""
        ends = [USER.match(line).end() for line in lines]  # type: ignore[union-attr]
        tails = [line[end:] for line, end in zip(lines, ends, strict=True)]
        heads = [line[:end] for line, end in zip(lines, ends, strict=True)]
        pieces = [b"".join(pair) for pair in zip([b"", *tails], [*heads, b""], strict=True)]
        return cls(pieces, [deflated(piece) for piece in pieces])

    def copy(self, number: int) -> bytes:
        """A gzip file of the lines with this number behind each id."""
        suffix = b"~%d" % number
        text = suffix.join(self.pieces)
        head = b"\x1f\x8b\x08" + bytes(6) + b"\xff"
        tail = b"\x03\x00" + struct.pack("<II", zlib.crc32(text), len(text) % 2**32)
        return head + deflated(suffix).join(self.compressed) + tail


def deflated(text: bytes) -> bytes:
    """A text compressed by itself, to be joined with others."""
    compress = zlib.compressobj(1, wbits=-zlib.MAX_WBITS)
    return compress.compress(text) + compress.flush(zlib.Z_FULL_FLUSH)


def run(command: list[str], log: Path, environment: dict[str, str]) -> subprocess.Popen[str]:
    """Start a build."""
    with log.open("w") as output:
        return subprocess.Popen(
            command, cwd=ROOT, env=os.environ | environment, text=True, stdout=output,
            stderr=subprocess.STDOUT,
        )  # fmt: skip


def stopped(playgraph: list[str], folder: Path) -> bool:
    """Whether a build has ended as short.py ends it."""
    return playgraph == SHORT and STOPPED in (folder / "build.log").read_text()


def fail(folder: Path) -> NoReturn:
    """Show the end of the log of a build that has failed."""
    sys.exit(f"The build failed:\n{(folder / 'build.log').read_text()[-6000:]}")


def on_cluster(
    playgraph: list[str], options: list[str], folder: Path, heap: str, python: str, conf: list[str]
) -> dict[str, Any]:
    """Build on the cluster; what it cost."""
    events, work = folder / "events", folder / "work"
    for made in (events, work):
        made.mkdir(parents=True)
    master = f"spark://{HOST}:{PORT}"
    settings = {
        "spark.driver.host": HOST,
        "spark.driver.bindAddress": HOST,
        "spark.driver.memory": heap,
        "spark.executor.memory": heap,
        "spark.executor.pyspark.memory": python,
        "spark.executor.cores": "1",
        "spark.eventLog.enabled": "true",
        "spark.eventLog.compress": "false",
        "spark.eventLog.dir": f"file://{events}",
        "spark.network.timeout": "1800s",  # the machine may have other work
    }
    given = [f"--conf={key}={value}" for key, value in settings.items()]
    with ExitStack() as running:
        where = ["--host", HOST, "--port", str(PORT)]
        running.enter_context(daemon("master", HOST, work, [f"{DEPLOY}.master.Master", *where]))
        own = ["--host", HOST, "--cores", "1", "--memory", "8g", master]
        workers = [
            running.enter_context(daemon(name, HOST, work, [f"{DEPLOY}.worker.Worker", *own]))
            for name in ("worker 1", "worker 2")
        ]
        start = time.perf_counter()
        command = [*playgraph, "build", "--engine=spark", f"--master={master}", *given]
        command += [*(f"--conf={each}" for each in conf), *options, f"--data={folder / 'data'}"]
        local = {"SPARK_LOCAL_IP": HOST, "SPARK_LOCAL_DIRS": str(work / "local")}
        driver = run([*command, "--force"], folder / "build.log", local)
        watch = Watch(driver, workers, folder / "data")
        watch.start()
        driver.wait()
        watch.join()
        seconds = time.perf_counter() - start
    if driver.returncode and not stopped(playgraph, folder):
        fail(folder)
    volumes = shuffled(events)
    return {
        "wall": seconds,
        "cpu": watch.cpu,
        "peaks": watch.peaks,
        "shuffled": sum(volumes.values()),
        "shuffles": volumes,
    }


def here(playgraph: list[str], options: list[str], folder: Path) -> dict[str, Any]:
    """Build by the local engine; what it cost."""
    folder.mkdir(parents=True)
    start = time.perf_counter()
    command = [*playgraph, "build", *options, f"--data={folder / 'data'}", "--force"]
    process = run(command, folder / "build.log", {})
    watch = Watch(process, [], folder / "data")
    watch.start()
    process.wait()
    watch.join()
    if process.returncode and not stopped(playgraph, folder):
        fail(folder)
    return {"wall": time.perf_counter() - start, "cpu": watch.cpu, "peaks": watch.peaks}


def facts(folder: Path) -> dict[str, Any]:
    """The size of the snapshot of a build, its rows, and the seconds of its stages; of one that was
    stopped, what it printed."""
    reports = list(folder.glob("data/snapshots/*/report.json"))
    if not reports:
        lines = (folder / "build.log").read_text().splitlines()
        stopped: dict[str, Any] = json.loads(next(line for line in lines if line[:2] == '{"'))
        return stopped
    content = json.loads(reports[0].read_text("utf-8"))
    rows = {source["source"]: source["rows"] for source in content["sources"]}
    written = {path.name: path.stat().st_size for path in reports[0].parent.rglob("*.*")}
    return {"rows": rows, "written": written, "seconds": content["seconds"]}


def main() -> None:
    """Build each size, and print what it cost."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("sizes", nargs="+", type=int)
    parser.add_argument("--raw", type=Path, required=True)
    parser.add_argument("--keep", type=Path, help="folder of the copies, which are reused")
    parser.add_argument("--heap", default="1200m", help="of the driver and of each executor")
    parser.add_argument("--python", default="2g", help="of the Python of each executor")
    parser.add_argument("--conf", action="append", default=[], metavar="K=V")
    parser.add_argument("--short", action="store_true", help="stop as short.py does")
    parser.add_argument("--local", action="store_true", help="by the local engine instead")
    arguments = parser.parse_args()
    os.environ["PLAYGRAPH_MAX_UNPACKED_BYTES"] = str(2**40)
    with tempfile.TemporaryDirectory(dir=arguments.keep) as name:
        for size in arguments.sizes:
            kept = arguments.keep or Path(name) / "raw"
            options = copies(arguments.raw, size, kept)
            folder = Path(name) / str(size)
            playgraph = SHORT if arguments.short else PLAYGRAPH
            if arguments.local:
                cost = here(playgraph, options, folder)
            else:
                memory = arguments.heap, arguments.python
                cost = on_cluster(playgraph, options, folder, *memory, arguments.conf)
            engine = "local" if arguments.local else "spark"
            line = {"size": size, "engine": engine, **cost, **facts(folder)}
            print(json.dumps(line), flush=True)
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()

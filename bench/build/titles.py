"""bench: cost of a build of streaming titles of the published size, and of serving both subjects.

    python bench/build/titles.py [--raw DIR] [--titles FILE ... --ratings FILE ...] [--alone]

Without files, 22,998 invented titles and 11,024,289 ratings in eight files are written; with --raw,
they are kept in DIR and reused. The titles are built in a fresh process into an empty folder.
Wall time and CPU time of the process and its workers are measured by the operating system; peak
memory is that of the process tree (PSS, ten times per second). Then the games of the published size
are built next to them (not with --alone), and a server answers each example of GraphiQL 50 times:
its memory is the resident set, and the part of it that is not in mapped files.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from ratings import title_ids, write
from scaling import PLAYGRAPH, measured, raw_files

TITLES, TIMES = 22_998, 50


def catalogues(folder: Path) -> list[Path]:
    """Four invented catalogues of the published size, which are made where they are missing."""
    if not list(folder.glob("*_titles.csv")):
        sizes = [f"--titles={TITLES}", "--users=50", "--games=200", "--viewers=50"]
        subprocess.run([*PLAYGRAPH, "demo", *sizes, f"--raw={folder}"], check=True)
    return sorted(folder.glob("*_titles.csv"))


def rating_files(folder: Path, titles: list[Path]) -> list[Path]:
    """Eight files of ratings of the published size, which are made where they are missing."""
    return sorted(folder.glob("*.csv")) or write(folder, title_ids(titles))


def build(options: list[str], data: Path, what: str) -> None:
    """Build, and print the cost and the time of each stage."""
    cost = measured(options, data)
    report = json.loads(max(data.glob("snapshots/*/report.json"), key=_changed).read_text("utf-8"))
    peak = max(cost["mb_build"], cost["mb_evaluation"])
    print(f"{what}: {cost['wall']:.1f} s wall, {cost['cpu']:.1f} s CPU, peak {peak:.0f} MB")
    print("   " + ", ".join(f"{name} {took:.1f} s" for name, took in report["seconds"].items()))
    sys.stdout.flush()


def _changed(path: Path) -> int:
    return path.stat().st_mtime_ns


def serve(data: Path) -> None:
    """Serve, ask each example, and print the memory of the server and the time per answer."""
    log = data.with_name("server.log")
    with log.open("w") as output:
        server = subprocess.Popen(
            [*PLAYGRAPH, "serve", f"--data={data}", "--port=0"], stdout=output, stderr=output
        )
    try:
        while "startup complete" not in (text := log.read_text("utf-8")):
            if server.poll() is not None:
                sys.exit(text)
            time.sleep(0.05)
        address = re.findall(r"http://[\w.:]+", text)[-1]
        tabs = json.load(urllib.request.urlopen(f"{address}/explorer.json"))["tabs"]
        print(f"server, first answers: {_memory(server.pid)}")
        for tab in tabs:
            start = time.perf_counter()
            for _ in range(TIMES):
                answer = _asked(address, tab)
            took = (time.perf_counter() - start) / TIMES
            failed = f"  {answer['errors'][0]['message']}" if "errors" in answer else ""
            print(f"   {tab['title']:<32}{took * 1e6:>8.0f} µs{failed}")
        print(f"server, {TIMES * len(tabs):,} answers later: {_memory(server.pid)}")
    finally:
        server.terminate()
        server.wait()


def _asked(address: str, tab: dict[str, Any]) -> dict[str, Any]:
    body = {"query": tab["query"], "variables": json.loads(tab["variables"])}
    request = urllib.request.Request(
        f"{address}/graphql", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    answer: dict[str, Any] = json.load(urllib.request.urlopen(request))
    return answer


def _memory(process: int) -> str:
    status = Path(f"/proc/{process}/status").read_text()
    resident, own = (
        int(match[1]) / 1024
        for name in ("VmRSS", "RssAnon")
        if (match := re.search(rf"{name}:\s+(\d+)", status))
    )
    return f"{resident:.0f} MB resident, {own:.0f} MB of them not in mapped files"


def main() -> None:
    """Build the titles, then the games, then serve both."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--titles", type=Path, nargs="+")
    parser.add_argument("--ratings", type=Path, nargs="+")
    parser.add_argument("--raw", type=Path)
    parser.add_argument("--alone", action="store_true", help="without the games")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        raw, data = options.raw or Path(folder), Path(folder) / "data"
        titles = options.titles or catalogues(raw / "titles")
        ratings = options.ratings or rating_files(raw / "ratings", titles)
        given = [f"--titles={path}" for path in titles] + [f"--ratings={path}" for path in ratings]
        build(given, data, "titles")
        if not options.alone:
            build(raw_files(1.0, raw), data, "games, titles kept")
        serve(data)


if __name__ == "__main__":
    main()

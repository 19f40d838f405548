"""bench: server CPU per request of this project and its peers, on the same data.

    python bench/serving/run.py [--data DIR] [--targets LIST] [--shapes LIST] [--json FILE]

Without --data, an invented world of 30,000 games is built once. Peers are installed from npm and
PyPI into --cache; one that cannot be installed is named. Each server runs alone on one core, the
load on another. The answers of all servers are compared, as JSON, with those of plain Strawberry
before anything is timed. Then the servers are measured in turn, several rounds: CPU time per
request (user and system, all threads and child processes) with all connections busy, and p50 and
p99 of some shapes at a low rate on one connection. Ratios are to Strawberry's own ASGI application
with the same schema and resolvers.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections import defaultdict
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import report
from report import Result
from runs import Run, expected_answers
from searching import search_microseconds
from shapes import shapes
from targets import Server, Target, running, targets

from world import exported, invented


def main() -> None:
    options = _options()
    cache: Path = options.cache
    cache.mkdir(parents=True, exist_ok=True)
    data = options.data or invented(cache / "world")
    export, content = exported(data, cache)
    asked = _chosen(shapes(content), options.shapes, "shape")
    _chosen(shapes(content), options.latencies, "shape")
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        fixed = Path(folder) / "fixed.json"
        available, missing = targets(
            data, export, fixed, cache, [key for key in options.targets.split(",") if key]
        )
        compared = _chosen(available, options.targets, "target")
        if not options.targets:
            compared = [target for target in compared if target.key != "interpreted"]
        os.sched_setaffinity(0, {options.cores[1]})

        def start(target: Target) -> Server:
            log = Path(folder) / f"{target.key}.log"
            return stack.enter_context(running(target, options.cores[0], log))

        stock = start(next(target for target in available if target.key == "stock"))
        answers, fixed_answers = expected_answers(stock, asked)
        fixed.write_text(json.dumps(fixed_answers, ensure_ascii=False), "utf-8")
        servers = [stock if target.key == "stock" else start(target) for target in compared]
        runs = [
            Run(server, shape)
            for shape in asked
            for server in servers
            if server.target.answers(shape)
        ]
        for run in runs:
            run.compare(answers[run.shape.key])
        result = Result(
            f"{content['version']} of {data if options.data else 'the invented world'}",
            {target.key: target.title for target in compared},
            {target.title: target.versions for target in compared if target.versions},
            {shape.key: shape.title for shape in asked},
            missing,
            *_measured(runs, options),
        )
    searches = [shape.questions for shape in asked if shape.key == "search"]
    if searches and "playgraph" in result.rounds:
        result.search_us = search_microseconds(data, searches[0])
    print(report.text(result, options.rate))
    if options.json:
        options.json.write_text(report.as_json(result, vars(options)), "utf-8")
    if options.readme:
        report.write_into(options.readme, result, options.rate)


def _measured(
    runs: list[Run], options: argparse.Namespace
) -> tuple[report.Figures, report.Figures]:
    """CPU microseconds per request of each round, and the latencies of all rounds in seconds."""
    rounds: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    slow: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for run in runs:
        run.warm(options.warm_up, options.connections)
    for number in range(options.rounds):
        print(f"round {number + 1} of {options.rounds}", file=sys.stderr)
        # Every other round in reverse, so that no server always follows the same one.
        for run in runs if number % 2 == 0 else reversed(runs):
            target, shape = run.server.target.key, run.shape.key
            rounds[target][shape].append(run.load(options.seconds, options.connections))
            if options.samples and shape in options.latencies.split(","):
                count = -(-options.samples // options.rounds)
                slow[target][shape] += run.latencies(options.rate, count)
    return rounds, slow


def _chosen(available: list[Any], listed: str, noun: str) -> list[Any]:
    if not listed:
        return available
    keys = {entry.key: entry for entry in available}
    unknown = [key for key in listed.split(",") if key not in keys]
    if unknown:
        sys.exit(f"unknown {noun}: {', '.join(unknown)}; there are {', '.join(keys)}")
    return [keys[key] for key in listed.split(",")]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    parser.add_argument("--data", type=Path, help="data folder with a snapshot of games")
    parser.add_argument("--cache", type=Path, default=home / "playgraph-bench")
    parser.add_argument("--targets", default="", help="keys of the servers, separated by commas")
    parser.add_argument("--shapes", default="", help="keys of the shapes, separated by commas")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.5, help="per round, server and shape")
    parser.add_argument("--warm-up", type=float, default=1.0, help="seconds before the first round")
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--rate", type=float, default=200.0, help="requests per second, low load")
    parser.add_argument(
        "--latencies", default="point,page,similar", help="keys of the shapes to time singly"
    )
    parser.add_argument(
        "--samples", type=int, default=600, help="latencies of each; 0 leaves them out"
    )
    parser.add_argument(
        "--cores",
        type=lambda text: [int(core) for core in text.split(",")],
        default=[0, 1],
        help="cores of the server and the load",
    )
    parser.add_argument("--readme", type=Path, help="replace the table in this file")
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    return parser.parse_args()


if __name__ == "__main__":
    main()

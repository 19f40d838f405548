"""bench: server CPU per request of this project and its peers, on the same data.

    python bench/serving/run.py [--data DIR] [--targets LIST] [--shapes LIST] [--json FILE]

Without --data, an invented world of 30,000 games is built once. Peers are installed from npm and
PyPI into --cache; one that cannot be installed is named. Each server runs alone on one core, the
load on another. The answers of all servers are compared, as JSON, with those of plain Strawberry
before anything is timed. Then the servers are measured in turn, several rounds: CPU time per
request (user and system, all threads and child processes) with all connections busy, and p50 and
p99 at a low rate on one connection. Ratios are to Strawberry's own ASGI application with the same
schema and resolvers.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import cycle
from pathlib import Path
from typing import Any

import report
from load import BadAnswer, Connection, latencies, saturate
from searching import search_microseconds
from shapes import FIXED, VARIED, Shape, by_graphql, get, graphql_url, post, shapes
from targets import Server, Target, running, targets

from world import exported, invented

#: Fewest requests per round and server: slow servers would otherwise have very few.
LEAST = 5
#: How often each document of a shape is sent before it is timed; a JIT compiles the second time.
PASSES = 3


def main() -> None:
    options = _options()
    cache: Path = options.cache
    cache.mkdir(parents=True, exist_ok=True)
    data = options.data or invented(cache / "world")
    export, content = exported(data, cache)
    asked = _chosen(shapes(content), options.shapes, "shape")
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
        expected = _expected(stock, asked)
        fixed.write_text(json.dumps(expected[1], ensure_ascii=False), "utf-8")
        servers = [stock if target.key == "stock" else start(target) for target in compared]
        runs = [
            Run(server, shape)
            for shape in asked
            for server in servers
            if server.target.answers(shape)
        ]
        for run in runs:
            run.compare(expected[0][run.shape.key])
        rounds, slow = _measured(runs, options)
    _print(runs, compared, asked, rounds, slow, missing, options, data, content["version"])


class Run:
    """One shape of requests to one server."""

    def __init__(self, server: Server, shape: Shape) -> None:
        self.server = server
        self.shape = shape
        self.status = 200
        requests = self._requests()
        self._first = requests[:FIXED]
        self.requests: Iterator[bytes] = cycle(requests)

    def _requests(self) -> list[bytes]:
        shape, target = self.shape, self.server.target
        if target.key == "fixed":
            return [
                post(f"/{shape.key}/{number}", question.posted())
                for number, question in enumerate(shape.questions[:FIXED])
            ]
        if shape.key in ("conditional", "unchanged") and target.key != "stock":
            url = graphql_url(shape.questions[0])
            if not shape.unchanged:
                return [get(url)]
            self.status = 304
            return [get(url, f"If-None-Match: {self._tag(url)}")]
        return [target.write(question) for question in shape.questions]

    def _tag(self, url: str) -> str:
        connection = Connection(self.server.port)
        try:
            return connection.ask(get(url)).headers["etag"]
        finally:
            connection.socket.close()

    def compare(self, expected: list[Any]) -> None:
        """End the program if an answer differs from Strawberry's."""
        connection = Connection(self.server.port)
        try:
            for request, wanted in zip(self._first, expected, strict=True):
                answer = connection.ask(request)
                if answer.status != self.status:
                    sys.exit(f"{self._name}: status {answer.status}: {answer.body[:2_000]!r}")
                if self.status == 200 and json.loads(answer.body) != wanted:
                    sys.exit(
                        f"{self._name} answers differently:\n{answer.body[:2_000].decode()}\n"
                        f"expected:\n{json.dumps(wanted)[:2_000]}"
                    )
        finally:
            connection.socket.close()

    def warm(self, seconds: float, connections: int) -> None:
        """Let the server compile and cache what it can."""
        documents = len({question.query for question in self.shape.questions})
        least = PASSES * documents if 1 < documents <= VARIED else LEAST
        self.load(seconds, connections, least)

    def load(self, seconds: float, connections: int, least: int = LEAST) -> float:
        """CPU microseconds per request under load."""
        before = self.server.cpu_seconds()
        try:
            answered = saturate(
                self.server.port, self.requests, seconds, least, connections, self.status
            )
        except BadAnswer as error:
            sys.exit(f"{self._name}: {error}")
        return (self.server.cpu_seconds() - before) / answered * 1e6

    def latencies(self, rate: float, count: int) -> list[float]:
        """Seconds per answer at a low rate."""
        return latencies(self.server.port, self.requests, rate, count, self.status)

    @property
    def _name(self) -> str:
        return f"{self.server.target.title}, {self.shape.title}"


def _expected(stock: Server, asked: list[Shape]) -> tuple[dict[str, list[Any]], dict[str, str]]:
    """Strawberry's answers to the first questions of each shape, and the fixed answers by path."""
    answers: dict[str, list[Any]] = {}
    fixed = {}
    connection = Connection(stock.port)
    for shape in asked:
        answers[shape.key] = []
        for number, question in enumerate(shape.questions[:FIXED]):
            answer = connection.ask(by_graphql(question))
            content = json.loads(answer.body) if answer.status == 200 else {"errors": []}
            if "errors" in content:
                sys.exit(f"Strawberry, {shape.title}: {answer.body[:2_000].decode()}")
            content.pop("extensions", None)
            answers[shape.key].append(content)
            fixed[f"/{shape.key}/{number}"] = json.dumps(
                content, ensure_ascii=False, separators=(",", ":")
            )
    connection.socket.close()
    return answers, fixed


def _measured(runs: list[Run], options: argparse.Namespace) -> tuple[Any, Any]:
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
            if options.samples:
                count = -(-options.samples // options.rounds)
                slow[target][shape] += run.latencies(options.rate, count)
    return rounds, slow


def _print(
    runs: list[Run],
    compared: list[Target],
    asked: list[Shape],
    rounds: Any,
    slow: Any,
    missing: list[str],
    options: argparse.Namespace,
    data: Path,
    version: str,
) -> None:
    if "cached" in rounds:  # the same server with another setting: one column
        rounds.setdefault("playgraph", {}).update(rounds.pop("cached"))
    medians = report.figures(rounds)
    titles = {target.key: target.title for target in compared if target.key != "cached"}
    if any(target.key == "cached" for target in compared):
        titles.setdefault("playgraph", "playgraph")
    names = {shape.key: shape.title for shape in asked}
    print(f"Snapshot {version} of {data if options.data else 'the invented world'}.")
    print(f"{report.machine()}.")
    for target in compared:
        if target.versions:
            print(f"{target.title}: {target.versions}.")
    for reason in missing:
        print(f"Not installed: {reason}")
    print(
        f"\nTimes as fast as Strawberry, by server CPU per request (in parentheses); "
        f"{options.rounds} rounds of {options.seconds:g} s, {options.connections} connections.\n"
    )
    print(report.ratios(rounds, titles, names))
    searching = None
    if "search" in names and "playgraph" in medians:
        searching = search_microseconds(data, next(s for s in asked if s.key == "search").questions)
        rest = medians["playgraph"]["search"] - searching
        print(f"\nThe search itself takes {searching:.0f} µs; everything else {rest:.0f} µs.")
    _against_mercurius(rounds)
    if options.samples:
        print(f"\nLatency at {options.rate:g} requests per second, p50 / p99 in ms.\n")
        both = {t: {s: _latency(times) for s, times in by.items()} for t, by in slow.items()}
        if "cached" in both:
            both.setdefault("playgraph", {}).update(both["cached"])
        rows = [
            [title, *(both.get(target, {}).get(shape, "–") for target in titles)]
            for shape, title in names.items()
        ]
        print(report.table(["", *titles.values()], rows))
    if options.json:
        content = report.document(
            version=version,
            options={k: str(v) for k, v in vars(options).items()},
            versions={target.key: target.versions for target in compared},
            missing=missing,
            cpu_us_per_request=rounds,
            search_us=searching,
            latency_s={
                target: {
                    shape: {q: report.percentile(times, q) for q in (0.5, 0.9, 0.99)}
                    for shape, times in by_shape.items()
                }
                for target, by_shape in slow.items()
            },
            at=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        )
        options.json.write_text(json.dumps(content, indent=1), "utf-8")


def _latency(times: list[float]) -> str:
    p50, p99 = (report.percentile(times, share) * 1_000 for share in (0.5, 0.99))
    return f"{p50:.2f} / {p99:.2f}"


def _against_mercurius(rounds: report.Rounds) -> None:
    ours, peer = rounds.get("playgraph", {}), rounds.get("mercurius", {})
    both = [shape for shape in peer if shape in ours and not shape.startswith("repeated")]
    if both:
        shares = {shape: report.ratio(ours[shape], peer[shape]) for shape in both}
        listed = ", ".join(f"{shape} {share:.2f}" for shape, share in shares.items())
        mean = report.geometric_mean(shares.values())
        print(f"\nCPU as a share of that of Mercurius + jit: {listed}; geometric mean {mean:.2f}.")


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
    parser.add_argument("--samples", type=int, default=500, help="latencies; 0 leaves them out")
    parser.add_argument(
        "--cores",
        type=lambda text: [int(core) for core in text.split(",")],
        default=[0, 1],
        help="cores of the server and the load",
    )
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    return parser.parse_args()


if __name__ == "__main__":
    main()

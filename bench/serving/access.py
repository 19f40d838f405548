"""bench: what rate limits, API keys and traces cost per request. Run manually.

    python bench/serving/access.py --data DIR [--rounds 5] [--seconds 1]

Serves a snapshot in several ways, on one core, and sends point queries from
another, in turn. Prints the CPU time per request of each server and the difference to the open one.
Traces go to a collector in this process, which does not read them; without the extra
`playgraph[otel]` they are left out. Response caches are off.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import statistics
import sys
import tempfile
import threading
from contextlib import ExitStack
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle
from pathlib import Path

from load import Connection, saturate
from shapes import SEED, Question, post
from targets import Server, Target, running

from datastore.base.reader import SnapshotReader
from datastore.base.snapshot import current_version, snapshot_path
from server.guard.keys import KeyFile

QUERY = """query Game($appId: ID!) {
  game(appId: $appId) { id appId title price releaseYear developer { name } genres { name } }
}"""


class Collector(BaseHTTPRequestHandler):
    """Accepts spans."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        """Log nothing."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0, help="per round and server")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        data = Path(folder) / "data"
        data.mkdir()
        for name in ("snapshots", "current"):
            (data / name).symlink_to((options.data / name).absolute())
        key = KeyFile(data).add("bench", None)
        collector = ThreadingHTTPServer(("127.0.0.1", 0), Collector)
        threading.Thread(target=collector.serve_forever, daemon=True).start()
        stack.callback(collector.shutdown)
        os.sched_setaffinity(0, {1})
        requests = _requests(data)
        with_key = [
            request.replace(b"\r\n\r\n", f"\r\nAuthorization: Bearer {key}\r\n\r\n".encode(), 1)
            for request in requests
        ]
        sent, servers = {}, []
        for target in _targets(data, collector.server_address[1]):
            server = stack.enter_context(running(target, 0, Path(folder) / f"{target.key}.log"))
            sent[target.key] = cycle(with_key if target.key == "keys" else requests)
            assert b"data" in Connection(server.port).ask(next(sent[target.key])).body
            servers.append(server)
        times: dict[str, list[float]] = {server.target.key: [] for server in servers}
        measure = partial(_microseconds, sent=sent, seconds=options.seconds)
        for server in servers:
            measure(server)
        for number in range(options.rounds):
            for server in servers if number % 2 == 0 else reversed(servers):
                times[server.target.key].append(measure(server))
    print(f"{'server':<24}{'µs per request':>16}{'more than open':>16}")
    for server in servers:
        own = times[server.target.key]
        more = statistics.median(a - b for a, b in zip(own, times["open"], strict=True))
        print(f"{server.target.title:<24}{statistics.median(own):>16.0f}{more:>16.0f}")


def _targets(data: Path, collector: int) -> list[Target]:
    kinds = {
        "open": ("open", {}),
        "rate": ("rate limit", {"PLAYGRAPH_RATE": "1e9"}),
        "keys": ("API keys", {"PLAYGRAPH_ACCESS": "keys"}),
    }
    if importlib.util.find_spec("opentelemetry.exporter"):
        endpoint = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{collector}"}
        tracing = {"PLAYGRAPH_TRACING": "otlp", **endpoint}
        kinds["traces"] = "traces of all requests", tracing
        sampled = {"OTEL_TRACES_SAMPLER": "traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0.01"}
        kinds["sampled"] = "traces of 1 %", {**tracing, **sampled}
    serve = [sys.executable, "-m", "server.cli", "serve", f"--data={data}"]
    return [
        Target(
            key,
            title,
            lambda port: [*serve, f"--port={port}"],
            lambda shape: True,
            environment={"PLAYGRAPH_ANSWER_CACHE_BYTES": "0", **environment},
        )
        for key, (title, environment) in kinds.items()
    ]


def _requests(data: Path) -> list[bytes]:
    reader = SnapshotReader(snapshot_path(data, current_version(data) or ""))
    ids = reader.column("games", "app_id")[SEED::30]
    return [post("/graphql", Question(QUERY, {"appId": app_id}).posted()) for app_id in ids]


def _microseconds(server: Server, sent: dict[str, cycle[bytes]], seconds: float) -> float:
    before = server.cpu_seconds()
    answered = saturate(server.port, sent[server.target.key], seconds, 100, 8, 200)
    return (server.cpu_seconds() - before) / answered * 1e6


if __name__ == "__main__":
    main()

"""bench: a server under mixed load at saturation whose snapshot is swapped again and again.

    python bench/soak.py [--data DIR] [--seconds 600] [--every 20] [--clients 16]

Two snapshots have different answers to each question, known before. Every answer of the server is
compared with that of the snapshot which its header X-Snapshot names, byte by byte. An answer is
`wrong` if it is another one, `mixed` if it is (also) that of the other snapshot, and `dropped` if
there is none of status 200, or one that the server has stopped at its deadline. Also prints times
of answers, and memory of the server. DIR must have two snapshots; by default, two demo datasets are
built for it. Exits with 1 if anything is wrong.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

from datastore.base.reader import SnapshotReader
from datastore.base.snapshot import snapshot_path
from datastore.store import Store
from etl.snapshot.pointer import point
from schema.context import Context
from schema.graph import graphql_schema
from server.execution.executor import Executor
from server.http.errors import ErrorExtensions

#: `$g` and `$u` are replaced with ids of a game and a user, `$w` with a word of a title.
QUESTIONS = (
    '{dataset{version games users} game(appId:"$g"){title similarGames{game{title} score}}}',
    '{dataset{version games users} game(appId:"$g"){genres{name topPlayer{hours}} tags price}}',
    '{dataset{version users} user(userId:"$u"){itemsCount moneySpent recommendations{score}}}',
    '{dataset{version users} user(userId:"$u"){library(first:20){nodes{appId}} reviewCount}}',
    '{dataset{version games} games(search:"$w"){totalCount nodes{title releaseYear}}}',
    "{dataset{version users} users(first:50){totalCount nodes{userId moneySpent}}}",
    "{dataset{version} games(first:40){totalCount nodes{title similarGames(first:4){score}}}}",
    "{dataset{version} users(first:20,orderBy:[{field:MONEY_SPENT}]){totalCount nodes{userId}}}",
)
#: Ids and words per snapshot and question: more answers than the server keeps.
VARIANTS = 150
PATIENCE = 30.0


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=None)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--every", type=float, default=20, help="seconds between swaps")
    parser.add_argument("--clients", type=int, default=16)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="playgraph-soak-") as folder:
        data = options.data or _built(Path(folder))
        versions = sorted(path.name for path in (data / "snapshots").glob("[!.]*"))[:2]
        if len(versions) < 2:
            parser.error(f"{data} has fewer than two snapshots")
        soak = Soak(data, versions, options.clients)
        with _server(data, Path(folder) / "server.log") as (process, port):
            asyncio.run(soak.run(process, port, options.seconds, options.every))
        soak.report()
    sys.exit(1 if soak.counts["wrong"] or soak.counts["mixed"] or soak.counts["dropped"] else 0)


def _built(folder: Path) -> Path:
    """A data folder with two demo datasets of about the same size, and nothing else in common."""
    for seed in (1, 2):
        raw = folder / f"raw-{seed}"
        code = (
            "import sys; from pathlib import Path; from etl.demo import write_demo; "
            "write_demo(Path(sys.argv[1]), games=3_000, users=8_000, seed=int(sys.argv[2]))"
        )
        subprocess.run([sys.executable, "-c", code, raw, str(seed)], check=True)
        files = {
            kind: next(raw.glob(f"*{name}*"))
            for kind, name in (("games", "games"), ("reviews", "reviews"), ("items", "items"))
        }
        paths = [f"--{kind}={path}" for kind, path in files.items()]
        command = [sys.executable, "-m", "server.cli", "build", *paths, f"--data={folder / 'data'}"]
        subprocess.run([*command, "--force"], check=True, stdout=subprocess.DEVNULL)
    return folder / "data"


@contextmanager
def _server(data: Path, log: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PLAYGRAPH_")}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "server.cli", "serve", f"--data={data}", f"--port={port}"],
            stdout=subprocess.DEVNULL,
            stderr=output,
            env=environment | {"PLAYGRAPH_RELOAD_SECONDS": "1"},
        )
    try:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and process.poll() is None:
            try:
                with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
                    break
            except OSError:
                time.sleep(0.05)
        yield process, port
    finally:
        process.terminate()
        code = process.wait(PATIENCE)
        problems = re.findall(r"^\S+ (?:ERROR|CRITICAL) .*", log.read_text(), re.MULTILINE)
        print(f"The server exited with {code}; {len(problems)} errors in its log.", *problems[:5])


@dataclass
class Soak:
    """The state of a run."""

    data: Path
    versions: list[str]
    clients: int
    counts: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    memory: list[dict[str, int]] = field(default_factory=list)
    swaps: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        stores = {name: Store.open(snapshot_path(self.data, name)) for name in self.versions}
        queries = _queries([SnapshotReader(snapshot_path(self.data, v)) for v in self.versions])
        self.requests = [_post(query) for query in queries]
        self.expected = {name: _answers(store, queries) for name, store in stores.items()}
        first, second = (answers.values() for answers in self.expected.values())
        assert all(one != other for one, other in zip(first, second, strict=True))

    async def run(
        self, process: subprocess.Popen[bytes], port: int, seconds: float, every: float
    ) -> None:
        """Ask for some seconds, and swap every so often."""
        end = time.monotonic() + seconds
        async with asyncio.TaskGroup() as tasks:
            for number in range(self.clients):
                tasks.create_task(self._ask(random.Random(number), port, end))
            tasks.create_task(self._watch(process, end))
            turn = 0
            while time.monotonic() + every < end:
                await asyncio.sleep(every)
                turn += 1
                version = self.versions[turn % 2]
                self._awaited, self._swapped_at = version, time.monotonic()
                point(self.data, version)
                process.send_signal(signal.SIGHUP)

    _awaited = ""
    _swapped_at = 0.0

    async def _ask(self, choose: random.Random, port: int, end: float) -> None:
        while time.monotonic() < end:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                while time.monotonic() < end:
                    number = choose.randrange(len(self.requests))
                    start = time.monotonic()
                    writer.write(self.requests[number])
                    async with asyncio.timeout(PATIENCE):
                        status, version, body = await _read(reader)
                    self.seconds.append(time.monotonic() - start)
                    self._check(number, status, version, body)
                writer.close()
            except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
                self._count("dropped", repr(error))

    def _check(self, number: int, status: int, version: str, body: bytes) -> None:
        if status != 200:
            self._count("dropped", f"{status} {body[:200]!r}")
            return
        if b'"DEADLINE_EXCEEDED"' in body:
            since = time.monotonic() - self._swapped_at
            self._count(
                "dropped",
                f"deadline, {since:.1f} s after a swap: {self.requests[number].splitlines()[-1]!r}",
            )
            return
        self.counts[version] += 1
        if version == self._awaited:
            self.swaps.append(time.monotonic() - self._swapped_at)
            self._awaited = ""
        if body == self.expected.get(version, {}).get(number):
            self.counts["right"] += 1
            return
        others = [answers[number] for name, answers in self.expected.items() if name != version]
        inner = re.search(rb'"version":"(\w+)"', body)
        foreign = inner is not None and inner[1].decode() != version
        self._count("mixed" if body in others or foreign else "wrong", f"{version} {body[:200]!r}")

    def _count(self, kind: str, failure: str) -> None:
        self.counts[kind] += 1
        self.failures.append(f"{kind}: {failure}")

    async def _watch(self, process: subprocess.Popen[bytes], end: float) -> None:
        status = Path(f"/proc/{process.pid}/status")
        while time.monotonic() < end and status.exists():
            fields = re.findall(r"^(RssAnon|RssFile|VmHWM):\s+(\d+) kB", status.read_text(), re.M)
            self.memory.append({name: int(kilobytes) for name, kilobytes in fields})
            await asyncio.sleep(1)

    def report(self) -> None:
        """Print all figures."""
        counts, times = self.counts, sorted(self.seconds)
        shown = ", ".join(f"{counts[version]:,} of {version}" for version in self.versions)
        print(f"{len(times):,} answers ({shown}), {len(self.swaps)} swaps, {self.clients} clients")
        print(f"{counts['wrong']} wrong, {counts['dropped']} dropped, {counts['mixed']} mixed")
        if times:
            p50, p99 = (times[int(len(times) * share)] * 1_000 for share in (0.5, 0.99))
            print(f"times: p50 {p50:.1f} ms, p99 {p99:.1f} ms, longest {times[-1] * 1_000:.0f} ms")
        if self.swaps:
            print(f"first answer after a swap: {max(self.swaps):.2f} s at most")
        if self.memory:
            fifth = max(1, len(self.memory) // 5)
            early, late = self.memory[fifth : 2 * fifth] or self.memory, self.memory[-fifth:]
            for name in ("RssAnon", "RssFile"):
                means = [sum(m[name] for m in part) / len(part) / 1_000 for part in (early, late)]
                print(f"{name}: {means[0]:.0f} MB in the second fifth, {means[1]:.0f} in the last")
            print(f"VmHWM: {self.memory[-1]['VmHWM'] / 1_000:.0f} MB")
        for failure in self.failures[:10]:
            print(failure)


def _queries(snapshots: list[SnapshotReader]) -> list[str]:
    """All questions about entries of each snapshot; about half of them are unknown to the other."""
    choose = random.Random(1)
    queries: set[str] = set()
    for snapshot in snapshots:
        games, users = snapshot.table("games"), snapshot.column("users", "user_id")
        ids = games.column("app_id").to_pylist()
        words = " ".join(filter(None, games.column("title").to_pylist())).split()
        for question in QUESTIONS:
            for _ in range(VARIANTS if "$" in question else 1):
                query = question.replace("$g", choose.choice(ids))
                query = query.replace("$u", choose.choice(users))
                queries.add(query.replace("$w", re.sub(r"\W", "", choose.choice(words))))
    return sorted(queries)


def _answers(store: Store, queries: list[str]) -> dict[int, bytes]:
    executor = Executor(graphql_schema(), ErrorExtensions)
    return {
        number: executor.execute(query, context=Context(store)).body
        for number, query in enumerate(queries)
    }


def _post(query: str) -> bytes:
    body = json.dumps({"query": query}).encode()
    head = "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


async def _read(reader: asyncio.StreamReader) -> tuple[int, str, bytes]:
    """Status, snapshot and body of one answer."""
    head = await reader.readuntil(b"\r\n\r\n")
    headers = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:-2])
    body = await reader.readexactly(int(headers[b"content-length"]))
    return int(head.split(b" ", 2)[1]), headers.get(b"x-snapshot", b"").decode(), body


if __name__ == "__main__":
    main()

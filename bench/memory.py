# ruff: noqa: E501
"""bench: memory of a server under mixed load, by the figures of the system. Linux only.

    python bench/memory.py [--data DIR] [--requests 2000] [--workers 2]

Starts a server and sends it each mix of operations with random arguments, then all mixes shuffled.
Prints MB after each mix: VmRSS, its anonymous and file pages, and the highest VmRSS so far
(VmHWM). With workers, also the proportional set size (PSS), in which shared pages count once, of a
server with one worker and of one with several, at the start and under all mixes, and the ratio.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from process_tree import descendants, megabytes

#: `$g`, `$u`, `$t` and `$v` are replaced with ids of a game, user, title and viewer; `$w` with a
#: word, `$d` with a developer, `$n` with a genre, `$m` with a method, `$y` with a year, `$a` with an
#: alias that hardly ever comes again, so that no plan is shared.
MIXES = {
    "games": [
        '{game(appId:"$g"){title similarGames{game{title} score} priceEstimate{price low high}}}',
        '{game(appId:"$g"){title tags genres{name} developer{name} reviews(first:5){nodes{text}}}}',
        '{game(appId:"$g"){similarGames(first:10){game{title similarGames(first:10){game{title}}}}}}',
    ],
    "users": [
        '{user(userId:"$u"){moneySpent recommendations{game{title}}}}',
        '{user(userId:"$u"){library(first:50){nodes{title}} reviews(first:5){nodes{text}}}}',
        '{user(userId:"$u"){recommendations(filter:{price:{lt:10}}){game{title}}}}',
        '{users(first:100,after:null,search:"$w"){nodes{userId recommendations(first:10){game{title}}}}}',
    ],
    "titles": [
        '{title(titleId:"$t"){title description similarTitles{title{title} reason{words}}}}',
        '{title(titleId:"$t"){ratings(first:20){edges{rating ratedAt}}}}',
        '{titles(first:100,search:"$w"){nodes{title cast similarTitles(first:5){title{title}}}}}',
    ],
    "viewers": [
        '{viewer(viewerId:"$v"){verdict(titleId:"$t",method:$m){estimate}}}',
        '{viewer(viewerId:"$v"){recommendations{title{title}}}}',
        '{viewer(viewerId:"$v"){ratings(first:50){edges{rating ratedAt node{title}}}}}',
    ],
    "searches": [
        '{games(search:"$w"){totalCount nodes{title}}}',
        '{users(search:"$w"){totalCount}}',
        '{developers(search:"$w"){totalCount nodes{name}}}',
        '{titles(search:"$w"){totalCount nodes{title}}}',
        '{viewers(search:"$w"){totalCount}}',
    ],
    "filters and orders": [
        '{games(filter:{title:{contains:"$w"}}){totalCount}}',
        '{games(filter:{tag:{contains:"$w"}},orderBy:[{field:PRICE}]){totalCount nodes{title price}}}',
        '{users(filter:{userId:{contains:"$w"}}){totalCount}}',
        "{users(orderBy:[{field:MONEY_SPENT,direction:DESC}]){nodes{userId moneySpent}}}",
        '{titles(filter:{title:{contains:"$w"}},orderBy:[{field:SCORE_COUNT}]){totalCount nodes{title}}}',
        '{titles(filter:{castMember:{contains:"$w"}}){totalCount}}',
        "{viewers(orderBy:[{field:MEAN_RATING}]){nodes{viewerId}}}",
    ],
    "years, genres, developers": [
        "{catalogueYear(year:$y){gameCount topGenres{games} topSpecs{games}}}",
        "{bestDevelopers(year:$y){developer{name}}}",
        "{mostRecommendedGames(year:$y){places{game{title}}}}",
        '{genre(name:"$n"){topPlayer{user{userId}}}}',
        '{developer(name:"$d"){releaseYears{year} reviewSentiment{positive} reviews(first:10){nodes{text}}}}',
        "{topActors(platform:NETFLIX,year:$y){name}}",
    ],
    "distinct documents": [
        '{$a:game(appId:"$g"){$a:title price releaseYear tags specs genres{name} developer{name} similarGames(first:5){score game{$a:title price tags}}}}',
        '{$a:user(userId:"$u"){$a:moneySpent library(first:20){nodes{title} edges{hours node{$a:title price}}} recommendations(first:5){score game{title price}}}}',
        '{$a:title(titleId:"$t"){$a:title releaseYear description cast directors genres similarTitles{title{$a:title kind}}}}',
        '{$a:games(first:50,search:"$w"){totalCount pageInfo{hasNextPage endCursor} nodes{$a:title price tags developer{name} genres{name}}}}',
    ],
}  # fmt: skip
METHODS = ("VIEWER_MEAN", "PEARSON_VIEWERS", "ITEM_NEIGHBOURS", "CONTENT", "FACTORS")
WORDS = ["star", "dark", "war", "night", "love", "man", "life", "sim", "super", "space", "of", "the", "a", "e", "in", "dead", "day", "red", "king", "girl"]  # fmt: skip


class Server:
    """A running server and the memory of its process."""

    def __init__(self, data: Path, workers: int = 1) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        command = ["-m", "server.cli", "serve", "--data", str(data), "--port", str(self._port)]
        command += ["--workers", str(workers)]
        self.process = subprocess.Popen(
            [sys.executable, *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for _ in range(600):
            try:
                self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
                self.ask("{dataset{version}}")
                return
            except OSError:
                time.sleep(0.1)
        raise SystemExit("The server does not answer.")

    def ask(self, query: str) -> dict[str, Any]:
        """The answer to a query."""
        headers = {"content-type": "application/json", "connection": "close"}
        self._connection.request("POST", "/graphql", json.dumps({"query": query}), headers)
        answer: dict[str, Any] = json.loads(self._connection.getresponse().read())
        return answer

    def memory(self) -> dict[str, float]:
        """MB by the names of the system."""
        text = Path(f"/proc/{self.process.pid}/status").read_text()
        names = ("VmRSS", "RssAnon", "RssFile", "VmHWM")
        return {name: int(re.search(rf"{name}:\s+(\d+)", text)[1]) / 1024 for name in names}  # type: ignore[index]

    def pss(self) -> float:
        """MB of the process and its workers, in which shared pages count once."""
        return megabytes([self.process.pid, *descendants(self.process.pid)])


@contextmanager
def serving(data: Path, workers: int = 1) -> Iterator[Server]:
    """A server until the end of the context."""
    server = Server(data, workers)
    try:
        yield server
    finally:
        server.process.terminate()
        server.process.wait()


def _columns(data: Path) -> dict[str, list[str]]:
    """Ids and names of a snapshot, by their places in the operations."""
    from datastore.base.reader import SnapshotReader
    from datastore.base.snapshot import current_version, snapshot_path

    reader = SnapshotReader(snapshot_path(data, current_version(data) or ""))
    return {
        "$g": reader.column("games", "app_id"),
        "$u": reader.column("users", "user_id"),
        "$t": reader.column("titles", "title_id"),
        "$v": reader.column("viewers", "viewer_id"),
        "$d": reader.column("developers", "name"),
        "$n": reader.column("genres", "name"),
    }


class Documents:
    """Operations with random arguments of a snapshot."""

    def __init__(self, data: Path) -> None:
        # In a process that ends: libraries loaded here would be shared with the server, and its PSS
        # would not count them.
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:
            columns = pool.submit(_columns, data).result()
        self._random = random.Random(1)
        self._values = {
            **columns,
            "$m": METHODS,
            "$w": WORDS,
            "$y": [str(year) for year in range(2005, 2019)],
            "$a": [f"a{number}" for number in range(10**6)],
        }

    def of(self, operations: list[str]) -> str:
        """One of these operations."""
        operation = self._random.choice(operations)
        return re.sub(r"\$.", lambda match: self._value(match[0]), operation)

    def _value(self, name: str) -> str:
        value: str = self._random.choice(self._values[name])
        return value.replace("\\", "").replace('"', "")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("data"))
    parser.add_argument("--requests", type=int, default=2_000, help="of each mix")
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args()
    documents = Documents(options.data)
    mixes = {**MIXES, "all": [each for mix in MIXES.values() for each in mix]}
    with serving(options.data) as server:
        columns = ("VmRSS", "RssAnon", "RssFile", "VmHWM")
        print(f"{'':<28}" + "".join(f"{name:>9}" for name in columns) + "   errors  requests/s")
        for name, mix in {"start": [], **mixes}.items():
            started, errors = time.perf_counter(), 0
            for _ in range(options.requests if mix else 0):
                errors += "errors" in server.ask(documents.of(mix))
            rate = options.requests / (time.perf_counter() - started) if mix else 0
            memory = server.memory()
            figures = "".join(f"{memory[name]:>9.1f}" for name in columns)
            print(f"{name:<28}{figures}{errors:>9}{rate:>12.0f}", flush=True)
    if options.workers > 1:
        print(f"PSS at the start and under all mixes; workers: 1, {options.workers}; ratio")
        figures = [_pss(options, documents, mixes["all"], n) for n in (1, options.workers)]
        for one, several in zip(*figures, strict=True):
            print(f"{one:>9.1f}{several:>9.1f}{several / one:>9.2f}")


def _pss(
    options: argparse.Namespace, documents: Documents, mix: list[str], workers: int
) -> tuple[float, float]:
    with serving(options.data, workers) as server:
        start = server.pss()
        for _ in range(options.requests * workers):
            server.ask(documents.of(mix))
        return start, server.pss()


if __name__ == "__main__":
    main()

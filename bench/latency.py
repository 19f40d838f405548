"""bench: how long a simple query takes while other clients attack. Run manually.

    python bench/latency.py [--data DIR] [--clients 8] [--seconds 20] [--profile production]

Starts a server and asks it a simple query, every few milliseconds: first alone, then while clients
send the attacks of tests/attacks.py, and expensive operations that the limits allow, without a
pause. All clients share one processor, and the server has another one. Times in milliseconds.
"""

from __future__ import annotations

import argparse
import http.client
import json
import multiprocessing
import os
import random
import socket
import statistics
import subprocess
import sys
import time
from itertools import cycle
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent / "tests"))

from attacks import ATTACKS, EXPENSIVE

#: The simple queries, in turn.
SIMPLE = (
    '{ game(appId: "220") { title price developer { name } } }',
    '{ developer(name: "Valve") { releaseYears { year items freePercent } } }',
    "{ bestDevelopers(year: 2014) { rank developer { name } } }",
)
#: Pause between simple queries, in seconds.
PAUSE = 0.005
HEADERS = {"Content-Type": "application/json", "Accept-Encoding": "gzip, br, zstd"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=None)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--profile", default="production")
    parser.add_argument("--which", choices=["all", "attacks", "expensive"], default="all")
    options = parser.parse_args()
    documents = {
        "all": ATTACKS + EXPENSIVE,
        "attacks": ATTACKS,
        "expensive": EXPENSIVE,
    }[options.which]
    processors = sorted(os.sched_getaffinity(0))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "server.cli", "serve", "--port", str(port)]
    command += ["--profile", options.profile]
    command += ["--data", str(options.data)] if options.data else ["--demo"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.sched_setaffinity(server.pid, processors[:1])
    os.sched_setaffinity(0, processors[-1:])
    answered = multiprocessing.Value("i", 0)
    bodies = [json.dumps(attack.request).encode() for attack in documents]
    attackers = [
        multiprocessing.Process(target=_attack, args=(port, bodies, number, answered), daemon=True)
        for number in range(options.clients)
    ]
    try:
        _wait(port)
        _asked(port, 1)
        print(f"{'':<16}{'queries':>9}{'p50':>8}{'p99':>8}{'longest':>9}  attacks per second")
        _print("alone", _asked(port, options.seconds / 2), 0)
        for attacker in attackers:
            attacker.start()
        time.sleep(2)
        answered.value = 0
        times = _asked(port, options.seconds)
        _print(f"{options.clients} attackers", times, answered.value / options.seconds)
    finally:
        for attacker in attackers:
            if attacker.pid:
                attacker.kill()
        server.terminate()
        server.wait(30)


def _wait(port: int) -> None:
    for _ in range(600):
        try:
            _post(http.client.HTTPConnection("127.0.0.1", port), b'{"query": "{ __typename }"}')
        except OSError:
            time.sleep(0.1)
        else:
            return
    sys.exit("the server did not start")


def _post(connection: http.client.HTTPConnection, body: bytes) -> int:
    connection.request("POST", "/graphql", body, HEADERS)
    with connection.getresponse() as answer:
        answer.read()
        return answer.status


def _asked(port: int, seconds: float) -> list[float]:
    """Times of simple queries in milliseconds, asked one after the other."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    end, times = time.monotonic() + seconds, []
    for query in cycle(SIMPLE):
        if time.monotonic() > end:
            return times
        body = json.dumps({"query": query}).encode()
        start = time.perf_counter()
        status = _post(connection, body)
        times.append((time.perf_counter() - start) * 1_000)
        if status != 200:
            sys.exit(f"a simple query was answered with {status}")
        time.sleep(PAUSE)
    return times


def _attack(port: int, bodies: list[bytes], number: int, answered: Synchronized[int]) -> None:
    """Send the attacks in random order, each as a document that the server has not cached."""
    os.nice(5)  # the simple queries are to be measured, not the attackers
    choice = random.Random(number)
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for count in range(10**9):
        body = choice.choice(bodies).replace(
            b'{"query": "', b'{"query": "#%d-%d\\n' % (number, count)
        )
        try:
            _post(connection, body)
        except (OSError, http.client.HTTPException):
            connection.close()
        with answered.get_lock():
            answered.value += 1


def _print(name: str, times: list[float], rate: float) -> None:
    centiles = statistics.quantiles(times, n=100)
    print(
        f"{name:<16}{len(times):>9,}{centiles[49]:>8.1f}{centiles[98]:>8.1f}{max(times):>9.1f}"
        f"{rate:>12,.0f}"
    )


if __name__ == "__main__":
    main()

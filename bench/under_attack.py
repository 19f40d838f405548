"""bench: CPU time, bytes and memory of the attacks of tests/attacks.py. Run manually.

    python bench/under_attack.py [--data DIR] [--rounds 3]

Each attack is sent to the application as the server runs it, in this process, without a network.
The first round is cold: no document, search or derived column is cached. CPU time in milliseconds,
the worst first.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).parent.parent / "tests"))

from attacks import ATTACKS, Attack
from datastore.base.environment import load_settings
from server.app import create_app


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=None)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    settings = load_settings(options={"data_dir": options.data} if options.data else {})
    app = create_app(settings)
    rows = asyncio.run(_measured(app, options.rounds))
    print(f"{'attack':<44}{'first':>8}{'next':>8}{'bytes':>10}{'MB':>6}  refused by")
    for name, times, size, grown, limit in sorted(rows, key=lambda row: -max(row[1])):
        print(f"{name:<44}{times[0]:>8.1f}{min(times):>8.1f}{size:>10,}{grown:>6.1f}  {limit}")


async def _measured(app: Any, rounds: int) -> list[tuple[str, list[float], int, float, str]]:
    rows = []
    async with app.router.lifespan_context(app):
        await _sent(app, Attack("warm up", "{ games { nodes { title } } }"))
        gc.collect()
        gc.freeze()
        for attack in ATTACKS:
            times, before = [], _peak_mb()
            for _ in range(rounds):
                start = time.process_time()
                answer = await _sent(app, attack)
                times.append((time.process_time() - start) * 1_000)
            grown = _peak_mb() - before
            errors = json.loads(answer).get("errors", [])
            limit = errors[0]["extensions"].get("limit", "") if errors else ""
            rows.append((attack.name, times, len(answer), grown, limit))
    return rows


async def _sent(app: Any, attack: Attack) -> bytes:
    """The body of the answer to an attack."""
    body = json.dumps(attack.request).encode()
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/graphql",
        "raw_path": b"/graphql",
        "root_path": "",
        "query_string": b"",
        "headers": [(b"host", b"x"), (b"content-type", b"application/json")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8000),
        "state": {},
    }
    parts: list[bytes] = []
    pending = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> dict[str, Any]:
        if not pending:
            await asyncio.Event().wait()  # the client waits for its answer
        return pending.pop()

    async def send(message: dict[str, Any]) -> None:
        parts.append(message.get("body", b""))

    await app(scope, receive, send)
    return b"".join(parts)


def _peak_mb() -> float:
    """Highest resident memory of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024


if __name__ == "__main__":
    main()

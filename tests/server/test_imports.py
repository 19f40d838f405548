"""The server never loads the build: memory, start time, and no trainer in the process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SERVE = """
import asyncio, json, sys
from pathlib import Path
from threadpoolctl import threadpool_info
from datastore.base.settings import Settings
from datastore.store import Store
from server.app import create_app

def threads():
    return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]

data_dir = Path(sys.argv[1])
before = threads()
app = create_app(Settings(data_dir=data_dir), Store.open_current(data_dir))
after = threads()

async def answer(query):
    sent = []
    async def receive():
        return {"type": "http.request", "body": json.dumps({"query": query}).encode()}
    async def send(message):
        sent.append(message)
    scope = {
        "type": "http", "method": "POST", "path": "/graphql", "raw_path": b"/graphql",
        "query_string": b"", "root_path": "", "http_version": "1.1", "scheme": "http",
        "headers": [(b"content-type", b"application/json")], "asgi": {"version": "3.0"},
    }
    await app(scope, receive, send)
    return json.loads(b"".join(message.get("body", b"") for message in sent))

query = '''{ developer(name: "orbit works") { releaseYears { year } reviewSentiment { total } }
  user(userId: "ada") { moneySpent recommendations { score } library { totalCount } }
  genre(name: "action") { topPlayer { hours } } bestDevelopers(year: 2011) { rank }
  game(appId: "10") { similarGames { score } } developers { totalCount } dataset { version } }'''
found = asyncio.run(answer(query))
roots = sorted({name.partition(".")[0] for name in sys.modules})
print(json.dumps({"answer": found, "roots": roots, "threads": [before, after]}))
"""


@pytest.fixture(scope="module")
def served(data_dir: Path) -> Any:
    """What an application answers in another program, what that has loaded, and its threads of BLAS
    before and after the application is made."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", SERVE, str(data_dir)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=os.environ | {"OPENBLAS_NUM_THREADS": "2"},
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_serving_loads_neither_the_build_nor_its_libraries(served: Any) -> None:
    assert "errors" not in served["answer"]
    assert served["answer"]["data"]["user"]["moneySpent"] == 34.97
    assert {"schema", "resolvers", "datastore", "numpy", "pyarrow"} <= set(served["roots"])
    unwanted = {"etl", "implicit", "lightgbm", "pandas", "vaderSentiment", "scipy", "sklearn"}
    assert not unwanted & set(served["roots"])


def test_an_application_made_in_another_program_has_one_blas_thread(served: Any) -> None:
    assert served["threads"] == [[2], [1]]

"""Clients: the audits of graphql-http, the specification's own suite, against `playgraph serve`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.clients

AUDITS = Path(__file__).parent / "audits"
REQUIRED = os.environ.get("PLAYGRAPH_REQUIRE_CLIENTS") == "1"
NPM_CI = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")  # as the server's, which is not started without the suite
def audits(run: Run) -> Path:
    """The suite, installed as its lock names it."""
    npm = shutil.which("npm")
    if REQUIRED:
        assert npm, "Node with npm is not installed, and PLAYGRAPH_REQUIRE_CLIENTS=1"
        run([npm, *NPM_CI], cwd=AUDITS)
    elif npm is None or not (AUDITS / "node_modules").is_dir():
        pytest.skip(
            "graphql-http is not installed: with Node, `npm ci --ignore-scripts` in "
            "tests/clients/audits"
        )
    return AUDITS


def test_all_61_audits_of_graphql_http_pass(audits: Path, server: str, run: Run) -> None:
    done = run(["node", "run.mjs"], cwd=audits, PLAYGRAPH_URL=server)
    results: list[dict[str, Any]] = json.loads(done.stdout)
    assert [result for result in results if result["status"] != "ok"] == []
    assert len({result["id"] for result in results}) == 61

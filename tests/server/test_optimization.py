"""With PYTHONOPTIMIZE nothing is missing: asserts and docstrings are gone, answers are not."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from harness import Ask
from processes import COMMAND, environment, free_port, wait_until_ready
from thorough import thorough_only

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
QUESTION = '{ developer(name: "orbit works") { releaseYears { year items } } dataset { games } }'
DESCRIBED = '{ __type(name: "Developer") { description fields { name description } } }'


@pytest.fixture(scope="module")
def optimized(request: pytest.FixtureRequest) -> dict[str, str]:
    """The level at which docstrings are gone, too. Processes, and later runs, share what they
    compiled: packages come without the code of this level."""
    folder = request.config.cache.mkdir("optimized")
    plain = {k: v for k, v in environment().items() if k != "PYTHONDONTWRITEBYTECODE"}
    return {**plain, "PYTHONPYCACHEPREFIX": str(folder), "PYTHONOPTIMIZE": "2"}


def run(env: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [*COMMAND, *arguments], env=env, capture_output=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def question(port: int, query: str) -> Any:
    body = json.dumps({"query": query}).encode()
    headers = {"Content-Type": "application/json"}
    request = Request(f"http://127.0.0.1:{port}/graphql", body, headers)
    with urlopen(request, timeout=10) as answer:
        return json.load(answer)


def test_the_schema_is_printed_with_its_descriptions(optimized: dict[str, str]) -> None:
    assert run(optimized, "sdl") == (ROOT / "schema.graphql").read_text(encoding="utf-8")


@thorough_only("takes five seconds")
def test_the_demo_world_is_built(optimized: dict[str, str], tmp_path: Path) -> None:
    small = ["--users=100", "--games=200", "--titles=80", "--viewers=60"]
    run(optimized, "demo", *small, "--data", str(tmp_path))
    answer = run(optimized, "query", "{ dataset { demo } }", "--data", str(tmp_path))
    assert json.loads(answer) == {"data": {"dataset": {"demo": True}}}


def test_a_server_answers_and_describes_itself(
    optimized: dict[str, str], data_dir: Path, tmp_path: Path, ask: Ask
) -> None:
    port, log = free_port(), tmp_path / "log"
    with log.open("wb") as out:
        server = subprocess.Popen(
            [*COMMAND, "serve", "--data", str(data_dir), "--port", str(port)],
            env=optimized,
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
        )
    try:
        wait_until_ready(server, port, 60, said=log.read_text)
        assert question(port, QUESTION) == ask(QUESTION)
        kind = question(port, DESCRIBED)["data"]["__type"]
        assert kind["description"]
        assert all(field["description"] for field in kind["fields"])
    finally:
        server.terminate()
        server.wait(20)
    assert "Traceback" not in log.read_text()

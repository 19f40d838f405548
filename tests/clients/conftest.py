"""The clients' packages, a workshop for what they generate, and a real server of the demo world."""

from __future__ import annotations

import importlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn, Protocol

import httpx
import pytest

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
#: The server is that of another environment: some clients ask for an older graphql-core than it.
PLAYGRAPH = Path(os.environ.get("PLAYGRAPH_COMMAND") or Path(sys.executable).with_name("playgraph"))
#: In CI nothing is skipped: what is missing is installed or fails.
REQUIRED = os.environ.get("PLAYGRAPH_REQUIRE_CLIENTS") == "1"
NPM_CI = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]
NPM_SECONDS = 300.0  # 300 MB of packages over a slow line; some 20 s from a near registry
START_SECONDS = 60.0  # a server is ready in two; the machine may be busy
SECONDS = 120.0  # one client, one generator

#: Facts that a client's script prints as JSON.
Facts = dict[str, Any]


class Ask(Protocol):
    """Ask the server by plain HTTP, with no client library: the truth to hold clients against."""

    def __call__(self, query: str, /, **variables: Any) -> Any: ...


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.clients)


def missing(what: str) -> NoReturn:
    if REQUIRED:
        pytest.fail(f"{what}, and PLAYGRAPH_REQUIRE_CLIENTS=1", pytrace=False)
    pytest.skip(what)


def call(
    command: list[str | Path],
    *,
    cwd: Path,
    seconds: float = SECONDS,
    check: bool = True,
    **env: str,
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end; a failure shows all that it said."""
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **env},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=seconds,
    )
    if check and done.returncode:
        name = " ".join(str(part) for part in command)
        pytest.fail(f"`{name}` failed:\n{done.stdout}\n{done.stderr}", pytrace=False)
    return done


@pytest.fixture(scope="session")
def run() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a program in a folder; keywords are its environment."""
    return call


@pytest.fixture(scope="session")
def python_client() -> Callable[[str], ModuleType]:
    """Import a client library; without it the test is skipped, in CI it fails."""

    def load(name: str) -> ModuleType:
        try:
            return importlib.import_module(name)
        except ModuleNotFoundError:
            missing(
                f"the Python client {name!r} is not installed: "
                "`pip install -r tests/clients/requirements.txt` in an environment of its own"
            )

    return load


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """The clients' npm packages, as the lock names them."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        missing(
            "Node with npm is not installed: https://nodejs.org, the version is in "
            "tests/clients/package.json"
        )
    packages = HERE / "node_modules"
    if REQUIRED:
        call([npm, *NPM_CI], cwd=HERE, seconds=NPM_SECONDS)
    elif not (packages / ".package-lock.json").is_file():
        missing("the npm clients are not installed: `npm ci --ignore-scripts` in tests/clients")
    return packages


@pytest.fixture(scope="session")
def sdl() -> str:
    """The schema as `playgraph sdl` prints it."""
    return call([PLAYGRAPH, "sdl"], cwd=ROOT).stdout


@pytest.fixture(scope="session")
def workshop(node_modules: Path, sdl: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the npm project with the schema, to generate code in; the checkout stays clean."""
    folder = tmp_path_factory.mktemp("clients")
    for source in HERE.iterdir():
        if source.suffix in {".ts", ".mjs", ".json", ".yml", ".graphql"}:
            shutil.copy(source, folder)
    for part in ("codegen", "relay"):
        shutil.copytree(HERE / part, folder / part)
    (folder / "node_modules").symlink_to(node_modules, target_is_directory=True)
    (folder / "schema.graphql").write_text(sdl, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def artifacts(workshop: Path) -> Path:
    """Output of relay-compiler for the queries and fragments in relay/ and our schema."""
    call([workshop / "node_modules/.bin/relay-compiler"], cwd=workshop)
    return workshop / "relay/__generated__"


@pytest.fixture(scope="session")
def generated(workshop: Path) -> Path:
    """Output of graphql-codegen for the documents in codegen/ and our schema."""
    call([workshop / "node_modules/.bin/graphql-codegen", "--config", "codegen.yml"], cwd=workshop)
    return workshop / "generated"


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[str]:
    """`playgraph serve` over a new demo world, in a process of its own; its GraphQL address."""
    call([PLAYGRAPH, "demo", "--data", folder / "data"], cwd=folder)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    log = folder / "log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [PLAYGRAPH, "serve", "--data", folder / "data", "--port", str(port), *options],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until_ready(process, f"http://127.0.0.1:{port}/readyz", log)
        yield f"http://127.0.0.1:{port}/graphql"
        assert process.poll() is None, f"the server died:\n{log.read_text()}"
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The GraphQL address of a server with the default profile."""
    with serving(tmp_path_factory.mktemp("server")) as address:
        yield address


@pytest.fixture(scope="session")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The GraphQL address of a server in production."""
    with serving(tmp_path_factory.mktemp("production"), "--profile", "production") as address:
        yield address


def wait_until_ready(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            if httpx.get(address).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    pytest.fail(f"the server did not start:\n{log.read_text()}", pytrace=False)


@pytest.fixture(scope="session")
def ask(server: str) -> Ask:
    """Ask by plain HTTP; an answer with errors fails."""

    def ask(query: str, /, **variables: Any) -> Any:
        answer = httpx.post(server, json={"query": query, "variables": variables}).json()
        assert "errors" not in answer, answer
        return answer["data"]

    return ask


@pytest.fixture(scope="session")
def all_games(ask: Ask) -> list[str]:
    """The product ids of the whole catalogue, page by page."""
    found: list[str] = []
    after = None
    while True:
        page = ask(
            "query ($after: String) { games(first: 100, after: $after) {"
            " totalCount nodes { appId } pageInfo { hasNextPage endCursor } } }",
            after=after,
        )["games"]
        found += [game["appId"] for game in page["nodes"]]
        assert len(set(found)) == len(found) <= page["totalCount"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            return found


@pytest.fixture(scope="session")
def facts(workshop: Path, server: str) -> Callable[[str], Facts]:
    """Run a client's script against the server; the facts that it prints."""

    def facts(script: str) -> Facts:
        command = ["node", "--import", "tsx", script]
        found: Facts = json.loads(call(command, cwd=workshop, PLAYGRAPH_URL=server).stdout)
        return found

    return facts

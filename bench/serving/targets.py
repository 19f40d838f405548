"""bench: the servers that are compared: how each is installed, started and measured."""

from __future__ import annotations

import importlib.metadata
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from load import BadAnswer, Connection
from shapes import Shape, Writer, by_graphql, by_rest

ROOT = Path(__file__).parents[2]
PEERS = Path(__file__).parent / "peers"
#: Seconds until a server must listen.
PATIENCE = 90.0
PYTHON_PEERS = ("fastapi", "uvicorn[standard]")
#: A clock of the kernel: CPU time of a whole process, user and system, all threads, by its id.
_CPU_CLOCK = 2


class NotInstalled(Exception):
    """A peer cannot be installed; the text is the reason."""


@dataclass
class Target:
    """A kind of server. `command` starts it on a port; `answers` selects the shapes it has."""

    key: str
    title: str
    command: Callable[[int], list[str]]
    answers: Callable[[Shape], bool]
    write: Writer = by_graphql
    environment: dict[str, str] | None = None
    versions: str = ""


@dataclass
class Server:
    """A running server."""

    target: Target
    port: int
    process: subprocess.Popen[bytes]

    def cpu_seconds(self) -> float:
        """CPU time of the server and its child processes so far."""
        return sum(_cpu_seconds(pid) for pid in family(self.process.pid))


@contextmanager
def running(target: Target, core: int, log: Path) -> Iterator[Server]:
    """Start a server on one core, and end it afterwards."""
    port = _free_port()
    before = os.sched_getaffinity(0)
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PLAYGRAPH_")}
    environment |= {"PYTHONPATH": str(ROOT), "NODE_ENV": "production", **(target.environment or {})}
    with log.open("wb") as output:
        os.sched_setaffinity(0, {core})  # which the server and all of its threads inherit
        try:
            process = subprocess.Popen(
                target.command(port), cwd=ROOT, env=environment, stdout=output, stderr=output
            )
        finally:
            os.sched_setaffinity(0, before)
    try:
        _wait(process, port, log)
        yield Server(target, port, process)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def family(root: int) -> list[int]:
    """A process and its descendants."""
    found, pending = [], [root]
    while pending:
        found.append(pending.pop())
        for task in Path(f"/proc/{found[-1]}/task").glob("*/children"):
            pending += map(int, task.read_text().split())
    return found


def targets(
    data: Path, export: Path, answers: Path, cache: Path, wanted: Collection[str]
) -> tuple[list[Target], list[str]]:
    """The targets, and the peers that cannot be installed, each with the reason. Peers are
    installed if they are wanted, or if nothing in particular is."""
    ours = [sys.executable, "-m", "server.cli", "serve", f"--data={data}"]
    python = ["playgraph", "strawberry-graphql", "uvicorn", "uvloop", "httptools"]
    found = [
        Target(
            "playgraph",
            "playgraph",
            lambda port: [*ours, f"--port={port}"],
            lambda shape: not shape.cached,
            environment={"PLAYGRAPH_ANSWER_CACHE_BYTES": "0"},
            versions=f"Python {sys.version.split()[0]}, {_python_versions(python[1:])}",
        ),
        Target(
            "cached",
            "playgraph, response cache on",
            lambda port: [*ours, f"--port={port}"],
            lambda shape: shape.cached,
        ),
        Target(
            "interpreted",
            "playgraph, PLAYGRAPH_COMPILE=0",
            lambda port: [*ours, f"--port={port}"],
            lambda shape: not shape.cached,
            environment={"PLAYGRAPH_ANSWER_CACHE_BYTES": "0", "PLAYGRAPH_COMPILE": "0"},
        ),
        Target(
            "stock",
            "Strawberry",
            lambda port: [sys.executable, str(PEERS / "stock.py"), str(port), str(data)],
            lambda shape: not shape.unchanged,
        ),
        Target(
            "fixed",
            "fixed bytes on uvicorn",
            lambda port: [sys.executable, str(PEERS / "fixed.py"), str(port), str(answers)],
            lambda shape: not shape.unchanged,
        ),
    ]
    missing = []

    def peer(shape: Shape) -> bool:
        return shape.peers

    def is_wanted(*keys: str) -> bool:
        return not wanted or not set(keys).isdisjoint(wanted)

    try:
        node, versions = _node(cache) if is_wanted("mercurius", "apollo") else (cache, {})
        for key, title, script in (
            ("mercurius", "Mercurius + jit", "mercurius.mjs"),
            ("apollo", "Apollo Server", "apollo.mjs"),
        ):
            command = ["node", str(node / script)]
            found.append(
                Target(
                    key,
                    title,
                    lambda port, command=command: [*command, str(port), str(export)],
                    peer,
                    versions=versions.get(key, ""),
                )
            )
    except NotInstalled as error:
        missing.append(f"Mercurius + jit, Apollo Server: {error}")
    try:
        python_of_peers = _python(cache) if is_wanted("rest") else Path(sys.executable)
        found.append(
            Target(
                "rest",
                "FastAPI, REST",
                lambda port: [
                    str(python_of_peers), str(PEERS / "rest.py"), str(port), str(export)
                ],
                peer,
                by_rest,
                versions=_versions(python_of_peers, "fastapi", "pydantic", "uvicorn"),
            )
        )  # fmt: skip
    except NotInstalled as error:
        missing.append(f"FastAPI, REST: {error}")
    return found, missing


def _node(cache: Path) -> tuple[Path, dict[str, str]]:
    """A folder with the peers for Node, and their versions."""
    folder = cache / "node"
    folder.mkdir(parents=True, exist_ok=True)
    for file in PEERS.glob("*.mjs"):
        (folder / file.name).write_bytes(file.read_bytes())
    wanted = (PEERS / "package.json").read_bytes()
    package = folder / "package.json"
    if not (folder / "node_modules").is_dir() or package.read_bytes() != wanted:
        print("installing the peers from npm", file=sys.stderr)
        package.write_bytes(wanted)
        _install(["npm", "install", "--no-audit", "--no-fund"], folder)
    node = _output("node", "--version")

    def versions(*names: str) -> str:
        found = [
            json.loads((folder / "node_modules" / name / "package.json").read_text())["version"]
            for name in names
        ]
        listed = [f"{name} {version}" for name, version in zip(names, found, strict=True)]
        return ", ".join([f"Node {node.removeprefix('v')}", *listed])

    return folder, {
        "mercurius": versions("mercurius", "graphql-jit", "fastify", "graphql"),
        "apollo": versions("@apollo/server", "graphql"),
    }


def _python(cache: Path) -> Path:
    """The Python of a virtual environment with the peers for Python."""
    folder = cache / "python"
    python = folder / "bin" / "python"
    done = folder / "installed"
    if not done.is_file():
        print("installing the peers from PyPI", file=sys.stderr)
        _install([sys.executable, "-m", "venv", str(folder)], cache)
        _install([str(python), "-m", "pip", "install", "--quiet", *PYTHON_PEERS], cache)
        done.touch()
    return python


def _install(command: list[str], folder: Path) -> None:
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotInstalled(str(error)) from None
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines()
        raise NotInstalled(lines[-1] if lines else f"{command[0]} failed")


def _versions(python: Path, *names: str) -> str:
    """Installed versions; empty if they are not installed there."""
    code = (
        "import sys, importlib.metadata as m; "
        "print(', '.join(f'{n} {m.version(n)}' for n in sys.argv[1:]))"
    )
    return _output(python, "-c", code, *names)


def _output(*command: str | Path) -> str:
    try:
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    except OSError as error:
        raise NotInstalled(str(error)) from None
    return done.stdout.strip()


def _python_versions(names: Iterable[str]) -> str:
    return ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names)


def _cpu_seconds(pid: int) -> float:
    try:
        return time.clock_gettime(~pid << 3 | _CPU_CLOCK)
    except OSError:
        return 0.0  # it has just ended


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            Connection(port).socket.close()
            return
        except (OSError, BadAnswer):
            time.sleep(0.05)
    raise BadAnswer(f"the server did not start:\n{log.read_text('utf-8', 'replace')}")

"""A process that has loaded the command line once, and forks a process for each command.

`processes.start` runs it and talks to it. A command has its own arguments, environment, working
folder, streams and session, not those of this process.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import resource
import runpy
import signal
import socket
import sys
import threading
from collections.abc import Callable
from importlib import import_module
from typing import Any, NoReturn

#: Modules that commands load when they need them.
LOADED = (
    "server.cli.main",
    "etl.games.stages",
    "etl.prices.build",
    "etl.release.build",
    "etl.release.model",
    "etl.release.terminal",
    "etl.titles.verdicts",
    "implicit.cpu.als",
    "scipy.sparse.linalg",
    "server.app",
    "server.observe.team",
    "server.wire.server",
    "server.wire.workers",
)


def leave_files_to_the_system() -> None:
    """Let `fsync` do nothing: a third of the CPU time of a small build. Tests kill processes, whose
    writes the system keeps; none cuts the power."""
    vars(os)["fsync"] = lambda descriptor: None


def load() -> None:
    """Load the commands and make the schema, without the threads that a fork would lose."""
    leave_files_to_the_system()
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    import_module("etl.process.memory").spare_pandas()
    for name in LOADED:
        import_module(name)
    import_module("schema.graph").graphql_schema()
    assert threading.active_count() == 1, "a module has started a thread"
    gc.collect()
    gc.freeze()


def serve(requests: socket.socket) -> dict[str, Any]:
    """Fork a process for each request, and answer with its id; returns in that process. It is
    handed to the next ancestor that adopts orphans, by a process in between that ends at once."""
    while True:
        message, descriptors, *_ = socket.recv_fds(requests, 1 << 20, 3)
        if not message:
            sys.exit(0)
        if (between := os.fork()) == 0:
            if command := os.fork():
                requests.send(str(command).encode())
                os._exit(0)
            requests.close()
            request: dict[str, Any] = json.loads(message)
            if request["start_new_session"]:
                os.setsid()
            for number, descriptor in enumerate(descriptors):
                os.dup2(descriptor, number)
                os.close(descriptor)
            return request
        os.waitpid(between, 0)
        for descriptor in descriptors:
            os.close(descriptor)
        requests.send(b"forked")


def limit_file_size(most_bytes: int) -> None:
    """Let no file of this process grow beyond a size: like a full disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))


def limit_open_files(most: int) -> None:
    """Let this process open at most this number of files."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def close_streams(*descriptors: int) -> None:
    """Close standard streams of this process, and leave it without them, as Python does in a
    process that a shell has started with `>&-`."""
    for descriptor in descriptors:
        os.close(descriptor)
        setattr(sys, ("stdin", "stdout", "stderr")[descriptor], None)


def start_workers_for_few() -> None:
    """Let a build of few reviews start workers, as one of many does."""
    vars(import_module("etl.sentiment.reviews"))["_FEW"] = 0


def signal_before_serving(number: int) -> None:
    """Let this process get a signal when its server is about to run."""
    from server.wire.server import Server

    serve = Server.run

    def signalled(self: Server, *arguments: Any, **named: Any) -> None:
        os.kill(os.getpid(), number)
        serve(self, *arguments, **named)

    Server.run = signalled  # type: ignore[method-assign]


def run_script(path: str) -> None:
    """Run a program of another kind, with the arguments of the command."""
    sys.path.insert(0, os.path.dirname(path))
    runpy.run_path(path, run_name="__main__")


def run(request: dict[str, Any]) -> NoReturn:
    """Run the command of a request as `python -m server.cli` does."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    sys.argv = ["playgraph", *request["arguments"]]
    if request["first"]:
        module, name, arguments = request["first"]
        first: Callable[..., object] = getattr(import_module(module), name)
        first(*arguments)
    try:
        import_module("server.cli.main").main()
    except SystemExit as ending:
        end(ending)
    raise AssertionError("a command exits")


def end(ending: SystemExit) -> NoReturn:
    """End this process as the interpreter does, without taking its objects apart: that writes to
    all memory that it shares with the server, which takes longer than a small command."""
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    assert ending.code is None or isinstance(ending.code, int), "a text is printed by fail()"
    os._exit(ending.code or 0)


if __name__ == "__main__":
    load()
    run(serve(socket.socket(fileno=int(sys.argv[1]))))

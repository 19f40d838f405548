"""The command line as a process of its own, and a server of that kind until it is ready."""

from __future__ import annotations

import atexit
import ctypes
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from click.testing import CliRunner

from server.cli.main import commands

__all__ = [
    "COMMAND",
    "Start",
    "environment",
    "finish",
    "free_port",
    "limited",
    "run",
    "run_here",
    "start",
    "wait_for_stage",
    "wait_until_ready",
]

Start = Callable[..., "subprocess.Popen[str]"]

COMMAND = (sys.executable, "-m", "server.cli")
TESTS = Path(__file__).parent
ADOPT_ORPHANS = 36  # PR_SET_CHILD_SUBREAPER


def environment() -> dict[str, str]:
    """The environment of a process, without the settings of the person who runs the tests."""
    return {k: v for k, v in os.environ.items() if not k.startswith("PLAYGRAPH_")}


class _Forked(subprocess.Popen[Any]):
    """A command as a child of this process, forked where the command line is loaded already, which
    saves most of the time of its start."""

    def __init__(self, arguments: Sequence[str], first: Sequence[object], **how: Any) -> None:
        self._arguments, self._first = arguments, first
        super().__init__([*COMMAND, *arguments], **how)

    _close_pipe_fds: Callable[..., None]  # of Popen

    # Popen makes the pipes, and leaves the rest to this method.
    def _execute_child(
        self, args: object, executable: object, preexec_fn: object, close_fds: object,
        pass_fds: object, cwd: Any, env: Any, startupinfo: object, creationflags: object,
        shell: object, p2cread: int, p2cwrite: int, c2pread: int, c2pwrite: int, errread: int,
        errwrite: int, restore_signals: object, gid: object, gids: object, uid: object,
        umask: object, start_new_session: bool, *_: object,
    ) -> None:  # fmt: skip
        assert preexec_fn is None
        request = {
            "arguments": self._arguments,
            "first": self._first,
            "cwd": os.fspath(cwd or Path.cwd()),
            "env": dict(os.environ if env is None else env),
            "start_new_session": start_new_session,
        }
        ends = enumerate((p2cread, c2pwrite, errwrite))
        self.pid = _fork(json.dumps(request), [own if end == -1 else end for own, end in ends])
        self._child_created = True
        self._close_pipe_fds(p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite)


@cache
def _requests() -> socket.socket:
    """Where commands are asked for: a process that ends with this one."""
    if ctypes.CDLL(None, use_errno=True).prctl(ADOPT_ORPHANS, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        server = subprocess.Popen(
            [sys.executable, TESTS / "command_server.py", str(theirs.fileno())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            env=environment() | {"PYTHONPATH": f"{TESTS.parent}{os.pathsep}{TESTS}"},
        )
    atexit.register(server.wait)
    atexit.register(ours.close)  # called first
    return ours


def _fork(request: str, streams: list[int]) -> int:
    socket.send_fds(_requests(), [request.encode()], streams)
    pid = _requests().recv(100)
    assert _requests().recv(100) == b"forked", "the command server has ended"
    return int(pid)


def start(
    *arguments: str | Path, first: Sequence[object] = (), **how: Any
) -> subprocess.Popen[Any]:
    """Start a command; `how` is that of `subprocess.Popen`. It first calls a function of the tests,
    (module, name, arguments).

    Where it starts is not tested: that interpreter, its options and its imports are those of
    `COMMAND`.
    """
    words = list(map(str, arguments))
    if sys.platform == "linux":
        return _Forked(words, first, **how)
    if first:
        pytest.skip("runs a function in the process of a command")
    return subprocess.Popen([*COMMAND, *words], **how)


def run(
    *arguments: str | Path, timeout: float = 120, **how: Any
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; its output is kept, as text."""
    process = start(*arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **how)
    with process:
        try:
            out, err = process.communicate(timeout=timeout)
        except BaseException:
            process.kill()
            raise
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def finish(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err.strip()


def run_here(*arguments: str, env: dict[str, str] | None = None) -> None:
    """Run a command in this process, where a process of its own is not what is tested."""
    CliRunner(env=env).invoke(commands, arguments, catch_exceptions=False, standalone_mode=False)


def limited(most_bytes: int) -> tuple[str, str, list[int]]:
    """What a command does first so that no file may grow beyond this, as on a full disk."""
    return ("command_server", "limit_file_size", [most_bytes])


def wait_for_stage(process: subprocess.Popen[str], stage: str) -> None:
    """Wait until a command reports this stage of its work."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith(stage):
            return
    raise AssertionError(f"the command never came to {stage!r}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(
    server: subprocess.Popen[Any], port: int, seconds: float, said: Callable[[], str]
) -> dict[str, Any]:
    """The first answer of `/readyz`. A server that ended or took too long fails with what it said,
    which is read when it runs no more.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if server.poll() is not None:
            pytest.fail(f"the server ended with {server.returncode}:\n{said()}", pytrace=False)
        try:
            with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
                found: dict[str, Any] = json.load(answer)
                return found
        except OSError:  # refused, or accepted and not answered before the demo is built
            time.sleep(0.05)
    server.kill()
    pytest.fail(f"not ready within {seconds:.0f} s:\n{said()}", pytrace=False)

"""The command line as a process of its own, and a server of that kind until it is ready."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any
from urllib.request import urlopen

import pytest

__all__ = ["COMMAND", "environment", "free_port", "wait_until_ready"]

COMMAND = (sys.executable, "-m", "server.cli")


def environment() -> dict[str, str]:
    """The environment of a process, without the settings of the person who runs the tests."""
    return {k: v for k, v in os.environ.items() if not k.startswith("PLAYGRAPH_")}


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

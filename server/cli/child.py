"""server.cli: playgraph in a process of its own, which gives all memory back when it ends."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

from datastore.base.errors import PlaygraphError

__all__ = ["COMMAND", "run_command"]

COMMAND = (sys.executable, "-m", "server.cli")


def run_command(arguments: Sequence[str]) -> None:
    """Run a command of playgraph. Raises PlaygraphError with its message when it fails."""
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # Ctrl-C is told once, and politely
    )
    try:
        _, said = process.communicate()
    except KeyboardInterrupt:
        process.terminate()
        process.wait()
        raise
    if process.returncode:
        lines = said.strip().splitlines() or [f"it ended with {process.returncode}"]
        raise PlaygraphError(lines[-1].removeprefix("playgraph: "))

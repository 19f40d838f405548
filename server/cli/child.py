"""server.cli: a playgraph command in a child process, which frees all its memory at the end."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from datastore.base.errors import PlaygraphError
from server.cli.outcome import Done, Failed, Outcome

if TYPE_CHECKING:
    from etl.sources.inputs import HashedFile

__all__ = ["COMMAND", "run_command"]

COMMAND = (sys.executable, "-m", "server.cli")
#: Most lines of stderr that are shown of a process that ended without an outcome.
_LAST_LINES = 20


def run_command(
    arguments: Sequence[str], *, visible: bool = False, hashed: Sequence[HashedFile] = ()
) -> Done:
    """Run a playgraph command and return its outcome; with `visible`, its output is shown. Raw
    files `hashed` already are not hashed again.

    If the command fails, raises its error: the same class with the same data. Raises PlaygraphError
    if the process ends without an outcome.
    """
    with tempfile.TemporaryDirectory(prefix="playgraph-") as folder:
        result = Path(folder) / "result.json"
        if hashed:
            known = Path(folder) / "hashed.json"
            known.write_bytes(msgspec.json.encode(hashed))
            arguments = [*arguments, f"--hashed-json={known}"]
        process = subprocess.Popen(
            [*COMMAND, f"--result-json={result}", *arguments],
            stdout=None if visible else subprocess.DEVNULL,
            stderr=None if visible else subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,  # so that Ctrl-C reaches it once, from this process
        )
        try:
            _, stderr = process.communicate()
        except KeyboardInterrupt:
            process.terminate()
            process.wait()
            raise
        try:
            outcome: Outcome = msgspec.json.decode(result.read_bytes(), type=Done | Failed)
        except (OSError, msgspec.DecodeError):
            raise PlaygraphError(_unexplained(arguments[0], process.returncode, stderr)) from None
    if isinstance(outcome, Failed):
        raise outcome.exception()
    return outcome


def _unexplained(command: str, code: int, stderr: str | None) -> str:
    """The message for a process that was killed, was interrupted or crashed."""
    if code < 0:
        ended = f"was ended by {signal.Signals(-code).name}"
        hint = ", perhaps because memory ran out" if -code == signal.SIGKILL else ""
        return f"playgraph {command} {ended}{hint}."
    lines = (stderr or "").strip().splitlines()[-_LAST_LINES:]
    return "\n".join([f"playgraph {command} ended with exit code {code}.", *lines])

"""The end of a command that fails."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

MODULE = """
from server.cli.console import fail

def interrupted():
    raise KeyboardInterrupt

try:
    exec("interrupted()")
except KeyboardInterrupt:
    fail("Interrupted.", 130)
"""


def test_the_exit_code_is_kept_when_code_made_from_a_text_was_interrupted(tmp_path: Path) -> None:
    # The process was once ended by SIGINT instead, now and then.
    (tmp_path / "interrupted_module.py").write_text(MODULE)
    done = subprocess.run(
        [sys.executable, "-m", "interrupted_module"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert (done.returncode, done.stderr) == (130, "playgraph: Interrupted.\n")

"""The end of a command that fails."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest

from server.cli.console import plain_table, terminal

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


def test_a_table_shows_names_as_they_are_without_their_control_characters() -> None:
    out = io.StringIO()
    table = plain_table("name", count="right")
    for name in ("[bold]Portal[/bold] :smile:", "a\x1b[2Jb", "c\N{RIGHT-TO-LEFT OVERRIDE}d"):
        table.add_row(name, "1")
    terminal(out).print(table)
    lines = out.getvalue().splitlines()
    assert [line.split("  ")[0].strip() for line in lines[2:]] == [
        "[bold]Portal[/bold] :smile:",
        r"a\u001b[2Jb",
        r"c\u202ed",
    ]
    assert len({len(line.rstrip()) for line in lines[2:]}) == 1  # laid out as they are shown


@pytest.mark.parametrize("columns", ["0", "1"])
def test_a_table_is_shown_whole_where_the_shell_knows_no_width(
    columns: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    out = io.StringIO()
    table = plain_table("name", count="right")
    table.add_row("a long name", "1,234")
    terminal(out).print(table)
    assert [line.split() for line in out.getvalue().splitlines()][::2] == [
        ["name", "count"],
        ["a", "long", "name", "1,234"],
    ]

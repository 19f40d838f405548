"""docs/cli.md is the help of every command. With PLAYGRAPH_UPDATE_DOCS=1 the test writes it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import click
from click.testing import CliRunner

from server.cli.main import commands

PAGE = Path(__file__).parents[3] / "docs" / "cli.md"
HEAD = """# Command line

This page contains the help of every command, as printed by `playgraph COMMAND --help`. Most options
can also be set as [settings](settings.md). Results are written to standard output, messages to
standard error. Exit codes: 0 success, 1 failure, 2 usage error, 130 interrupted.
"""


def paths(group: click.Group, *names: str) -> Iterator[tuple[str, ...]]:
    """The words that call each command."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from paths(command, *names, name)
        else:
            yield (*names, name)


def help_of(*names: str) -> str:
    result = CliRunner(env={"COLUMNS": "80"}).invoke(
        commands, [*names, "--help"], prog_name="playgraph", terminal_width=80
    )
    assert result.exit_code == 0
    return f"## playgraph {' '.join(names)}\n\n```\n{result.output.strip()}\n```\n"


def test_the_reference_is_the_help_of_every_command() -> None:
    written = "\n".join([HEAD, *(help_of(*names) for names in paths(commands))])
    if os.environ.get("PLAYGRAPH_UPDATE_DOCS"):
        PAGE.write_text(written, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == written


def test_every_command_and_option_is_explained_in_a_sentence() -> None:
    for names in paths(commands):
        command: click.Command = commands
        for name in names:
            assert isinstance(command, click.Group)
            command = command.commands[name]
        assert command.help
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert parameter.help, (names, parameter.name)
                assert parameter.help[0].isupper()

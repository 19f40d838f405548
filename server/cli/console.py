"""server.cli: how commands write: messages, tables for people, JSON for programs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NoReturn

import click

from server.cli.streams import progress_stream

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["fail", "print_json", "progress_console"]


def fail(message: str, code: int) -> NoReturn:
    """End with a message and an exit code."""
    click.echo(f"playgraph: {message}", err=True)
    sys.exit(code)


def print_json(value: Any) -> None:
    """Print a value as indented JSON: UTF-8, whatever the terminal's encoding."""
    import msgspec

    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2))


def progress_console() -> Console:
    """Standard output for what a command reports while it works: a closed pipe or a full disk does
    not stop the work."""
    from rich.console import Console

    return Console(file=progress_stream())

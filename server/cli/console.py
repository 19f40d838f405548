"""server.cli: how commands write: messages, tables for people, JSON for programs."""

from __future__ import annotations

import sys
from typing import Any, NoReturn

import click

__all__ = ["fail", "print_json"]


def fail(message: str, code: int) -> NoReturn:
    """End with a message and an exit code."""
    click.echo(f"playgraph: {message}", err=True)
    sys.exit(code)


def print_json(value: Any) -> None:
    """Print a value as indented JSON: UTF-8, whatever the terminal's encoding."""
    import msgspec

    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2))

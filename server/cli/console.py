"""server.cli: output of commands: error messages, progress, and JSON for programs."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

import click

from datastore.base.visible import visible
from server.cli.streams import progress_stream, unescaped

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

__all__ = ["fail", "plain_table", "print_json", "progress_console", "terminal"]

#: Fewest columns that `COLUMNS` may ask for; with fewer, a table is as wide as usual.
_NARROWEST, _USUAL = 40, 80


def fail(message: str, code: int) -> NoReturn:
    """Exit with an error message and an exit code."""
    click.echo(f"playgraph: {message}", err=True)
    # After an interrupt within `exec` or `eval` of a text, as when a dataclass is defined,
    # `python -m` ends by SIGINT whatever the exit code. Another evaluation clears that mark.
    eval("None")  # noqa: S307
    sys.exit(code)


def print_json(value: Any) -> None:
    """Print a value as indented JSON, in UTF-8 whatever the terminal's encoding."""
    import msgspec

    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2))


def terminal(stream: TextIO | None = None) -> Console:
    """A console on standard output or another stream. Texts are printed as they are: brackets
    stay, and invisible characters are escaped before tables are laid out."""
    from rich.console import Console

    class Terminal(Console):
        def render_str(self, text: str, **how: Any) -> Any:
            return super().render_str(visible(text, lines=True), **how)

    # Where no width is known, some shells set 0: no column of a table would be left.
    columns = os.environ.get("COLUMNS", "")
    width = _USUAL if columns.isdecimal() and int(columns) < _NARROWEST else None
    file = unescaped(stream or sys.stdout)
    return Terminal(file=file, markup=False, emoji=False, width=width)


def progress_console() -> Console:
    """A console for progress on standard output. A closed pipe or a full disk does not stop the
    command."""
    return terminal(progress_stream())


def plain_table(*left: str, **more: Any) -> Table:
    """A table without a border, which fits a terminal of 80 columns."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False)
    for head in left:
        table.add_column(head, overflow="fold")
    for head, justify in more.items():
        table.add_column(head, justify=justify)
    return table

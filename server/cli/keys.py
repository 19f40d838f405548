"""server.cli: `playgraph keys`: add, list and revoke API keys."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from server.cli.console import plain_table, print_json, terminal
from server.cli.options import data_option, json_option, settings_of

__all__ = ["keys"]


@click.group()
def keys() -> None:
    """Add, list and revoke API keys.

    Running servers notice changes at the next request. Keys are required by serve --access keys."""


@keys.command()
@click.argument("name")
@click.option(
    "--rate",
    type=click.FloatRange(min=0, min_open=True),
    metavar="COST",
    help="Cost per second that the key may use, instead of PLAYGRAPH_RATE.",
)
@data_option
def add(name: str, rate: float | None, data_dir: Path | None) -> None:
    """Add a key called NAME, and print it.

    It cannot be printed again: only its hash is kept."""
    click.echo(_file(data_dir).add(name, rate))


@keys.command("list")
@data_option
@json_option
def list_(data_dir: Path | None, *, as_json: bool) -> None:
    """List the names of the keys, oldest first."""
    listed = _file(data_dir).listed()
    if as_json:
        print_json([{"name": key.name, "created": key.created, "rate": key.rate} for key in listed])
        return
    if not listed:
        click.echo("There are no keys. Add one with playgraph keys add NAME.")
        return
    table = plain_table("name", "created (UTC)", **{"cost per second": "right"})
    for key in listed:
        table.add_row(key.name, key.created[:16].replace("T", " "), _rate(key.rate))
    terminal().print(table)


@keys.command()
@click.argument("name")
@data_option
def revoke(name: str, data_dir: Path | None) -> None:
    """Delete the key called NAME. Requests with it are refused from now on."""
    _file(data_dir).revoke(name)


def _file(data_dir: Path | None) -> Any:
    from server.guard.keys import KeyFile

    return KeyFile(settings_of(data_dir=data_dir).data_dir)


def _rate(rate: float | None) -> str:
    return "-" if rate is None else f"{rate:,g}"

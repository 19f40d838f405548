"""server.cli: `playgraph sdl`."""

from __future__ import annotations

import click

__all__ = ["sdl"]


@click.command()
def sdl() -> None:
    """Print the GraphQL schema."""
    from schema.graph import sdl

    click.echo(sdl().encode())

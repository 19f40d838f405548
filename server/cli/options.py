"""server.cli: what the commands of the command line share: options, settings, and how they fail."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import click

from datastore.base import settings as settings_module
from datastore.base.settings import MOST_SEED, Settings

__all__ = [
    "FILE",
    "Files",
    "data_option",
    "fail",
    "force_option",
    "seed_option",
    "settings_of",
]

FILE = click.Path(path_type=Path)
Files = tuple[Path, ...]


data_option = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the snapshots. Default: PLAYGRAPH_DATA_DIR, else the user's data folder.",
)


seed_option = click.option(
    "--seed", type=click.IntRange(0, MOST_SEED), help="Seed of everything random."
)
force_option = click.option(
    "--force",
    is_flag=True,
    help="Release it even if the model is worse than the serving one, or the data has drifted.",
)


def fail(message: str, code: int) -> NoReturn:
    """End with a message and an exit code."""
    click.echo(f"playgraph: {message}", err=True)
    sys.exit(code)


def settings_of(data: Path | None, **given: Any) -> Settings:
    """The environment's settings, with those that the command line gives."""
    given["data_dir"] = data
    return replace(settings_module.load(), **{k: v for k, v in given.items() if v is not None})

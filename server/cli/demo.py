"""server.cli: `playgraph demo`."""

from __future__ import annotations

import shlex
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from datastore.base.data_folder import require_folder, require_outside_of_data
from datastore.base.errors import OtherFormat, SnapshotError
from server.cli.console import terminal
from server.cli.data_folder import data_folder
from server.cli.options import FILE, data_option, settings_of
from server.cli.release import build_options, interruptible, print_release

if TYPE_CHECKING:
    from etl.demo.world import DemoFiles

__all__ = ["demo"]


@click.command()
@click.option("--users", default=4_000, show_default=True, help="Users of the demo dataset.")
@click.option("--games", default=1_500, show_default=True, help="Games of the demo dataset.")
@click.option("--titles", default=400, show_default=True, help="Streaming titles of the demo.")
@click.option("--viewers", default=1_500, show_default=True, help="Viewers of the demo.")
@click.option("--raw", type=FILE, help="Write raw files to this folder instead of building.")
@data_option
def demo(
    *, users: int, games: int, titles: int, viewers: int, raw: Path | None, **given: Any
) -> None:
    """Build a snapshot of the invented demo dataset."""
    from etl.demo import write_demo
    from etl.process.progress import Reporter
    from etl.release.build import Inputs
    from etl.release.build import build as run

    if raw is not None:
        require_outside_of_data(raw)
        require_folder(raw)
    console = terminal(sys.stderr)
    with interruptible(), tempfile.TemporaryDirectory(prefix="playgraph-demo-") as folder:
        try:
            files = write_demo(
                raw or Path(folder), games=games, users=users, titles=titles, viewers=viewers
            )
        except ValueError as error:
            raise click.UsageError(str(error)) from None
        if raw is not None:
            click.echo(f"Wrote {len(files.paths())} files to {raw}. To build a snapshot of them:")
            data = given["data_dir"]
            click.echo(_build_command(files, None if data is None else str(data)))
            return
        settings = settings_of(storage=True, **given)
        options = build_options(settings, demo=True)
        with data_folder(settings, sources=True, may_be_empty=True) as data:
            _require_no_real_data(data, settings.storage.partition("?")[0] or str(data))
            reporter = Reporter(console)
            built = run(Inputs(**vars(files)), data, options, reporter)
            print_release(built, data, reporter)


def _require_no_real_data(folder: Path, name: str) -> None:
    """Raise SnapshotError if the live snapshot is of real data, which the demo would replace."""
    from datastore.base.snapshot import current_version, read_manifest, snapshot_path

    try:
        version = current_version(folder)
        is_demo = version is None or read_manifest(snapshot_path(folder, version)).demo
    except OtherFormat as error:
        is_demo = error.demo
    except SnapshotError:  # damaged: a build repairs it
        is_demo = True
    if not is_demo:
        raise SnapshotError(
            f"{name} contains real data, which the demo dataset would replace: choose another "
            "folder with --data."
        )


def _build_command(files: DemoFiles, data: str | None) -> str:
    """The command that builds a snapshot of these files, for a shell."""
    words = ["playgraph", "build"]
    for kind, paths in vars(files).items():
        for path in paths if isinstance(paths, tuple) else (paths,):
            words += [f"--{kind}", str(path)]
    return shlex.join([*words, *(["--data", data] if data else [])])

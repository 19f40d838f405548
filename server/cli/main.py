"""server.cli: the entry point and the group of all commands."""

from __future__ import annotations

import atexit
import gc
import os
import signal
import sys
from pathlib import Path
from typing import NoReturn

import click

from datastore.base.errors import PlaygraphError
from datastore.base.shortage import shortage
from server.cli.build import build
from server.cli.console import fail
from server.cli.demo import demo
from server.cli.doctor import doctor
from server.cli.download import download
from server.cli.evaluate import evaluate
from server.cli.export import export
from server.cli.forget import forget
from server.cli.keys import keys
from server.cli.options import FILE
from server.cli.outcome import Recorder
from server.cli.query import query
from server.cli.report import report
from server.cli.sdl import sdl
from server.cli.serve import serve
from server.cli.snapshots import snapshots
from server.cli.streams import open_streams, progress_failure, write_failure
from server.cli.train import train
from server.cli.update import update
from server.cli.watch import watch

__all__ = ["commands", "main"]


def main() -> NoReturn:
    """Run a command. Expected errors end with one message and no traceback."""
    # Modules and types are made by the hundred thousand and stay: a fifth of the time to load them
    # would be spent on searches for reference cycles among them.
    gc.set_threshold(20_000)
    # The end of the process would search all of them once more, for a tenth of a second.
    atexit.register(gc.freeze)
    # Must precede NumPy's import. Matrices are small here, and the build has its own workers.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    open_streams()
    # SIGTERM and a closed terminal clean up like Ctrl-C does; nohup ignores the latter.
    signal.signal(signal.SIGTERM, _terminated)
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, _terminated)
    recorder = Recorder()
    try:
        commands(standalone_mode=False, obj=recorder)
        recorder.succeed()
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        fail("Interrupted.", 130)
    except PlaygraphError as error:
        if recorder.fail(error):
            sys.exit(1)
        fail(str(error), 1)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        message = f"{where}{error.strerror or error}. {shortage(error)}".rstrip()
        if recorder.fail(PlaygraphError(message)):
            sys.exit(1)
        fail(message, 1)
    except MemoryError as error:
        message = f"Not enough memory. {shortage(error)}"
        if recorder.fail(PlaygraphError(message)):
            sys.exit(1)
        fail(message, 1)
    except ImportError as error:
        message = f"A package cannot be imported ({error}): playgraph doctor says how to repair it."
        if recorder.fail(PlaygraphError(message)):
            sys.exit(1)
        fail(message, 1)
    failure = progress_failure()
    if failure is not None:
        reason = failure.strerror
        click.echo(f"playgraph: Could not write progress to standard output: {reason}.", err=True)
    failure = write_failure()
    if failure is not None:
        fail(f"Cannot write to standard output: {failure.strerror}.", 1)
    sys.exit(0)


def _terminated(number: int, frame: object) -> None:
    raise KeyboardInterrupt


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="playgraph", prog_name="playgraph")
@click.option("--result-json", type=FILE, hidden=True)  # for a parent process; see `outcome`
@click.pass_context
def commands(context: click.Context, result_json: Path | None) -> None:
    """Build snapshots of games, prices and streaming titles, and answer GraphQL queries."""
    context.ensure_object(Recorder).path = result_json


for _command in (
    build, update, watch, forget, train, evaluate, demo, serve, query, sdl, snapshots,
    export, report, keys, doctor, download,
):  # fmt: skip
    commands.add_command(_command)


def _restore_help(command: click.Command) -> None:
    """Give a command and its own ones the help that Python has dropped (PYTHONOPTIMIZE=2)."""
    from schema.docstrings import docstring

    if command.help is None and command.callback is not None:
        command.help = docstring(command.callback)
    for inner in command.commands.values() if isinstance(command, click.Group) else ():
        _restore_help(inner)


if sys.flags.optimize >= 2:
    _restore_help(commands)

if __name__ == "__main__":
    main()

"""server.cli: the command line. It composes the rooms; one thin function a command."""

from __future__ import annotations

import errno
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import click

from datastore.base.errors import PlaygraphError
from datastore.base.settings import Settings
from server.cli.build import COMMANDS
from server.cli.options import data_option, fail, settings_of
from server.cli.snapshots import snapshots

__all__ = ["main"]


def main() -> NoReturn:
    """Entry point: one clear message for whatever goes wrong, and no traceback."""
    # Before NumPy is loaded: matrices are small here, and the build shares them out by itself.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # A polite kill cleans up like Ctrl-C does.
    signal.signal(signal.SIGTERM, _terminated)
    try:
        commands(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        fail("Interrupted.", 130)
    except PlaygraphError as error:
        fail(str(error), 1)
    except BrokenPipeError:
        sys.stderr.close()  # the reader went away (`| head`); nothing more to say to it
        sys.exit(1)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        fail(f"{where}{error.strerror or error}.", 1)
    sys.exit(0)


def _terminated(number: int, frame: object) -> None:
    raise KeyboardInterrupt


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="playgraph", prog_name="playgraph")
def commands() -> None:
    """Answers and recommendations from a game store's raw dumps, over GraphQL."""


@commands.command()
@data_option
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on.  [default: 8000]")
@click.option("--documents", metavar="DIR", help="Run only the documents of this folder.")
@click.option(
    "--cors-origins", metavar="LIST", help="Origins whose pages may ask: https://a.example,… or *."
)
@click.option("--root-path", metavar="PATH", help="Path prefix behind a proxy, such as /games.")
def serve(data: Path | None, **given: Any) -> None:
    """Serve the newest snapshot; without one, build and serve the demo world."""
    import uvicorn

    from server.app import create_app
    from server.http.listener import uvicorn_config

    settings = settings_of(data=data, **given)
    listener = _listen(settings.host, settings.port)
    store = _open(settings)
    app = create_app(settings, store)
    facts, version = store.manifest.dataset, store.manifest.version
    del store  # the application lets go of it when there is a newer one
    kind = "the invented DEMO world" if facts.demo else "snapshot"
    click.echo(
        f"Serving {kind} {version}: {facts.games:,} games, {facts.users:,} users, "
        f"{facts.reviews:,} reviews.",
        err=True,
    )
    if facts.demo:
        click.echo("For real answers: playgraph build --games F --reviews F --items F", err=True)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    click.echo(f"Open http://{host}:{listener.getsockname()[1]}/ (Ctrl-C stops it)", err=True)
    # uvicorn stops gracefully by itself and raises the signal once more behind that.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    uvicorn.Server(uvicorn_config(app, settings)).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    """Take the address before any work is done; clients are refused until the server listens.

    Raises PlaygraphError when the address is not to be had.
    """
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except socket.gaierror:
        raise PlaygraphError(
            f"The host {host!r} is unknown: choose another one by --host."
        ) from None
    except OSError as error:
        why = "is in use" if error.errno == errno.EADDRINUSE else f"is not ours: {error.strerror}"
        raise PlaygraphError(
            f"Port {port} of {host} {why}. Stop what listens there, or choose another by --port."
        ) from None
    return listener


def _open(settings: Settings, announce: Callable[..., None] = click.echo) -> Any:
    """The newest snapshot, after building the demo where there is none."""
    from datastore.store import Store

    store = Store.open_current(settings.data_dir)
    if store is None:
        announce(f"No snapshot in {settings.data_dir}: building the invented demo world.", err=True)
        # A child process: what serves should never have loaded the trainer and its memory.
        command = [sys.executable, "-m", "server.cli", "demo", "--data", str(settings.data_dir)]
        if subprocess.run(command, stdout=sys.stderr, check=False).returncode:
            raise PlaygraphError("The demo world could not be built; the reason stands above.")
        store = Store.open_current(settings.data_dir)
    return store


@commands.command()
@click.argument("query")
@click.option("--variables", default="{}", help="Variables, as a JSON object.")
@click.option("--operation", help="Operation to run, where the document has several.")
@data_option
def query(query: str, variables: str, operation: str | None, data: Path | None) -> None:
    """Print the JSON answer to QUERY: GraphQL, a file with it, or - for standard input."""
    from schema.context import Context
    from schema.graph import graphql_schema
    from server.execution.errors import RequestError
    from server.execution.executor import Executor
    from server.http.errors import extensions_of

    try:
        values = json.loads(variables)
        if not isinstance(values, dict):
            raise ValueError
    except ValueError:
        raise click.BadParameter("it must be a JSON object.", param_hint="--variables") from None
    text = _document(query)
    executor = Executor(graphql_schema(), extensions_of)
    store = _open(settings_of(data=data))
    try:
        answer = json.loads(executor.execute(text, values, operation, Context(store), "cli").body)
    except RequestError as error:
        answer = {"errors": error.errors}
    click.echo(json.dumps(answer, indent=2, ensure_ascii=False))
    if answer.get("errors"):
        sys.exit(1)


def _document(query: str) -> str:
    if query == "-":
        return sys.stdin.read()
    if "{" in query:
        return query
    path = Path(query)
    if not path.is_file():
        raise click.UsageError(f"{query!r} is neither a GraphQL document nor a file.")
    return path.read_text(encoding="utf-8")


for command in (*COMMANDS, snapshots):
    commands.add_command(command)


@commands.command()
def sdl() -> None:
    """Print the schema."""
    from schema.graph import sdl

    click.echo(sdl())


if __name__ == "__main__":
    main()

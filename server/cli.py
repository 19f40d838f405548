"""server: the command line. It composes the rooms; one thin function a command."""

from __future__ import annotations

import errno
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import click

from datastore.base import settings as settings_module
from datastore.base.errors import PlaygraphError
from datastore.base.settings import Settings
from server.snapshots_cli import snapshots

__all__ = ["main"]

_FILE = click.Path(path_type=Path)
Files = tuple[Path, ...]


def _share(context: click.Context, parameter: click.Parameter, value: str | None) -> float | None:
    try:
        return None if value is None else settings_module.share(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} is no share such as 0.01 or 1%.") from None


_data = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the snapshots. Default: PLAYGRAPH_DATA_DIR, else the user's data folder.",
)


_seed = click.option("--seed", type=int, help="Seed of everything random.")
_force = click.option(
    "--force",
    is_flag=True,
    help="Release it even if the model is worse than the serving one, or the data has drifted.",
)


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
        _fail("Interrupted.", 130)
    except PlaygraphError as error:
        _fail(str(error), 1)
    except BrokenPipeError:
        sys.stderr.close()  # the reader went away (`| head`); nothing more to say to it
        sys.exit(1)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        _fail(f"{where}{error.strerror or error}.", 1)
    sys.exit(0)


def _terminated(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def _fail(message: str, code: int) -> NoReturn:
    click.echo(f"playgraph: {message}", err=True)
    sys.exit(code)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="playgraph", prog_name="playgraph")
def commands() -> None:
    """Answers and recommendations from a game store's raw dumps, over GraphQL."""


def _settings(data: Path | None, **given: Any) -> Settings:
    """The environment's settings, with those that the command line gives."""
    given["data_dir"] = data
    return replace(settings_module.load(), **{k: v for k, v in given.items() if v is not None})


_max_rejects = click.option(
    "--max-rejects",
    callback=_share,
    metavar="SHARE",
    help="Share of unreadable lines above which the build fails.  [default: 1%]",
)
_jobs = click.option("--jobs", type=click.IntRange(0), help="Processes and threads; 0: one a core.")


def _raw_files(*, required: bool) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The options that name raw files, each as often as there are files."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        for name, text, needed in (
            ("--events", "Events of the running platform, as JSON lines.", False),
            ("--items", "A dump of the users' libraries.", required),
            ("--reviews", "A dump of the reviews.", required),
            ("--games", "A dump of the catalogue.", required),
        ):
            help_text = f"{text} May be given several times, the oldest first."
            command = click.option(
                name, type=_FILE, multiple=True, required=needed, help=help_text
            )(command)
        return command

    return decorate


@commands.command()
@_raw_files(required=True)
@_data
@_max_rejects
@_seed
@_jobs
@_force
def build(
    games: Files, reviews: Files, items: Files, events: Files, *, force: bool, **given: Any
) -> None:
    """Build a snapshot from the raw dumps (gzip or plain; Python literals or JSON)."""
    from etl.build import Inputs
    from etl.build import build as run

    inputs = Inputs(games, reviews, items, events)
    _build(lambda *how: run(inputs, *how), _settings(**given), force=force)


@commands.command()
@_raw_files(required=False)
@_data
@_max_rejects
@_jobs
@click.option("--cold", is_flag=True, help="Train anew: the result is a build's, byte for byte.")
@_force
def update(
    games: Files,
    reviews: Files,
    items: Files,
    events: Files,
    *,
    cold: bool,
    force: bool,
    **given: Any,
) -> None:
    """Add newer or partial dumps, and events, to what serves, and release a new snapshot.

    Training goes on from the factors that serve."""
    from etl.build import Inputs
    from etl.build import update as run

    inputs = Inputs(games, reviews, items, events)
    if not any(inputs.files()):
        raise click.UsageError("Give at least one file: --games, --reviews, --items or --events.")
    settings = _settings(**given)
    _build(lambda *how: run(inputs, *how), settings, going_on=True, warm=not cold, force=force)


@commands.command()
@click.argument("user_ids", nargs=-1, required=True, metavar="USER...")
@_data
@_jobs
def forget(user_ids: tuple[str, ...], **given: Any) -> None:
    """Remove users for good: from all that is kept here, and from whatever is read later."""
    from etl.build import forget as run

    _build(
        lambda *how: run(user_ids, *how),
        _settings(**given),
        going_on=True,
        nothing="Nothing was built yet. They will be left out of whatever is read.",
        interrupted="Run it again: the users are not yet removed from all that is kept.",
    )


def _build(
    run: Callable[..., Any],
    settings: Settings,
    *,
    stderr: bool = False,
    going_on: bool = False,
    nothing: str = "Nothing new: the serving snapshot was built from all of this.",
    interrupted: str = "Nothing was changed.",
    **more: Any,
) -> None:
    """Run a build and show what it says. One that goes on from the serving snapshot takes its seed
    from there."""
    from rich.console import Console

    from etl.build import Options
    from etl.progress import Reporter
    from etl.serving import Serving

    console = Console(stderr=stderr)
    before = Serving.of(settings.data_dir).manifest if going_on else None
    if before is not None:
        settings = replace(settings, seed=before.parameters["seed"])
        more["demo"] = before.dataset.demo
    options = Options(
        max_rejects=settings.max_rejects,
        seed=settings.seed,
        jobs=settings.jobs or _cores(),
        max_line_bytes=settings.max_line_bytes,
        max_unpacked_bytes=settings.max_unpacked_bytes,
        drift=settings.drift,
        **more,
    )
    try:
        built = run(settings.data_dir, options, Reporter(console))
    except KeyboardInterrupt:
        _fail(f"Interrupted. {interrupted}", 130)
    if built is None:
        console.print(nothing, highlight=False, soft_wrap=True)
        return
    built.report.print(console)
    console.print(built.gate.reason, highlight=False, soft_wrap=True)
    seconds = sum(built.report.seconds.values())
    _ready(console, settings, built.manifest.version, f" after {seconds:.1f} s")


def _ready(console: Any, settings: Settings, version: str, when: str = "") -> None:
    folder = settings.data_dir / "snapshots" / version
    console.print(f"Snapshot {version} is ready{when}: {folder}", highlight=False, soft_wrap=True)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@commands.command()
@_data
@_seed
@click.option("--jobs", type=click.IntRange(0), help="Threads; 0: one a core.")
@click.option(
    "--tune",
    "trials",
    type=click.IntRange(0),
    default=0,
    metavar="N",
    help="Search the parameters first: try so many sets of them.",
)
@click.option("--warm", is_flag=True, help="Go on from the factors of the serving model.")
@_force
def train(data: Path | None, *, trials: int, warm: bool, force: bool, **given: Any) -> None:
    """Train the recommender again on the serving snapshot, and release a new one."""
    from rich.console import Console

    from etl.progress import Reporter
    from etl.training import How, train_snapshot

    settings = _settings(data=data, **given)
    console = Console()
    how = How(settings.seed, settings.jobs or _cores(), force, trials, warm)
    try:
        manifest, trained = train_snapshot(settings.data_dir, how, Reporter(console))
    except KeyboardInterrupt:
        _fail("Interrupted. Nothing was changed.", 130)
    console.print(trained.gate.reason, highlight=False, soft_wrap=True)
    _ready(console, settings, manifest.version)


@commands.command()
@_data
@click.option(
    "--seed",
    type=click.IntRange(0, 2**32 - 1),
    help="Seed of the split and of training.  [default: that of the build]",
)
@click.option("--jobs", type=click.IntRange(0), help="Threads; 0: one a core.")
@click.option("--json", "as_json", is_flag=True, help="Print the evaluation as JSON.")
def evaluate(data: Path | None, seed: int | None, jobs: int | None, *, as_json: bool) -> None:
    """Measure the recommender of the serving snapshot against simpler ones."""
    import msgspec
    from rich.console import Console

    from etl.evaluate import evaluate_snapshot, show
    from etl.progress import Reporter

    settings = _settings(data=data, jobs=jobs)
    evaluation = evaluate_snapshot(
        settings.data_dir,
        seed=seed,
        jobs=settings.jobs or _cores(),
        reporter=Reporter(Console(stderr=True)),
    )
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(evaluation), indent=2))
    else:
        show(evaluation, Console())


@commands.command()
@click.option("--users", default=4_000, show_default=True, help="Lines of the library dump.")
@click.option("--games", default=1_500, show_default=True, help="Records of the catalogue.")
@click.option("--raw", type=_FILE, help="Keep the raw dumps in this folder, and do not build.")
@_data
def demo(users: int, games: int, raw: Path | None, data: Path | None) -> None:
    """Build the invented demo world: raw dumps first, then the same build as for real ones."""
    from etl.build import Inputs, build
    from etl.demo import write_demo

    try:
        if raw is not None:
            files = write_demo(raw, games=games, users=users)
            click.echo(f"Wrote {files.games}, {files.reviews} and {files.items}.")
            return
        with tempfile.TemporaryDirectory(prefix="playgraph-demo-") as folder:
            files = write_demo(Path(folder), games=games, users=users)
            inputs = Inputs(files.games, files.reviews, files.items)
            settings = _settings(data=data)
            _build(lambda *how: build(inputs, *how), settings, stderr=True, demo=True)
    except ValueError as error:
        raise click.UsageError(str(error)) from None


@commands.command()
@_data
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on.  [default: 8000]")
@click.option("--documents", metavar="DIR", help="Run only the documents of this folder.")
@click.option(
    "--cors-origins", metavar="LIST", help="Origins whose pages may ask: https://a.example,… or *."
)
def serve(data: Path | None, **given: Any) -> None:
    """Serve the newest snapshot; without one, build and serve the demo world."""
    import uvicorn

    from server.app import create_app
    from server.serving import uvicorn_config

    settings = _settings(data=data, **given)
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
@_data
def query(query: str, variables: str, operation: str | None, data: Path | None) -> None:
    """Print the JSON answer to QUERY: GraphQL, a file with it, or - for standard input."""
    from schema.context import Context
    from schema.query import schema
    from server.errors import extensions_of
    from server.execution.executor import Executor, RequestError

    try:
        values = json.loads(variables)
        if not isinstance(values, dict):
            raise ValueError
    except ValueError:
        raise click.BadParameter("it must be a JSON object.", param_hint="--variables") from None
    text = _document(query)
    executor = Executor(schema._schema, extensions_of)
    store = _open(_settings(data=data))
    try:
        answer = executor.run(executor.document(text), values, operation, Context(store), "cli")
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


commands.add_command(snapshots)


@commands.command()
def sdl() -> None:
    """Print the schema."""
    from schema.query import schema

    click.echo(schema.as_str())


if __name__ == "__main__":
    main()

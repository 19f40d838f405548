"""server.cli: the commands that make snapshots, one thin function a command."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from datastore.base import settings as settings_module
from datastore.base.errors import PlaygraphError
from datastore.base.settings import MOST_SEED, Settings
from server.cli.options import (
    FILE,
    Files,
    data_option,
    fail,
    force_option,
    seed_option,
    settings_of,
)

__all__ = ["COMMANDS"]


def _share(context: click.Context, parameter: click.Parameter, value: str | None) -> float | None:
    try:
        return None if value is None else settings_module.share(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} is no share such as 0.01 or 1%.") from None


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
            command = click.option(name, type=FILE, multiple=True, required=needed, help=help_text)(
                command
            )
        return command

    return decorate


@click.command()
@_raw_files(required=True)
@data_option
@_max_rejects
@seed_option
@_jobs
@force_option
def build(
    games: Files, reviews: Files, items: Files, events: Files, *, force: bool, **given: Any
) -> None:
    """Build a snapshot from the raw dumps (gzip or plain; Python literals or JSON)."""
    from etl.release.build import Inputs
    from etl.release.build import build as run

    inputs = Inputs(games, reviews, items, events)
    _build(lambda *how: run(inputs, *how), settings_of(**given), seed=given["seed"], force=force)


@click.command()
@_raw_files(required=False)
@data_option
@_max_rejects
@_jobs
@click.option("--cold", is_flag=True, help="Train anew: the result is a build's, byte for byte.")
@force_option
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
    from etl.release.build import Inputs
    from etl.release.build import update as run

    inputs = Inputs(games, reviews, items, events)
    if not any(inputs.files()):
        raise click.UsageError("Give at least one file: --games, --reviews, --items or --events.")
    settings = settings_of(**given)
    _build(lambda *how: run(inputs, *how), settings, warm=not cold, force=force)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@data_option
@click.option(
    "--every",
    type=click.IntRange(1),
    default=10,
    show_default=True,
    metavar="SECONDS",
    help="Pause between two looks; a file is taken that looks the same twice.",
)
@click.option("--once", is_flag=True, help="Take what is there, and end.")
def watch(folder: Path, *, every: int, once: bool, **given: Any) -> None:
    """Update by itself when new files arrive in FOLDER, whatever their names.

    The first build starts when there is a dump of each kind."""
    from etl.release.watch import Watcher, only_watcher

    settings = settings_of(**given)

    def say(line: str) -> None:
        click.echo(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {line}", err=True)

    def run(command: str, files: list[tuple[str, Path]]) -> None:
        options = [f"--{kind}={path}" for kind, path in files]
        _in_child([command, *options, f"--data={settings.data_dir}"])

    watcher = Watcher(folder, settings.data_dir, run, say, time.monotonic, settings.max_line_bytes)
    with only_watcher(settings.data_dir):
        if once:
            if not watcher.look(settled=True):
                fail("Not all was taken; the reasons stand above.", 1)
            return
        say(f"watching {folder} for {settings.data_dir}")
        while True:
            watcher.look()
            time.sleep(every)


def _in_child(arguments: list[str]) -> None:
    """Run playgraph in a process of its own, which gives all memory back. Raises PlaygraphError
    with its message when it fails."""
    process = subprocess.Popen(
        [sys.executable, "-m", "server.cli", *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # Ctrl-C is told once, and politely
    )
    try:
        _, said = process.communicate()
    except KeyboardInterrupt:
        process.terminate()
        process.wait()
        raise
    if process.returncode:
        lines = said.strip().splitlines() or [f"it ended with {process.returncode}"]
        raise PlaygraphError(lines[-1].removeprefix("playgraph: "))


@click.command()
@click.argument("user_ids", nargs=-1, required=True, metavar="USER...")
@data_option
@_jobs
def forget(user_ids: tuple[str, ...], **given: Any) -> None:
    """Remove users for good: from all that is kept here, and from whatever is read later."""
    from etl.release.build import forget as run
    from etl.snapshot.live import LiveSnapshot

    settings = settings_of(**given)
    strangers = LiveSnapshot.of(settings.data_dir).unknown_users(user_ids)
    if strangers:
        said = ", ".join(repr(user_id) for user_id in strangers)
        click.echo(f"Not in the data, but left out of it from now on: {said}", err=True)
    _build(
        lambda *how: run(user_ids, *how),
        settings,
        nothing="Nothing was built yet. They will be left out of whatever is read.",
        halfway="Run it again: the users are not yet removed from all that is kept.",
    )


def _build(
    run: Callable[..., Any],
    settings: Settings,
    *,
    stderr: bool = False,
    seed: int | None = None,
    force: bool = False,
    nothing: str = "Nothing new: the serving snapshot was built from all of this.",
    halfway: str = "",
    **more: Any,
) -> None:
    """Run a build and show what it says; `halfway` is what to say of the state in which it leaves
    things when it fails."""
    from rich.console import Console

    from etl.process.memory import spare_pandas
    from etl.process.progress import Reporter
    from etl.release.build import Options
    from etl.release.publication import Policy
    from etl.release.terminal import print_report

    spare_pandas()
    console = Console(stderr=stderr)
    options = Options(
        max_rejects=settings.max_rejects,
        seed=_given_seed(settings) if seed is None else seed,
        jobs=settings.jobs or _cores(),
        max_line_bytes=settings.max_line_bytes,
        max_unpacked_bytes=settings.max_unpacked_bytes,
        policy=Policy(force, settings.drift),
        **more,
    )
    try:
        built = run(settings.data_dir, options, Reporter(console))
    except KeyboardInterrupt:
        fail(f"Interrupted. {halfway or 'Nothing was changed.'}", 130)
    except PlaygraphError as error:
        if not halfway:
            raise
        fail(f"{error} {halfway}", 1)
    if built is None:
        console.print(nothing, highlight=False, soft_wrap=True)
        return
    print_report(built.report, console)
    console.print(built.gate.reason, highlight=False, soft_wrap=True)
    seconds = sum(built.report.seconds.values())
    _ready(console, settings, built.manifest.version, f" after {seconds:.1f} s")


def _ready(console: Any, settings: Settings, version: str, when: str = "") -> None:
    folder = settings.data_dir / "snapshots" / version
    console.print(f"Snapshot {version} is ready{when}: {folder}", highlight=False, soft_wrap=True)


def _given_seed(settings: Settings) -> int | None:
    """The seed that was given, None where it is the default."""
    from etl.recommender.parameters import DEFAULT_SEED

    return None if settings.seed == DEFAULT_SEED else settings.seed


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@click.command()
@data_option
@seed_option
@click.option("--jobs", type=click.IntRange(0), help="Threads; 0: one a core.")
@click.option(
    "--tune",
    "trials",
    type=click.IntRange(0),
    default=0,
    metavar="N",
    help="Search the parameters first: try so many sets of them.",
)
@click.option("--warm", is_flag=True, help="Start from the factors of the live model.")
@force_option
def train(
    data: Path | None,
    *,
    seed: int | None,
    jobs: int | None,
    trials: int,
    warm: bool,
    force: bool,
) -> None:
    """Train the recommender again on the live snapshot, and release a new one."""
    from rich.console import Console

    from etl.process.progress import Reporter
    from etl.release.train import Training
    from etl.release.train import train as run

    settings = settings_of(data=data, seed=seed, jobs=jobs)
    console = Console()
    given = seed if seed is not None else _given_seed(settings)
    training = Training(given, settings.jobs or _cores(), force, trials, warm)
    try:
        release = run(settings.data_dir, training, Reporter(console))
    except KeyboardInterrupt:
        fail("Interrupted. Nothing was changed.", 130)
    console.print(release.gate.reason, highlight=False, soft_wrap=True)
    _ready(console, settings, release.manifest.version)


@click.command()
@data_option
@click.option(
    "--seed",
    type=click.IntRange(0, MOST_SEED),
    help="Seed of the split and of training.  [default: that of the build]",
)
@click.option("--jobs", type=click.IntRange(0), help="Threads; 0: one a core.")
@click.option("--json", "as_json", is_flag=True, help="Print the evaluation as JSON.")
def evaluate(data: Path | None, seed: int | None, jobs: int | None, *, as_json: bool) -> None:
    """Measure the recommender of the serving snapshot against simpler ones."""
    import msgspec
    from rich.console import Console

    from etl.process.progress import Reporter
    from etl.release.evaluate import evaluate_snapshot, show

    settings = settings_of(data=data, jobs=jobs)
    evaluation = evaluate_snapshot(
        settings.data_dir,
        seed=seed,
        jobs=settings.jobs or _cores(),
        reporter=Reporter(Console(stderr=True)),
    )
    if as_json:
        shown = msgspec.structs.replace(evaluation, by_user=b"")  # for the gate, not for people
        click.echo(msgspec.json.format(msgspec.json.encode(shown), indent=2))
    else:
        show(evaluation, Console())


@click.command()
@click.option("--users", default=4_000, show_default=True, help="Lines of the library dump.")
@click.option("--games", default=1_500, show_default=True, help="Records of the catalogue.")
@click.option("--raw", type=FILE, help="Keep the raw dumps in this folder, and do not build.")
@data_option
def demo(users: int, games: int, raw: Path | None, data: Path | None) -> None:
    """Build the invented demo world: raw dumps first, then the same build as for real ones."""
    from etl.demo import write_demo
    from etl.release.build import Inputs, build

    try:
        if raw is not None:
            files = write_demo(raw, games=games, users=users)
            click.echo(f"Wrote {files.games}, {files.reviews} and {files.items}.")
            return
        with tempfile.TemporaryDirectory(prefix="playgraph-demo-") as folder:
            files = write_demo(Path(folder), games=games, users=users)
            inputs = Inputs(files.games, files.reviews, files.items)
            settings = settings_of(data=data)
            _build(lambda *how: build(inputs, *how), settings, stderr=True, demo=True)
    except ValueError as error:
        raise click.UsageError(str(error)) from None


COMMANDS = (build, update, watch, forget, train, evaluate, demo)

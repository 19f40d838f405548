"""server.cli: `playgraph serve`."""

from __future__ import annotations

import gc
import shutil
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from msgspec.structs import replace

from datastore.base.errors import PlaygraphError
from datastore.base.plural import counted
from server.cli.child import COMMAND
from server.cli.folder import open_store
from server.cli.listen import listen
from server.cli.options import data_option, demo_option, setting_option, settings_of
from server.cli.snapshots_storage import followed

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.types import ASGIApp

    from datastore.base.settings import Settings
    from datastore.store import Store
    from server.observe.team import Team

__all__ = ["serve"]

#: What the first line counts.
_NOUNS = ("game", "user", "review", "title", "viewer", "rating")


@click.command()
@data_option
@demo_option
@setting_option("host", "ADDRESS")
@setting_option("port", "N")
@setting_option("workers", "N")
@setting_option("profile", "PROFILE")
@setting_option("log_format", "FORMAT")
@setting_option("metrics_port", "N")
@setting_option("root_path", "PATH")
@setting_option("documents", "DIR")
@setting_option("cors_origins", "LIST")
@setting_option("users", "WHAT")
@setting_option("access", "WHO")
@click.option(
    "--shared",
    type=(int, int, click.Path(path_type=Path)),
    hidden=True,
    help="For a worker that replaces another: numbers of the open socket and pipe, and the folder "
    "of the team; see `Workers`.",
)
@click.option("--worker", type=int, hidden=True, help="Number of a worker that replaces another.")
def serve(
    *, demo: bool, shared: tuple[int, int, Path] | None, worker: int | None, **given: Any
) -> None:
    """Serve the live snapshot over HTTP.

    If no data folder is given and nothing has been built yet, builds and serves the demo
    dataset."""
    from server.cli.allocation import share_one_arena

    share_one_arena()  # before libraries start threads
    from schema.graph import graphql_schema
    from server.app import create_app
    from server.observe.team import Team
    from server.snapshots.quarantine import Quarantine
    from server.wire.garbage import THRESHOLDS
    from server.wire.listener import uvicorn_config
    from server.wire.server import Server

    settings = settings_of(storage=True, **given)
    if settings.port == settings.metrics_port != 0:  # both could bind it, and one would answer
        raise PlaygraphError(
            f"The server and its metrics have the same port, {settings.port}: choose another one "
            "with --metrics-port."
        )
    graphql_schema()
    share_one_arena()
    gc.collect()
    gc.freeze()  # collections then skip the modules and the schema, which takes 50 ms each time
    # A full collection visits all cached documents, which keeps everybody waiting. Requests leave
    # few cycles behind, so it is due seldom, and the server collects between requests.
    gc.set_threshold(*THRESHOLDS)
    with ExitStack() as stack:
        helpers, team = [], None
        if shared is None:
            listener = stack.enter_context(listen(settings.host, settings.port))
            helpers = stack.enter_context(followed(settings))
        else:
            listener = stack.enter_context(socket.socket(fileno=shared[0]))
            # The others serve a snapshot: the demo dataset must not replace it if it has gone.
            settings = replace(settings, data_dir_named=True)
        quarantine = Quarantine()
        store = open_store(settings, demo=demo, quarantine=quarantine)
        if shared is not None:
            team = Team(settings.workers, shared[2])
        elif settings.workers > 1:
            team = Team(settings.workers)
            stack.callback(shutil.rmtree, team.folder, ignore_errors=True)
        app = create_app(settings, store, quarantine, team)
        if shared is None:
            _announce(store, settings, listener.getsockname()[1])
        del store  # the application drops its reference when a newer snapshot is released
        if team is not None:
            from server.cli.rehearsal import rehearse
            from server.wire.workers import Workers

            if shared is None and app.state.holder.ready:
                rehearse(app.state.holder.store)
                gc.collect()
            gc.freeze()  # collections then leave the memory alone that the workers share
            begin = partial(_member, settings, team, app)
            workers = Workers(uvicorn_config(app, settings), listener, team, begin)
            if shared is not None and worker is not None:
                sys.exit(workers.serve(worker, shared[1]))
            workers.start([*COMMAND, *sys.argv[1:]], helpers, settings.log_format)
        served = stack.enter_context(_served(app, settings, metrics=True))
        server = Server(uvicorn_config(served, settings))
        # uvicorn handles signals only while it runs: one that comes earlier counts, too. After a
        # graceful end it raises the signal again, which must not end the process with an error.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, server.handle_exit)
        server.run(sockets=[listener])


@contextmanager
def _served(app: Starlette, settings: Settings, *, metrics: bool) -> Iterator[ASGIApp]:
    """The application with its traces, and with the port of the metrics if this process has it."""
    from server.observe.port import metrics_port
    from server.observe.tracing import Traced, otlp_tracer

    with ExitStack() as stack:
        if metrics and settings.metrics_port is not None:
            place = settings.metrics_host, settings.metrics_port
            bound = stack.enter_context(metrics_port(app.state.metrics.exposed, *place))
            click.echo(f"Metrics at http://{settings.metrics_host}:{bound}/metrics", err=True)
        if settings.tracing == "otlp":
            yield Traced(app, stack.enter_context(otlp_tracer()))
        else:
            yield app


@contextmanager
def _member(settings: Settings, team: Team, app: Starlette, worker: int) -> Iterator[ASGIApp]:
    """The application of a worker, in its process. A worker that replaces another begins with the
    live snapshot if it can be opened, else with that of the start."""
    app.state.holder.catch_up(settings.data_dir)
    with (
        team.member(worker, app.state.metrics.registry),
        _served(app, settings, metrics=worker == 1) as served,
    ):
        yield served


def _announce(store: Store, settings: Settings, port: int) -> None:
    """Print which data is served, and the addresses."""
    from server.http.prefix import root_path
    from server.pages.explorer import has_explorer

    host = settings.host
    manifest = store.manifest
    kind = "the invented DEMO dataset," if manifest.demo else "snapshot"
    counts = [
        counted(subject.counts[noun + "s"], noun)
        for subject in manifest.subjects.values()
        for noun in _NOUNS
        if noun + "s" in subject.counts
    ]
    click.echo(f"Serving {kind} {manifest.version}: {', '.join(counts)}.", err=True)
    if manifest.demo:
        click.echo(
            "For real answers: playgraph build --games FILE --reviews FILE --items FILE, "
            "--titles FILE --ratings FILE, or both",
            err=True,
        )
    name = f"[{host}]" if ":" in host and not host.startswith("[") else host
    root = f"http://{name}:{port}{root_path(settings.root_path)}"
    has_keys = settings.access == "keys"  # which no browser sends with a page
    has_graphiql = settings.profile != "production" and not has_keys
    addresses = [f"GraphiQL {root}/" if has_graphiql else f"POST queries to {root}/graphql"]
    if has_graphiql or (has_explorer() and not has_keys):
        addresses.append(f"explorer {root}/explore")
    click.echo(f"{', '.join(addresses)} (press Ctrl-C to stop)", err=True)

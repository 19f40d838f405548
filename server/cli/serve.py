"""server.cli: `playgraph serve`."""

from __future__ import annotations

import signal
from typing import Any

import click

from server.cli.folder import open_store
from server.cli.listen import listen
from server.cli.options import data_option, demo_option, setting_option, settings_of

__all__ = ["serve"]


@click.command()
@data_option
@demo_option
@setting_option("host", "ADDRESS")
@setting_option("port", "N")
@setting_option("root_path", "PATH")
@setting_option("documents", "DIR")
@setting_option("cors_origins", "LIST")
def serve(*, demo: bool, **given: Any) -> None:
    """Serve the live snapshot over HTTP.

    The demo dataset is built and served if no data folder is named and nothing was built yet."""
    import uvicorn

    from server.app import create_app
    from server.http.listener import uvicorn_config
    from server.http.prefix import root_path

    settings = settings_of(**given)
    listener = listen(settings.host, settings.port)
    store = open_store(settings, demo=demo)
    app = create_app(settings, store)
    facts, version = store.manifest.dataset, store.manifest.version
    del store  # the application lets go of it when there is a newer one
    kind = "the invented DEMO dataset," if facts.demo else "snapshot"
    click.echo(
        f"Serving {kind} {version}: {facts.games:,} games, {facts.users:,} users, "
        f"{facts.reviews:,} reviews.",
        err=True,
    )
    if facts.demo:
        click.echo(
            "For real answers: playgraph build --games FILE --reviews FILE --items FILE", err=True
        )
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    address = f"http://{host}:{listener.getsockname()[1]}{root_path(settings.root_path)}/"
    click.echo(f"Open {address} (Ctrl-C stops it)", err=True)
    # uvicorn stops gracefully by itself and raises the signal once more behind that.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    uvicorn.Server(uvicorn_config(app, settings)).run(sockets=[listener])

"""server.cli: `playgraph query`."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import click

from datastore.base.visible import quoted
from server.cli.folder import open_store
from server.cli.options import data_option, demo_option, setting_option, settings_of
from server.cli.snapshots_storage import fetch_live

__all__ = ["query"]


@click.command()
@click.argument("query")
@click.option("--variables", default="{}", metavar="JSON", help="Variables, as a JSON object.")
@click.option("--operation", metavar="NAME", help="Operation to run, if the document has several.")
@data_option
@demo_option
@setting_option("users", "WHAT")
def query(query: str, variables: str, operation: str | None, *, demo: bool, **given: Any) -> None:
    """Run QUERY and print the JSON response.

    QUERY is a GraphQL document, a file that contains one, or - for standard input. Exits with code
    1 if the response has errors."""
    try:
        values = json.loads(variables)
        if not isinstance(values, dict):
            raise ValueError
    except ValueError:
        raise click.BadParameter("it must be a JSON object.", param_hint="--variables") from None
    text = _document(query)
    settings = settings_of(storage=True, **given)
    fetch_live(settings)
    store = open_store(settings, demo=demo)
    import msgspec

    from schema.context import Context
    from schema.graph import graphql_schema
    from server.execution.errors import RequestError
    from server.execution.executor import Executor
    from server.http.errors import ErrorExtensions

    executor = Executor(graphql_schema(), ErrorExtensions, compiles=bool(settings.compile))
    try:
        body = executor.execute(text, values, operation, Context(store), "cli").body
    except RequestError as error:
        body = msgspec.json.encode({"errors": error.errors})
    click.echo(msgspec.json.format(body, indent=2))  # UTF-8, whatever the terminal's encoding
    if "errors" in msgspec.json.decode(body):
        sys.exit(1)


def _document(query: str) -> str:
    """The GraphQL document: the argument itself, or the content of the file that it names."""
    if query != "-" and "{" in query:
        try:  # the arguments of a process are bytes; a terminal of another age reads them as ASCII
            return os.fsencode(query).decode()
        except UnicodeError:
            raise click.UsageError("The document is not UTF-8 text.") from None
    path = Path(query)
    if query != "-" and not path.is_file():
        raise click.UsageError(f"{quoted(query)} is neither a GraphQL document nor a file.")
    try:
        raw = sys.stdin.buffer.read() if query == "-" else path.read_bytes()
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise click.UsageError(f"{query!r} is not UTF-8 text.") from None

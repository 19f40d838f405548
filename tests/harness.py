"""How tests build a snapshot, and how they ask it."""

from __future__ import annotations

import json
import os
import warnings
from pathlib import Path
from typing import Any, Protocol

from rich.console import Console

from datastore.base.checksum import verified, with_checksum
from datastore.base.mappings import Mappings
from datastore.base.snapshot import snapshot_path
from datastore.store import Store
from etl.process.progress import Reporter
from etl.release.build import Inputs, Options, build
from schema.context import Context
from schema.graph import graphql_schema
from server.execution.errors import RequestError
from server.execution.executor import Executor
from server.http.errors import ErrorExtensions

with warnings.catch_warnings():
    # Starlette prefers `httpx2`; with `httpx`, which we have, it works as well.
    warnings.filterwarnings("ignore", message=r"Using `httpx` with `starlette\.testclient`")
    from starlette.testclient import TestClient

__all__ = [
    "Ask",
    "TestClient",
    "asker",
    "broken_store",
    "build_snapshot",
    "change_document",
    "only_error",
]


class Ask(Protocol):
    """Ask a world in GraphQL; the whole response comes back."""

    def __call__(self, query: str, /, **variables: Any) -> dict[str, Any]: ...


def build_snapshot(
    inputs: Inputs, data_dir: Path, *, demo: bool = False, seed: int | None = 1
) -> Path:
    """Build quietly; the folder of the new snapshot."""
    options = Options(max_rejects=0.01, seed=seed, jobs=2, max_line_bytes=1 << 26, demo=demo)
    reporter = Reporter(Console(stderr=True), quiet=True)
    manifest = build(inputs, data_dir, options, reporter).manifest
    return snapshot_path(data_dir, manifest.version)


def change_document(path: Path, **members: object) -> None:
    """Change members of a JSON document of a snapshot, and its checksum accordingly."""
    changed = json.loads(verified(path.read_bytes())) | members
    path.write_bytes(with_checksum(json.dumps(changed).encode()))


def broken_store() -> Any:
    """A store that is open and has nothing: every look-up fails, except for what a test adds."""
    store: Any = object.__new__(Store)
    store._mappings = Mappings()
    return store


def asker(store: Store) -> Ask:
    """A function that asks this store the way the server does, without HTTP."""
    compiles = os.environ.get("PLAYGRAPH_COMPILE") != "0"
    executor = Executor(graphql_schema(), ErrorExtensions, compiles=compiles)
    context = Context(store)

    def ask(query: str, /, **variables: Any) -> dict[str, Any]:
        try:
            answer = executor.execute(query, variables, None, context, "request-1")
            response: dict[str, Any] = json.loads(answer.body)
            return response
        except RequestError as error:
            return {"errors": error.errors}

    return ask


def only_error(answer: dict[str, Any]) -> dict[str, Any]:
    """The one error of a response."""
    (error,) = answer["errors"]
    found: dict[str, Any] = error
    return found

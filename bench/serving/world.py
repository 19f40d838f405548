"""bench: the data of all servers: a snapshot, and the part of it that peers serve, as JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import strawberry

from datastore.base.errors import PlaygraphError
from datastore.base.snapshot import current_version
from datastore.store import Store
from schema.context import Context
from schema.query import Query
from schema.relay.node import Node

GAMES, USERS = 30_000, 5_000
#: Users whose recommendations are exported.
ASKED_USERS = 1_000

_GAMES = """query ($after: String) { games(first: 100, after: $after) {
  edges { cursor node {
    id appId title publisher price releaseYear isFree developer { name } genres { name }
    similarGames(first: 10) { score source game { appId title } } } }
  pageInfo { hasNextPage endCursor } } }"""
_USERS = """query ($after: String) {
  users(first: 20, after: $after, filter: {itemsCount: {gte: 5}}) {
  nodes { userId itemsCount recommendations(first: 10) { score source game { appId title } } }
  pageInfo { hasNextPage endCursor } } }"""


def invented(folder: Path) -> Path:
    """The data folder of the invented world, which is built if it is missing or outdated."""
    data = folder / "data"
    try:
        if Store.open_current(data) is not None:
            return data
    except (PlaygraphError, OSError):
        pass
    command = [sys.executable, "-m", "server.cli"]
    raw = folder / "raw"
    sizes = [f"--games={GAMES}", f"--users={USERS}"]
    print(f"building the invented world of {GAMES:,} games", file=sys.stderr)
    subprocess.run([*command, "demo", *sizes, f"--raw={raw}"], check=True, capture_output=True)
    names = {"games": "steam_games", "reviews": "user_reviews", "items": "users_items"}
    options = [f"--{kind}={raw / name}.json.gz" for kind, name in names.items()]
    done = subprocess.run(
        [*command, "build", *options, f"--data={data}", "--force"], capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(f"the invented world cannot be built:\n{done.stderr}")
    return data


def exported(data: Path, folder: Path) -> tuple[Path, dict[str, Any]]:
    """The file of the games and users of the live snapshot, and its content.

    It is written once per snapshot, from the answers of plain Strawberry.
    """
    version = current_version(data)
    file = folder / f"export-{version}.json"
    if not file.is_file():
        print("exporting the data for the peers", file=sys.stderr)
        store = Store.open_current(data)
        if store is None:
            sys.exit(f"no snapshot in {data}: run `playgraph build` or `playgraph demo`")
        folder.mkdir(parents=True, exist_ok=True)
        fresh = file.with_suffix(".unfinished")
        fresh.write_text(json.dumps(_export(store), ensure_ascii=False), "utf-8")
        fresh.rename(file)
    return file, json.loads(file.read_text("utf-8"))


def _export(store: Store) -> dict[str, Any]:
    schema = strawberry.Schema(query=Query, types=list(Node.types.values()))
    context = Context(store)

    def pages(query: str, noun: str) -> Any:
        after = None
        while True:
            result = schema.execute_sync(query, {"after": after}, context_value=context)
            if result.errors:
                sys.exit(f"the data cannot be exported: {result.errors[0]}")
            page = result.data[noun]
            yield page
            if not page["pageInfo"]["hasNextPage"]:
                return
            after = page["pageInfo"]["endCursor"]

    games = [
        {"cursor": edge["cursor"], **edge["node"]}
        for page in pages(_GAMES, "games")
        for edge in page["edges"]
    ]
    users: list[dict[str, Any]] = []
    for page in pages(_USERS, "users"):
        users += page["nodes"]
        if len(users) >= ASKED_USERS:
            break
    return {"version": store.manifest.version, "games": games, "users": users[:ASKED_USERS]}

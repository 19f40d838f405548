# ruff: noqa: T201
"""Random requests answered by the compiled executor and by graphql-core: never a difference.

    python tests/differential.py [--documents 20000] [--seed 1] [--data DIR]

Prints each difference with its request, and how many documents of each kind there were.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

from datastore.store import Store
from random_documents import RandomDocuments, Request
from schema.context import Context
from schema.graph import graphql_schema
from server.execution.errors import RequestError
from server.execution.executor import Executor
from server.http.errors import ErrorExtensions

__all__ = ["Pair", "usual_values"]

#: How often a document is asked again with other values.
_AGAIN = 2
#: How often the compiled executor is asked: texts of objects are read from the third time on, those
#: of objects that are alone from the fourth.
_ASKED = 4
_NAMES = """{
  games(first: 30) { edges { cursor node { id appId title releaseYear tags } } }
  developers(first: 20) { edges { cursor node { id name } } }
  genres(first: 20) { edges { cursor node { id name } } }
  users(first: 30) { edges { cursor node { id userId } } }
  titles(first: 30) { edges { cursor node { id titleId title } } }
  viewers(first: 30) { edges { cursor node { id viewerId } } }
}"""


def usual_values(store: Store) -> dict[str, list[Any]]:
    """Values of arguments and input fields by name, taken from the snapshot's own answers."""
    executor = Executor(graphql_schema(), ErrorExtensions)
    data = json.loads(executor.execute(_NAMES, context=Context(store)).body)["data"]
    edges = {name: (data[name] or {"edges": []})["edges"] for name in data}
    nodes = {name: [edge["node"] for edge in edges[name]] for name in edges}
    cursors = [edge["cursor"] for listed in edges.values() for edge in listed[:8]]
    ids = [node["id"] for listed in nodes.values() for node in listed[:8]]
    games = [node["appId"] for node in nodes["games"]]
    names = [node["name"] for node in (*nodes["developers"], *nodes["genres"])]
    words = [node["title"].split()[0] for node in nodes["games"] if node["title"]]
    return {
        "appId": [*games, "0"],
        "userId": [node["userId"] for node in nodes["users"]] + ["nobody"],
        "titleId": [node["titleId"] for node in nodes["titles"]] + ["nothing"],
        "viewerId": [node["viewerId"] for node in nodes["viewers"]] + ["0"],
        "name": [*names, "nobody"],
        "id": [*ids, "bad"],
        "ids": [*ids, "bad"],
        "after": [*cursors, "bad"],
        "before": cursors,
        "search": [*words, "zzz", ""],
        "exclude": games,
        "year": list(range(2010, 2020)),
        "first": [0, 1, 2, 3, 5, 8, 20],
        "last": [0, 1, 2, 3],
        "precision": [0, 1, 2],
        "diversity": [0, 0.5, 1],
        "hours": [0, 1.5, 100],
        "score": [1, 2.5, 5],
        "tag": [tag for node in nodes["games"] for tag in node["tags"]][:20] or ["Action"],
    }


class Pair:
    """Both executors over one snapshot."""

    def __init__(self, store: Store) -> None:
        self._context = Context(store)
        self._compiled = Executor(graphql_schema(), ErrorExtensions)
        self._reference = Executor(graphql_schema(), ErrorExtensions, compiles=False)
        #: How often the compiled executor left an operation to graphql-core, by reason.
        self.declined = self._compiled.declined
        #: How many requests had data, errors besides data, or were refused.
        self.kinds: Counter[str] = Counter()

    def difference(self, request: Request) -> tuple[Any, Any] | None:
        """The two answers if they differ. Keys and errors must have the same order, too."""
        reference = self._answer(self._reference, request)
        self.kinds[_kind(reference)] += 1
        for _ in range(_ASKED):
            compiled = self._answer(self._compiled, request)
            if json.dumps(compiled) != json.dumps(reference):
                return compiled, reference
        return None

    def _answer(self, executor: Executor, request: Request) -> Any:
        try:
            answer = executor.execute(
                request.text, request.variables, request.operation, self._context, "request"
            )
        except RequestError as error:
            return {"errors": error.errors}
        return json.loads(answer.body)


def requests(
    values: Mapping[str, Sequence[Any]], documents: int, seed: int, again: int = _AGAIN
) -> Iterator[Request]:
    """Random requests; each document several times, with other values."""
    random = Random(seed)
    made = RandomDocuments(graphql_schema(), random, values)
    for _ in range(documents):
        document = made.document()
        for _ in range(1 + again):
            yield document.request(random)


def _kind(answer: Mapping[str, Any]) -> str:
    if "data" not in answer:
        return "refused"
    return "with errors" if "errors" in answer else "answered"


def main() -> int:
    """Run the command; the exit code is 1 if there was a difference."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=20_000, help="how many documents")
    parser.add_argument("--seed", type=int, default=1, help="seed of the documents")
    parser.add_argument("--data", type=Path, help="data folder; default: the demo world")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open_current(options.data or _demo(Path(folder)))
        if store is None:
            parser.error(f"{options.data} has no snapshot")
        pair, differences, started = Pair(store), 0, time.monotonic()
        for request in requests(usual_values(store), options.documents, options.seed):
            found = pair.difference(request)
            if found is not None:
                differences += 1
                print(json.dumps([request.text, request.variables, request.operation]))
                print("  compiled ", json.dumps(found[0])[:2_000])
                print("  reference", json.dumps(found[1])[:2_000], flush=True)
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in sorted(pair.kinds.items()))
        seconds = time.monotonic() - started
        asked = f"{pair.kinds.total():,} requests ({kinds})"
        print(f"{differences:,} differences in {asked}, {seconds:.0f} s")
        print(f"Declined, by reason: {dict(pair.declined()) or 'none'}")
    return 1 if differences else 0


def _demo(folder: Path) -> Path:
    from etl.demo import write_demo
    from etl.release.build import Inputs
    from harness import build_snapshot

    build_snapshot(Inputs(**vars(write_demo(folder / "raw"))), folder / "data", demo=True)
    return folder / "data"


if __name__ == "__main__":
    sys.exit(main())

"""bench: server time of the six questions, warm, compared with plain Strawberry. Run manually.

    python bench/questions.py [--data DIR] [--rounds 300]

Both sides answer the same documents on the same snapshot in one process and one run. The playgraph
side runs the served path, from the text of the query to the bytes of the answer. The plain side is
an unmodified `strawberry.Schema.execute_sync` plus the same encoding. CPU time, medians.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import strawberry

from datastore.base.environment import load_settings
from datastore.store import Store
from schema.context import Context
from schema.graph import graphql_schema
from schema.query import Query
from schema.relay.node import Node
from server.execution.encoding import encoded
from server.execution.executor import Executor
from server.http.errors import ErrorExtensions
from server.pages.examples import example_tabs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=load_settings().data_dir)
    parser.add_argument("--rounds", type=int, default=300)
    options = parser.parse_args()
    store = Store.open_current(options.data)
    if store is None:
        parser.error(f"no snapshot in {options.data}: run `playgraph demo` or `playgraph build`")
    context = Context(store)
    executor = Executor(graphql_schema(), ErrorExtensions)
    schema = strawberry.Schema(query=Query, types=Node.__subclasses__())
    print(f"snapshot {store.manifest.version}, {options.rounds} rounds, microseconds of CPU time")
    print(f"{'question':<28}{'playgraph':>10}{'plain':>10}{'ratio':>8}")
    for tab in example_tabs(store):
        query, variables = tab["query"], json.loads(tab["variables"])

        def ours(query: str = query, variables: dict[str, object] = variables) -> bytes:
            return executor.execute(query, variables, context=context).body

        def plain(query: str = query, variables: dict[str, object] = variables) -> bytes:
            result = schema.execute_sync(query, variables, context_value=context)
            return encoded({"data": result.data})

        assert ours() == plain(), tab["title"]
        ours_us, plain_us = _medians(ours, plain, options.rounds)
        print(f"{tab['title']:<28}{ours_us:>10.0f}{plain_us:>10.0f}{plain_us / ours_us:>8.1f}")


def _medians(a: Callable[[], bytes], b: Callable[[], bytes], rounds: int) -> tuple[float, float]:
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):  # in turn, so that a slow moment hits both
        for call, kept in zip((a, b), times, strict=True):
            start = time.process_time_ns()
            call()
            kept.append((time.process_time_ns() - start) / 1_000)
    return statistics.median(times[0]), statistics.median(times[1])


if __name__ == "__main__":
    main()

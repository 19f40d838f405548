"""bench: the CPU time of a search, filter and order by itself, without GraphQL and HTTP."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

from shapes import Question
from threadpoolctl import threadpool_limits

from datastore.base.columns import Operator
from datastore.store import Store
from resolvers import spaces
from resolvers.filters import Test
from resolvers.ordering import Order
from resolvers.selection import Selection, select


def search_microseconds(data: Path, questions: list[Question]) -> float:
    """The mean CPU time of selecting the rows of these questions, for the second time."""
    store = Store.open_current(data)
    assert store is not None
    orders = [Order("release_year", descending=True)]
    times = []
    with threadpool_limits(1, "blas"):
        for _ in range(2):
            times.clear()
            for question in questions:
                where = Test("price", Operator("lte"), question.variables["most"])
                selection = Selection(where, orders, question.variables["text"])
                start = time.process_time_ns()
                select(range(len(store.games)), lambda: spaces.games(store), selection)
                times.append((time.process_time_ns() - start) / 1_000)
    return statistics.mean(times)

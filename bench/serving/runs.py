"""bench: one shape of requests to one server: compared, under load, and at a low rate."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from itertools import cycle
from typing import Any

from load import BadAnswer, Connection, latencies, saturate
from shapes import FIXED, VARIED, Shape, by_graphql, get, graphql_url, post
from targets import Server

#: Fewest requests per round and server: slow servers would otherwise have very few.
LEAST = 5
#: How often each document of a shape is sent before it is timed; a JIT compiles the second time.
PASSES = 3


class Run:
    """One shape of requests to one server."""

    def __init__(self, server: Server, shape: Shape) -> None:
        self.server = server
        self.shape = shape
        self.status = 200
        requests = self._requests()
        self._first = requests[:FIXED]
        self.requests: Iterator[bytes] = cycle(requests)

    def _requests(self) -> list[bytes]:
        shape, target = self.shape, self.server.target
        if target.key == "fixed":
            return [
                post(f"/{shape.key}/{number}", question.posted())
                for number, question in enumerate(shape.questions[:FIXED])
            ]
        if shape.key in ("conditional", "unchanged") and target.key != "stock":
            url = graphql_url(shape.questions[0])
            if not shape.unchanged:
                return [get(url)]
            self.status = 304
            return [get(url, f"If-None-Match: {self._tag(url)}")]
        return [target.write(question) for question in shape.questions]

    def _tag(self, url: str) -> str:
        connection = Connection(self.server.port)
        try:
            return connection.ask(get(url)).headers["etag"]
        finally:
            connection.socket.close()

    def compare(self, expected: list[Any]) -> None:
        """End the program if an answer differs from Strawberry's."""
        connection = Connection(self.server.port)
        try:
            for request, wanted in zip(self._first, expected, strict=True):
                answer = connection.ask(request)
                if answer.status != self.status:
                    sys.exit(f"{self._name}: status {answer.status}: {answer.body[:2_000]!r}")
                if self.status == 200 and json.loads(answer.body) != wanted:
                    sys.exit(
                        f"{self._name} answers differently:\n{answer.body[:2_000].decode()}\n"
                        f"expected:\n{json.dumps(wanted)[:2_000]}"
                    )
        finally:
            connection.socket.close()

    def warm(self, seconds: float, connections: int) -> None:
        """Let the server compile and cache what it can."""
        documents = len({question.query for question in self.shape.questions})
        least = PASSES * documents if 1 < documents <= VARIED else LEAST
        if self.shape.key == "search":  # results are cached, as where the search alone is timed
            least = len(self.shape.questions)
        self.load(seconds, connections, least)

    def load(self, seconds: float, connections: int, least: int = LEAST) -> float:
        """CPU microseconds per request under load."""
        before = self.server.cpu_seconds()
        try:
            answered = saturate(
                self.server.port, self.requests, seconds, least, connections, self.status
            )
        except BadAnswer as error:
            sys.exit(f"{self._name}: {error}")
        return (self.server.cpu_seconds() - before) / answered * 1e6

    def latencies(self, rate: float, count: int) -> list[float]:
        """Seconds per answer at a low rate."""
        return latencies(self.server.port, self.requests, rate, count, self.status)

    @property
    def _name(self) -> str:
        return f"{self.server.target.title}, {self.shape.title}"


def expected_answers(
    stock: Server, asked: list[Shape]
) -> tuple[dict[str, list[Any]], dict[str, str]]:
    """Strawberry's answers to the first questions of each shape, and the fixed answers by path."""
    answers: dict[str, list[Any]] = {}
    fixed = {}
    connection = Connection(stock.port)
    for shape in asked:
        answers[shape.key] = []
        for number, question in enumerate(shape.questions[:FIXED]):
            answer = connection.ask(by_graphql(question))
            content = json.loads(answer.body) if answer.status == 200 else {"errors": []}
            if "errors" in content:
                sys.exit(f"Strawberry, {shape.title}: {answer.body[:2_000].decode()}")
            content.pop("extensions", None)
            answers[shape.key].append(content)
            fixed[f"/{shape.key}/{number}"] = json.dumps(
                content, ensure_ascii=False, separators=(",", ":")
            )
    connection.socket.close()
    return answers, fixed

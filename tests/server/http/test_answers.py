"""Answers: tags that say what an answer depends on, and a bounded cache."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from datastore.base.settings import Settings
from datastore.people import People
from datastore.store import Store
from harness import TestClient
from schema.graph import graphql_schema
from server.app import create_app
from server.execution.executor import Executor
from server.execution.prepared import Prepared
from server.guard.document_limits import DocumentLimits
from server.guard.documents import DocumentGuard
from server.http.answers import Answers, Client, Executed, Representation, Request, request_of
from server.http.caching import Condition
from server.http.errors import ErrorExtensions
from server.http.negotiation import GRAPHQL, JSON
from server.http.parameters import Parameters, from_body

PLAIN = Client(JSON, None, None)


@dataclass
class Counting:
    """Answers, and how often their executor has worked."""

    answers: Answers
    executed: list[str] = field(default_factory=list)

    def ask(self, store: Store, query: str, **more: Any) -> Any:
        """The representation for a client that has and prefers nothing."""
        parameters = parameters_of(query, **more)
        asked = request_of(query, parameters)
        found = self.answers.find(store, asked)
        if found is None:
            prepared = executor.prepared(query, parameters.operation_name)
            cost = executor.require_valid(prepared, parameters.variables)
            digest = self.answers.digest(store, asked)
            found = self.answers.execute(store, prepared, cost, parameters, digest, "request-1")
            self.executed.append(query)
            self.answers.keep(store, asked, found)
        return self.answers.represent(store, found, PLAIN)


guard = DocumentGuard(graphql_schema(), DocumentLimits.of(Settings(Path())))
executor = Executor(graphql_schema(), ErrorExtensions, guard=guard)


def parameters_of(query: str, **more: Any) -> Parameters:
    return from_body(msgspec.json.encode({"query": query, **more}))


def counting(max_bytes: int = 1_000_000) -> Counting:
    return Counting(Answers(executor, guard, "no-cache", max_bytes))


def tag(store: Store, query: str = "{ __typename }", **more: Any) -> str:
    return tag_of(counting().ask(store, query, **more))


def tag_of(sent: Representation) -> str:
    return dict(sent.headers)[b"etag"].decode()


def test_the_same_request_is_executed_once_per_snapshot(store: Store, title_store: Store) -> None:
    asking = counting()
    first = asking.ask(store, "{ __typename }")
    assert asking.ask(store, "{ __typename }") == first
    assert len(asking.executed) == 1
    assert asking.answers.cache_uses() == (1, 1)
    asking.ask(title_store, "{ __typename }")
    asking.ask(store, "{ __typename }")
    assert len(asking.executed) == 3


def test_the_order_and_spelling_of_variables_do_not_matter(store: Store) -> None:
    query = "query Q($a: Int, $b: String) { games(first: $a, after: $b) { totalCount } }"
    asking = counting()
    asking.ask(store, query, variables={"a": 1, "b": None})
    asking.ask(store, query, variables={"b": None, "a": 1})
    asking.ask(store, query, variables={"b": None, "a": 2})
    assert len(asking.executed) == 2


@pytest.mark.parametrize("variables", [None, {}])
def test_no_variables_are_the_same_in_each_spelling(store: Store, variables: Any) -> None:
    assert tag(store, variables=variables) == tag(store)


@pytest.mark.parametrize(
    "more",
    [
        {"variables": {"a": 1}},
        {"operationName": "Q"},
        {"extensions": {"cost": True}},
        {"query": "query Q { __typename } "},
    ],
)
def test_every_part_of_a_request_changes_the_tag(store: Store, more: dict[str, Any]) -> None:
    query = "query Q { __typename }"
    other = more.get("query", query)
    more = {name: value for name, value in more.items() if name != "query"}
    assert tag(store, other, **more) != tag(store, query)


def test_a_tag_says_snapshot_people_and_evaluation(snapshot: Path) -> None:
    def secret() -> bytes:
        return b"secret"

    opened = [
        Store.open(snapshot),
        Store.open(snapshot, People("pseudonyms", secret)),
        Store.open(snapshot, People("pseudonyms", lambda: b"another")),
        Store.open(snapshot, People("off", secret)),
        Store.open(snapshot),
    ]
    opened[-1].evaluation = None if opened[0].evaluation is not None else Any
    opened[-1].manifest = replace(opened[0].manifest, version="another")
    assert len({tag(store) for store in opened}) == len(opened)
    assert tag(Store.open(snapshot)) == tag(opened[0])


def test_new_figures_of_an_evaluation_change_the_tag(store: Store, snapshot: Path) -> None:
    other = Store.open(snapshot)
    assert other.evaluation is not None
    other.evaluation = replace(other.evaluation, users=other.evaluation.users + 1)
    assert tag(other) != tag(store)


def test_an_answer_with_errors_is_neither_tagged_nor_cached(store: Store) -> None:
    asking = counting()
    for _ in range(2):
        answer = asking.ask(store, "{ game(appId: 0) { title } }")
        assert b"etag" not in dict(answer.headers)
    assert len(asking.executed) == 2
    assert asking.answers.size == 0


def test_the_cache_is_bounded(store: Store) -> None:
    asking = counting(20_000)
    queries = [f"{{ a{number}: __typename }}" for number in range(100)]
    for query in queries:
        asking.ask(store, query)
    assert 10_000 < asking.answers.size <= 20_000
    asking.ask(store, queries[-1])
    assert len(asking.executed) == 100
    asking.ask(store, queries[0])
    assert len(asking.executed) == 101


def test_an_answer_that_takes_too_much_of_the_cache_is_not_cached(store: Store) -> None:
    large = "{ __schema { types { name description fields { name description } } } }"
    asking = counting(100_000)
    asking.ask(store, large)
    asking.ask(store, large)
    assert len(asking.executed) == 2


def test_without_a_cache_each_request_is_executed(store: Store) -> None:
    asking = counting(0)
    for _ in range(2):
        asking.ask(store, "{ __typename }")
    assert len(asking.executed) == 2
    assert asking.answers.cache_uses() == (0, 0)


@pytest.mark.parametrize("media_type", [JSON, GRAPHQL])
@pytest.mark.parametrize("coding", [None, "gzip", "br", "zstd"])
@pytest.mark.parametrize("query", ["{ __typename }", "{ __schema { types { name description } } }"])
def test_who_has_the_answer_gets_304_without_execution(
    store: Store, query: str, coding: str | None, media_type: str
) -> None:
    asking, parameters = counting(0), parameters_of(query)
    asked, prepared = request_of(query, parameters), executor.prepared(query)
    executor.require_valid(prepared, {})
    digest = asking.answers.digest(store, asked)
    executed = asking.answers.execute(store, prepared, 1.0, parameters, digest, "request-1")
    asking.answers.keep(store, asked, executed)
    client = Client(media_type, coding, None)
    sent = asking.answers.represent(store, executed, client)
    client = client._replace(condition=Condition([f'"other", W/{tag_of(sent)}']))
    executed.coded = None
    unchanged = asking.answers.unchanged(store, asked, client)
    assert unchanged == asking.answers.unchanged(store, asked, client, executed)
    assert unchanged is not None
    assert (unchanged.status, unchanged.body) == (304, b"")
    assert dict(unchanged.headers) == {
        name: dict(sent.headers)[name] for name in (b"x-snapshot", b"etag", b"cache-control")
    }
    assert unchanged == asking.answers.represent(store, executed, client)
    assert executed.coded is None  # nothing has been compressed again


@pytest.mark.parametrize(("coding", "other"), [(None, "-identity"), ("gzip", "-gzip")])
def test_a_known_answer_has_no_tag_that_only_another_size_would_have(
    store: Store, coding: str | None, other: str
) -> None:
    query = "{ __typename }"
    asking, parameters = counting(), parameters_of(query)
    asked = request_of(query, parameters)
    asking.ask(store, query)
    executed = asking.answers.find(store, asked)
    assert executed is not None
    client = Client(JSON, coding, Condition([f'"{executed.digest}{other}"']))
    assert asking.answers.unchanged(store, asked, client, executed) is None
    assert asking.answers.represent(store, executed, client).status == 200


def test_who_has_anything_is_answered_after_execution(store: Store) -> None:
    client = Client(JSON, None, Condition(["*"]))
    asked = request_of("{ __typename }", parameters_of("{ __typename }"))
    assert counting().answers.unchanged(store, asked, client) is None


def test_requests_that_differ_have_other_digests_and_equal_ones_the_same(store: Store) -> None:
    asked = [
        Request(text, name, variables, reports_cost)
        for text in ("{ a }", "{ a }{", '{ a }{"x":1}', "{ b }")
        for name in (None, "a")
        for variables in (b"", b"{}", b'{"x":1}', b'{"x":2}')
        for reports_cost in (False, True)
    ]
    answers = counting(0).answers
    first = [answers.digest(store, request) for request in asked]
    assert len(set(first)) == len(asked)
    assert [answers.digest(store, request) for request in asked] == first
    assert [counting(0).answers.digest(store, request) for request in asked] == first


def test_the_digest_depends_on_what_is_shown(store: Store) -> None:
    request, answers = Request("{ a }", None, b'{"x":1}', False), counting(0).answers
    hidden = store.showing(People("off"))
    digests = [answers.digest(shown, request) for shown in (store, hidden, store)]
    assert digests[0] == digests[2] != digests[1]


def test_the_states_of_hashes_are_bounded(store: Store) -> None:
    answers = counting(0).answers
    for number in range(500):
        answers.digest(store, Request(f"query q{number} {{ a }}", None, b'{"x":1}', False))
        answers.digest(store, Request(f"{number}" * 5_000, None, b'{"x":1}', False))
    assert sum(len(text) for text, _, _ in answers._states) < 10_000


@pytest.fixture
def figures(settings: Settings, store: Store) -> Iterator[TestClient]:
    """A server that has answered nothing yet."""
    with TestClient(create_app(settings, store)) as opened:
        yield opened


def test_uses_and_size_of_the_cache_are_metrics(figures: TestClient) -> None:
    for _ in range(3):
        figures.post("/graphql", json={"query": "{ __typename }"})
    text = figures.get("/metrics").text
    assert 'playgraph_cache_uses_total{cache="answers",result="hit"} 2.0' in text
    assert 'playgraph_cache_uses_total{cache="answers",result="miss"} 1.0' in text
    (size,) = [line for line in text.splitlines() if line.startswith("playgraph_answer_cache_b")]
    assert 1_000 < float(size.split()[1]) < 2_000


def test_a_large_answer_is_ready_as_soon_as_it_has_been_compressed(store: Store) -> None:
    executed = Executed(b"x" * 300_000, "", None, 1.0, "")
    client = Client(JSON, "gzip", None)
    assert executed.is_ready(PLAIN)
    assert not executed.is_ready(client)
    counting().answers.represent(store, executed, client)
    assert executed.is_ready(client)


def test_an_operation_is_quick_if_it_costs_little_or_has_proved_to_be(store: Store) -> None:
    asking, query = counting(0).answers, "{ games(first: 2) { totalCount } }"
    prepared, parameters = executor.prepared(query), parameters_of(query)
    executor.require_valid(prepared, {})
    assert asking.is_quick(prepared, 250.0)
    assert not asking.is_quick(prepared, 300.0)
    for _ in range(40):
        asking.execute(store, prepared, 1e9, parameters, "", "request-1")
    assert asking.is_quick(prepared, 6_000.0)
    assert not asking.is_quick(prepared, 6_001.0)


def slowly(
    asking: Answers,
    prepared: Prepared,
    parameters: Parameters,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Execute an operation that seems quick, in eight milliseconds at least."""
    clock = count(time.perf_counter(), 0.008)
    with monkeypatch.context() as patched:
        patched.setattr("server.execution.clock.time.perf_counter", lambda: next(clock))
        patched.setattr("server.execution.clock.time.thread_time", lambda: next(clock))
        asking.execute(store, prepared, 6_000.0, parameters, "", "request-1")


def test_one_slow_execution_outweighs_many_quick_ones(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking, query = counting(0).answers, "query ($n: Int) { games(first: $n) { totalCount } }"
    prepared, parameters = executor.prepared(query), parameters_of(query)
    executor.require_valid(prepared, {})
    for _ in range(100):
        asking.execute(store, prepared, 1e9, parameters, "", "request-1")
    assert asking.is_quick(prepared, 6_000.0)
    slowly(asking, prepared, parameters, store, monkeypatch)
    asking._doubted_until = 0.0
    for _ in range(10):
        assert not asking.is_quick(prepared, 6_000.0)
        asking.execute(store, prepared, 1e9, parameters, "", "request-1")


def test_an_execution_that_was_not_as_quick_as_it_seemed_casts_doubt_on_all_for_a_second(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking = counting(0).answers
    queries = ["{ games(first: 2) { totalCount } }", "{ users(first: 2) { totalCount } }"]
    first, second = [executor.prepared(query) for query in queries]
    for prepared, query in zip((first, second), queries, strict=True):
        executor.require_valid(prepared, {})
        for _ in range(100):
            asking.execute(store, prepared, 1e9, parameters_of(query), "", "request-1")
    assert asking.is_quick(second, 6_000.0)
    slowly(asking, first, parameters_of(queries[0]), store, monkeypatch)
    assert not asking.is_quick(second, 6_000.0)
    assert asking.is_quick(second, 250.0)
    later = time.monotonic() + 1.1
    monkeypatch.setattr("server.http.answers.time.monotonic", lambda: later)
    assert asking.is_quick(second, 6_000.0)
    assert not asking.is_quick(first, 6_000.0)

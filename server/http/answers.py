"""server.http: answers to operations: their entity tags, content codings, and a bounded cache.

An answer without errors depends on three things only: the snapshot, the code, and the request. Its
tag is made from a hash of these. So a client that has the answer needs no execution, and a request
is executed once per snapshot as long as its answer is cached.
"""

from __future__ import annotations

import time
import weakref
from collections.abc import Mapping
from functools import cache, lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import msgspec
from cachetools import LRUCache
from graphql import OperationDefinitionNode

from datastore.store import Store
from schema.context import Context
from server.execution.clock import cpu_since, recent_cpu
from server.execution.document import Document
from server.execution.executor import Executor
from server.execution.operation import Meter
from server.execution.prepared import Prepared
from server.http.caching import Condition
from server.http.compression import LEAST, compressed
from server.http.errors import ErrorExtensions
from server.http.negotiation import GRAPHQL
from server.http.parameters import Parameters

__all__ = ["Answers", "Client", "Executed", "Representation", "Request", "request_of"]

#: Folders of the code that makes answers.
_CODE = ("datastore", "resolvers", "schema", "server")
#: Approximate memory of a cached answer besides its texts, in bytes.
_OVERHEAD = 1_000
#: An answer that would take a larger part of the cache is not cached.
_LARGEST_SHARE = 1 / 8

#: Cost of an execution that certainly takes no more than _QUICK_SECONDS of CPU time.
_CHEAP, _QUICK_SECONDS = 250.0, 0.002
#: Seconds of an execution whose CPU time need not be measured to the millisecond.
_SHORT_SECONDS = 0.0005
#: Largest cost of what may be quick: an operation may take as long as its cost says, about 18
#: milliseconds, whatever it took with other variables and literals.
_MOST = 6_000.0
#: Seconds for which only cheap operations are quick after one that seemed quick and was not. So
#: operations that have been made to seem quick hold the event loop up once in this time at most.
_DOUBT = 1.0
#: Largest answer that is compressed in about a millisecond.
_QUICK_BYTES = 200_000
#: Key of an operation's seconds per unit of cost in the notes of its document, and what is assumed
#: at first. It is a moving average, by these weights of an execution that is faster or slower: one
#: that is slow outweighs twenty that are quick.
_PACE, _UNKNOWN, _FASTER, _SLOWER = "pace", 8e-6, 0.1, 1.0

#: Most documents of which the state of the hash is kept, and their longest text, in characters.
_STATES, _LONGEST = 100, 4_096

#: In place of a content coding if there is none, in the tag of a body that could have one.
_IDENTITY = "identity"

_canonical = msgspec.json.Encoder(order="sorted").encode


class Request(msgspec.Struct, frozen=True, gc=False):
    """What an answer depends on besides snapshot and code: the document's text, the operation's
    name, the variables in canonical JSON, and whether the answer reports its cost."""

    text: str
    operation_name: str | None
    variables: bytes
    reports_cost: bool


def request_of(text: str, parameters: Parameters) -> Request:
    """The request with this document and these parameters."""
    variables = _canonical(parameters.variables) if parameters.variables else b""
    return Request(text, parameters.operation_name, variables, parameters.reports_cost)


class Representation(msgspec.Struct, frozen=True, gc=False):
    """What is sent of an answer: status, lines of headers, and body."""

    status: int
    lines: bytes
    body: bytes

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        """The headers in their order."""
        pairs = [line.partition(b": ") for line in self.lines.split(b"\r\n")[:-1]]
        return [(name, value) for name, _, value in pairs]


class Client(NamedTuple):
    """What a client prefers and has: a media type, a content coding, and a condition."""

    media_type: str
    coding: str | None
    condition: Condition | None


class Executed(msgspec.Struct):
    """An executed operation: its answer, name and cost, and the digest of its request, which is ""
    if the answer has errors and must not be stored."""

    body: bytes
    digest: str
    operation: str | None
    cost: float
    #: Code of the gravest error; "" if there is none.
    code: str
    #: The body by content coding, as long as all take no more memory than itself.
    coded: dict[str, bytes] | None = None

    def body_in(self, coding: str) -> bytes:
        """The body in a content coding, compressed at most once if it can be kept."""
        coded = self.coded
        if coded is None:
            coded = self.coded = {}
        body = coded.get(coding)
        if body is None:
            body = compressed(coding, self.body)
            if len(body) + sum(map(len, coded.values())) <= len(self.body):
                coded[coding] = body
        return body

    def is_ready(self, client: Client) -> bool:
        """Whether the representation for a client takes little time."""
        is_small = client.coding is None or len(self.body) <= _QUICK_BYTES
        return is_small or client.coding in (self.coded or ())

    @property
    def most_bytes(self) -> int:
        """The most memory that the body takes in all codings."""
        return 2 * len(self.body)


class _Head(NamedTuple):
    """The entity tag of an answer and the lines of its headers, to be filled in."""

    #: With the digest.
    tag: str
    #: Of a 304, with the digest.
    unchanged: str
    #: With the digest and the length.
    whole: str
    #: Of an answer that must not be stored, with the length.
    untagged: str


@lru_cache(64)
def _head(version: str, cache_control: str, media_type: str, coding: str) -> _Head:
    """The head for a media type and a content coding, which is "" if the body is too small for
    one."""
    kind = "-graphql" if media_type == GRAPHQL else ""
    tag = f'"%s{kind}-{coding}"' if coding else f'"%s{kind}"'
    snapshot = f"x-snapshot: {version}\r\n"
    control = cache_control.replace("%", "%%")
    unchanged = f"{snapshot}etag: {tag}\r\ncache-control: {control}\r\n"
    body = "" if coding in ("", _IDENTITY) else f"content-encoding: {coding}\r\n"
    body += f"content-length: %d\r\ncontent-type: {media_type}; charset=utf-8\r\n"
    return _Head(tag, unchanged, unchanged + body, f"{snapshot}cache-control: no-store\r\n{body}")


class Meters(Protocol):
    """Measures the cost of operations that the guard has let through."""

    def meter(
        self, document: Document, operation: OperationDefinitionNode, variables: Mapping[str, Any]
    ) -> Meter:
        """A meter for one execution."""


class Answers:
    """Executes operations, and caches their answers, those of one snapshot at a time. The cache is
    for one thread.

    `cache_control` is the header of answers without errors. `max_bytes` bounds the cache; 0 turns
    it off.
    """

    def __init__(
        self, executor: Executor, meters: Meters, cache_control: str, max_bytes: int
    ) -> None:
        self._executor = executor
        self._meters = meters
        self._cache_control = cache_control
        self._max_bytes = max_bytes
        self._cache: LRUCache[Request, tuple[Executed, float]] = LRUCache(max_bytes, _second)
        self._store: weakref.ref[Store] | None = None
        #: State of the hash after what all answers depend on; None if it is not computed yet.
        self._snapshot: blake2b | None = None
        #: The same after documents and names of operations, without variables.
        self._states: dict[tuple[str, str | None, bool], blake2b] = {}
        self._hits = self._misses = 0
        #: Until when, by `time.monotonic`, only cheap operations are quick.
        self._doubted_until = 0.0

    def cache_uses(self) -> tuple[int, int]:
        """How many answers were cached, and how many were not."""
        return self._hits, self._misses

    @property
    def size(self) -> float:
        """The most memory that the cached answers take, in bytes."""
        return self._cache.currsize

    def find(self, store: Store, request: Request) -> Executed | None:
        """The cached answer to a request."""
        if not self._max_bytes:
            return None
        self._use(store)
        found = self._cache.get(request)
        if found is None:
            return None
        self._hits += 1
        return found[0]

    def execute(
        self,
        store: Store,
        prepared: Prepared,
        cost: float,
        parameters: Parameters,
        digest: str,
        request_id: str,
        *,
        may_search: bool = True,
    ) -> Executed:
        """Execute a valid operation, in any thread; `digest` is that of the request.

        Raises RequestError for invalid variables; SearchNeeded if an unknown name needs a search
        for suggestions unless it `may_search`.
        """
        variables, meter = parameters.variables or {}, None
        if parameters.reports_cost:
            prepared = prepared.original()
            meter = self._meters.meter(prepared.document, prepared.operation, variables)
        extensions = ErrorExtensions(may_search)
        if cost > _CHEAP:
            start = time.perf_counter()
            is_short = cost * _pace_of(prepared) < _SHORT_SECONDS
            cpu = recent_cpu(start) if is_short else recent_cpu(start, 0.0)
        answer = self._executor.run(
            prepared, variables, Context(store), request_id, meter, extensions
        )
        if cost > _CHEAP:
            self._learn(prepared, cost, cpu_since(start, cpu))
        digest = "" if answer.has_errors else digest
        return Executed(answer.body, digest, prepared.name, cost + extensions.cost, answer.code)

    def _learn(self, prepared: Prepared, cost: float, seconds: float) -> None:
        """Remember how long an operation takes."""
        if seconds > 2 * _QUICK_SECONDS and self.is_quick(prepared, cost):
            self._doubted_until = time.monotonic() + _DOUBT
        pace, known = seconds / cost, _pace_of(prepared)
        changed = known + (pace - known) * (_FASTER if pace < known else _SLOWER)
        prepared.document.notes[_PACE, id(prepared.operation)] = changed

    def is_quick(self, prepared: Prepared, cost: float) -> bool:
        """Whether an execution of this cost takes about two milliseconds at most, by its cost or by
        earlier ones of the same operation."""
        if cost <= _CHEAP:
            return True
        if cost > _MOST or time.monotonic() < self._doubted_until:
            return False
        return cost * _pace_of(prepared) <= _QUICK_SECONDS

    def keep(self, store: Store, request: Request, executed: Executed) -> None:
        """Cache an answer, unless it has errors or is too large."""
        if not self._max_bytes:
            return
        self._misses += 1
        if executed.digest:
            self._use(store)
            size = executed.most_bytes + len(request.variables) + 4 * len(request.text) + _OVERHEAD
            if size <= self._max_bytes * _LARGEST_SHARE:
                self._cache[request] = executed, size

    def unchanged(
        self, store: Store, request: Request, client: Client, known: Executed | None = None
    ) -> Representation | None:
        """The answer 304, without execution, for a client that lists its tag; else None. If the
        answer is `known`, so is which of its possible tags it has."""
        condition = client.condition
        if condition is None or not condition.tags:
            return None
        digest, version = self.digest(store, request), store.manifest.version
        possible = ("", client.coding or _IDENTITY)
        for coding in possible if known is None else (_used(known, client),):
            head = _head(version, self._cache_control, client.media_type, coding)
            if head.tag % digest in condition.tags:
                return Representation(304, (head.unchanged % digest).encode(), b"")
        return None

    def represent(self, store: Store, executed: Executed, client: Client) -> Representation:
        """An answer as a client prefers it, in any thread."""
        condition, digest, used = client.condition, executed.digest, _used(executed, client)
        head = _head(store.manifest.version, self._cache_control, client.media_type, used)
        if digest and condition is not None and condition.lists(head.tag % digest):
            return Representation(304, (head.unchanged % digest).encode(), b"")
        body = executed.body if used in ("", _IDENTITY) else executed.body_in(used)
        if not digest:
            return Representation(200, (head.untagged % len(body)).encode(), body)
        return Representation(200, (head.whole % (digest, len(body))).encode(), body)

    def digest(self, store: Store, request: Request) -> str:
        """A hash of the code, the snapshot and the request, in hexadecimal digits."""
        self._use(store)
        if not request.variables:
            return self._hashed(store, request).hexdigest()
        # Documents with variables are sent again and again with other values.
        key = request.text, request.operation_name, request.reports_cost
        known = self._states.get(key)
        if known is None:
            known = self._hashed(store, request)
            if len(request.text) <= _LONGEST:
                if len(self._states) >= _STATES:
                    self._states.clear()
                self._states[key] = known
        state = known.copy()
        state.update(request.variables)
        return state.hexdigest()

    def _hashed(self, store: Store, request: Request) -> blake2b:
        """The state of the hash of a request before its variables."""
        if self._snapshot is None:
            self._snapshot = blake2b(_identity(store), digest_size=16)
        text, name = request.text, request.operation_name or ""
        state = self._snapshot.copy()
        # The length of the text says where the variables begin.
        rest = f"{request.reports_cost}:{name}:{len(text)}:{text}"
        state.update(rest.encode("utf-8", "surrogatepass"))
        return state

    def _use(self, store: Store) -> None:
        """Switch to another snapshot if this is not the one of the cached answers."""
        if self._store is None or self._store() is not store:
            self._store = weakref.ref(store)
            self._cache.clear()
            self._snapshot = None
            self._states.clear()


def _used(executed: Executed, client: Client) -> str:
    """The content coding of an answer for a client; "" if it is too small for one."""
    return (client.coding or _IDENTITY) if len(executed.body) >= LEAST else ""


def _pace_of(prepared: Prepared) -> float:
    """The seconds that an operation takes per unit of its cost."""
    pace: float = prepared.document.notes.get((_PACE, id(prepared.operation)), _UNKNOWN)
    return pace


def _second(pair: tuple[Executed, float]) -> float:
    return pair[1]


def _identity(store: Store) -> bytes:
    """What all answers from a store depend on: the code, the snapshot's content with the figures of
    its evaluation, which may be replaced, and what is shown of people."""
    people = store.people
    key = b"" if people.are_named else people.key(store.manifest.version)
    described = (store.manifest, getattr(store, "evaluation", None), people.shown, key)
    return _code() + msgspec.json.encode(described)


@cache
def _code() -> bytes:
    """A hash of the code that makes answers."""
    state = blake2b(digest_size=16)
    root = Path(__file__).parents[2]
    for package in _CODE:
        for file in sorted((root / package).rglob("*.py")):
            state.update(file.read_bytes())
    return state.digest()

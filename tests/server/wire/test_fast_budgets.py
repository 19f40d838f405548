"""The fast path under rate limits and API keys: it spends and refuses as the application does."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace

from client_heads import GET, POST
from datastore.base.settings import Settings
from datastore.store import Store
from fast_requests import NAMED, SMALL, get, post, send
from harness import TestClient
from server.app import create_app
from server.guard.keys import KeyFile
from server.guard.rates import Rates
from server.wire.fast import FastPath


class Door:
    """An application by both paths, at a time that stands still: each has budgets of its own."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self.fast: FastPath = create_app(settings, store).state.fast_path()
        self._layered = create_app(settings, store)
        for executor in (self.fast._executor, self._layered.state.fast_path()._executor):
            for query in (SMALL, NAMED):
                executor.require_valid(executor.prepared(query), {"id": "10"})

    def status(self, lines: str, query: str = SMALL, address: str = "192.0.2.1") -> int:
        """The status of an answer, which is the same by both paths if the fast one answers."""
        request = post(POST["httpx"] + lines, query, variables={"id": "10"})
        fast = self.fast.answer(request, [], address)
        layered = send(TestClient(self._layered, client=(address, 1)), request)
        if fast is None:
            return layered.status_code
        assert layered.status_code == 200
        head, _, body = fast.partition(b"\r\n\r\n")
        sent = [tuple(line.split(": ", 1)) for line in head.decode().split("\r\n")[1:]]
        expected = layered.headers.multi_items()
        assert [pair for pair in sent if pair[0] != "x-request-id"] == [
            pair for pair in expected if pair[0] != "x-request-id"
        ]
        assert body == layered.content
        return 200


@pytest.fixture
def limited(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    """Settings with a rate limit of 2 in a second and 30 at once, and no keys yet."""
    monkeypatch.setattr("server.app.Rates", partial(Rates, now=lambda: 0.0))
    return replace(settings, data_dir=tmp_path, answer_cache_bytes=0, rate=2.0, rate_seconds=15)


def test_a_budget_is_spent_as_by_the_application(limited: Settings, store: Store) -> None:
    door = Door(limited, store)
    first = [door.status("", query) for query in (SMALL, NAMED, SMALL, NAMED, NAMED, NAMED)]
    assert first == [200] * len(first)
    while (status := door.status("", NAMED)) == 200:
        pass
    assert status == 429
    assert door.status("", SMALL, "192.0.2.2") == 200
    assert door.status("", SMALL, "192.0.2.1") == 429


def test_what_the_fast_path_does_not_answer_is_spent_once(limited: Settings, store: Store) -> None:
    fast = Door(limited, store).fast
    query = '{ developer(name: "no such developer") { name } }'
    fast._executor.require_valid(fast._executor.prepared(query), {})
    for _ in range(100):
        assert fast.answer(post(POST["httpx"], query), [], "192.0.2.1") is None
    answer = fast.answer(post(POST["httpx"], SMALL), [], "192.0.2.1")
    assert answer is not None
    assert b"ratelimit-remaining: 29\r\n" in answer


def test_an_answer_of_304_is_spent_too(limited: Settings, store: Store) -> None:
    fast = Door(limited, store).fast
    answers = [
        fast.answer(get(f"{GET['httpx']}If-None-Match: {tag}\n", SMALL), [], "192.0.2.1")
        for tag in ("*", '"other"', "*")
    ]
    assert [int(answer[9:12]) for answer in answers if answer] == [304, 200, 304]
    assert b"ratelimit-remaining: 27\r\n" in (answers[2] or b"")


def test_a_key_has_the_budget_of_its_own(limited: Settings, store: Store) -> None:
    text = KeyFile(limited.data_dir).add("shop", rate=100.0)
    door = Door(limited, store)
    statuses = [door.status(f"Authorization: Bearer {text}\n", NAMED) for _ in range(10)]
    assert statuses == [200] * 10
    assert door.status("Authorization: Bearer another\n", SMALL) == 200


@pytest.mark.parametrize("rate", [0.0, 2.0])
def test_only_requests_with_a_valid_key_are_answered(
    limited: Settings, store: Store, rate: float
) -> None:
    keys = KeyFile(limited.data_dir)
    text = keys.add("shop")
    door = Door(replace(limited, access="keys", rate=rate), store)
    for _ in range(2):
        assert door.status(f"Authorization: Bearer {text}\n") == 200
        assert door.status("") == 401
        assert door.status(f"Authorization: Basic {text}\n") == 401
        assert door.status(f"Authorization: Bearer {text}x\n") == 401
    keys.revoke("shop")
    assert door.status(f"Authorization: Bearer {text}\n") == 401


def test_the_address_may_be_that_of_a_header(limited: Settings, store: Store) -> None:
    door = Door(replace(limited, address_header="X-Forwarded-For"), store)
    while door.status("X-Forwarded-For: 192.0.2.9, 192.0.2.7\n", NAMED) == 200:
        pass
    assert door.status("X-Forwarded-For: 192.0.2.7\n", address="192.0.2.3") == 429
    assert door.status("x-forwarded-for: 192.0.2.7, 192.0.2.9\n") == 200
    assert door.status("", address="192.0.2.7") == 429

"""Attacks: each is refused by the right limit, or answered cheaply."""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from attacks import ATTACKS, Attack
from datastore.base.settings import Settings
from datastore.store import Store
from harness import TestClient
from server.app import create_app

#: Most seconds of CPU time that an attack may take here. The limit of 0.1 s is measured by
#: bench/under_attack.py on a quiet machine and a snapshot of full size.
CPU = 0.3


#: Machines under test are busy: an attack is too expensive if it is so each time.
_ATTEMPTS = 3


def _timed(client: TestClient, request: Mapping[str, object], attempt: int) -> tuple[Any, float]:
    """The answer to an attack, and the seconds of CPU time that it took. Each attempt is another
    document for the server's caches."""
    if isinstance(query := request.get("query"), str):
        request = {**request, "query": query + "\n" * attempt}
    body = json.dumps(request).encode()
    gc.collect()
    gc.freeze()  # what stays is not searched before the next attack
    start = time.process_time()
    answer = client.post("/graphql", content=body, headers={"content-type": "application/json"})
    return answer, time.process_time() - start


@pytest.fixture(scope="module")
def attacked(demo_store: Store, settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings, demo_store)) as client:
        client.post("/graphql", json={"query": "{ games { totalCount } }"})
        gc.freeze()  # what stays is not searched for garbage before each attack
        yield client


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_is_refused_by_its_limit_or_is_cheap(
    attacked: TestClient, attack: Attack
) -> None:
    for attempt in range(_ATTEMPTS):
        answer, seconds = _timed(attacked, attack.request, attempt)
        if seconds < CPU:
            break
    assert answer.status_code in (200, 400)
    assert len(answer.content) <= 1_000_000
    assert seconds < CPU
    errors = answer.json().get("errors", [])
    limits = [error["extensions"].get("limit") for error in errors]
    if attack.limit:
        assert limits == [attack.limit]
        assert "data" not in answer.json()
        figures = errors[0]["extensions"]
        assert figures["requested"] > figures["maximum"]
        code = "COST_EXCEEDED" if attack.limit == "cost" else "DOCUMENT_TOO_COMPLEX"
        assert figures["code"] == code
    else:
        assert not {"cost", "selections"} & set(limits)
        assert not any(error["extensions"]["code"] == "INTERNAL" for error in errors)

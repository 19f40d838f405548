"""Without a built page the server reports it, and answers as always."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from datastore.base.settings import Settings
from datastore.store import Store
from harness import TestClient
from server import app
from server.pages import assets, explorer, graphiql


@pytest.fixture
def bare(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings, store: Store
) -> Iterator[TestClient]:
    """A server whose page was never built."""
    for module in (assets, explorer, graphiql):
        monkeypatch.setattr(module, "STATIC", tmp_path / "static")
    with TestClient(app.create_app(settings, store)) as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/explore", "/explore/game/10"])
def test_the_pages_say_what_is_missing_and_how_to_get_it(bare: TestClient, path: str) -> None:
    answer = bare.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["cache-control"] == "no-store"  # gone as soon as the page is built
    assert "its pages are not built" in answer.text
    assert "python hatch_build.py" in answer.text


def test_it_asks_for_nothing_that_was_not_built(bare: TestClient) -> None:
    text = bare.get("/").text
    assert "<script" not in text
    assert "src=" not in text
    assert bare.get("/favicon.ico").status_code == 204


def test_the_endpoint_answers_all_the_same(bare: TestClient) -> None:
    answer = bare.post("/graphql", json={"query": "{ __typename }"})
    assert answer.json() == {"data": {"__typename": "Query"}}

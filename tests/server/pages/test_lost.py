"""A browser at an address without anything gets a page that leads to the explorer."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from datastore.base.settings import Settings
from datastore.store import Store
from harness import TestClient
from server.app import create_app
from server.pages import explorer

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    ("path", "language", "said", "address"),
    [
        ("/nope", "en", "There is no such page", "./explore"),
        ("/nope/deeper", "es-AR", "Esta página no existe", "../explore"),
        ("/report", "en", "There is no report of this snapshot yet", "./explore"),
        ("/report", "es", "Todavía no hay un informe de estos datos", "./explore"),
    ],
)
def test_a_browser_gets_a_page_with_a_way_back(
    client: TestClient, path: str, language: str, said: str, address: str
) -> None:
    answer = client.get(path, headers={"Accept": BROWSER, "Accept-Language": language})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert f"<h1>{said}</h1>" in answer.text
    assert f'href="{address}"' in answer.text
    assert "script-src" not in answer.headers["content-security-policy"]
    assert {"Accept", "Accept-Language"} <= {*answer.headers["vary"].split(", ")}


def test_below_a_known_prefix_the_way_back_has_it(settings: Settings, store: Store) -> None:
    with TestClient(create_app(replace(settings, root_path="/shop"), store)) as client:
        answer = client.get("/shop/nope/deeper", headers={"Accept": BROWSER})
    assert 'href="/shop/explore"' in answer.text


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/json, text/html"])
def test_a_program_gets_json_as_ever(client: TestClient, accept: str) -> None:
    answer = client.get("/nope", headers={"Accept": accept})
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    report = client.get("/report", headers={"Accept": accept})
    assert (
        report.text == "There is no report of this snapshot yet. Make it with: playgraph report\n"
    )


def test_a_server_without_an_explorer_leads_nowhere(
    settings: Settings, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explorer, "STATIC", tmp_path)
    with TestClient(create_app(replace(settings, profile="production"), store)) as client:
        answer = client.get("/nope", headers={"Accept": BROWSER})
    assert answer.json()["errors"][0]["message"] == "Not found."

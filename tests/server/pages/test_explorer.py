"""The explorer is served with strict headers, below any path, and its documents are known."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from datastore.base.settings import Settings
from datastore.base.snapshot import report_page
from datastore.store import Store
from harness import TestClient
from resolvers import prices, verdicts
from schema import model
from server.app import create_app
from server.pages import assets, explorer
from server.pages.reader import preferred_language

PAGE = '<!doctype html>\n<html lang="en">\n<head><title>page</title></head>\n</html>\n'
DOCUMENT = "query Version { dataset { version } }"
ID = hashlib.sha256(DOCUMENT.encode()).hexdigest()
WEB = Path(__file__).parents[3] / "web"
MANIFEST = WEB / "public" / "explorer-documents.json"


@pytest.fixture(autouse=True)
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A built page of a few lines, with one document."""
    (tmp_path / "explore.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "explorer-documents.json").write_text(json.dumps({ID: DOCUMENT}), encoding="utf-8")
    for module in (assets, explorer):
        monkeypatch.setattr(module, "STATIC", tmp_path)


@pytest.fixture
def client(settings: Settings, store: Store) -> Iterator[TestClient]:
    with TestClient(create_app(settings, store)) as opened:
        yield opened


@pytest.fixture
def production(settings: Settings, store: Store) -> Iterator[TestClient]:
    with TestClient(create_app(replace(settings, profile="production"), store)) as opened:
        yield opened


@pytest.mark.parametrize(
    ("path", "base"),
    [
        ("/explore", "./"),
        ("/explore/", "../"),
        ("/explore/game/10", "../../"),
        ("/explore/developer/A%2FB", "../../"),
    ],
)
def test_every_view_is_the_page_with_a_base_of_its_own(
    client: TestClient, path: str, base: str
) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert f'<base href="{base}">' in answer.text


def test_a_known_prefix_is_the_base(settings: Settings, store: Store) -> None:
    chosen = replace(settings, root_path="/shop")
    with TestClient(create_app(chosen, store)) as client:
        assert '<base href="/shop/">' in client.get("/explore/game/10").text


def test_the_policy_allows_no_inline_code_or_style(client: TestClient) -> None:
    policy = client.get("/explore").headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "style-src 'self';" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("es", "es"),
        ("es-MX,es;q=0.9,en;q=0.8", "es"),
        ("en-GB,en;q=0.9,es;q=0.8", "en"),
        ("fr,es;q=0.2", "es"),
        ("de", "en"),
        ("es;q=0", "en"),
        ("es;q=much", "en"),
    ],
)
def test_the_browser_chooses_the_language(client: TestClient, accepted: str, language: str) -> None:
    assert preferred_language(accepted) == language
    answer = client.get("/explore", headers={"Accept-Language": accepted})
    assert f'<html lang="{language}"' in answer.text
    assert "Accept-Language" in answer.headers["vary"]


def test_documents_of_the_page_are_known_without_registration(client: TestClient) -> None:
    answer = client.get("/graphql", params={"documentId": ID})
    assert answer.json()["data"]["dataset"]["version"]


def test_documents_of_the_page_are_trusted_next_to_those_of_the_operator(
    settings: Settings, store: Store, tmp_path: Path
) -> None:
    own = tmp_path / "documents"
    own.mkdir()
    (own / "own.graphql").write_text("query Own { __typename }")
    chosen = replace(settings, documents=str(own), profile="production")
    with TestClient(create_app(chosen, store)) as client:
        assert client.get("/graphql", params={"documentId": ID}).json()["data"]
        assert client.post("/graphql", json={"query": "query Own { __typename }"}).json()["data"]
        refused = client.post("/graphql", json={"query": "{ dataset { version } }"})
        assert refused.status_code == 403


def test_production_serves_the_explorer_without_graphiql(
    production: TestClient, client: TestClient
) -> None:
    assert "data-graphiql" in client.get("/explore").text
    answer = production.get("/explore/game/10")
    assert answer.status_code == 200
    assert "data-graphiql" not in answer.text
    assert production.get("/").status_code == 404
    # Everything else keeps the policy of a server without pages.
    assert "script-src" not in production.get("/healthz").headers["content-security-policy"]


def test_a_report_of_the_live_snapshot_is_linked(
    settings: Settings, store: Store, tmp_path: Path
) -> None:
    chosen = replace(settings, data_dir=tmp_path / "data")
    with TestClient(create_app(chosen, store)) as client:
        assert "data-report" not in client.get("/explore").text
        file = report_page(chosen.data_dir, store.manifest.version)
        file.parent.mkdir(parents=True)
        file.write_text("<p>report</p>")
        assert "data-report" in client.get("/explore").text


def test_production_without_a_built_page_has_no_explorer(
    settings: Settings, store: Store, tmp_path: Path
) -> None:
    (tmp_path / "explore.html").unlink()
    with TestClient(create_app(replace(settings, profile="production"), store)) as client:
        assert client.get("/explore").status_code == 404


def test_the_ids_of_the_committed_documents_are_their_hashes() -> None:
    documents = json.loads(MANIFEST.read_text(encoding="utf-8"))
    assert len(documents) > 10
    for key, text in documents.items():
        assert hashlib.sha256(text.encode()).hexdigest() == key


@pytest.mark.parametrize(
    "limit", [*prices.LIMITS, *verdicts.LIMITS, *model.LIMITS], ids=lambda text: text[:30]
)
def test_every_limit_of_a_model_has_a_text_in_spanish(limit: str) -> None:
    spanish = WEB / "explorer" / "src" / "text" / "es.ts"
    assert f"'{limit}':" in spanish.read_text(encoding="utf-8")

"""The site of the documentation in a browser: it fits a phone, and asks no other origin."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from docs_site import ROOT, build

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytest.importorskip("material", reason="mkdocs-material is missing: `pip install -e '.[docs]'`")
pytestmark = pytest.mark.browser

PAGES = ["", "tutorial/", "reference/objects/", "glossary/", "settings/", "project/readme.es/"]


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the built site."""
    folder: Path = tmp_path_factory.mktemp("site")
    done = build(ROOT / "mkdocs.yml", folder)
    assert done.returncode == 0, done.stderr
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("width", [390, 1280])
def test_a_page_fits_and_requests_nothing_of_another_origin(
    browser: Browser, address: str, width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    requests: list[str] = []
    problems: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: message.type == "error" and problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    for place in PAGES:
        page.goto(address + place, wait_until="networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, place
        assert page.locator("h1").count() == 1, place
    page.close()
    assert requests
    foreign = [url for url in requests if not url.startswith((address, "data:", "blob:"))]
    assert (foreign, problems) == ([], [])


def test_the_search_finds_a_page(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(address, wait_until="networkidle")
    page.locator("input[name=query]").press_sequentially("release gate")
    page.locator(".md-search-result__item a").first.wait_for(state="visible", timeout=30_000)
    assert "recommender" in page.locator(".md-search-result__list").inner_text().lower()
    page.close()

"""Browser: Lighthouse's scores of every view of the explorer, as on a phone."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

if os.environ.get("PLAYGRAPH_REQUIRE_BROWSER") != "1":
    pytest.importorskip(
        "playwright", reason="Playwright is not installed: `pip install -e '.[check]'`"
    )
from playwright.sync_api import Browser

from browser.conftest import FLAGS, find, unavailable
from browser.views import VIEWS

pytestmark = pytest.mark.browser

LIGHTHOUSE = Path(__file__).parents[2] / "web" / "node_modules" / "lighthouse"
ENOUGH = 95
CATEGORIES = {"performance", "accessibility", "best-practices", "seo"}
PAGE_SECONDS = 60  # takes 10 s on two cores; a slow page is measured three times


@pytest.fixture(scope="module")
def measured(browser: Browser, page_server: str) -> dict[str, Any]:
    """The measurement of each view."""
    node = shutil.which("node")
    if node is None or not LIGHTHOUSE.is_dir():
        unavailable("Lighthouse is not installed: run `npm ci` in web/, which needs Node")
    addresses = {f"{page_server}/explore{view}": view for view in VIEWS.values()}
    script = str(Path(__file__).with_name("lighthouse.mjs"))
    done = subprocess.run(
        [node, script, find(browser.browser_type), " ".join(FLAGS), *addresses],
        capture_output=True,
        text=True,
        timeout=PAGE_SECONDS * len(addresses),
        check=False,
    )
    assert done.returncode == 0, done.stderr
    results = [json.loads(line) for line in done.stdout.splitlines()]
    return {addresses[result["address"]]: result for result in results}


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS.keys())
def test_every_view_has_high_scores(measured: dict[str, Any], view: str) -> None:
    scores, causes = measured[view]["scores"], measured[view]["causes"]
    assert scores.keys() == CATEGORIES
    assert {name: score for name, score in scores.items() if score < ENOUGH} == {}, causes

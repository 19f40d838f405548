"""A server on the demo world and a Chromium, for the tests that open the page as a reader does.

Without Playwright, a Chromium or a built page these tests are skipped, unless
`PLAYGRAPH_REQUIRE_BROWSER=1` says, as continuous integration does, that they must run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

from processes import COMMAND, environment, free_port, wait_until_ready
from server.pages.assets import STATIC

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserType

    from browser.visit import Visit

# No sandbox, for containers run as root; no background services, whose requests are not the page's.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
START_SECONDS = 300.0  # 6 s on two free cores, where the demo world is built, then served


def unavailable(reason: str) -> NoReturn:
    if os.environ.get("PLAYGRAPH_REQUIRE_BROWSER") == "1":
        pytest.fail(f"{reason} (PLAYGRAPH_REQUIRE_BROWSER=1)", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Ended with the tests of a file: Playwright's event loop runs until then, and no other in this
    thread. It starts after the servers that live longer, without which tests are skipped."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find(playwright.chromium), args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The script of axe, which finds what is not accessible."""
    if not AXE.is_file():
        unavailable("axe is not installed: run `npm ci` in web/")
    return AXE.read_text(encoding="utf-8")


def find(chromium: BrowserType) -> str:
    """The machine's Chromium, or the one that `playwright install chromium` brought."""
    given = os.environ.get("PLAYGRAPH_CHROMIUM")
    names = [given] if given else ["chromium", "chromium-browser", chromium.executable_path]
    for name in names:
        if path := shutil.which(name):
            return path
    unavailable(
        f"no Chromium is found (tried {', '.join(names)}): `playwright install chromium` brings "
        "one, PLAYGRAPH_CHROMIUM names one"
    )


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose demo world the first server builds."""
    return tmp_path_factory.mktemp("served")


@pytest.fixture(scope="session")
def page_server(demo_folder: Path) -> Iterator[str]:
    """The address of a `playgraph serve` that found no snapshot and so built the demo world."""
    with served(demo_folder) as address:
        yield address


@contextmanager
def served(folder: Path, *options: str) -> Iterator[str]:
    """The address of a `playgraph serve` with the demo world below a folder, or with the snapshot
    that the options name."""
    if not (STATIC / "index.html").is_file():
        unavailable("the page is not built: run `python hatch_build.py`, which needs Node and npm")
    port = free_port()
    log = folder / f"log.{port}"
    with log.open("wb") as out:
        server = subprocess.Popen(
            [*COMMAND, "serve", "--port", str(port), *options],
            cwd=folder,  # no `.env` of a developer
            env=environment() | {"XDG_DATA_HOME": str(folder)},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until_ready(server, port, START_SECONDS, said=partial(tail, log))
        yield f"http://127.0.0.1:{port}"
        if server.poll() is not None:
            pytest.fail(f"the server ended with {server.returncode}:\n{tail(log)}", pytrace=False)
    finally:
        stop(server)


def tail(log: Path) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-40:])


def stop(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


@pytest.fixture
def visit(browser: Browser, page_server: str) -> Iterator[Visit]:
    """A visit that must end without complaints of the console."""
    from browser.visit import visiting  # with Playwright

    with visiting(browser, page_server) as opened:
        yield opened
    assert opened.complaints == []

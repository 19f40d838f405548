"""Browser: the page behind a proxy that publishes the server under a path."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

if os.environ.get("PLAYGRAPH_REQUIRE_BROWSER") != "1":
    pytest.importorskip(
        "playwright", reason="Playwright is not installed: `pip install -e '.[check]'`"
    )
from playwright.sync_api import Browser, expect

from browser.conftest import START_SECONDS, stop, tail
from browser.visit import visiting
from processes import COMMAND, environment, free_port, wait_until_ready

pytestmark = pytest.mark.browser

PREFIX = "/shop/games"


class Proxy(BaseHTTPRequestHandler):
    """Forwards paths below the prefix, with or without the prefix; everything else is 404."""

    protocol_version = "HTTP/1.1"
    port = 0
    strips = False

    def do_GET(self) -> None:
        path = self.path
        if not path.startswith(PREFIX):
            self.send_error(404)
            return
        if self.strips:
            path = path.removeprefix(PREFIX) or "/"
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request(self.command, path, body, dict(self.headers))
        answer = connection.getresponse()
        content = answer.read()
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("connection", "content-length", "transfer-encoding"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        connection.close()

    do_POST = do_GET  # noqa: N815

    def log_message(self, *args: Any) -> None:
        """The tests read what the browser says."""


@contextmanager
def proxied(port: int, *, strips: bool) -> Iterator[str]:
    handler = type("Handler", (Proxy,), {"port": port, "strips": strips})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as proxy:
        threading.Thread(target=proxy.serve_forever).start()
        try:
            yield f"http://127.0.0.1:{proxy.server_port}{PREFIX}"
        finally:
            proxy.shutdown()


@pytest.fixture(scope="module")
def server_below(page_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a server that knows its prefix."""
    folder = tmp_path_factory.mktemp("below")
    log, port = folder / "log", free_port()
    with log.open("wb") as out:
        command = [*COMMAND, "demo", "--data", str(folder / "data")]
        subprocess.run(command, stdout=out, stderr=out, check=True, env=environment())
        server = subprocess.Popen(
            [*COMMAND, "serve", "--port", str(port), "--data", str(folder / "data")],
            cwd=folder,
            env={**environment(), "PLAYGRAPH_ROOT_PATH": PREFIX},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until_ready(server, port, START_SECONDS, said=partial(tail, Path(log)))
        yield port
    finally:
        stop(server)


@pytest.mark.parametrize("slash", ["/", ""])
@pytest.mark.parametrize("strips", [True, False])
def test_the_page_answers_below_the_prefix(
    browser: Browser, server_below: int, strips: bool, slash: str
) -> None:
    with proxied(server_below, strips=strips) as address, visiting(browser, address) as visit:
        visit.base = address + slash
        visit.open()
        answer = visit.run()
        assert "errors" not in answer and answer["data"]
        visit.plugin("Documentation Explorer")
        expect(visit.page.get_by_text("Root Types")).to_be_visible()
        assert all(PREFIX in url for url in visit.requested if not url.startswith("data:"))
        assert visit.complaints == []
        assert visit.page.evaluate(
            "Object.keys(localStorage).every(key => key.startsWith('playgraph/shop/games:'))"
        )


def test_a_proxy_that_cuts_the_prefix_off_needs_no_setting(
    browser: Browser, page_server: str
) -> None:
    port = int(page_server.rpartition(":")[2])
    with proxied(port, strips=True) as address, visiting(browser, address) as visit:
        visit.open()
        assert visit.run()["data"]
        assert visit.complaints == []

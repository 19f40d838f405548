"""Take the picture of the explorer that README shows: `python docs/site/screenshot.py`.

Needs Playwright (`pip install -e '.[check]'`), Chromium and the built pages (`python
hatch_build.py`). It builds the demo dataset in a temporary folder and serves it.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import sync_playwright

PICTURE = Path(__file__).resolve().parents[1] / "images" / "explorer.png"
VIEW = "explore/game/220"
WIDTH, HEIGHT = 1200, 860
START_SECONDS = 120
#: No sandbox, for containers run as root.
FLAGS = ["--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-color-profile=srgb"]


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(address: str) -> None:
    """Return when the server answers. Raises TimeoutError."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            with urlopen(f"{address}/readyz", timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(f"no answer within {START_SECONDS} s")


def take(address: str, picture: Path) -> None:
    """Write the picture of the view, in English, light, as PNG."""
    chromium = os.environ.get("PLAYGRAPH_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(
            viewport={"width": WIDTH, "height": HEIGHT},
            locale="en-US",
            color_scheme="light",
            reduced_motion="reduce",
        )
        page.goto(f"{address}/{VIEW}", wait_until="networkidle")
        picture.parent.mkdir(exist_ok=True)
        page.screenshot(path=str(picture))
        browser.close()


def main() -> None:
    """Serve the demo dataset, and take the picture of it."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        server = subprocess.Popen(
            [sys.executable, "-m", "server.cli", "serve", "--port", str(port)],
            env={**os.environ, "XDG_DATA_HOME": folder},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_until_ready(f"http://127.0.0.1:{port}")
            take(f"http://127.0.0.1:{port}", PICTURE)
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()

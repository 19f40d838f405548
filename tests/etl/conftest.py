"""Raw dumps written by a test, the sources read from them, and one build that many tests share."""

from __future__ import annotations

import gzip
import io
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest
from rich.console import Console

import processes
from datastore.base.snapshot import Manifest
from datastore.store import Store
from etl.process.progress import Reporter, Stage
from etl.raw.counts import RowCounts
from etl.raw.lines import RawFile, TooLong
from etl.raw.records import read_file
from etl.release.build import Inputs, Options, build, update
from etl.release.report import BuildReport
from etl.release.terminal import print_report
from notations import NOTATIONS
from processes import environment

Line = dict[str, Any] | str | bytes
Dump = Callable[..., Path]


def write_dump(path: Path, *lines: Line, notation: str = "python", end: bytes = b"\n") -> Path:
    """Dictionaries become lines of the notation; texts and bytes stand as they are."""
    shown = [NOTATIONS[notation](line) if isinstance(line, dict) else line for line in lines]
    raw = [line.encode() if isinstance(line, str) else line for line in shown]
    content = b"".join(line + end for line in raw)
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


@pytest.fixture
def dump(tmp_path: Path) -> Dump:
    """Write lines into a file of the test's own folder."""

    def write(*lines: Line, name: str = "dump.json", **how: Any) -> Path:
        return write_dump(tmp_path / name, *lines, **how)

    return write


class Source(NamedTuple):
    """What one of the readers made of a file."""

    result: Any
    report: RowCounts
    rejects: list[dict[str, Any]]


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Source]:
    """Read a file by one of the source modules, as a build from it alone does."""

    def reading(module: ModuleType, path: Path, max_line_bytes: int = 1 << 20) -> Source:
        rejects = tmp_path / "rejects.jsonl"
        raw = RawFile(path, max_line_bytes)
        found = read_file(raw, module.read, rejects, Stage(None, None))
        merged = module.merge([found.rows])
        kept = [json.loads(line) for line in rejects.read_text("utf-8").splitlines()]
        return Source(merged.rows, found.counts + merged.counts, kept)

    return reading


def real_lines(name: str, step: int = 1) -> Iterator[bytes]:
    """Every `step`-th line of one of the real dumps, where PLAYGRAPH_RAW_DIR has them."""
    folder = os.environ.get("PLAYGRAPH_RAW_DIR")
    path = next(Path(folder).rglob(name), None) if folder else None
    if path is None:
        pytest.skip(
            f"no {name}: the real dumps (UCSD's Australian Steam data) are not in the repository; "
            "PLAYGRAPH_RAW_DIR must name a folder that holds them"
        )
    for _, line in islice(RawFile(path, 1 << 26).lines(), 0, None, step):
        assert not isinstance(line, TooLong)
        yield line


# ---------------------------------------------------------------- the tiny world

GAMES: list[dict[str, Any]] = [
    {"id": "10", "app_name": "Alpha", "title": "Alpha!", "developer": "Valve", "price": 9.99,
     "genres": ["Action"], "tags": ["FPS"], "release_date": "2000-11-01", "metascore": 88,
     "publisher": "Valve", "specs": ["Multi-player"], "early_access": False,
     "discount_price": 4.99, "sentiment": "very positive"},
    {"id": "20", "app_name": "Beta &amp; Co", "developer": " VALVE", "price": "Free to Play",
     "genres": ["Action", "RPG"], "release_date": "2000", "metascore": "NA", "early_access": True},
    {"id": "9", "app_name": "Gamma", "developer": "Capcom", "price": 19.99,
     "genres": ["RPG"], "release_date": "2010-05-05", "sentiment": "3 user reviews"},
    {"id": "40", "title": "Delta", "developer": "CAPCOM", "price": "Third-party",
     "genres": ["Action"], "release_date": "Coming Soon"},
    {"id": "50", "app_name": "Epsilon", "developer": "Capcom", "price": None, "genres": ["action"],
     "release_date": "14 July"},
    {"app_name": "Zeta", "url": "http://store.example/app/60/Zeta/", "price": 0.01},
    {"id": "10", "app_name": "Alpha again", "developer": "Nobody", "price": 1.0},
    {"app_name": "Lost", "url": "http://store.example/"},
]  # fmt: skip

REVIEWS: list[dict[str, Any]] = [
    {"user_id": "ann", "user_url": "x", "reviews": [
        {"item_id": "10", "recommend": True, "review": "I love this great game!",
         "posted": "Posted November 5, 2011.", "last_edited": "",
         "helpful": "1,203 of 1,500 people (80%) found this review helpful",
         "funny": "2 people found this review funny"},
        {"item_id": "20", "recommend": True, "review": "this game is ♥♥♥♥ing bad",
         "posted": "Posted June 16.", "helpful": "No ratings yet", "funny": ""},
    ]},
    {"user_id": "bob", "reviews": [
        {"item_id": "10", "recommend": True, "review": "Great fun, I love it.",
         "posted": "Posted February 30, 2011.", "helpful": "", "funny": ""},
        {"item_id": "9", "recommend": False, "review": "Wonderful and great",
         "posted": "Posted May 1, 2012.", "helpful": "", "funny": ""},
        {"item_id": "570", "recommend": True, "review": "  ",
         "posted": "Posted May 1, 2012.", "helpful": "", "funny": ""},
    ]},
    {"user_id": "dee", "reviews": [
        {"item_id": "9", "recommend": True, "review": "Great!",
         "posted": "Posted May 2, 2011.", "helpful": "", "funny": ""},
    ]},
]  # fmt: skip

ITEMS: list[dict[str, Any]] = [
    {"user_id": "ann", "items_count": 4, "steam_id": "1", "items": [
        {"item_id": "10", "item_name": "Alpha", "playtime_forever": 90, "playtime_2weeks": 0},
        {"item_id": "20", "item_name": "Beta & Co", "playtime_forever": 30, "playtime_2weeks": 0},
        {"item_id": "40", "item_name": "Delta", "playtime_forever": 15, "playtime_2weeks": 0},
        {"item_id": "570", "item_name": "Dota 2", "playtime_forever": 6, "playtime_2weeks": 0},
    ]},
    {"user_id": "bob", "items_count": 2, "items": [
        {"item_id": "10", "item_name": "Alpha", "playtime_forever": 135, "playtime_2weeks": 0},
        {"item_id": "9", "item_name": "Gamma", "playtime_forever": 0, "playtime_2weeks": 0},
    ]},
    {"user_id": "cat", "items_count": 0, "items": []},
]  # fmt: skip

LITERAL_WORLD = {"games": GAMES, "reviews": REVIEWS, "items": ITEMS}


@pytest.fixture
def literal_world() -> dict[str, list[dict[str, Any]]]:
    """The records of the tiny world, for tests that change some of them."""
    return {kind: list(records) for kind, records in LITERAL_WORLD.items()}


class Built(NamedTuple):
    """A finished build, opened."""

    store: Store
    report: BuildReport
    folder: Path
    said: str


OPTIONS = Options(max_rejects=0.01, seed=1, jobs=1, max_line_bytes=1 << 20)


def write_world(
    folder: Path, world: dict[str, list[Any]], notation: str = "python", suffix: str = ".json"
) -> Inputs:
    """The three dumps of a world."""
    folder.mkdir(parents=True, exist_ok=True)
    return Inputs(
        **{
            kind: write_dump(folder / f"{kind}{suffix}", *lines, notation=notation)
            for kind, lines in world.items()
        }
    )


def build_world(inputs: Inputs, data: Path, options: Options = OPTIONS) -> Built:
    """Build and open."""
    output = io.StringIO()
    console = Console(file=output, width=200)
    built = build(inputs, data, options, Reporter(console))
    print_report(built.report, console)
    store = Store.open_current(data)
    assert store is not None
    folder = data / "snapshots" / built.manifest.version
    return Built(store, built.report, folder, output.getvalue())


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The tiny world, built once."""
    folder = tmp_path_factory.mktemp("tiny")
    return build_world(write_world(folder / "raw", LITERAL_WORLD), folder / "data")


@pytest.fixture
def world_files(tmp_path: Path) -> Callable[..., Inputs]:
    """Write a world's dumps into the test's own folder."""

    def write(world: dict[str, list[Any]] = LITERAL_WORLD, **how: Any) -> Inputs:
        return write_world(tmp_path / "raw", world, **how)

    return write


@pytest.fixture
def run_build(tmp_path: Path) -> Callable[..., Built]:
    """Build dumps into the test's own data folder."""

    def run(inputs: Inputs, data: Path | None = None, **options: Any) -> Built:
        chosen = {f: getattr(OPTIONS, f) for f in OPTIONS.__slots__} | options
        return build_world(inputs, data or tmp_path / "data", Options(**chosen))

    return run


# ---------------------------------------------------------------- newer files

QUIET = Reporter(Console(quiet=True), quiet=True)

NEW_GAMES: list[dict[str, Any]] = [
    {"id": "10", "app_name": "Alpha", "developer": "Valve", "price": 4.99, "genres": ["Action"],
     "release_date": "2000-11-01"},
    {"id": "70", "app_name": "Eta", "developer": "Capcom", "price": 1.99, "genres": ["RPG"]},
]  # fmt: skip
NEW_REVIEWS: list[dict[str, Any]] = [
    {"user_id": "yve", "reviews": [
        {"item_id": "70", "recommend": False, "review": "Terrible, a bad game.",
         "posted": "Posted May 1, 2013.", "helpful": "", "funny": ""}]},
]  # fmt: skip
NEW_ITEMS: list[dict[str, Any]] = [
    {"user_id": "bob", "items_count": 2, "items": [
        {"item_id": "10", "item_name": "Alpha", "playtime_forever": 200},
        {"item_id": "70", "item_name": "Eta", "playtime_forever": 5}]},
    {"user_id": "yve", "items_count": 1, "items": [
        {"item_id": "70", "item_name": "Eta", "playtime_forever": 61}]},
]  # fmt: skip
EVENTS: list[dict[str, Any]] = [
    {"userId": "ann", "appId": "10", "minutes": 10, "at": "2017-01-01T00:00:00Z"},
    {"userId": "fay", "appId": "9", "minutes": 20, "at": "2017-01-01T00:00:00Z"},
    {"userId": "bob", "appId": "9", "recommended": True, "at": "2017-01-02T00:00:00Z"},
]


def files(folder: Path, **lines: list[dict[str, Any]]) -> dict[str, Path]:
    folder.mkdir(exist_ok=True)
    return {
        kind: write_dump(folder / f"{kind}.json", *rows, notation="json")
        for kind, rows in lines.items()
    }


@pytest.fixture
def old(tmp_path: Path) -> dict[str, Path]:
    return files(tmp_path / "old", games=GAMES, reviews=REVIEWS, items=ITEMS)


@pytest.fixture
def new(tmp_path: Path) -> dict[str, Path]:
    return files(
        tmp_path / "new", games=NEW_GAMES, reviews=NEW_REVIEWS, items=NEW_ITEMS, events=EVENTS
    )


@pytest.fixture(scope="session")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a build of the old files, not to be changed."""
    folder = tmp_path_factory.mktemp("old")
    build_of(folder / "data", **files(folder / "old", games=GAMES, reviews=REVIEWS, items=ITEMS))
    return folder / "data"


@pytest.fixture
def built(built_once: Path, tmp_path: Path) -> Path:
    """The same, to be changed."""
    return Path(shutil.copytree(built_once, tmp_path / "data"))


def content(data: Path, manifest: Manifest) -> dict[str, bytes]:
    folder = data / "snapshots" / manifest.version
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.suffix in (".arrow", ".npy", ".jsonl")
    }


def build_of(data: Path, options: Options = OPTIONS, **given: Any) -> Manifest:
    return build(Inputs(**given), data, options, QUIET).manifest


def update_of(data: Path, options: Options = OPTIONS, **given: Any) -> Manifest:
    built = update(Inputs(**given), data, options, QUIET)
    assert built is not None
    return built.manifest


@pytest.fixture
def playgraph(tmp_path: Path) -> Callable[..., subprocess.Popen[str]]:
    """Start the command line in a process group of its own, as a terminal does."""

    def start(*arguments: str | Path, **how: Any) -> subprocess.Popen[str]:
        return processes.start(
            *arguments,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=tmp_path,
            env=how.pop("env", environment()) | {"COLUMNS": "200"},
            start_new_session=True,
            **how,
        )

    return start

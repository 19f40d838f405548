"""The worlds that tests ask, each built once: the tiny literal one, and the invented demo."""

from __future__ import annotations

import os
import subprocess
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.request import Request, urlopen

import msgspec
import pytest
from filelock import FileLock

import object_storage
import processes
import titles_world
import world
from datastore.base.settings import Settings
from datastore.store import Store
from etl.demo import DemoFiles, write_demo
from etl.release.build import Inputs
from harness import Ask, TestClient, asker, build_snapshot
from patience import PATIENCE
from real_data import RealData
from server.app import create_app
from two_snapshots import Two

DEMO_GAMES, DEMO_USERS = 400, 600
DEMO_TITLES, DEMO_VIEWERS = 200, 250


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder that the first of the workers (`-n`) who needs it fills for all of them."""
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            making = folder.with_name(f"{name}.unfinished")
            make(making)
            making.rename(folder)
    return folder


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data folder whose current snapshot is the tiny world."""
    folder = tmp_path_factory.mktemp("tiny")
    build_snapshot(world.write(folder / "raw"), folder / "data")
    return folder / "data"


@pytest.fixture(scope="session")
def two_snapshots(tmp_path_factory: pytest.TempPathFactory) -> Two:
    """Two snapshots of the tiny world, not to be changed."""
    return Two.build(tmp_path_factory.mktemp("two"))


@pytest.fixture(scope="session")
def storage_servers() -> Iterator[dict[str, str]]:
    """Host and port of the running servers of object storage, by scheme; started when needed."""
    with ExitStack() as running:
        yield _Servers(running)


class _Servers(dict[str, str]):
    def __init__(self, running: ExitStack) -> None:
        super().__init__()
        self._running = running

    def __missing__(self, scheme: str) -> str:
        server = {"s3": object_storage.s3, "gs": object_storage.google}[scheme]
        return self.setdefault(scheme, self._running.enter_context(server()))


@pytest.fixture(params=["s3", "gs", "file"])
def address(
    request: pytest.FixtureRequest,
    storage_servers: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> str:
    """An empty place in each kind of object storage, with the credentials for it."""
    if request.param == "file":
        return f"file://{tmp_path}/storage"
    for name, value in object_storage.ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    host, bucket = storage_servers[request.param], f"bucket-{uuid.uuid4()}"
    if request.param == "s3":
        object_storage.create_bucket(host, bucket)
    return f"{request.param}://{bucket}/some/prefix?scheme=http&endpoint_override={host}"


@pytest.fixture(scope="session")
def snapshot(data_dir: Path) -> Path:
    """Folder of the tiny world's snapshot."""
    (found,) = (data_dir / "snapshots").iterdir()
    return found


@pytest.fixture(scope="session")
def store(snapshot: Path) -> Store:
    """The tiny world, opened."""
    return Store.open(snapshot)


@pytest.fixture(scope="session")
def ask(store: Store) -> Ask:
    """Ask the tiny world."""
    return asker(store)


@pytest.fixture(scope="session")
def title_store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The tiny world of streaming titles, opened; it has no games."""
    return Store.open(titles_world.write(tmp_path_factory.mktemp("titles")))


@pytest.fixture(scope="session")
def ask_titles(title_store: Store) -> Ask:
    """Ask the tiny world of streaming titles."""
    return asker(title_store)


@pytest.fixture(scope="session")
def demo_files(tmp_path_factory: pytest.TempPathFactory) -> DemoFiles:
    """Raw dumps of a small demo world."""
    return write_demo(
        tmp_path_factory.mktemp("demo-raw"),
        games=DEMO_GAMES,
        users=DEMO_USERS,
        titles=DEMO_TITLES,
        viewers=DEMO_VIEWERS,
    )


@pytest.fixture(scope="session")
def demo_data_dir(tmp_path_factory: pytest.TempPathFactory, demo_files: DemoFiles) -> Path:
    """Data folder whose current snapshot is the demo world."""
    inputs = Inputs(**vars(demo_files))
    return made_once(
        tmp_path_factory, "demo", lambda folder: build_snapshot(inputs, folder, demo=True)
    )


@pytest.fixture(scope="session")
def small_demo_files(tmp_path_factory: pytest.TempPathFactory) -> DemoFiles:
    """Raw dumps of a demo world that is hardly larger than the least."""
    folder = tmp_path_factory.mktemp("small-demo-raw")
    return write_demo(folder, games=200, users=200, titles=80, viewers=60)


@pytest.fixture(scope="session")
def small_demo_data_dir(
    tmp_path_factory: pytest.TempPathFactory, small_demo_files: DemoFiles
) -> Path:
    """Data folder whose current snapshot is that small world."""
    inputs = Inputs(**vars(small_demo_files))
    return made_once(
        tmp_path_factory, "small-demo", lambda folder: build_snapshot(inputs, folder, demo=True)
    )


@pytest.fixture(scope="session")
def demo_store(demo_data_dir: Path) -> Store:
    """The demo world, opened."""
    opened = Store.open_current(demo_data_dir)
    assert opened is not None
    return opened


@pytest.fixture(scope="session")
def ask_demo(demo_store: Store) -> Ask:
    """Ask the demo world."""
    return asker(demo_store)


@pytest.fixture(scope="session")
def settings(data_dir: Path) -> Settings:
    """Settings of a server over the tiny world."""
    return Settings(data_dir=data_dir)


@pytest.fixture(scope="session")
def client(settings: Settings, store: Store) -> Iterator[TestClient]:
    """HTTP client of a server over the tiny world."""
    with TestClient(create_app(settings, store)) as opened:
        yield opened


@pytest.fixture(scope="session")
def demo_client(demo_data_dir: Path, demo_store: Store) -> Iterator[TestClient]:
    """HTTP client of a server over the demo world."""
    with TestClient(create_app(Settings(data_dir=demo_data_dir), demo_store)) as opened:
        yield opened


@pytest.fixture(scope="session")
def first_serve(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a newcomer who has started a server, and has asked it which data it has: the
    data folder `playgraph`, the `answer`, and what the server `said`."""

    def make(folder: Path) -> None:
        folder.mkdir()
        port = processes.free_port()
        server = processes.start(
            "serve",
            f"--port={port}",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            cwd=folder,  # no `.env` of a developer
            env=processes.environment() | {"XDG_DATA_HOME": str(folder)},
        )
        with server:
            try:
                # A busy machine builds the demo slowly.
                processes.wait_until_ready(server, port, 180, lambda: str(server.communicate()[1]))
                body = msgspec.json.encode({"query": "{ dataset { demo } }"})
                headers = {"Content-Type": "application/json"}
                request = Request(f"http://127.0.0.1:{port}/graphql", body, headers)
                with urlopen(request, timeout=10) as answer:
                    (folder / "answer").write_bytes(answer.read())
                server.terminate()
                (folder / "said").write_text(server.communicate(timeout=PATIENCE)[1], "utf-8")
            finally:
                server.kill()

    return made_once(tmp_path_factory, "first-serve", make)


@pytest.fixture(scope="session")
def full_demo_folder(first_serve: Path) -> Path:
    """The snapshot of the demo world as a newcomer gets it: README and docs show its answers."""
    (snapshot,) = (first_serve / "playgraph" / "snapshots").iterdir()
    return snapshot


@pytest.fixture(scope="session")
def full_demo(full_demo_folder: Path) -> Store:
    """That snapshot, opened."""
    return Store.open(full_demo_folder)


@pytest.fixture(scope="session")
def real_data(tmp_path_factory: pytest.TempPathFactory) -> RealData:
    """The real files, and a build of them."""
    return RealData(made_once(tmp_path_factory, "real", RealData.make))


@pytest.fixture(scope="session")
def real(real_data: RealData) -> Store:
    """That build, opened."""
    return Store.open(real_data.snapshot)


@pytest.fixture(scope="session")
def ask_real(real: Store) -> Ask:
    """Ask the real data."""
    return asker(real)

"""The real `playgraph build` as a process: exit codes, messages, signals, and a full disk."""

from __future__ import annotations

import gzip
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from datastore.base.errors import PlaygraphError
from datastore.base.snapshot import current_version
from datastore.store import Store
from etl.demo import DemoFiles, write_demo
from etl.release.build import Inputs
from patience import PATIENCE
from processes import COMMAND, Start, environment, finish, limited, run_here, wait_for_stage
from server.cli.main import commands
from thorough import THOROUGH, some, thorough_only

pytestmark = pytest.mark.slow

Files = Callable[..., Inputs]
#: What a build of few reviews calls first so that it starts workers.
WORKERS = ("command_server", "start_workers_for_few", [])


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    """A world that takes a second to build, by two workers. Every review recommends: nothing is
    learned from them, for which a worker would load scikit-learn for a second more."""
    files = write_demo(tmp_path_factory.mktemp("demo"), games=200, users=800)
    reviews = gzip.decompress(files.reviews.read_bytes())
    everyone = reviews.replace(b"'recommend': False", b"'recommend': True")
    assert everyone != reviews
    files.reviews.write_bytes(gzip.compress(everyone))
    return Inputs(**vars(files))


def options(inputs: Inputs, data: Path, *more: str) -> list[str]:
    files = [f"--{kind}={inputs.paths(kind)[0]}" for kind in ("games", "reviews", "items")]
    return ["build", *files, f"--data={data}", *more]


def unfinished(data: Path) -> list[str]:
    return [p.name for p in (data / "snapshots").iterdir() if p.name.startswith(".")]


def alive(group: int) -> bool:
    """Whether the group has a process that runs; one that nobody waited for does not."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, of = stat.read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue  # it has just ended
        if int(of) == group and state != "Z":
            return True
    return False


def gone(group: int) -> bool:
    """Whether every process of the group has ended, soon."""
    for _ in range(100):
        if not alive(group):
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def data(tmp_path: Path, tiny: Any) -> Iterator[Path]:
    """A data folder in which the tiny world is live, and stays live."""
    folder = tmp_path / "data"
    shutil.copytree(tiny.folder.parent.parent, folder)
    before = tiny.store.manifest.version
    yield folder
    assert current_version(folder) == before
    assert Store.open_current(folder) is not None


def test_a_build_says_what_happened_and_ends_with_0(
    playgraph: Start, world_files: Files, tmp_path: Path
) -> None:
    code, out, err = finish(playgraph(*options(world_files(), tmp_path / "data", "--jobs=1")))
    version = current_version(tmp_path / "data")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].startswith("read games: 6 games (")
    assert "│ games   │     8 │    8 │    6 │            1 │       3 │        1 │" in lines
    assert lines[-1].startswith(f"Snapshot {version} is ready after ")
    assert lines[-1].endswith(f" s: {tmp_path / 'data' / 'snapshots' / str(version)}")


def test_bad_lines_end_the_build_with_1_and_one_line(
    playgraph: Start, world_files: Files, literal_world: Any, data: Path
) -> None:
    files = world_files(literal_world | {"items": [*literal_world["items"], "{bad"]})
    code, _, err = finish(playgraph(*options(files, data)))
    assert code == 1
    assert err == (
        f"playgraph: {files.paths('items')[0]}: 1 of 4 lines (25.00%) cannot be read; the limit "
        "is 1% (--max-rejects). The first is line 4: '{' was never closed at character 1. "
        f"All rejects are listed in {data / 'rejects.jsonl'}."
    )
    assert unfinished(data) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (["--items=nowhere"], "nowhere cannot be read: No such file or directory."),
        (["--data=raw/items.json/data"], "raw/items.json/data cannot be written: Not a directory"),
        (["--data=raw/items.json"], "raw/items.json cannot be written: Not a directory"),
    ],
)
def test_a_wrong_path_is_one_clear_message(
    world_files: Files,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    change: list[str],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(PlaygraphError, match=f"^{said}"):
        run_here(*options(world_files(), tmp_path / "data"), *change)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("--data=", "Invalid value for '--data': '': it must be a path."),
        ("--max-rejects=7", "Invalid value for '--max-rejects': '7': it must be a share such"),
        ("--seed=-1", "Invalid value for '--seed': '-1': it must be a whole number from 0 to"),
        ("--jobs=5000", "Invalid value for '--jobs': '5000': it must be a whole number from"),
    ],
)
def test_a_wrong_option_is_one_clear_message(
    world_files: Files, data: Path, change: str, said: str
) -> None:
    result = CliRunner().invoke(commands, [*options(world_files(), data), change])
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in " ".join(result.stderr.split())


def test_a_wrong_option_and_a_wrong_path_end_the_process_with_2_and_1(
    playgraph: Start, world_files: Files, data: Path
) -> None:
    option, path = (
        playgraph(*options(world_files(), data), change) for change in ("--seed=-1", "--items=no")
    )
    code, out, err = finish(option)
    assert (code, out) == (2, "")
    assert err.endswith("it must be a whole number from 0 to 2,147,483,647.")
    assert finish(path) == (
        1, "", "playgraph: no cannot be read: No such file or directory."
    )  # fmt: skip


def started(process: subprocess.Popen[str], moment: str, data: Path) -> None:
    """Wait until the build has come to a moment."""
    if moment == "the folder":
        deadline = time.monotonic() + PATIENCE
        while not unfinished(data):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.005)
        return
    wait_for_stage(process, moment)


@pytest.mark.parametrize(
    ("moment", "number"),
    some(
        [
            ("the folder", signal.SIGINT),
            ("read games", signal.SIGHUP),
            ("read reviews", signal.SIGINT),
            ("sentiment", signal.SIGINT),
            ("sentiment", signal.SIGHUP),
            ("tables", signal.SIGINT),
            ("tables", signal.SIGHUP),
        ],
        3,
    ),
)
def test_ctrl_c_or_a_closed_terminal_at_any_moment_ends_with_130_and_leaves_nothing(
    playgraph: Start, demo: Inputs, data: Path, moment: str, number: signal.Signals
) -> None:
    process = playgraph(*options(demo, data, "--jobs=2"), first=WORKERS)
    started(process, moment, data)
    os.killpg(process.pid, number)  # as a terminal does: workers get it, too
    code, _, err = finish(process)
    assert (code, err) == (130, "playgraph: Interrupted. Nothing was changed.")
    assert unfinished(data) == []
    assert gone(process.pid)


@thorough_only("takes three seconds")
def test_a_build_under_nohup_outlives_its_terminal(
    small_demo_files: DemoFiles, tmp_path: Path
) -> None:
    demo = Inputs(**vars(small_demo_files))
    data = tmp_path / "first"
    process = subprocess.Popen(
        [*COMMAND, *options(demo, data, "--jobs=2")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN),
    )
    started(process, "read reviews", data)
    os.killpg(process.pid, signal.SIGHUP)
    assert finish(process)[0] == 0


@pytest.mark.parametrize("moment", ["read reviews", "tables"] if THOROUGH else ["tables"])
def test_a_polite_kill_is_like_ctrl_c(
    playgraph: Start, demo: Inputs, data: Path, moment: str
) -> None:
    process = playgraph(*options(demo, data, "--jobs=2"), first=WORKERS)
    started(process, moment, data)
    process.terminate()
    code, _, err = finish(process)
    assert (code, err) == (130, "playgraph: Interrupted. Nothing was changed.")
    assert unfinished(data) == []
    assert gone(process.pid)


def test_a_killed_build_leaves_no_process_and_the_next_build_cleans_up(
    playgraph: Start, demo: Inputs, data: Path, tmp_path: Path
) -> None:
    process = playgraph(*options(demo, data, "--jobs=2"), first=WORKERS)
    started(process, "read reviews", data)
    process.kill()
    process.wait()
    assert unfinished(data) != []
    assert gone(process.pid)
    finish(process)
    failing = playgraph(
        *options(Inputs(**dict(demo.files()) | {"items": demo.paths("games")}), data)
    )
    assert finish(failing)[0] == 1
    assert unfinished(data) != []  # refused before the folder was touched
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("etl.games.stages.prepare", _nothing)
        with pytest.raises(KeyboardInterrupt):
            _build_here(demo, data)
    assert unfinished(data) == []


def test_idle_workers_end_when_their_build_is_killed() -> None:
    # They once waited for work forever.
    code = (
        "import os; from etl.sentiment.scoring import Scoring; "
        "from etl.process.workers import Workers; "
        "Scoring(['good'] * 1500, Workers(2)).result(); os.kill(os.getpid(), 9)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], stderr=subprocess.DEVNULL, start_new_session=True
    )
    assert process.wait(timeout=60) == -signal.SIGKILL
    assert gone(process.pid)


def _nothing(*_: Any, **__: Any) -> Any:
    raise KeyboardInterrupt


def _build_here(inputs: Inputs, data: Path) -> None:
    from rich.console import Console

    from etl.process.progress import Reporter
    from etl.release.build import Options, build

    build(inputs, data, Options(0.01, 1, 1, 1 << 20), Reporter(Console(quiet=True)))


def test_a_second_build_at_the_same_time_is_refused(
    playgraph: Start, demo: Inputs, data: Path
) -> None:
    first = playgraph(*options(demo, data))
    started(first, "the folder", data)
    assert finish(playgraph(*options(demo, data))) == (
        1, "", f"playgraph: Another build is running in {data}."
    )  # fmt: skip
    os.killpg(first.pid, signal.SIGINT)
    assert finish(first)[0] == 130


@pytest.mark.parametrize("most_bytes", some([0, 1_000, 100_000], 2))
def test_a_full_disk_is_one_clear_message_and_leaves_nothing(
    playgraph: Start, demo: Inputs, data: Path, most_bytes: int
) -> None:
    process = playgraph(*options(demo, data, "--jobs=2"), first=limited(most_bytes))
    code, _, err = finish(process)
    assert (code, err) == (
        1,
        f"playgraph: {data} cannot be written: File too large. Nothing was changed. Free some "
        "space there, or choose another folder with --data or PLAYGRAPH_DATA_DIR.",
    )
    assert unfinished(data) == []

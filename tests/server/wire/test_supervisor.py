"""The program that watches the workers, with workers that only wait."""

from __future__ import annotations

import json
import logging
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from patience import PATIENCE
from server.observe.logs import JsonFormatter, UtcFormatter
from server.wire import supervisor

#: Starts two workers that wait, then becomes the supervisor, which is quicker than usual.
PROGRAM = """
import json, os, subprocess, sys
import server.wire.supervisor as supervisor

supervisor._CHECK, supervisor._SILENT_START, supervisor._KILLED = 0.02, 1_000, 0.5
supervisor._PAUSE, supervisor._SILENT = map(float, sys.argv[3:5])
folder, command = sys.argv[1], json.loads(sys.argv[2])
workers = [subprocess.Popen([*command, f"--worker={number}"]).pid for number in (1, 2)]
helpers = [subprocess.Popen(["sleep", sys.argv[5]]).pid] if sys.argv[5] else []
helpers += map(int, filter(None, [sys.argv[6]]))
state = {"workers": workers, "command": command, "helpers": helpers, "held": os.pipe()[1],
         "seconds": 1.0, "log_format": "json"}
with open(f"{folder}/workers.json", "w") as file:
    json.dump(state, file)
sys.argv[1:] = [folder]
supervisor.main()
"""
#: A worker that ticks in its record, and ends by SIGTERM.
TICKS = """
import os, sys, time
folder, number = sys.argv[1], int(sys.argv[2].partition("=")[2])
file = os.open(f"{folder}/records", os.O_RDWR)
for tick in range(1, 10_000):
    os.pwrite(file, tick.to_bytes(4, sys.byteorder), (number - 1) * 8)
    time.sleep(0.01)
"""


@dataclass
class Watched:
    """A running supervisor."""

    process: subprocess.Popen[str]
    folder: Path
    log: Path

    def workers(self) -> set[int]:
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return {int(pid) for pid in path.read_text().split()}

    def messages(self) -> list[str]:
        lines = self.log.read_text("utf-8").splitlines()
        return [json.loads(line)["message"] for line in lines if line.startswith("{")]

    def end(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)


Watch = Callable[..., Watched]


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    started: list[Watched] = []

    def start(
        program: str,
        pause: float = 0,
        silent: int = 1_000,
        helper_seconds: str = "",
        helper: str = "",
    ) -> Watched:
        folder, log = tmp_path / "team", tmp_path / "log"
        folder.mkdir()
        (folder / "records").write_bytes(bytes(16))
        command = json.dumps([sys.executable, "-c", program, str(folder)])
        with log.open("w") as output:
            process = subprocess.Popen(
                [sys.executable, "-c", PROGRAM, str(folder), command, str(pause), str(silent),
                 helper_seconds, helper],
                stdin=subprocess.DEVNULL, stderr=output, text=True,
            )  # fmt: skip
        watched = Watched(process, folder, log)
        started.append(watched)
        until(lambda: len(watched.workers()) >= 2)
        return watched

    yield start
    for watched in started:
        if watched.process.poll() is None:
            for worker in watched.workers():
                os.kill(worker, signal.SIGKILL)
            watched.process.kill()
        watched.process.wait()


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "not within the time"
        time.sleep(0.01)


def ready(watched: Watched) -> bool:
    records = (watched.folder / "records").read_bytes()
    return any(records[:4]) and any(records[8:12])


pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def test_a_worker_that_ends_is_replaced_and_the_log_says_why(watch: Watch) -> None:
    watched = watch(TICKS)
    until(lambda: ready(watched))
    before = watched.workers()
    lost = min(before)
    os.kill(lost, signal.SIGKILL)
    until(lambda: len(watched.workers()) == 2 and lost not in watched.workers())
    until(lambda: ready(watched))
    assert watched.messages() == [
        f"Worker 1 (process {lost}) was ended by SIGKILL. Starting another."
    ]
    assert watched.workers() & before == before - {lost}
    assert watched.end() == 0


def test_a_worker_that_does_not_answer_is_replaced(watch: Watch) -> None:
    watched = watch(TICKS, silent=50)
    until(lambda: ready(watched))
    hung = max(watched.workers())
    os.kill(hung, signal.SIGSTOP)
    until(lambda: len(watched.workers()) == 2 and hung not in watched.workers())
    assert watched.messages()[0] == f"Worker 2 (process {hung}) does not answer."
    assert watched.end() == 0


def test_a_worker_that_ends_at_once_is_not_started_again_at_once(watch: Watch) -> None:
    watched = watch(TICKS, pause=1.0)
    until(lambda: ready(watched))
    start = time.monotonic()
    os.kill(min(watched.workers()), signal.SIGKILL)
    until(lambda: len(watched.workers()) == 1)
    until(lambda: len(watched.workers()) == 2)
    assert time.monotonic() - start > 0.3
    assert watched.end() == 0


def test_if_a_worker_cannot_start_the_server_ends(watch: Watch) -> None:
    watched = watch("import sys, time; time.sleep(0.3); sys.exit(3)")
    assert watched.process.wait(PATIENCE) == 1
    assert watched.log.read_text() == "playgraph: A worker could not start: see the log.\n"


def test_the_folder_of_the_team_is_removed_at_the_end(watch: Watch) -> None:
    watched = watch(TICKS)
    until(lambda: ready(watched))
    assert watched.end() == 0
    assert not watched.folder.exists()


def test_workers_that_do_not_end_in_time_are_killed(watch: Watch) -> None:
    watched = watch(TICKS)
    until(lambda: ready(watched))
    hung = max(watched.workers())
    os.kill(hung, signal.SIGSTOP)
    until(lambda: ") T " in Path(f"/proc/{hung}/stat").read_text())
    watched.process.send_signal(signal.SIGTERM)
    assert watched.process.wait(PATIENCE) == 0
    assert f"Worker process {hung} did not end in time and is killed." in watched.messages()
    assert not Path(f"/proc/{hung}").exists()


def test_the_end_of_the_process_that_follows_object_storage_is_logged(watch: Watch) -> None:
    watched = watch(TICKS, helper_seconds="0.1")
    until(watched.messages)
    assert re.fullmatch(
        r"The process that follows object storage \(process \d+\) has ended: new releases are not "
        r"fetched until the server is restarted\.",
        watched.messages()[0],
    )
    assert watched.end() == 0


def test_the_process_that_follows_object_storage_ends_with_the_server(watch: Watch) -> None:
    watched = watch(TICKS, helper_seconds="60")
    until(lambda: ready(watched))
    assert len(watched.workers()) == 3
    assert watched.end() == 0
    assert watched.messages() == []


def test_the_process_that_follows_object_storage_is_killed_if_it_does_not_end(watch: Watch) -> None:
    watched = watch(TICKS, helper_seconds="60")
    until(lambda: ready(watched) and len(watched.workers()) == 3)
    (follower,) = (p for p in watched.workers() if "sleep" in Path(f"/proc/{p}/comm").read_text())
    os.kill(follower, signal.SIGSTOP)
    assert watched.end() == 0
    assert not Path(f"/proc/{follower}").exists()


def test_a_process_that_does_not_end_when_it_is_killed_is_left(watch: Watch) -> None:
    with subprocess.Popen(["sleep", "60"]) as other:  # which the supervisor never sees end
        watched = watch(TICKS, helper=str(other.pid))
        until(lambda: ready(watched))
        assert watched.end() == 0
        assert watched.messages() == ["A killed process does not end: it is left to the system."]
        assert not watched.folder.exists()


@pytest.mark.parametrize(
    ("log_format", "formatter"),
    [
        ("text", UtcFormatter("%(asctime)s %(levelname)s %(message)s")),
        ("json", JsonFormatter()),
    ],
)
def test_lines_of_the_log_are_as_those_of_the_server(
    log_format: str,
    formatter: logging.Formatter,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    read, held = os.pipe()
    state = {
        "workers": [1], "command": [], "helpers": [], "held": held, "seconds": 1,
        "log_format": log_format,
    }  # fmt: skip
    (tmp_path / "workers.json").write_text(json.dumps(state))
    (tmp_path / "records").write_bytes(bytes(8))
    supervisor.Supervisor(str(tmp_path))._log("Käse.")
    os.close(read)
    os.close(held)
    record = logging.LogRecord("playgraph.workers", logging.ERROR, "", 0, "Käse.", None, None)
    time_pattern = r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d\d\dZ"
    assert len(re.findall(time_pattern, printed := capfd.readouterr().err)) == 1
    expected = formatter.format(record) + "\n"
    assert re.sub(time_pattern, "now", printed) == re.sub(time_pattern, "now", expected)


def test_the_supervisor_imports_few_modules() -> None:
    found = subprocess.run(
        [sys.executable, "-I", "-S", "-c",
         f"import sys; sys.argv = ['', 'none']; exec(open({supervisor.__file__!r}).read()"
         ".split('if __name__')[0]); print(*sys.modules)"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    modules = set(found.stdout.split())
    assert {"signal", "json"} <= modules
    assert not modules & {"pathlib", "typing", "logging", "subprocess", "asyncio", "site"}

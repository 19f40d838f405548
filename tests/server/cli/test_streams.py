"""Commands with standard streams that are closed, full, unread, or of another encoding."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, BinaryIO

import pytest

import processes
import world
from datastore.base.snapshot import current_version
from processes import COMMAND, environment, free_port, wait_until_ready
from thorough import some

pytestmark = pytest.mark.slow

PLAYGRAPH = " ".join(COMMAND)
ROOT = Path(__file__).parents[3]
QUESTION = '{ developer(name: "♥é") { name } user(userId: "ada") { moneySpent } }'
#: A terminal of another age, whose alphabet has no heart, where Python reads arguments as ASCII.
OTHER_AGE = {
    "PYTHONIOENCODING": "cp1252",
    "LC_ALL": "C",
    "PYTHONCOERCECLOCALE": "0",
    "PYTHONUTF8": "0",
}


def shell(script: str, folder: Path, **environ: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        ["bash", "-c", script],
        capture_output=True,
        check=False,
        timeout=120,
        cwd=folder,
        env=environment() | environ,
    )


def run_into(out: BinaryIO | int, folder: Path, *arguments: str | Path) -> tuple[int, str]:
    """Exit code and standard error of a command whose standard output goes elsewhere."""
    process = processes.start(
        *arguments, stdout=out, stderr=subprocess.PIPE, cwd=folder, env=environment()
    )
    with process:
        if process.stdout:  # a reader who closes early, as `head -c 1` does
            process.stdout.read(1)
            process.stdout.close()
        assert process.stderr
        said = process.stderr.read().decode()
    return process.returncode, said


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """A build of the tiny world."""
    inputs = world.write(tmp_path_factory.mktemp("raw"))
    options = [f"--{kind}={path}" for kind, path in inputs.files()]
    return ["build", *options, "--data=data", "--jobs=1"]


def test_question_and_response_are_utf_8_on_any_terminal(data_dir: Path, tmp_path: Path) -> None:
    done = shell(f"{PLAYGRAPH} query '{QUESTION}' --data {data_dir}", tmp_path, **OTHER_AGE)
    answer: Any = json.loads(done.stdout.decode("utf-8"))
    assert answer["data"]["user"]["moneySpent"] == 34.97
    assert "'♥é'" in answer["errors"][0]["message"]
    assert done.stderr == b""


@pytest.mark.parametrize(
    "command", some(["snapshots list", "sdl", "snapshots diff", "snapshots show"], 2)
)
def test_no_output_fails_for_want_of_a_letter(data_dir: Path, tmp_path: Path, command: str) -> None:
    version = current_version(data_dir) if command.endswith("diff") else ""
    data = "" if command == "sdl" else f"--data {data_dir}"
    done = shell(
        f"{PLAYGRAPH} {command} {version} {data}", tmp_path, COLUMNS="20", PYTHONIOENCODING="ascii"
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout


def test_a_build_continues_when_nobody_reads_its_output(build: list[str], tmp_path: Path) -> None:
    assert run_into(subprocess.PIPE, tmp_path, *build) == (0, "")
    assert current_version(tmp_path / "data")


def test_a_full_disk_of_standard_output_is_not_blamed_on_the_data_folder(
    build: list[str], data_dir: Path, tmp_path: Path
) -> None:
    with Path("/dev/full").open("wb") as full:
        assert run_into(full, tmp_path, *build) == (
            0,
            "playgraph: Could not write progress to standard output: No space left on device.\n",
        )
        assert current_version(tmp_path / "data")
        assert run_into(full, tmp_path, "query", QUESTION, "--data", data_dir)[0] == 1
        assert run_into(full, tmp_path, "snapshots", "list", "--data", data_dir) == (
            1,
            "playgraph: Cannot write to standard output: No space left on device.\n",
        )


def test_no_name_controls_the_terminal(tmp_path: Path) -> None:
    odd = "a\x1b]0;b\a\N{RIGHT-TO-LEFT OVERRIDE}c\rd"
    for command in (["snapshots", "show"], ["snapshots", "use", "x"], ["export", "out"]):
        done = processes.run(*command, "--data", odd, cwd=tmp_path, env=environment())
        said = done.stdout + done.stderr
        assert r"a\u001b]0;b\u0007\u202ec\u000dd" in said, command
        assert not {"\x1b", "\r", "\N{RIGHT-TO-LEFT OVERRIDE}"} & {*said}, command


def test_json_has_names_as_the_data_has_them(tmp_path: Path) -> None:
    (tmp_path / "printer.py").write_text(
        "from server.cli.console import print_json\n"
        "from server.cli.streams import open_streams\n"
        "open_streams()\n"
        "print_json({'name': 'a\\u202eb\\u200bc'})\n"
    )
    done = shell(f"PYTHONPATH={ROOT} {sys.executable} printer.py", tmp_path)
    assert done.stdout.decode() == '{\n  "name": "a\N{RIGHT-TO-LEFT OVERRIDE}b\u200bc"\n}\n'


def test_a_reader_that_closes_early_is_not_a_failure(tmp_path: Path) -> None:
    assert run_into(subprocess.PIPE, tmp_path, "sdl") == (0, "")


@pytest.mark.parametrize("closed", some([[1], [2], [0], [0, 1, 2]], 2))
def test_commands_work_with_closed_streams(
    data_dir: Path, tmp_path: Path, closed: list[int]
) -> None:
    port = free_port()
    server = processes.start(
        "serve", f"--data={data_dir}", f"--port={port}", cwd=tmp_path, env=environment(),
        first=("command_server", "close_streams", closed),
    )  # fmt: skip
    try:
        assert wait_until_ready(server, port, 60, said=lambda: "")["demo"] is False
        server.terminate()
        assert server.wait(20) == 0
    finally:
        server.kill()
        server.wait()


def test_a_server_in_the_background_of_a_script_stops_on_a_signal(
    data_dir: Path, tmp_path: Path
) -> None:
    port = free_port()
    script = f"trap '' INT; exec {PLAYGRAPH} serve --data {data_dir} --port {port}"
    server = subprocess.Popen(["bash", "-c", script], cwd=tmp_path, env=environment())
    try:
        wait_until_ready(server, port, 60, said=lambda: "")
        server.terminate()
        assert server.wait(20) == 0
    finally:
        server.kill()
        server.wait()

"""Commands with standard streams that are closed, full, unread, or of another encoding."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import world
from datastore.base.snapshot import current_version
from processes import COMMAND, environment, free_port, wait_until_ready
from thorough import some

pytestmark = pytest.mark.slow

PLAYGRAPH = " ".join(COMMAND)
ROOT = Path(__file__).parents[3]
QUESTION = '\'{ developer(name: "♥é") { name } user(userId: "ada") { moneySpent } }\''
#: A terminal of another age, whose alphabet has no heart.
OTHER_AGE = {"PYTHONIOENCODING": "cp1252"}


def shell(script: str, folder: Path, **environ: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        ["bash", "-c", script],
        capture_output=True,
        check=False,
        timeout=120,
        cwd=folder,
        env=environment() | environ,
    )


@pytest.fixture(scope="module")
def raw_options(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Options of a build of the tiny world."""
    inputs = world.write(tmp_path_factory.mktemp("raw"))
    return " ".join(f"--{kind}={path}" for kind, path in inputs.files())


def test_a_response_is_utf_8_on_any_terminal(data_dir: Path, tmp_path: Path) -> None:
    done = shell(f"{PLAYGRAPH} query {QUESTION} --data {data_dir}", tmp_path, **OTHER_AGE)
    answer: Any = json.loads(done.stdout.decode("utf-8"))
    assert answer["data"]["user"]["moneySpent"] == 34.97
    assert "'♥é'" in answer["errors"][0]["message"]
    assert done.stderr == b""


def test_a_question_is_utf_8_in_the_c_locale_too(data_dir: Path, tmp_path: Path) -> None:
    locale = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    done = shell(f"{PLAYGRAPH} query {QUESTION} --data {data_dir}", tmp_path, **locale)
    assert "'♥é'" in json.loads(done.stdout)["errors"][0]["message"]


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


def test_a_build_continues_when_nobody_reads_its_output(raw_options: str, tmp_path: Path) -> None:
    script = f"set -o pipefail; {PLAYGRAPH} build {raw_options} --data data --jobs 1 | head -c 1"
    done = shell(script, tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")
    assert current_version(tmp_path / "data")


def test_a_full_disk_of_standard_output_is_not_blamed_on_the_data_folder(
    raw_options: str, data_dir: Path, tmp_path: Path
) -> None:
    done = shell(f"{PLAYGRAPH} build {raw_options} --data data --jobs 1 > /dev/full", tmp_path)
    assert current_version(tmp_path / "data")
    assert (done.returncode, done.stderr.decode()) == (
        0,
        "playgraph: Could not write progress to standard output: No space left on device.\n",
    )
    done = shell(f"{PLAYGRAPH} query {QUESTION} --data {data_dir} > /dev/full", tmp_path)
    assert done.returncode == 1
    done = shell(f"{PLAYGRAPH} snapshots list --data {data_dir} > /dev/full", tmp_path)
    assert (done.returncode, done.stderr.decode()) == (
        1,
        "playgraph: Cannot write to standard output: No space left on device.\n",
    )


def test_no_name_controls_the_terminal(tmp_path: Path) -> None:
    odd = r"$(printf 'a\033]0;b\007\342\200\256c\rd')"
    for command in ("snapshots show", "snapshots use x", "export out"):
        done = shell(f'{PLAYGRAPH} {command} --data "{odd}"', tmp_path)
        said = (done.stdout + done.stderr).decode()
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
    done = shell(f"set -o pipefail; {PLAYGRAPH} sdl | head -c 1", tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("closed", some([">&-", "2>&-", "<&-", ">&- 2>&- <&-"], 2))
def test_commands_work_with_closed_streams(data_dir: Path, tmp_path: Path, closed: str) -> None:
    port = free_port()
    script = f"exec {PLAYGRAPH} serve --data {data_dir} --port {port} {closed}"
    server = subprocess.Popen(["bash", "-c", script], cwd=tmp_path, env=environment())
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

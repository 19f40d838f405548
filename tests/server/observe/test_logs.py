"""Log lines: in UTC, and never the end of the server that writes them."""

from __future__ import annotations

import io
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from processes import COMMAND, environment, free_port, wait_until_ready
from server.observe.logs import LineHandler, UtcFormatter
from serving import answers

ASK = b"GET /graphql?query={__typename} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


def test_times_are_in_utc() -> None:
    record = logging.makeLogRecord({"msg": "words", "created": 1_600_000_000.25, "msecs": 250.0})
    formatted = UtcFormatter("%(asctime)s %(message)s").format(record)
    assert formatted == "2020-09-13T12:26:40.250Z words"


def test_a_stream_that_nobody_reads_is_ignored_and_a_wrong_record_is_not(
    capsys: pytest.CaptureFixture[str],
) -> None:
    class Full(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(28, "No space left on device")

    LineHandler(Full()).emit(logging.makeLogRecord({"msg": "words"}))
    assert capsys.readouterr().err == ""
    LineHandler(io.StringIO()).emit(logging.makeLogRecord({"msg": "%d", "args": ("words",)}))
    assert "Logging error" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="closes file descriptors in a shell")
@pytest.mark.parametrize("stdout", [">&-", "| :", "> /dev/full"])
def test_a_server_answers_whatever_becomes_of_its_log(
    data_dir: Path, tmp_path: Path, stdout: str
) -> None:
    if "full" in stdout and not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    port = free_port()
    command = f"exec {' '.join(COMMAND)} serve --data '{data_dir}' --port {port} {stdout}"
    with (tmp_path / "log").open("wb") as err:
        server = subprocess.Popen(
            ["/bin/sh", "-c", command if "|" not in stdout else command.removeprefix("exec ")],
            env=environment(),
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            stderr=err,
            start_new_session=True,
        )
    try:
        wait_until_ready(server, port, 60, said=(tmp_path / "log").read_text)
        for _ in range(3):
            (answer,) = answers(("127.0.0.1", port), ASK)
            assert answer.status == 200
    finally:
        os.killpg(server.pid, 15)
        server.wait(20)
    assert "Logging error" not in (tmp_path / "log").read_text()

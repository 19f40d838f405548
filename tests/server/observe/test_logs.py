"""Log lines: in UTC, and never the end of the server that writes them."""

from __future__ import annotations

import io
import json
import logging
import re
import subprocess
from pathlib import Path

import pytest

import processes
from harness import TestClient
from processes import environment, free_port, wait_until_ready
from server.observe.logs import JsonFormatter, LineHandler, UtcFormatter, log_config
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


def records_of(logger: str) -> tuple[logging.Handler, io.StringIO]:
    """A handler that writes the logger's records as JSON, and what it has written."""
    stream = io.StringIO()
    handler = LineHandler(stream)
    handler.setFormatter(JsonFormatter())
    logging.getLogger(logger).addHandler(handler)
    return handler, stream


def test_a_request_is_an_object_without_anything_that_identifies_a_person(
    client: TestClient,
) -> None:
    logger = logging.getLogger("playgraph.access")
    handler, stream = records_of("playgraph.access")
    before = logger.level
    logger.setLevel(logging.INFO)
    try:
        body = {
            "query": "query Library($userId: ID!) { user(userId: $userId) { itemsCount } }",
            "variables": {"userId": "ada"},
        }
        headers = {"X-Request-ID": "of-the-proxy", "User-Agent": "ada's phone", "Cookie": "ada=1"}
        client.post("/graphql?who=ada", json=body, headers=headers)
        client.get("/graphql", params={"query": '{ user(userId: "ada") { nothing } }'})
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)
    first, second = (json.loads(line) for line in stream.getvalue().splitlines())
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", first.pop("time"))
    assert first.pop("milliseconds") > 0
    assert first.pop("bytes") > 0
    assert first == {
        "level": "INFO",
        "logger": "playgraph.access",
        "method": "POST",
        "path": "/graphql",
        "status": 200,
        "operation": "Library",
        "request_id": "of-the-proxy",
    }
    assert second["operation"] is None
    second.pop("request_id")  # random digits, which may spell anything
    assert "ada" not in json.dumps([first, second])
    assert "testclient" not in stream.getvalue()


def test_an_error_is_one_object_with_request_id_and_traceback() -> None:
    handler, stream = records_of("playgraph.test")
    logger = logging.getLogger("playgraph.test")
    try:
        raise ValueError('a "quote"\nand a line')
    except ValueError:
        logger.exception("request %s failed", "abc", extra={"request_id": "abc"})
    finally:
        logger.removeHandler(handler)
    (line,) = stream.getvalue().splitlines()
    found = json.loads(line)
    assert (found["level"], found["message"]) == ("ERROR", "request abc failed")
    assert found["request_id"] == "abc"
    assert 'ValueError: a "quote"\nand a line' in found["exception"]


def test_the_format_of_lines_is_a_setting() -> None:
    handlers = log_config("info", "json")["handlers"]
    assert {handler["formatter"] for handler in handlers.values()} == {"json"}
    assert log_config("info")["handlers"]["stdout"]["formatter"] == "text"


@pytest.mark.parametrize("log", ["closed", "full", "unread"])
def test_a_server_answers_when_its_log_cannot_be_written(
    data_dir: Path, tmp_path: Path, log: str
) -> None:
    port = free_port()
    with Path("/dev/full").open("wb") as full, (tmp_path / "log").open("wb") as err:
        server = processes.start(
            "serve", f"--data={data_dir}", f"--port={port}",
            first=("command_server", "close_streams", [1]) if log == "closed" else (),
            env=environment(), cwd=tmp_path, stdin=subprocess.DEVNULL,
            stdout=full if log == "full" else subprocess.PIPE, stderr=err,
        )  # fmt: skip
    with server:
        if server.stdout:
            server.stdout.close()
        try:
            wait_until_ready(server, port, 60, said=(tmp_path / "log").read_text)
            for _ in range(3):
                (answer,) = answers(("127.0.0.1", port), ASK)
                assert answer.status == 200
        finally:
            server.terminate()
    assert "Logging error" not in (tmp_path / "log").read_text()

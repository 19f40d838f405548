"""`playgraph serve` as a real process on a real port."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import processes
from patience import PATIENCE
from processes import environment, free_port, wait_until_ready
from serving import read_answer

pytestmark = pytest.mark.slow

Serve = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    started: list[subprocess.Popen[str]] = []

    def start(*options: str | Path, **environ: str) -> subprocess.Popen[str]:
        process = processes.start(
            "serve",
            *options,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=tmp_path,  # no `.env` of a developer
            env=environment() | environ,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def ready(process: subprocess.Popen[str], port: int) -> dict[str, Any]:
    return wait_until_ready(process, port, PATIENCE, said=lambda: process.communicate()[1])


def question(port: int, query: str) -> Any:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/graphql",
        json.dumps({"query": query}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def test_where_no_folder_is_named_and_nothing_was_built_the_demo_is_served(
    first_serve: Path,
) -> None:
    answer = json.loads((first_serve / "answer").read_bytes())
    assert answer == {"data": {"dataset": {"demo": True}}}
    said = (first_serve / "said").read_text("utf-8")
    assert re.search(r"No snapshot in /.*/playgraph: building the invented demo dataset\.", said)
    assert "Serving the invented DEMO dataset" in said
    assert "Traceback" not in said


def test_a_worker_that_replaces_another_does_not_build_the_demo(tmp_path: Path) -> None:
    shared = ["--shared", "0", "0", tmp_path]  # standard input is the open socket
    with socket.create_server(("127.0.0.1", 0)) as listener:
        ended = processes.run(
            "serve", "--workers=2", "--worker=1", *shared, stdin=listener,
            env=environment() | {"XDG_DATA_HOME": str(tmp_path)},
        )  # fmt: skip
    assert ended.returncode == 1
    assert f"No snapshot in {tmp_path}/playgraph." in ended.stderr
    assert not (tmp_path / "playgraph").exists()


def test_a_polite_kill_stops_the_server_with_exit_code_0(serve: Serve, data_dir: Path) -> None:
    port = free_port()
    process = serve("--data", data_dir, "--port", str(port))
    assert ready(process, port)["demo"] is False
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=PATIENCE)
    assert "Traceback" not in said
    root = f"http://127.0.0.1:{port}"
    assert f"GraphiQL {root}/, explorer {root}/explore (press Ctrl-C to stop)" in said
    assert process.returncode == 0


def test_where_keys_are_required_no_page_is_named(serve: Serve, data_dir: Path) -> None:
    port = free_port()
    process = serve("--data", data_dir, "--port", str(port), "--access", "keys")
    assert process.stderr is not None
    said = ""
    while "(press Ctrl-C to stop)" not in said:
        said = process.stderr.readline()
        assert said, "the server ended"
    assert said == f"POST queries to http://127.0.0.1:{port}/graphql (press Ctrl-C to stop)\n"
    process.terminate()
    process.communicate(timeout=PATIENCE)


def test_ctrl_c_stops_the_server_without_a_traceback(serve: Serve, data_dir: Path) -> None:
    port = free_port()
    process = serve("--data", data_dir, "--port", str(port))
    ready(process, port)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=PATIENCE)
    assert "Traceback" not in said
    assert process.returncode in (0, 130)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_that_comes_before_the_server_runs_stops_it(
    data_dir: Path, number: signal.Signals
) -> None:
    first = ("command_server", "signal_before_serving", [number])
    result = processes.run("serve", "--data", data_dir, "--port=0", first=first)
    assert result.returncode == 0
    assert "Traceback" not in result.stderr


def test_a_port_in_use_is_one_clear_message(serve: Serve, data_dir: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = serve("--data", data_dir, "--port", str(port))
        _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert said.startswith(f"playgraph: Cannot listen on 127.0.0.1:{port}: the port is in use.")
    assert said.count("\n") == 1


def test_the_metrics_do_not_take_the_port_of_the_server(serve: Serve, data_dir: Path) -> None:
    port = str(free_port())
    process = serve("--data", data_dir, "--port", port, "--metrics-port", port)
    _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert said == (
        f"playgraph: The server and its metrics have the same port, {port}: choose another one "
        "with --metrics-port.\n"
    )


def test_a_server_in_production_has_its_metrics_on_a_port_of_their_own(
    serve: Serve, data_dir: Path
) -> None:
    port, metrics_port = free_port(), free_port()
    process = serve(
        "--data", data_dir, "--port", str(port), "--profile", "production",
        "--metrics-port", str(metrics_port), "--log-format", "json",
    )  # fmt: skip
    assert ready(process, port) == {"status": "ok"}
    assert question(port, "query Named { __typename }") == {"data": {"__typename": "Query"}}
    counted = 'playgraph_requests_total{operation="Named",outcome="ok"} 1.0'
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:  # a response is counted after it was sent
        address = f"http://127.0.0.1:{metrics_port}/metrics"
        with urllib.request.urlopen(address, timeout=5) as answer:
            metrics = answer.read().decode()
        if counted in metrics:
            break
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5)
    process.send_signal(signal.SIGTERM)
    lines, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert counted in metrics
    requests = [json.loads(line) for line in lines.splitlines()]
    assert [(line["path"], line["operation"]) for line in requests if line["operation"]] == [
        ("/graphql", "Named")
    ]
    assert f"POST queries to http://127.0.0.1:{port}/graphql" in said
    assert "GraphiQL" not in said
    assert f"Metrics at http://127.0.0.1:{metrics_port}/metrics" in said


def test_a_request_that_does_not_end_does_not_keep_the_server_from_stopping(
    serve: Serve, data_dir: Path
) -> None:
    port = free_port()
    process = serve("--data", data_dir, "--port", str(port), PLAYGRAPH_SHUTDOWN_SECONDS="1")
    ready(process, port)
    with socket.create_connection(("127.0.0.1", port), 5) as upload:
        head = "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n"
        upload.sendall(f"{head}Content-Type: application/json\r\n\r\n{{".encode())
        time.sleep(0.2)
        begin = time.monotonic()
        process.send_signal(signal.SIGTERM)
        answer = read_answer(upload)
        _, said = process.communicate(timeout=PATIENCE)
    assert time.monotonic() - begin < 6  # the body's own deadline is 10 seconds
    assert (answer.status, answer.error["extensions"]) == (503, {"code": "UNAVAILABLE"})
    assert answer.headers["connection"] == "close"
    assert "Traceback" not in said
    assert process.returncode == 0

"""The command line: questions, the schema, and one clear message for what goes wrong."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import processes
from processes import COMMAND, environment
from schema.graph import sdl
from server.cli.main import commands
from thorough import some

MONEY = "query Q($id: ID!) { user(userId: $id) { moneySpent } }"
ADA = {"data": {"user": {"moneySpent": 34.97}}}


@pytest.fixture
def run(data_dir: Path) -> Any:
    def invoke(*arguments: str, **more: Any) -> Result:
        environment = {"PLAYGRAPH_DATA_DIR": str(data_dir)}
        return CliRunner(env=environment).invoke(commands, list(arguments), **more)

    return invoke


def playgraph(*arguments: str, **more: Any) -> subprocess.CompletedProcess[str]:
    """The command as a process of its own, through its entry point."""
    return subprocess.run(
        [*COMMAND, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        **more,
    )


def test_a_question_on_the_command_line_is_answered(run: Any) -> None:
    result = run("query", '{ user(userId: "ada") { moneySpent } }')
    assert result.exit_code == 0
    assert json.loads(result.stdout) == ADA


def test_a_question_takes_variables_and_the_name_of_an_operation(run: Any) -> None:
    document = MONEY + " query Other { __typename }"
    result = run("query", document, "--variables", '{"id": "ada"}', "--operation", "Q")
    assert (result.exit_code, json.loads(result.stdout)) == (0, ADA)


def test_a_query_can_be_read_from_a_file(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "money.graphql"
    file.write_text(MONEY, encoding="utf-8")
    result = run("query", str(file), "--variables", '{"id": "ada"}')
    assert (result.exit_code, json.loads(result.stdout)) == (0, ADA)


def test_a_query_can_be_read_from_standard_input(run: Any) -> None:
    result = run("query", "-", "--variables", '{"id": "ada"}', input=MONEY)
    assert (result.exit_code, json.loads(result.stdout)) == (0, ADA)


@pytest.mark.parametrize(
    "document",
    ['{ user(userId: "nobody") { moneySpent } }', "{", "{ nothing }", MONEY],
    ids=["not found", "no GraphQL", "no such field", "variable missing"],
)
def test_an_answer_with_errors_is_printed_and_exits_with_1(run: Any, document: str) -> None:
    result = run("query", document)
    assert result.exit_code == 1
    assert json.loads(result.stdout)["errors"]


def test_names_are_printed_as_they_are(run: Any) -> None:
    result = run("query", '{ developer(name: "♥é") { name } }')
    assert "'♥é'" in result.stdout


@pytest.mark.parametrize("variables", ["[]", "1", "{", "nonsense"])
def test_variables_must_be_a_json_object(run: Any, variables: str) -> None:
    result = run("query", "{ __typename }", "--variables", variables)
    assert result.exit_code == 2
    assert "--variables" in result.output
    assert "it must be a JSON object" in result.output


def test_a_word_that_is_neither_a_question_nor_a_file_is_refused(run: Any) -> None:
    result = run("query", "nothing.graphql")
    assert result.exit_code == 2
    assert "neither a GraphQL document nor a file" in result.output


def test_the_schema_is_printed(run: Any) -> None:
    result = run("sdl")
    assert (result.exit_code, result.stdout) == (0, sdl() + "\n")


def test_every_error_is_one_line_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "current").write_text("no-such-version", encoding="ascii")
    done = playgraph("query", "{ __typename }", "--data", str(tmp_path))
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("playgraph: Snapshot ")
    assert done.stderr.count("\n") == 1


def test_a_package_that_cannot_be_imported_is_one_line_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "numpy.py").write_text(
        "raise ImportError('libgomp.so.1: cannot open shared object file')"
    )
    found = environment() | {"PYTHONPATH": str(tmp_path)}
    done = playgraph("query", "{ __typename }", "--data", str(tmp_path), env=found)
    assert done.returncode == 1
    assert done.stderr == (
        "playgraph: A package cannot be imported (libgomp.so.1: cannot open shared object file): "
        "playgraph doctor says how to repair it.\n"
    )


def test_a_setting_with_an_impossible_value_is_named(tmp_path: Path) -> None:
    done = playgraph(
        "query", "{ __typename }", env={"PLAYGRAPH_PORT": "many", "PATH": ""}, cwd=tmp_path
    )
    assert done.returncode == 1
    assert (
        done.stderr
        == "playgraph: PLAYGRAPH_PORT is 'many': it must be a whole number from 0 to 65,535.\n"
    )


@pytest.mark.parametrize("command", some([[], ["build"], ["snapshots"], ["snapshots", "use"]], 2))
def test_help_is_complete_where_python_drops_docstrings(command: list[str]) -> None:
    optimized = playgraph(*command, "--help", env=environment() | {"PYTHONOPTIMIZE": "2"})
    help_text = processes.run(*command, "--help").stdout
    assert optimized.stdout.replace("python -m server.cli", "playgraph") == help_text


def test_a_lack_of_open_files_is_not_blamed_on_the_data(data_dir: Path) -> None:
    limited = ("command_server", "limit_open_files", [24])
    done = processes.run("query", "{ __typename }", "--data", data_dir, first=limited)
    assert done.returncode == 1
    assert re.fullmatch(
        r"playgraph: \S+ cannot be read: Too many open files\. "
        r"Raise the limit of open files \(ulimit -n\)\.\n",
        done.stderr,
    )


def test_a_lack_of_memory_is_one_line_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "numpy.py").write_text("raise MemoryError")
    found = environment() | {"PYTHONPATH": str(tmp_path)}
    done = playgraph("query", "{ __typename }", "--data", str(tmp_path), env=found)
    assert done.returncode == 1
    assert done.stderr == "playgraph: Not enough memory. Free some memory, or raise its limit.\n"


def test_help_names_every_command() -> None:
    result = CliRunner().invoke(commands, ["--help"])
    assert result.exit_code == 0
    for name, command in commands.commands.items():
        assert name in result.output
        assert command.help


def test_the_commands_are_known_before_any_large_library_is_loaded() -> None:
    """Threads of pyarrow would have memory of their own before `serve` lets all share one arena."""
    program = "import sys, server.cli.main; print(*{'pyarrow', 'numpy'} & sys.modules.keys())"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "\n"

"""A command in a process of its own: its outcome, its error, or how it has ended."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from datastore.base.errors import PlaygraphError, SnapshotError
from server.cli import child
from server.cli.child import run_command
from server.cli.outcome import Done


def test_a_command_that_has_nothing_to_release_is_done() -> None:
    assert run_command(["keys", "--help"]) == Done()


def test_its_error_is_raised_here(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError) as caught:
        run_command(["snapshots", "show", "--data", str(tmp_path / "nothing")])
    assert str(caught.value) == (
        f"No snapshot in {tmp_path / 'nothing'}: run playgraph build, or playgraph demo."
    )


def test_a_process_without_an_outcome_is_shown_with_what_it_wrote() -> None:
    with pytest.raises(PlaygraphError) as caught:
        run_command(["train", "--no-such-option"])
    first, *lines = str(caught.value).splitlines()
    assert first == "playgraph train ended with exit code 2."
    assert "Error: No such option" in lines[-1]


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (signal.SIGKILL, "playgraph build was ended by SIGKILL, perhaps because memory ran out."),
        (signal.SIGSEGV, "playgraph build was ended by SIGSEGV."),
    ],
)
def test_a_process_that_was_killed_is_said_to_be(
    monkeypatch: pytest.MonkeyPatch, number: signal.Signals, said: str
) -> None:
    monkeypatch.setattr(child, "COMMAND", ("sh", "-c", f"kill -{int(number)} $$"))
    with pytest.raises(PlaygraphError) as caught:
        run_command(["build"])
    assert str(caught.value) == said

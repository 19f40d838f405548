"""The locks of a data folder: one holder at a time, and none after it has died."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from datastore.base.errors import SnapshotError
from etl.snapshot.lock import build_lock, hold

HOLDER = """
import sys, time
from pathlib import Path
from etl.snapshot.lock import build_lock
with build_lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_build_is_refused_until_the_first_one_ends(tmp_path: Path) -> None:
    with build_lock(tmp_path):
        refused = pytest.raises(SnapshotError, match=r"^Another build is running in .+\.$")
        with refused, build_lock(tmp_path):
            pass
    with build_lock(tmp_path):
        pass


def test_the_caller_names_the_other_process(tmp_path: Path) -> None:
    refused = pytest.raises(SnapshotError, match=r"^A build is running in ")
    with build_lock(tmp_path), refused, build_lock(tmp_path, "A build"):
        pass


def test_locks_of_other_names_and_folders_are_others(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with build_lock(tmp_path), build_lock(tmp_path / "other"), hold(tmp_path, "watch.lock", ""):
        pass


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_the_lock_of_a_process_that_is_killed_is_released(
    tmp_path: Path, how: signal.Signals
) -> None:
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    holder = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(SnapshotError, match="is running"), build_lock(tmp_path):
        pass
    holder.send_signal(how)
    holder.communicate()
    with build_lock(tmp_path):
        pass


def test_a_folder_that_cannot_be_written_is_named_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SnapshotError) as caught, build_lock(tmp_path / "file"):
        pass
    assert str(caught.value).startswith(f"{tmp_path / 'file'} cannot be written: ")
    assert str(caught.value).endswith("or choose another folder with --data or PLAYGRAPH_DATA_DIR.")


@pytest.fixture
def nobody() -> Iterator[None]:
    """Run as a user without rights, not as root, who may write everywhere."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    yield
    os.seteuid(user)


@pytest.fixture
def read_only(nobody: None) -> Iterator[Path]:
    """A folder of that user, which cannot be written."""
    with TemporaryDirectory() as folder:
        path = Path(folder)
        path.chmod(0o500)
        yield path
        path.chmod(0o700)


def test_a_read_only_folder_is_named(read_only: Path) -> None:
    with pytest.raises(SnapshotError, match="Permission denied"), build_lock(read_only):
        pass

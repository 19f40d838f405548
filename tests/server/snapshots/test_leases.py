"""A process that opens a file of the live snapshot for writing waits, and a signal reports it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.snapshots.leases import Leases

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has leases")

CUT = "import os, sys; os.close(os.open(sys.argv[1], os.O_WRONLY | os.O_TRUNC))"


@pytest.fixture
def heard() -> Iterator[threading.Event]:
    """Whether the signal of a broken lease has come."""
    event = threading.Event()
    before = signal.signal(signal.SIGIO, lambda *_: event.set())
    yield event
    signal.signal(signal.SIGIO, before)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "file").write_bytes(b"content")
    return tmp_path / "file"


def test_a_writer_waits_until_the_lease_is_given_up(path: Path, heard: threading.Event) -> None:
    leases = Leases()
    if not leases.take([path]):
        pytest.skip("this file system has no leases")
    assert leases.broken() is None
    writer = subprocess.Popen([sys.executable, "-c", CUT, path])
    deadline = time.monotonic() + 10
    while not heard.is_set():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert leases.broken() == path
    assert path.read_bytes() == b"content"
    leases.give_up()
    assert leases.broken() is None
    assert writer.wait(10) == 0
    assert path.read_bytes() == b""


def test_readers_are_not_disturbed_and_names_may_go(path: Path, heard: threading.Event) -> None:
    leases = Leases()
    if not leases.take([path]):
        pytest.skip("this file system has no leases")
    assert path.read_bytes() == b"content"
    os.link(path, path.with_name("link"))
    path.unlink()
    assert leases.broken() is None
    leases.give_up()
    assert not heard.is_set()


def test_no_lease_is_kept_if_one_is_not_granted(path: Path, heard: threading.Event) -> None:
    leases = Leases()
    assert not leases.take([path, path.with_name("missing")])
    with path.open("ab") as file:  # nobody waits
        file.write(b"!")
    with path.open("ab"):  # which somebody writes already
        assert not leases.take([path])
    assert not heard.is_set()

"""The threads of a server allocate from one arena."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

#: Prints the number of arenas after two threads have allocated at the same time.
PROGRAM = """
import ctypes, sys, threading
from server.cli.allocation import share_one_arena
if sys.argv[1:] == ["share"]:
    share_one_arena()
meeting = threading.Barrier(2)
def allocate():
    malloc = ctypes.CDLL(None).malloc
    malloc(1000)
    meeting.wait()
    malloc(1000)
threads = [threading.Thread(target=allocate) for _ in range(2)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
ctypes.CDLL(None).malloc_stats()
"""


def arenas(*arguments: str) -> int:
    command = [sys.executable, "-c", PROGRAM, *arguments]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    return result.stderr.count("Arena ")


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="needs glibc")
def test_threads_share_one_arena() -> None:
    assert arenas() > 1
    assert arenas("share") == 1

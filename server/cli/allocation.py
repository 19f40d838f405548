"""server.cli: the memory allocator of a server."""

from __future__ import annotations

import ctypes
from contextlib import suppress

__all__ = ["share_one_arena"]

#: `M_ARENA_MAX` of glibc's `mallopt`.
_ARENA_MAX = -8


def share_one_arena() -> None:
    """Let all threads allocate from one arena.

    glibc gives each thread its own, and keeps what is freed there: 10 MB on a full-size snapshot.
    Threads of a server take turns anyway. Other allocators are left as they are.
    """
    with suppress(OSError, AttributeError, TypeError):  # not glibc
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)

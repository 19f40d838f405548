"""etl: gives memory back to the system, and looks for none where there is none to be found."""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["acyclic", "release"]


@contextmanager
def acyclic() -> Iterator[None]:
    """Within, nothing is searched for cycles: rows by the hundred thousand have none, and looking
    through them again and again takes a quarter of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def release() -> None:
    """Return what was freed. glibc keeps arrays of up to 32 MB for later: hundreds of MB in all.

    Nothing happens where the C library has no `malloc_trim`.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)

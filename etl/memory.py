"""etl: gives memory back to the system."""

from __future__ import annotations

import ctypes
import sys

__all__ = ["release"]


def release() -> None:
    """Return what was freed. glibc keeps arrays of up to 32 MB for later: hundreds of MB in all.

    Nothing happens where the C library has no `malloc_trim`.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)

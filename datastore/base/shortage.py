"""datastore.base: errors for lack of memory or open files, whatever the file."""

from __future__ import annotations

import errno

__all__ = ["shortage"]

_SHORTAGES = {
    errno.EMFILE: "Raise the limit of open files (ulimit -n).",
    errno.ENFILE: "Raise the limit of open files of this machine, or close some.",
    errno.ENOMEM: "Free some memory, or raise its limit.",
}


def shortage(error: Exception) -> str:
    """What to do about an error for lack of memory or open files, whatever the file; "" for any
    other error."""
    if isinstance(error, MemoryError):
        return _SHORTAGES[errno.ENOMEM]
    number = error.errno if isinstance(error, OSError) else None
    return _SHORTAGES.get(number, "") if number else ""

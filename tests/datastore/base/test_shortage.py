"""What to do about errors for lack of memory or open files."""

from __future__ import annotations

import errno

import pytest

from datastore.base.shortage import shortage


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        (OSError(errno.EMFILE, "x"), "Raise the limit of open files (ulimit -n)."),
        (
            OSError(errno.ENFILE, "x"),
            "Raise the limit of open files of this machine, or close some.",
        ),
        (OSError(errno.ENOMEM, "x"), "Free some memory, or raise its limit."),
        (MemoryError(), "Free some memory, or raise its limit."),
        (OSError(errno.ENOSPC, "x"), ""),
        (OSError("x"), ""),
        (ValueError("x"), ""),
    ],
)
def test_a_shortage_has_a_remedy_and_other_errors_have_none(error: Exception, remedy: str) -> None:
    assert shortage(error) == remedy

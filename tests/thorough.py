"""How many of many like cases are tried: enough for every day, or all of them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TypeVar

import pytest

__all__ = ["THOROUGH", "examples", "some", "thorough_only"]

Case = TypeVar("Case")

#: With PLAYGRAPH_THOROUGH=1, as in CI, every case is tried, and generated examples are new ones.
THOROUGH = os.environ.get("PLAYGRAPH_THOROUGH") == "1"


def examples(most: int) -> int:
    """Number of cases: `most` in a thorough run, else a tenth of them, but at least 10."""
    return most if THOROUGH else min(most, max(10, most // 10))


def some(cases: Sequence[Case], number: int) -> Sequence[Case]:
    """All of the like cases, or on every day this number of them: two or more, from the first to
    the last at equal distances."""
    last = len(cases) - 1
    return cases if THOROUGH else [cases[last * at // (number - 1)] for at in range(number)]


def thorough_only(reason: str) -> pytest.MarkDecorator:
    """A test that only a thorough run needs: the reason names what it costs, or which test is
    enough for every day."""
    return pytest.mark.skipif(not THOROUGH, reason=f"{reason} (PLAYGRAPH_THOROUGH=1)")

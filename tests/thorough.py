"""How many of many like cases are tried: enough for every day, or all of them."""

from __future__ import annotations

import os

__all__ = ["THOROUGH", "examples"]

#: With PLAYGRAPH_THOROUGH=1, as in CI, every case is tried, and generated examples are new ones.
THOROUGH = os.environ.get("PLAYGRAPH_THOROUGH") == "1"


def examples(most: int) -> int:
    """Number of cases: `most` in a thorough run, else a fifth of them, but at least 25."""
    return most if THOROUGH else min(most, max(25, most // 5))

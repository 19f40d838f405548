"""server.wire: collections of garbage between requests instead of within them."""

from __future__ import annotations

import gc

__all__ = ["THRESHOLDS", "collect_some"]

#: For `gc.set_threshold` in a server: a collection within a request is the exception.
THRESHOLDS = (50_000, 10, 250)
#: New objects that are worth a collection between requests; it takes a fraction of a millisecond.
_WORTH = 1_000


def collect_some() -> None:
    """Collect the youngest objects if there are many, and older ones as seldom as Python does.

    To be called between requests, some times a second.
    """
    young, middle, old = gc.get_count()
    if young >= _WORTH:
        gc.collect(2 if old >= THRESHOLDS[2] else 1 if middle >= THRESHOLDS[1] else 0)

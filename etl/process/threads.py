"""etl.process: threads of the numeric libraries."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager
from functools import lru_cache

from threadpoolctl import ThreadpoolController

__all__ = ["one_thread"]


def one_thread(api: str | None = None) -> AbstractContextManager[object]:
    """One thread per call of BLAS (`api` "blas"), or of BLAS and OpenMP, until the exit.

    Sums are then the same on any number of cores, and our own threads do not compete with others.
    """
    limited: AbstractContextManager[object] = _controller(len(sys.modules)).limit(
        limits=1, user_api=api
    )
    return limited


@lru_cache(maxsize=1)
def _controller(_modules: int) -> ThreadpoolController:
    """The loaded libraries. To find them takes 3 ms, so that is done once, and again when modules
    were imported, which may have loaded others."""
    return ThreadpoolController()

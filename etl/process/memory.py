"""etl.process: memory of a build: freed memory, garbage collection, unneeded imports."""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib.abc import MetaPathFinder

import pyarrow as pa

__all__ = ["acyclic", "keep_modules", "release", "spare_pandas", "without", "without_pandas"]


@contextmanager
def acyclic() -> Iterator[None]:
    """Pause the search for reference cycles: rows by the hundred thousand have none, and the search
    takes a quarter of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def keep_modules() -> None:
    """Exempt what is loaded from later searches for reference cycles: modules stay, and each search
    of all objects takes 15 ms for them. For a process that builds; once."""
    if not gc.get_freeze_count():
        gc.freeze()


def release() -> None:
    """Return freed memory to the system; glibc keeps hundreds of MB (arrays of up to 32 MB), and
    Arrow's allocator tens.

    The C library keeps its own where it has no `malloc_trim`.
    """
    pa.default_memory_pool().release_unused()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)


class _Without(MetaPathFinder):
    """An import hook by which some packages are not installed."""

    def __init__(self, packages: tuple[str, ...]) -> None:
        self._packages = packages

    def find_spec(self, fullname: str, path: object, target: object = None) -> None:
        if fullname in self._packages:
            raise ModuleNotFoundError(fullname)


@contextmanager
def without(*packages: str) -> Iterator[None]:
    """Packages that are imported within do not load these ones, unless they are loaded already: to
    them they are not installed."""
    finder = _Without(packages)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


def without_pandas() -> AbstractContextManager[None]:
    """Packages that are imported within do not load pandas, which takes 36 MB and 0.2 s."""
    return without("pandas")


def spare_pandas() -> None:
    """Keep Arrow from loading pandas, a tenth of a small update's time.

    It looks for pandas when it makes its first array, in case that is made of a pandas object; a
    build has none. A later call of `to_pandas` makes Arrow look again.
    """
    if "pandas" in sys.modules:
        return
    with without_pandas():
        pa.array([None])

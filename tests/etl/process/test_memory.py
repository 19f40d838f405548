"""What was freed goes back to the system."""

from __future__ import annotations

import ctypes
import gc
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from etl.process.memory import acyclic, release, spare_pandas

trims = sys.platform == "linux" and hasattr(ctypes.CDLL(None), "malloc_trim")


def resident() -> int:
    """Pages of this process in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1])


@pytest.mark.skipif(not trims, reason="the C library keeps what it likes")
def test_freed_arrays_are_returned_also_from_between_those_in_use() -> None:
    np.ones(1 << 22)  # freed at once: from now on arrays of its size stay with the process
    arrays = [np.ones(1 << 14) for _ in range(400)]  # 128 kB each
    kept = arrays[1::2]
    del arrays
    before = resident()
    release()
    assert before - resident() > 4_000  # of 6,400 pages of 4 kB
    assert all(array.all() for array in kept)


def test_a_build_does_not_load_pandas_and_later_imports_do() -> None:
    code = """if True:
        import sys
        import pyarrow as pa
        from etl.process.memory import spare_pandas, without_pandas
        spare_pandas()
        with without_pandas():
            try:
                import pandas
            except ImportError:
                print("not installed")
        table = pa.table({"a": ["x", None]})
        print("pandas" in sys.modules)
        frame = table.to_pandas()
        print(type(frame).__name__, pa.array(frame["a"].dropna()).to_pylist())
    """
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[0] == "not installed"
    assert done.stdout.split()[2:] == ["False", "DataFrame", "['x']"], done.stderr


def test_what_is_loaded_is_kept_once_and_later_cycles_are_found() -> None:
    code = """if True:
        import gc, weakref
        from etl.process.memory import keep_modules
        class Node: pass
        def cycle():
            node = Node()
            node.own = node
            return weakref.ref(node)
        keep_modules()
        kept, later = gc.get_freeze_count(), cycle()
        keep_modules()
        gc.collect()
        print(kept > 10_000, gc.get_freeze_count() <= kept, later() is None)
    """
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "True", "True"], done.stderr


def test_where_pandas_is_loaded_it_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", sys)
    monkeypatch.setattr(sys, "meta_path", None)  # it would fail if it were changed
    spare_pandas()
    assert sys.modules["pandas"] is sys


def test_where_the_c_library_cannot_trim_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "other")
    monkeypatch.setattr(ctypes, "CDLL", None)  # it would fail if it were asked
    release()


@pytest.mark.parametrize("was_on", [True, False])
def test_cycles_are_searched_for_again_afterwards_if_they_were_before(was_on: bool) -> None:
    before = gc.isenabled()
    (gc.enable if was_on else gc.disable)()
    try:
        with pytest.raises(KeyboardInterrupt), acyclic():
            assert not gc.isenabled()
            raise KeyboardInterrupt
        assert gc.isenabled() == was_on
    finally:
        (gc.enable if before else gc.disable)()

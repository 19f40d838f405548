"""Threads of the numeric libraries, limited and given back."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
from threadpoolctl import threadpool_info, threadpool_limits

from etl.process.threads import one_thread


def threads() -> list[int]:
    np.ones((2, 2)) @ np.ones((2, 2))
    return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]


def test_blas_has_one_thread_within_and_as_many_as_before_afterwards() -> None:
    with threadpool_limits(2, "blas"):
        with one_thread("blas"):
            assert set(threads()) == {1}
            with one_thread():
                assert set(threads()) == {1}
        assert set(threads()) == {2}


def test_a_library_that_was_loaded_later_is_limited_as_well() -> None:
    code = """if True:
        from threadpoolctl import threadpool_info
        from etl.process.threads import one_thread
        with one_thread():
            print(len(threadpool_info()))
        import numpy as np
        with one_thread():
            print({pool["num_threads"] for pool in threadpool_info()})
        print({pool["num_threads"] for pool in threadpool_info()})
    """
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"OPENBLAS_NUM_THREADS": "2", "MKL_NUM_THREADS": "2"},
    )
    assert done.stdout.split() == ["0", "{1}", "{2}"]

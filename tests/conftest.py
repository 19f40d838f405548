"""How the tests run: their environment, their workers, and which may be skipped."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Generator
from contextlib import AbstractContextManager, nullcontext
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

import command_server
from thorough import THOROUGH, examples

#: Whether this process is one of several workers (`-n`).
WORKER = "PYTEST_XDIST_WORKER" in os.environ

#: A folder in memory, and the room that it must have for the files of tests.
MEMORY, ROOM = Path("/dev/shm"), 2 << 30


def pytest_configure(config: pytest.Config) -> None:
    """The commands under test get Ctrl-C and hang-ups as from a terminal, also when the tests run
    in the background of a script or under nohup, which hand these signals down as ignored. With
    several workers (`-n`) each file is run by one of them, so that its worlds are built once. Files
    are kept in memory, or at least not forced to the disk. Compiled modules are kept for workers,
    commands and later runs, whatever the environment says: collecting takes half of the time with
    them."""
    command_server.leave_files_to_the_system()
    _keep_files_in_memory()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
    if getattr(config.option, "dist", "no") == "load":
        config.option.dist = "loadfile"
    if WORKER or getattr(config.option, "dist", "no") == "no" or config.option.collectonly:
        _load_worlds(config)


def _keep_files_in_memory() -> None:
    """Make temporary files in memory, unless the environment names another folder: a small snapshot
    has a hundred files, and each takes ten times the CPU time on a disk. A thorough run works on a
    disk, and tests need a folder in which programs can be run."""
    if THOROUGH or "TMPDIR" in os.environ or not os.access(MEMORY, os.W_OK):
        return
    runs_programs = not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC
    if runs_programs and shutil.disk_usage(MEMORY).free >= ROOM:
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


def _load_worlds(config: pytest.Config) -> None:
    """Load the fixtures of all tests, which the process that only hands out tests does not need. No
    test of properties is timed; on every day they try the same examples."""
    gc.disable()  # until all is collected
    import hypothesis

    hypothesis.settings.register_profile(
        "everyday", deadline=None, max_examples=examples(100), derandomize=not THOROUGH
    )
    hypothesis.settings.load_profile("everyday")
    config.pluginmanager.import_plugin("worlds")


def _run_with_room(item: pytest.Item, next_item: pytest.Item | None) -> None:
    runner: Any = item.config.pluginmanager.get_plugin("runner")
    if not WORKER or item.config.option.durations or item.config.option.xmlpath:
        runner.pytest_runtest_protocol(item, nextitem=next_item)
        return
    for report in runner.runtestprotocol(item, log=False, nextitem=next_item):
        if report.when == "call" or not report.passed:
            item.ihook.pytest_runtest_logreport(report=report)


# CPython 3.11 keeps the frames of calls in chunks of 16 KB. A loop that calls functions just where
# a chunk is full asks the system for a new one at every call and gives it back: a third of the time
# of some tests. A frame of this size opens a chunk that has room for all calls of a test.
_run_with_room.__code__ = _run_with_room.__code__.replace(co_stacksize=100_000)


#: With PLAYGRAPH_REQUIRE_ALL=1, as in CI, a test that is skipped fails, unless its file or the
#: reason is one of these: CI runs them in a step of its own, or cannot run them.
REQUIRE_ALL = os.environ.get("PLAYGRAPH_REQUIRE_ALL") == "1"
MAY_BE_SKIPPED = (
    "tests/browser/",
    "tests/clients/",
    "tests/test_import_rules.py",
    "tests/test_site.py",
    "no pyspark",
    "PLAYGRAPH_RAW_DIR",
    "needs the right to mount",
    "this file system has no leases",
)


def _loud_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip that would go unnoticed into a failure."""
    if not (REQUIRE_ALL and report.skipped) or hasattr(report, "wasxfail"):
        return
    reason = f"{report.nodeid}: {report.longrepr[-1] if report.longrepr else 'no reason'}"  # type: ignore[index]
    if not any(allowed in reason for allowed in MAY_BE_SKIPPED):
        report.outcome = "failed"
        report.longrepr = f"{reason} (PLAYGRAPH_REQUIRE_ALL=1)"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI nothing is skipped silently."""
    report = yield
    _loud_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for whole files. In a clean tree each is compiled by one of the workers."""
    with _compiled_once(collector) if WORKER else nullcontext():
        report = yield
    _loud_skip(report)
    return report


def _compiled_once(collector: pytest.Collector) -> AbstractContextManager[object]:
    """The right to import a file of tests, which one worker at a time has until it is compiled."""
    file, cache = collector.path, collector.config.cache
    if not isinstance(collector, pytest.Module) or cache is None:
        return nullcontext()
    if any(Path(cache_from_source(str(file))).parent.glob(f"{file.stem}.*-pytest-*.pyc")):
        return nullcontext()
    name = ".".join(file.relative_to(collector.config.rootpath).parts)
    return FileLock(cache.mkdir("compiling") / f"{name}.lock")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool:
    """Run a test as pytest does, on a roomy stack. A worker reports one thing of a test that has
    passed, not six: most tests are shorter than their reports. Objects that a file of tests leaves,
    such as the worlds of the session, are not searched for reference cycles again: that took a
    fifth of the time."""
    try:
        _run_with_room(item, nextitem)
    finally:
        if nextitem is None or nextitem.path != item.path:
            gc.collect()
            gc.freeze()
    return True


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Thousands of tests and the modules that they import stay until the end: they are not
    searched for reference cycles, neither now nor later."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.set_threshold(7_000, 10, 10)  # ten times as rare as by default
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests on real data are slow."""
    for item in items:
        if item.get_closest_marker("raw"):
            item.add_marker(pytest.mark.slow)

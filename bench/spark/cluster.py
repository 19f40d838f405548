"""bench: daemons of a standalone Spark cluster, and what a build on it costs."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "bench"))

from process_tree import descendants, megabytes  # noqa: E402

__all__ = ["DEPLOY", "ROOT", "Watch", "daemon", "kill", "shuffled"]

_TICKS = os.sysconf("SC_CLK_TCK")
#: The package of the daemons' classes.
DEPLOY = "org.apache.spark.deploy"
#: What a master and a worker log when they are ready.
_READY = ("New state: ALIVE", "Successfully registered with master")


def cpu_seconds(process: int) -> float:
    """CPU time of a process without its children; 0 if it has ended."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS


def is_java(process: int) -> bool:
    """Whether a process is a virtual machine."""
    try:
        return b"java" in Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")[0]
    except OSError:
        return False


def addresses(process: int) -> float:
    """The most megabytes of addresses that a process has had, which a limit of Spark's counts."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0.0
    found = re.search(r"^VmPeak:\s+(\d+)", status, re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


@contextmanager
def daemon(
    name: str, address: str, work: Path, command: Sequence[str], namespace: str = ""
) -> Iterator[subprocess.Popen[bytes]]:
    """A daemon of Spark at an address, also in a network namespace; it is killed at the end."""
    specification = importlib.util.find_spec("pyspark")
    assert specification is not None
    assert specification.origin is not None
    home = Path(specification.origin).parent
    environment = os.environ | {
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": address,
        "SPARK_LOCAL_DIRS": str(work / "local"),
        "PYSPARK_PYTHON": sys.executable,
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
        "SPARK_WORKER_DIR": str(work),
        "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_DAEMON_JAVA_OPTS": "-Dspark.network.timeout=1800s -Dspark.worker.timeout=1800",
    }
    entered = ["ip", "netns", "exec", namespace] if namespace else []
    output = work / f"{name}.log"
    with output.open("wb") as log:
        process = subprocess.Popen(
            [*entered, home / "bin" / "spark-class", *command],
            env=environment, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
        try:
            while not any(sign in output.read_text() for sign in _READY):
                if process.poll() is not None:
                    sys.exit(f"{name} has ended:\n{output.read_text()[-2000:]}")
                time.sleep(0.3)
            yield process
        finally:
            kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a daemon and all that it has started, such as executors."""
    for member in [process.pid, *descendants(process.pid)]:
        try:
            os.kill(member, signal.SIGKILL)
        except ProcessLookupError:
            continue
    process.wait()


class Watch(threading.Thread):
    """Samples memory (MB, PSS) and CPU time while a driver runs."""

    def __init__(
        self, driver: subprocess.Popen[str], workers: Sequence[subprocess.Popen[bytes]], work: Path
    ) -> None:
        super().__init__(daemon=True)
        self.driver, self.workers, self.work = driver, workers, work
        self.peaks: dict[str, float] = {}
        self._cpu: dict[str, dict[int, float]] = {}
        self._looks = 0

    @property
    def cpu(self) -> dict[str, float]:
        """CPU seconds by kind of process."""
        return {kind: sum(of.values()) for kind, of in self._cpu.items()}

    def run(self) -> None:
        while self.driver.poll() is None:
            self._look()
            time.sleep(0.3)

    def _look(self) -> None:
        driver = [self.driver.pid, *descendants(self.driver.pid)]
        java = {process for process in driver if is_java(process)}
        self._note("driver_python", [process for process in driver if process not in java])
        self._note("driver_java", sorted(java))
        for worker in self.workers:
            processes = descendants(worker.pid)
            java = {process for process in processes if is_java(process)}
            python = [process for process in processes if process not in java]
            self._note("executor_python", python)
            self._peak("executor_addresses", max(map(addresses, python), default=0))
            self._note("executor_java", sorted(java))
        self._looks += 1
        if self._looks % 10 == 0:
            self._peak("work_folder", _size(self.work, ".spark-work-*/**/*"))

    def _note(self, kind: str, processes: list[int]) -> None:
        self._peak(kind, megabytes(processes))
        known = self._cpu.setdefault(kind, {})
        for process in processes:
            known[process] = max(known.get(process, 0), cpu_seconds(process))

    def _peak(self, kind: str, size: float) -> None:
        self.peaks[kind] = max(self.peaks.get(kind, 0), size)


def _size(folder: Path, pattern: str) -> float:
    """Megabytes of files."""
    sizes = 0
    for path in folder.glob(pattern):
        try:
            sizes += path.stat().st_size
        except OSError:
            continue
    return sizes / 1e6


def shuffled(events: Path) -> dict[str, float]:
    """Megabytes that the tasks of each stage of ours wrote for shuffles, by Spark's event log; of
    jobs whose description is ours."""
    stages: dict[int, str] = {}
    written: dict[str, float] = {}
    for log in sorted(events.rglob("*")):
        if not log.is_file():
            continue
        with log.open(encoding="utf-8") as lines:
            for line in lines:
                if '"SparkListenerJobStart"' in line:
                    event = json.loads(line)
                    described = event["Properties"].get("spark.job.description", "other")
                    stages |= dict.fromkeys(event["Stage IDs"], described.rpartition(": ")[2])
                elif '"SparkListenerTaskEnd"' in line:
                    event = json.loads(line)
                    metrics = event.get("Task Metrics") or {}
                    size = metrics.get("Shuffle Write Metrics", {}).get("Shuffle Bytes Written", 0)
                    name = stages[event["Stage ID"]]
                    written[name] = written.get(name, 0) + size / 1e6
    return written

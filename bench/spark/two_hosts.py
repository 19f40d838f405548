"""bench: a build on a Spark cluster of two hosts, one of which dies. Linux, as root.

    python bench/spark/two_hosts.py [--games FILE … --reviews FILE … --items FILE …] [--no-kill]

The hosts are network namespaces with addresses of their own: a standalone master, and two workers
with one core each; the driver is this host. The files, by default those of a demo dataset, are
built here, then on the cluster. While libraries and reviews are merged, a worker is killed with all
its processes. All tables must be the same, and all arrays but those of the model. Peaks of memory
(PSS) are those of the driver's Python and Java, and of the processes of a worker. The volume of
Spark's shuffles is that of its event log; the work folder is measured every few seconds.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))
sys.path.append(str(Path(__file__).parents[2] / "tests"))

from process_tree import descendants, megabytes

from split_files import MODEL

ROOT = Path(__file__).parents[2]
BRIDGE, NETWORK = "playgraph0", "10.213.77"
DRIVER, MASTER, *WORKERS = (f"{NETWORK}.{host}" for host in range(1, 5))
PLAYGRAPH = [sys.executable, "-m", "server.cli"]
#: The stage after which the worker is killed, and how many seconds later.
STAGE, LATER = "games and dates of files", 0.3


def ip(*arguments: str) -> None:
    """Change the network."""
    subprocess.run(["ip", *arguments], check=True, stderr=subprocess.PIPE)


@contextmanager
def network() -> Iterator[None]:
    """A namespace for each host, and a bridge between them and this one."""
    with ExitStack() as undo:
        ip("link", "add", BRIDGE, "type", "bridge")
        undo.callback(ip, "link", "del", BRIDGE)
        ip("addr", "add", f"{DRIVER}/24", "dev", BRIDGE)
        ip("link", "set", BRIDGE, "up")
        for address in (MASTER, *WORKERS):
            name, number = f"playgraph-{address}", address.rpartition(".")[2]
            ip("netns", "add", name)
            undo.callback(ip, "netns", "del", name)
            ip("link", "add", f"pg{number}", "type", "veth", "peer", "name", "eth0", "netns", name)
            ip("link", "set", f"pg{number}", "master", BRIDGE, "up")
            ip("-n", name, "addr", "add", f"{address}/24", "dev", "eth0")
            ip("-n", name, "link", "set", "eth0", "up")
            ip("-n", name, "link", "set", "lo", "up")
        yield


@contextmanager
def spark_process(address: str, work: Path, *command: str) -> Iterator[subprocess.Popen[bytes]]:
    """A daemon of Spark on one of the hosts, in a process group of its own."""
    specification = importlib.util.find_spec("pyspark")
    assert specification is not None and specification.origin is not None
    home = Path(specification.origin).parent
    environment = os.environ | {
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": address,
        "PYSPARK_PYTHON": sys.executable,
        "PYTHONPATH": str(ROOT),
        "SPARK_WORKER_DIR": str(work),
        "SPARK_DAEMON_MEMORY": "256m",
    }
    with (work / f"{address}.log").open("wb") as log:
        process = subprocess.Popen(
            ["ip", "netns", "exec", f"playgraph-{address}", home / "bin" / "spark-class", *command],
            env=environment, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
        try:
            yield process
        finally:
            kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a daemon and all that it has started; executors are in its group."""
    for member in [process.pid, *descendants(process.pid)]:
        try:
            os.kill(member, signal.SIGKILL)
        except ProcessLookupError:
            continue
    process.wait()


def is_java(process: int) -> bool:
    """Whether a process is a virtual machine."""
    try:
        return b"java" in Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")[0]
    except OSError:
        return False


class Watch(threading.Thread):
    """Samples memory while the driver runs."""

    def __init__(
        self, driver: subprocess.Popen[str], workers: list[subprocess.Popen[bytes]], work: Path
    ) -> None:
        super().__init__(daemon=True)
        self.driver, self.workers, self.work = driver, workers, work
        self.looks = 0
        self.peaks = {"driver_python": 0.0, "driver_java": 0.0, "worker": 0.0, "work_folder": 0.0}

    def run(self) -> None:
        while self.driver.poll() is None:
            own = [self.driver.pid, *descendants(self.driver.pid)]
            java = [process for process in own if is_java(process)]
            sizes = {
                "driver_python": megabytes([each for each in own if each not in java]),
                "driver_java": megabytes(java),
                "worker": max(
                    (megabytes(descendants(each.pid)) for each in self.workers), default=0
                ),
                "work_folder": self.work_folder(),
            }
            self.peaks = {name: max(size, sizes[name]) for name, size in self.peaks.items()}
            time.sleep(0.3)

    def work_folder(self) -> float:
        """The size of the work folder, measured at every tenth look."""
        self.looks += 1
        if self.looks % 10:
            return 0.0
        sizes = 0
        for path in self.work.glob(".spark-work-*/**/*"):
            try:
                sizes += path.stat().st_size
            except OSError:
                continue
        return sizes / 1e6


def shuffled(events: Path) -> float:
    """Megabytes that tasks wrote for shuffles, by Spark's event log."""
    total = 0
    for log in events.rglob("*"):
        for line in log.read_text("utf-8").splitlines() if log.is_file() else ():
            if '"SparkListenerTaskEnd"' in line:
                metrics = json.loads(line).get("Task Metrics") or {}
                total += metrics.get("Shuffle Write Metrics", {}).get("Shuffle Bytes Written", 0)
    return total / 1e6


def contents(data: Path) -> dict[str, str]:
    """The hashes of all tables, and of the arrays but the model's."""
    (path,) = data.glob("snapshots/*/manifest.json")
    manifest = json.loads(path.read_text("utf-8"))
    arrays = {name: e["sha256"] for name, e in manifest["arrays"].items() if name not in MODEL}
    return {name: e["sha256"] for name, e in manifest["tables"].items()} | arrays


def main() -> None:
    """Build here and on the cluster, and compare."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    for kind in ("games", "reviews", "items", "titles", "ratings"):
        parser.add_argument(f"--{kind}", action="append", default=[])
    parser.add_argument("--no-kill", action="store_true")
    parser.add_argument("--no-local", action="store_true", help="do not build here, for comparison")
    parser.add_argument("--memory", default="1g", help="of each executor's Java")
    arguments = parser.parse_args()
    kinds = ("games", "reviews", "items", "titles", "ratings")
    files = [f"--{kind}={path}" for kind in kinds for path in getattr(arguments, kind)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if not files:
            subprocess.run([*PLAYGRAPH, "demo", f"--raw={folder / 'raw'}"], check=True, cwd=ROOT)
            named = {"games": "steam_games", "reviews": "user_reviews", "items": "users_items"}
            files = [f"--{k}={folder / 'raw' / f'{stem}.json.gz'}" for k, stem in named.items()]
        if not arguments.no_local:
            start = time.perf_counter()
            command = [*PLAYGRAPH, "build", *files, f"--data={folder / 'local'}"]
            subprocess.run(command, check=True, cwd=ROOT)
            print(f"here: {time.perf_counter() - start:.1f} s", flush=True)
        (folder / "events").mkdir()
        master = f"spark://{MASTER}:7077"
        conf = {
            "spark.driver.host": DRIVER,
            "spark.driver.bindAddress": DRIVER,
            "spark.driver.memory": "1g",
            "spark.executor.memory": arguments.memory,
            "spark.executor.cores": "1",
            "spark.eventLog.enabled": "true",
            "spark.eventLog.compress": "false",
            "spark.eventLog.dir": f"file://{folder / 'events'}",
            "spark.network.timeout": "60s",
            "spark.executor.heartbeatInterval": "5s",
        }
        options = [f"--conf={key}={value}" for key, value in conf.items()]
        with network(), ExitStack() as running:
            (folder / "work").mkdir()
            deploy = "org.apache.spark.deploy"
            names = ("--host", MASTER, "--port", "7077")
            running.enter_context(
                spark_process(MASTER, folder / "work", f"{deploy}.master.Master", *names)
            )
            time.sleep(8)
            workers = [
                running.enter_context(
                    spark_process(
                        address, folder / "work", f"{deploy}.worker.Worker", "--host", address,
                        "--cores", "1", "--memory", "8g", master,
                    )
                )
                for address in WORKERS
            ]  # fmt: skip
            time.sleep(8)
            start = time.perf_counter()
            driver = subprocess.Popen(
                [*PLAYGRAPH, "build", "--engine=spark", f"--master={master}", *options, *files,
                 f"--data={folder / 'cluster'}", "--force"],
                cwd=ROOT, env=os.environ | {"SPARK_LOCAL_IP": DRIVER}, text=True,
                stdout=subprocess.PIPE,
            )  # fmt: skip
            watch = Watch(driver, workers, folder / "cluster")
            watch.start()
            killed = arguments.no_kill
            assert driver.stdout is not None
            for line in driver.stdout:
                print(line, end="", flush=True)
                if line.startswith(STAGE) and not killed:
                    time.sleep(LATER)
                    kill(workers[0])
                    killed = True
                    print("a worker was killed", flush=True)
            driver.wait()
            watch.join()
            if driver.returncode:
                sys.exit("The build on the cluster failed.")
            seconds = time.perf_counter() - start
        peaks = ", ".join(f"{name} {size:.0f} MB" for name, size in watch.peaks.items())
        volume = shuffled(folder / "events")
        print(f"cluster: {seconds:.1f} s; shuffled {volume:.0f} MB; peaks: {peaks}")
        if not killed:
            sys.exit("No worker was killed.")
        if not arguments.no_local:
            here, there = contents(folder / "local"), contents(folder / "cluster")
            different = sorted(k for k in here.keys() | there.keys() if here.get(k) != there.get(k))
            if different:
                sys.exit(f"different: {', '.join(different)}")
            print(f"{len(here)} tables and arrays are the same")


if __name__ == "__main__":
    main()

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
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

from cluster import DEPLOY, ROOT, Watch, daemon, kill, shuffled

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


def on_host(
    address: str, work: Path, *command: str
) -> AbstractContextManager[subprocess.Popen[bytes]]:
    """A daemon of Spark on one of the hosts."""
    return daemon(address, address, work, command, namespace=f"playgraph-{address}")


def contents(data: Path) -> dict[str, str]:
    """The hashes of all tables, and of the arrays but the model's."""
    sys.path.append(str(ROOT / "tests"))
    from split_files import MODEL

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
            names = ("--host", MASTER, "--port", "7077")
            started = (f"{DEPLOY}.master.Master", *names)
            running.enter_context(on_host(MASTER, folder / "work", *started))
            own = ("--cores", "1", "--memory", "8g", master)
            workers = [
                running.enter_context(
                    on_host(
                        address, folder / "work", f"{DEPLOY}.worker.Worker", "--host", address, *own
                    )
                )
                for address in WORKERS
            ]
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
        volume = sum(shuffled(folder / "events").values())
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

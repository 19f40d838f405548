"""server.observe: the workers of one server: which are ready, and the metrics of all of them."""

from __future__ import annotations

import logging
import mmap
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Client, Listener
from pathlib import Path
from tempfile import mkdtemp

from prometheus_client import CollectorRegistry
from prometheus_client.core import Metric
from prometheus_client.registry import Collector

__all__ = ["Team"]

logger = logging.getLogger("playgraph.workers")

#: Seconds in which another worker must report its metrics, else they are left out.
_PATIENCE = 2.0
#: Seconds before the next attempt to report them after a failure.
_PAUSE = 0.1
#: A record of each worker: its ticks since it is ready, 0 before, and its open connections.
_TICKS, _CONNECTIONS, _RECORD = 0, 1, 2
_ITEM = 4


class Team(Collector):
    """The workers of a server, numbered from 1. They share records and sockets in a folder.

    `registry` has the metrics of all workers, each with the label `worker`.
    """

    def __init__(self, size: int, folder: Path | None = None) -> None:
        """`folder` is that of an existing team; by default a new one is made."""
        self.size = size
        self.folder = folder or Path(mkdtemp(prefix="playgraph-"))
        records = self.folder / "records"
        if folder is None:
            records.write_bytes(bytes(size * _RECORD * _ITEM))
        with records.open("r+b") as file:
            self._records = memoryview(mmap.mmap(file.fileno(), 0)).cast("I")
        self._worker = 0
        self._own = CollectorRegistry()
        self.registry = CollectorRegistry(auto_describe=False)
        self.registry.register(self)

    @contextmanager
    def member(self, worker: int, registry: CollectorRegistry) -> Iterator[None]:
        """Be this worker, in its own process: report these metrics to the others."""
        self._worker, self._own = worker, registry
        address = self._address(worker)
        Path(address).unlink(missing_ok=True)  # of a worker that was killed
        with Listener(address, "AF_UNIX", backlog=self.size) as listener:
            threading.Thread(target=self._report, args=(listener,), daemon=True).start()
            yield

    def set_ready(self) -> None:
        """This worker can answer requests."""
        self.tick()

    def tick(self) -> None:
        """This worker still answers requests: to be called often."""
        place = self._place(self._worker) + _TICKS
        self._records[place] = self._records[place] % 0xFFFF_FFFF + 1

    def set_connections(self, count: int) -> None:
        """This worker has this number of open connections."""
        self._records[self._place(self._worker) + _CONNECTIONS] = count

    @property
    def fewest_connections(self) -> int:
        """The connections of the ready worker that has the fewest; 0 if none is ready."""
        ready = [place for place in self._places if self._records[place + _TICKS]]
        return min((self._records[place + _CONNECTIONS] for place in ready), default=0)

    @property
    def ready(self) -> bool:
        """Whether all workers can answer requests."""
        return all(self._records[place + _TICKS] for place in self._places)

    def collect(self) -> Iterable[Metric]:
        """The metrics of all workers that report them in time."""
        families: dict[str, Metric] = {}
        for worker in range(1, self.size + 1):
            for metric in self._metrics_of(worker):
                family = families.setdefault(
                    metric.name, Metric(metric.name, metric.documentation, metric.type)
                )
                family.samples += [
                    sample._replace(labels={"worker": str(worker), **sample.labels})
                    for sample in metric.samples
                ]
        return families.values()

    def _metrics_of(self, worker: int) -> list[Metric]:
        if worker == self._worker:
            return list(self._own.collect())
        try:
            with Client(self._address(worker), "AF_UNIX") as connection:
                if connection.poll(_PATIENCE):
                    metrics: list[Metric] = connection.recv()
                    return metrics
        except (OSError, EOFError) as error:
            logger.warning("Worker %d does not report its metrics (%s).", worker, error)
        return []

    def _report(self, listener: Listener) -> None:
        while True:
            try:
                with listener.accept() as connection:
                    connection.send(list(self._own.collect()))
            except OSError:  # who asked has gone, or this process has too many open files
                time.sleep(_PAUSE)

    def _address(self, worker: int) -> str:
        return str(self.folder / f"{worker}.socket")

    def _place(self, worker: int) -> int:
        return (worker - 1) * _RECORD

    @property
    def _places(self) -> range:
        return range(0, self.size * _RECORD, _RECORD)

"""server.observe: the workers of one server: which are ready, and the metrics of all of them."""

from __future__ import annotations

import logging
import mmap
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Client, Listener
from pathlib import Path
from tempfile import TemporaryDirectory

from prometheus_client import CollectorRegistry
from prometheus_client.core import Metric
from prometheus_client.registry import Collector

__all__ = ["Team"]

logger = logging.getLogger("playgraph.workers")

#: Seconds in which another worker must report its metrics, else they are left out.
_PATIENCE = 2.0
_READY = 1


class Team(Collector):
    """The workers of a server, numbered from 1. Made before they are forked.

    `registry` has the metrics of all workers, each with the label `worker`.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self._ready = mmap.mmap(-1, size)  # shared: each worker has a byte
        self._folder = TemporaryDirectory(prefix="playgraph-")
        self._worker = 0
        self._own = CollectorRegistry()
        self.registry = CollectorRegistry(auto_describe=False)
        self.registry.register(self)

    def __enter__(self) -> Team:
        return self

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()

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
        self._ready[self._worker - 1] = _READY

    def set_lost(self, worker: int) -> None:
        """A worker has ended."""
        self._ready[worker - 1] = 0

    @property
    def ready(self) -> bool:
        """Whether all workers can answer requests."""
        return all(self._ready[:])

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
            with suppress(OSError), listener.accept() as connection:
                connection.send(list(self._own.collect()))

    def _address(self, worker: int) -> str:
        return str(Path(self._folder.name) / f"{worker}.socket")

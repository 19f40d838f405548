"""etl.spark: an engine that runs the work of parts as tasks of a Spark cluster.

Every part is a partition of its own. Spark repeats the tasks of an executor that is lost, and the
maps before them whose output was on it; the order of sums and pieces depends on no timing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np
import pyarrow as pa

from datastore.base.errors import InputError, PlaygraphError
from etl.process.engine import Arrays, Shared
from etl.process.progress import Reporter, Stage
from etl.process.threads import one_thread
from etl.spark.errors import reason

if TYPE_CHECKING:
    from pyspark import RDD, SparkContext

__all__ = ["SparkEngine"]

P = TypeVar("P")
R = TypeVar("R")
T = TypeVar("T")

#: Partial sums that one task adds up.
_FAN_IN = 8
#: Seconds between two looks at the progress of a job.
_PAUSE = 0.5


class SparkEngine:
    """Runs work on the executors of a Spark session; the functions and `playgraph` itself must be
    there. Names of stages are the descriptions of the jobs in Spark's pages."""

    def __init__(self, context: SparkContext, reporter: Reporter) -> None:
        self._context = context
        self._reporter = reporter
        self._jobs = 0

    @property
    def parallelism(self) -> int:
        """How many tasks run at once."""
        return int(self._context.defaultParallelism)

    def map(self, work: Callable[[P], R], parts: Sequence[P], stage: str) -> Iterator[R]:
        """The results of all parts, in their order, from one job."""
        return iter(self._collected(self._parts(parts).map(_Task(work)), stage, len(parts)))

    def map_files(
        self, work: Callable[[Path, P], R], files: Sequence[tuple[str, P]], stage: str
    ) -> Iterator[R]:
        """Call the work with a local copy of each file, an address with its part. Addresses with a
        scheme are read through Spark, with its credentials; others are paths on every host."""
        tasks = [
            self._context.binaryFiles(address, 1).map(_OnContent(work, part))
            if "://" in address
            else self._context.parallelize([(str(Path(address).absolute()), part)], 1).map(
                _OnPath(work)
            )
            for address, part in files
        ]
        if not tasks:
            return iter(())
        return iter(self._collected(self._context.union(tasks), stage, len(tasks)))

    def sum(self, work: Callable[[P], Arrays], parts: Sequence[P], stage: str) -> Arrays:
        """The sums of the arrays of all parts, in a tree of tasks; the order is always the same."""
        if not parts:
            return {}
        sums = self._parts(list(enumerate(parts))).map(_Numbered(work))
        tasks = count = len(parts)
        while count > 1:
            count = -(-count // _FAN_IN)
            tasks += count
            sums = sums.map(_for_sum).partitionBy(count, int).mapPartitions(_summed)
        total: tuple[int, Arrays]
        [total] = self._collected(sums, stage, tasks)
        return total[1]

    def exchange(
        self,
        split: Callable[[P], Iterable[tuple[int, Any]]],
        parts: Sequence[P],
        targets: int,
        gather: Callable[[int, list[Any]], R],
        stage: str,
    ) -> Iterator[R]:
        """Gather the pieces of all parts by target, through Spark's shuffle."""
        pieces = self._parts(list(enumerate(parts))).flatMap(_Split(split))
        gathered = pieces.partitionBy(targets, int).mapPartitionsWithIndex(_Gather(gather))
        return iter(self._collected(gathered, stage, len(parts) + targets))

    def share(self, value: T) -> Shared[T]:
        """A broadcast value."""
        shared: Shared[T] = self._context.broadcast(value)
        return shared

    def _parts(self, parts: Sequence[P]) -> RDD[P]:
        return self._context.parallelize(list(parts), max(1, len(parts)))

    def _collected(self, results: RDD[R], stage: str, tasks: int) -> list[R]:
        """The results of a job, whose progress is shown as that of a stage."""
        self._jobs += 1
        group = f"playgraph-{id(self):x}-{self._jobs}"
        future: Future[list[R]] = Future()

        def run() -> None:
            try:
                self._context.setJobGroup(group, f"playgraph: {stage}", interruptOnCancel=True)
                future.set_result(results.collect())
            except BaseException as error:
                future.set_exception(error)

        from pyspark import InheritableThread

        with self._reporter.stage(stage, tasks) as shown:
            thread = InheritableThread(target=run, daemon=True)
            watch = threading.Thread(target=self._show, args=(thread, group, shown), daemon=True)
            thread.start()
            watch.start()
            try:  # this thread calls nothing of Java's meanwhile, which would swallow a Ctrl-C
                while thread.is_alive():
                    thread.join(_PAUSE)
                watch.join()
            except BaseException:
                self._context.cancelJobGroup(group)
                raise
            error = future.exception()
            if error is not None:
                raise PlaygraphError(
                    f"Spark gave up the stage '{stage}': {reason(error)} Nothing was released; "
                    "Spark's own log says more."
                ) from error
            return future.result()

    def _show(self, thread: threading.Thread, group: str, shown: Stage) -> None:
        """Show the tasks of a job as they end, until its thread has ended."""
        done = 0
        while thread.is_alive():
            finished = self._finished(group)
            shown.advance(max(0, finished - done))
            done = max(done, finished)
            thread.join(_PAUSE)

    def _finished(self, group: str) -> int:
        tracker = self._context.statusTracker()
        jobs = (tracker.getJobInfo(job) for job in tracker.getJobIdsForGroup(group))
        stages = {number for job in jobs if job for number in job.stageIds}
        known = (tracker.getStageInfo(number) for number in stages)
        return sum(info.numCompletedTasks for info in known if info)


# ---------------------------------------------------------------- in a task


_alone = threading.Lock()


def _run(work: Callable[..., R], *arguments: Any) -> R:
    """Call the work with one thread of the numeric libraries: Spark starts a task per core."""
    with _alone:
        pa.set_cpu_count(1)
        pa.set_io_thread_count(1)
    with one_thread():
        return work(*arguments)


@dataclass(frozen=True, slots=True)
class _Task(Generic[P, R]):
    work: Callable[[P], R]

    def __call__(self, part: P) -> R:
        return _run(self.work, part)


@dataclass(frozen=True, slots=True)
class _Numbered(Generic[P, R]):
    work: Callable[[P], R]

    def __call__(self, numbered: tuple[int, P]) -> tuple[int, R]:
        return numbered[0], _run(self.work, numbered[1])


@dataclass(frozen=True, slots=True)
class _Split(Generic[P]):
    split: Callable[[P], Iterable[tuple[int, Any]]]

    def __call__(self, numbered: tuple[int, P]) -> list[tuple[int, tuple[int, Any]]]:
        number, part = numbered
        pieces = _run(lambda: list(self.split(part)))
        return [(target, (number, piece)) for target, piece in pieces]


@dataclass(frozen=True, slots=True)
class _Gather(Generic[R]):
    gather: Callable[[int, list[Any]], R]

    def __call__(self, target: int, records: Iterable[tuple[int, tuple[int, Any]]]) -> Iterator[R]:
        pieces = sorted((piece for _, piece in records), key=_number)
        yield _run(self.gather, target, [piece for _, piece in pieces])


@dataclass(frozen=True, slots=True)
class _OnPath(Generic[P, R]):
    work: Callable[[Path, P], R]

    def __call__(self, file: tuple[str, P]) -> R:
        return _run(self.work, Path(file[0]), file[1])


@dataclass(frozen=True, slots=True)
class _OnContent(Generic[P, R]):
    work: Callable[[Path, P], R]
    part: P

    def __call__(self, file: tuple[str, bytes]) -> R:
        address, content = file
        with TemporaryDirectory(prefix="playgraph-") as folder:
            path = Path(folder) / (address.rsplit("/", 1)[-1] or "file")
            try:
                path.write_bytes(content)
            except OSError as error:
                message = f"{address} cannot be copied to this host: {error.strerror}."
                raise InputError(message, path=path) from error
            del file, content
            return _run(self.work, path, self.part)


def _number(piece: tuple[int, Any]) -> int:
    return piece[0]


def _for_sum(numbered: tuple[int, Arrays]) -> tuple[int, tuple[int, Arrays]]:
    return numbered[0] // _FAN_IN, numbered


def _summed(records: Iterable[tuple[int, tuple[int, Arrays]]]) -> Iterator[tuple[int, Arrays]]:
    # Sorted, because sums of floats depend on the order.
    ordered = sorted(records, key=lambda record: record[1][0])
    total = Arrays()
    for _, (_, arrays) in ordered:
        for name, array in arrays.items():
            if name in total:
                np.add(total[name], array, out=total[name])
            else:
                total[name] = array
    yield ordered[0][0], total

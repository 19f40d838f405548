"""etl.spark: an engine that runs the work of parts as tasks of a Spark cluster.

A task does the work of one part, or of some that follow each other if the results are merged. Spark
repeats the tasks of an executor that is lost, and the maps before them whose output was on it; the
order of sums and pieces depends on no timing.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

import pyarrow as pa

from datastore.base.errors import InputError, PlaygraphError
from etl.parts.ranges import spread
from etl.process.engine import Arrays, Merge, Shared, added
from etl.process.progress import Reporter, Stage
from etl.process.threads import one_thread
from etl.spark import objects
from etl.spark.errors import reason

if TYPE_CHECKING:
    from pyspark import RDD, SparkContext

__all__ = ["SparkEngine"]

P = TypeVar("P")
R = TypeVar("R")
T = TypeVar("T")

#: Characters of Hadoop's patterns.
_SPECIAL = re.compile(r"[\\*?\[\]{}]")
#: Seconds between two looks at the progress of a job.
_PAUSE = 0.5


class _Tree(NamedTuple):
    """How the results of parts are merged.

    A core has this number of tasks that do the work of parts and merge the results, of which some
    are held at once. Each sends one result through the shuffle, so its volume grows with the cores,
    not with the parts. Then some of these are merged at once in each task, until one is left.
    """

    tasks_per_core: int
    held: int
    fan_in: int


#: Two tasks share the work better among cores than one.
_SMALL = _Tree(tasks_per_core=2, held=8, fan_in=8)
#: Sums of matrices of games by games: less is sent, and less is in memory.
_LARGE = _Tree(tasks_per_core=1, held=2, fan_in=4)


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
        """Call the work with a local copy of each file, an address with its part. Objects in
        buckets are copied by the worker; other addresses with a scheme are read through Spark, with
        its credentials; others are paths on every host."""
        tasks = [self._file(work, address, part) for address, part in files]
        if not tasks:
            return iter(())
        return iter(self._collected(self._context.union(tasks), stage, len(tasks)))

    def _file(self, work: Callable[[Path, P], R], address: str, part: P) -> RDD[R]:
        if objects.in_bucket(address):
            return self._context.parallelize([(address, part)], 1).map(_OnObject(work))
        if "://" in address:
            return self._context.binaryFiles(_literal(address), 1).map(_OnContent(work, part))
        path = str(Path(address).absolute())
        return self._context.parallelize([(path, part)], 1).map(_OnPath(work))

    def reduce(self, work: Callable[[P], R], parts: Sequence[P], merge: Merge[R], stage: str) -> R:
        """The results of all parts, merged in a tree of tasks; the order is always the same."""
        return self._reduced(work, parts, merge, stage, _SMALL)

    def sum(self, work: Callable[[P], Arrays], parts: Sequence[P], stage: str) -> Arrays:
        """The sums of the arrays of all parts, in a tree of tasks; the order is always the same."""
        return self._reduced(work, parts, added, stage, _LARGE)

    def exchange(
        self,
        split: Callable[[P], Iterable[tuple[int, Any]]],
        parts: Sequence[P],
        targets: int,
        gather: Callable[[int, list[Any]], R],
        merge: Merge[R],
        stage: str,
    ) -> R:
        """Gather the pieces of all parts by target, through Spark's shuffle; the results, merged in
        a tree of tasks."""
        pieces = self._parts(list(enumerate(parts))).flatMap(_Split(split))
        gathered = pieces.partitionBy(targets, int).mapPartitionsWithIndex(_Gather(gather))
        return self._merged(gathered, targets, len(parts), merge, stage, _SMALL.fan_in)

    @contextmanager
    def share(self, value: T) -> Iterator[Shared[T]]:
        """A broadcast value, which is removed from all hosts in the end."""
        from py4j.protocol import Py4JError

        shared = self._context.broadcast(value)
        try:
            yield shared
        finally:
            with suppress(Py4JError, OSError):  # the session may have ended
                shared.destroy()

    def _reduced(
        self,
        work: Callable[[P], R],
        parts: Sequence[P],
        merge: Merge[R],
        stage: str,
        tree: _Tree,
    ) -> R:
        if not parts:
            return merge([])
        groups = spread(parts, tree.tasks_per_core * self.parallelism)
        work_of_groups = _Group(work, merge, tree.held)
        results = self._parts(list(enumerate(groups))).map(work_of_groups)
        return self._merged(results, len(groups), 0, merge, stage, tree.fan_in)

    def _merged(
        self,
        results: RDD[tuple[int, R]],
        count: int,
        before: int,
        merge: Merge[R],
        stage: str,
        fan_in: int,
    ) -> R:
        """Numbered results, one per partition, merged in a tree; `before` are tasks before them."""
        tasks = before + count
        while count > 1:
            count = -(-count // fan_in)
            tasks += count
            sent = results.map(_ForMerge(fan_in)).partitionBy(count, int)
            results = sent.mapPartitions(_MergeSent(merge, fan_in))
        merged: tuple[int, R]
        [merged] = self._collected(results, stage, tasks)
        return merged[1]

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
                    f"Spark gave up the stage '{stage}': {reason(error)} Nothing was released. "
                    "Spark's pages and its log (--conf spark.log.level=WARN) say more."
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


def _literal(address: str) -> str:
    """An address as a pattern for itself alone. Hadoop splits lists of patterns at commas that are
    not in braces."""
    return _SPECIAL.sub(r"\\\g<0>", address).replace(",", r"{\,}")


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
class _Group(Generic[P, R]):
    """Does the work of parts one after the other; at most `held` results are in memory."""

    work: Callable[[P], R]
    merge: Merge[R]
    held: int

    def __call__(self, numbered: tuple[int, Sequence[P]]) -> tuple[int, R]:
        number, parts = numbered
        results: list[R] = []
        for part in parts:
            results.append(_run(self.work, part))
            if len(results) == self.held:
                results = [self.merge(results)]
        return number, results[0] if len(results) == 1 else self.merge(results)


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

    def __call__(
        self, target: int, records: Iterable[tuple[int, tuple[int, Any]]]
    ) -> Iterator[tuple[int, R]]:
        pieces = sorted((piece for _, piece in records), key=_number)
        yield target, _run(self.gather, target, [piece for _, piece in pieces])


@dataclass(frozen=True, slots=True)
class _OnPath(Generic[P, R]):
    work: Callable[[Path, P], R]

    def __call__(self, file: tuple[str, P]) -> R:
        return _run(self.work, Path(file[0]), file[1])


@dataclass(frozen=True, slots=True)
class _OnObject(Generic[P, R]):
    work: Callable[[Path, P], R]

    def __call__(self, file: tuple[str, P]) -> R:
        with TemporaryDirectory(prefix="playgraph-") as folder:
            return _run(self.work, objects.download(file[0], Path(folder)), file[1])


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


@dataclass(frozen=True, slots=True)
class _ForMerge:
    """Numbers a result by the task that merges it."""

    fan_in: int

    def __call__(self, numbered: tuple[int, R]) -> tuple[int, tuple[int, R]]:
        return numbered[0] // self.fan_in, numbered


@dataclass(frozen=True, slots=True)
class _MergeSent(Generic[R]):
    """Merges the results that were sent to one task."""

    merge: Merge[R]
    fan_in: int

    def __call__(self, sent: Iterable[tuple[int, tuple[int, R]]]) -> Iterator[tuple[int, R]]:
        # Sorted, because sums of floats depend on the order.
        ordered = sorted((numbered for _, numbered in sent), key=_number)
        yield ordered[0][0] // self.fan_in, self.merge([result for _, result in ordered])

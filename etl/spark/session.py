"""etl.spark: the Spark session of a build: the active one, or one from a master and settings."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from datastore.base.errors import PlaygraphError
from etl.process.memory import without_pandas
from etl.spark.errors import reason

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

__all__ = ["session"]

#: The oldest Java that pyspark 4 runs on.
_JAVA = 17
#: Variables that give the libraries of numbers one thread in each of Spark's Python workers.
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "ARROW_IO_THREADS")
_DEFAULTS = {
    "spark.sql.execution.arrow.maxRecordsPerBatch": "1000",  # lines may be long
    "spark.driver.maxResultSize": "0",  # matrices of games by games, of any number of games
    "spark.ui.showConsoleProgress": "false",  # the build shows its own
    "spark.log.level": "OFF",  # Java's traces of what the build reports in a sentence
    **{f"spark.executorEnv.{name}": "1" for name in _THREADS},
    # The other allocator reserves addresses, which spark.executor.pyspark.memory counts as used.
    "spark.executorEnv.ARROW_DEFAULT_MEMORY_POOL": "system",
}


@contextmanager
def session(master: str = "", conf: Mapping[str, str] | None = None) -> Iterator[SparkSession]:
    """The active session, as under spark-submit and in a notebook; without one, a new one, which is
    stopped in the end. `master` defaults to that of spark-submit or `spark.master`, else all cores
    of this host.

    Raises PlaygraphError if pyspark or Java is missing, if the session is one of Spark Connect,
    or if it cannot be started.
    """
    try:
        with without_pandas():  # pyspark warns of the newest, and works without
            from pyspark import SparkContext
            from pyspark.sql import SparkSession
            from pyspark.sql.utils import is_remote
    except ImportError:
        raise PlaygraphError(
            "--engine spark needs pyspark: pip install 'playgraph[spark]'."
        ) from None
    if is_remote() or os.environ.get("SPARK_REMOTE"):
        raise PlaygraphError(
            "--engine spark needs a classic Spark session: Spark Connect has no RDDs. Unset "
            "SPARK_REMOTE, or use spark-submit."
        )
    active = SparkSession.getActiveSession()
    if active is None and SparkContext._active_spark_context is not None:
        active = SparkSession.builder.getOrCreate()  # that of another thread
    if active is not None:
        if master and active.sparkContext.master != master:
            raise PlaygraphError(
                f"A Spark session on {active.sparkContext.master} is active already: leave out "
                "--master."
            )
        _set(active, conf or {})
        yield active
        return
    _check_java()
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    for name in _THREADS:
        os.environ.setdefault(name, "1")
    builder = SparkSession.builder.appName("playgraph build")
    chosen = {**_DEFAULTS, **(conf or {})}
    submitted = "PYSPARK_GATEWAY_PORT" in os.environ  # spark-submit has set the master
    if master or not (submitted or "spark.master" in chosen):
        chosen["spark.master"] = master or "local[*]"
    for name, value in chosen.items():
        builder = builder.config(name, value)
    try:
        with without_pandas():
            started = builder.getOrCreate()
    except Exception as error:
        raise PlaygraphError(
            f"Spark cannot be started: {reason(error)} Its log above says more."
        ) from error
    try:
        yield started
    finally:
        started.stop()


def _set(active: SparkSession, conf: Mapping[str, str]) -> None:
    from pyspark.errors import PySparkException

    for name, value in conf.items():
        try:
            active.conf.set(name, value)
        except PySparkException as error:
            raise PlaygraphError(
                f"{name} cannot be set in the active Spark session: give it to spark-submit."
            ) from error


def _check_java() -> None:
    """Raise PlaygraphError unless there is a Java that is new enough."""
    if "PYSPARK_GATEWAY_PORT" in os.environ:  # spark-submit is Java itself
        return
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    needed = f"--engine spark needs Java {_JAVA} or later"
    install = "install it, as with apt-get install openjdk-17-jre-headless, or set JAVA_HOME"
    if home and not shutil.which(str(java)):
        raise PlaygraphError(
            f"{needed}, and JAVA_HOME is {home}, where there is no bin/java that can be "
            "started: correct it, or unset it to use the java on the path."
        )
    if not java:
        raise PlaygraphError(f"{needed}: {install}.")
    try:
        shown = subprocess.run([java, "-version"], capture_output=True, text=True, check=True)
        found = int(shown.stderr.partition('version "')[2].split(".")[0].split('"')[0])
    except (OSError, ValueError, subprocess.CalledProcessError) as error:
        raise PlaygraphError(f"{needed}, and {java} does not run ({error}): {install}.") from error
    if found < _JAVA:
        raise PlaygraphError(f"{needed}, but {java} is Java {found}: {install}.")

"""Spark for tests, on this host; with PLAYGRAPH_REQUIRE_SPARK=1, as in CI, it must be there."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from etl.process.progress import Reporter
from etl.spark.engine import SparkEngine
from etl.spark.session import session

__all__ = ["check_spark", "spark_engine", "spark_session"]

#: Two cores; a task that fails is tried three times.
MASTER = "local[2,3]"


def check_spark() -> None:
    """Skip the test, or fail it, where pyspark or Java is missing."""
    missing = [
        name
        for name, there in (
            ("pyspark (pip install playgraph[spark])", importlib.util.find_spec("pyspark")),
            ("Java", shutil.which("java") or os.environ.get("JAVA_HOME")),
        )
        if not there
    ]
    if missing:
        reason = f"no {' and no '.join(missing)}"
        if os.environ.get("PLAYGRAPH_REQUIRE_SPARK") == "1":
            pytest.fail(f"{reason}, and PLAYGRAPH_REQUIRE_SPARK=1", pytrace=False)
        pytest.skip(reason)


@pytest.fixture(scope="module")
def spark_engine() -> Iterator[SparkEngine]:
    """An engine on this host."""
    with spark_session() as spark:
        yield SparkEngine(spark.sparkContext, Reporter(Console(quiet=True), quiet=True))


@contextmanager
def spark_session() -> Iterator[Any]:
    """A session on this host, whose workers find the modules of the tests."""
    check_spark()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(__file__).parent), prepend=os.pathsep)
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        with session(MASTER, {"spark.ui.enabled": "false"}) as spark:
            spark.sparkContext.setLogLevel("OFF")
            yield spark

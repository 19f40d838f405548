"""Which Spark session a build uses, and what it says where it cannot have one."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pytest

from datastore.base.errors import PlaygraphError
from etl.spark.session import session
from spark_session import check_spark


def start(master: str = "local[1]") -> None:
    with session(master):
        raise AssertionError("a session was started")


def use() -> None:
    with session():
        pass


def test_without_pyspark_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(PlaygraphError, match=r"needs pyspark: pip install 'playgraph\[spark\]'"):
        start()


@pytest.mark.spark
class TestWithPyspark:
    """What is checked when pyspark is there."""

    @pytest.fixture(autouse=True)
    def _spark(self) -> None:
        check_spark()

    def test_without_java_it_says_how_to_install_it(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        monkeypatch.delenv("JAVA_HOME", raising=False)
        with pytest.raises(PlaygraphError, match="needs Java 17 or later: install it"):
            start()

    def test_a_java_home_without_java_is_named(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("JAVA_HOME", str(tmp_path))
        with pytest.raises(PlaygraphError, match=r"JAVA_HOME is .*no bin/java") as failure:
            start()
        assert str(tmp_path) in str(failure.value)

    @pytest.mark.parametrize(
        ("version", "problem"),
        [('openjdk version "11.0.2"', "is Java 11"), ("no version", "does not run")],
    )
    def test_a_java_that_is_too_old_or_broken_is_named(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, version: str, problem: str
    ) -> None:
        java = tmp_path / "bin" / "java"
        java.parent.mkdir()
        java.write_text(f"#!/bin/sh\necho '{version}' >&2\n")
        java.chmod(0o755)
        monkeypatch.setenv("JAVA_HOME", str(tmp_path))
        with pytest.raises(PlaygraphError, match=problem) as failure:
            start()
        assert str(java) in str(failure.value)

    def test_spark_connect_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SPARK_REMOTE", "sc://somewhere")
        with pytest.raises(PlaygraphError, match="Spark Connect has no RDDs"):
            start()

    @pytest.mark.slow
    def test_the_active_session_is_used_and_left_running_also_by_another_thread(self) -> None:
        with session("local[1]", {"spark.ui.enabled": "false"}) as first:
            first.sparkContext.setLogLevel("OFF")
            with session() as second:
                assert second is first
            with ThreadPoolExecutor(1) as pool:
                pool.submit(use).result()
            assert first.range(3).count() == 3
            with pytest.raises(PlaygraphError, match=r"on local\[1\] is active already"):
                start("local[2]")
        with session("local[1]", {"spark.ui.enabled": "false"}) as third:
            assert third is not first
            assert third.range(2).count() == 2

    @pytest.mark.slow
    @pytest.mark.skipif(sys.platform != "linux", reason="limits are read from /proc")
    def test_a_limit_of_pythons_memory_counts_no_addresses_that_arrow_reserves(self) -> None:
        def used(rows: int) -> tuple[int, int]:
            import resource

            assert len(pa.array(range(rows))) == rows
            status = Path("/proc/self/status").read_text()
            peak = int(status.partition("VmPeak:")[2].split()[0])
            return resource.getrlimit(resource.RLIMIT_AS)[0] >> 20, peak >> 10

        conf = {"spark.ui.enabled": "false", "spark.executor.pyspark.memory": "2g"}
        with session("local[1]", conf) as spark:
            spark.sparkContext.setLogLevel("OFF")
            [(limit, peak)] = spark.sparkContext.parallelize([1_000], 1).map(used).collect()
        assert limit == 2048
        assert peak < 600

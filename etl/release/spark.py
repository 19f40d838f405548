"""etl.release: a build on a Spark cluster, from the command line, spark-submit or a notebook.

from etl.release.spark import build_on_spark

build_on_spark({"games": ["s3a://dumps/games.json.gz"], ...}, Path("/data"), work="/shared")
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console

from datastore.base.environment import load_settings
from etl.parts.folder import WorkFolder
from etl.process.progress import Reporter
from etl.release.build import Options, build_in_parts
from etl.release.publication import Policy, Release
from etl.sources.parts import RawInput
from etl.spark.engine import SparkEngine
from etl.spark.inputs import raw_inputs
from etl.spark.session import session
from etl.subjects import RAW_KINDS

__all__ = ["build_on_spark"]


def build_on_spark(
    files: Mapping[str, Sequence[str]],
    data_dir: Path,
    options: Options | None = None,
    reporter: Reporter | None = None,
    *,
    master: str = "",
    conf: Mapping[str, str] | None = None,
    work: Path | None = None,
) -> Release:
    """Build a snapshot from raw files, by kind, and release it, as `etl.release.build.build` does.

    Files are paths, folders, patterns or addresses that Spark can read. The active session is used
    if there is one; see `etl.spark.session.session`. `work` is a folder that all hosts have at the
    same path; it defaults to the data folder. Raises as `build` does, and PlaygraphError if Spark
    cannot be used or gives up.
    """
    reporter = reporter or Reporter(Console(stderr=True))
    # Named after the data folder, whose lock protects it: what a killed build left is removed.
    name = hashlib.sha256(str(data_dir.resolve()).encode()).hexdigest()[:12]
    folder = (work or data_dir).resolve() / f".spark-work-{name}"
    with session(master, conf) as spark:

        def given(work_folder: WorkFolder) -> list[RawInput]:
            return raw_inputs(spark, files, RAW_KINDS, work_folder)

        engine = SparkEngine(spark.sparkContext, reporter)
        chosen = options or _default_options()
        return build_in_parts(given, data_dir, chosen, reporter, engine, WorkFolder(folder))


def _default_options() -> Options:
    """Those of the settings, for a build from Python."""
    settings = load_settings()
    return Options(
        max_rejects=settings.max_rejects,
        seed=settings.seed,
        jobs=settings.jobs or 1,
        max_line_bytes=settings.max_line_bytes,
        max_unpacked_bytes=settings.max_unpacked_bytes,
        policy=Policy(drift=settings.drift),
    )

"""server.cli: options, workers and output of the commands that release a snapshot."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from datastore.base.settings import Settings
from server.cli.console import fail
from server.cli.outcome import record_release

if TYPE_CHECKING:
    from rich.console import Console

    from etl.process.progress import Reporter
    from etl.release.build import Options
    from etl.release.publication import Release

__all__ = ["build_options", "interruptible", "print_release", "print_version", "worker_count"]


def build_options(settings: Settings, *, force: bool = False, **more: Any) -> Options:
    """The options of a build."""
    from etl.process.memory import keep_modules, spare_pandas
    from etl.release.build import Options
    from etl.release.publication import Policy

    spare_pandas()
    keep_modules()
    return Options(
        max_rejects=settings.max_rejects,
        seed=settings.seed,
        jobs=worker_count(settings),
        max_line_bytes=settings.max_line_bytes,
        max_unpacked_bytes=settings.max_unpacked_bytes,
        policy=Policy(force, settings.drift),
        **more,
    )


def worker_count(settings: Settings) -> int:
    """Number of processes and threads to use: that of the settings, limited by the memory."""
    from etl.process.limits import limits
    from etl.process.limits import worker_count as allowed

    jobs, warning = allowed(settings.jobs, limits())
    if warning:
        click.echo(f"playgraph: {warning}", err=True)
    return jobs


@contextmanager
def interruptible(state: str = "Nothing was changed.") -> Iterator[None]:
    """On Ctrl-C, exit with a message about the state of the data."""
    try:
        yield
    except KeyboardInterrupt:
        fail(f"Interrupted. {state}", 130)


def print_release(release: Release, data_dir: Path, reporter: Reporter) -> None:
    """Print a released snapshot: row counts, verdict and folder; record it as the outcome."""
    from etl.release.drift_text import drift_line
    from etl.release.terminal import print_report

    drift = release.report.drift
    record_release(release, [drift_line(measure) for measure in drift.found] if drift else [])
    print_report(release.report, reporter.console)
    reporter.console.print(release.verdict, highlight=False, soft_wrap=True)
    after = f" after {reporter.elapsed:.1f} s"
    print_version(release.manifest.version, data_dir, reporter.console, after)


def print_version(version: str, data_dir: Path, console: Console, after: str = "") -> None:
    """Print the folder of a released snapshot."""
    from datastore.base.snapshot import snapshot_path

    folder = snapshot_path(data_dir, version)
    console.print(f"Snapshot {version} is ready{after}: {folder}", highlight=False, soft_wrap=True)

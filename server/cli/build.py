"""server.cli: `playgraph build`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from server.cli.console import progress_console
from server.cli.data_folder import data_folder
from server.cli.options import (
    ADDRESS,
    RequiredFilesCommand,
    data_option,
    force_option,
    hashed_option,
    jobs_option,
    max_rejects_option,
    seed_option,
    setting_option,
    settings_of,
)
from server.cli.release import build_options, interruptible, print_release

if TYPE_CHECKING:
    from etl.sources.inputs import HashedFile

__all__ = ["BuildCommand", "build"]


class BuildCommand(RequiredFilesCommand):
    """The command takes addresses, not paths, of which `s3a://` would lose a slash."""

    file_type = ADDRESS


def _conf(
    context: click.Context, parameter: click.Parameter, given: tuple[str, ...]
) -> dict[str, str]:
    conf = dict(entry.partition("=")[::2] for entry in given)
    if not all(conf) or any("=" not in entry for entry in given):
        raise click.BadParameter("expected KEY=VALUE, such as spark.executor.memory=8g.")
    return conf


@click.command(cls=BuildCommand)
@data_option
@max_rejects_option
@seed_option
@jobs_option
@force_option
@hashed_option
@click.option(
    "--engine",
    type=click.Choice(["local", "spark"]),
    default="local",
    show_default=True,
    help="Where to build: on this host, or on a Spark cluster, with the same result. Then files "
    "may also be folders, patterns, and addresses that Spark reads.",
)
@click.option(
    "--master",
    metavar="URL",
    default="",
    help="With --engine spark: the cluster.  [default: that of spark-submit, else all cores of "
    "this host]",
)
@click.option(
    "--conf",
    metavar="KEY=VALUE",
    multiple=True,
    callback=_conf,
    help="With --engine spark: a setting of Spark. Repeat the option for several.",
)
@setting_option("work_dir", "DIR", option="--work")
def build(
    files: dict[str, tuple[str, ...]],
    *,
    hashed: list[HashedFile],
    force: bool,
    engine: str,
    master: str,
    conf: dict[str, str],
    **given: Any,
) -> None:
    """Build and release a snapshot from raw dumps.

    Files may be gzipped. Each line is JSON or a Python literal; titles and ratings are CSV."""
    from etl.process.progress import Reporter
    from etl.release.build import Inputs
    from etl.release.build import build as run

    if engine == "local" and (master or conf or given["work_dir"]):
        raise click.UsageError("--master, --conf and --work need --engine spark.")
    settings, console = settings_of(storage=True, **given), progress_console()
    with interruptible(), data_folder(settings, sources=True, may_be_empty=True) as folder:
        options, reporter = build_options(settings, force=force), Reporter(console)
        if engine == "spark":
            from etl.release.spark import build_on_spark

            built = build_on_spark(
                files,
                folder,
                options,
                reporter,
                master=master,
                conf=conf,
                work=settings.work_dir,
            )
        else:
            paths = {kind: tuple(map(Path, addresses)) for kind, addresses in files.items()}
            built = run(Inputs(hashed, **paths), folder, options, reporter)
        print_release(built, folder, reporter)

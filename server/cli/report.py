"""server.cli: `playgraph report`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from datastore.base.plural import counted
from server.cli.options import FILE, data_option, demo_option, settings_of
from server.cli.snapshots_storage import fetch_live

__all__ = ["report"]


@click.command()
@click.option(
    "--out",
    type=FILE,
    metavar="FILE",
    help="File to write.  [default: reports/VERSION.html in the data folder, which a server shows "
    "at /report]",
)
@click.option("--png", type=FILE, metavar="DIR", help="Also write each figure to DIR as PNG.")
@data_option
@demo_option
def report(out: Path | None, png: Path | None, *, demo: bool, **given: Any) -> None:
    """Write an exploratory analysis of the live snapshot as one HTML file.

    Each figure has a finding computed from the data. People are counted, never named. Needs the
    extra playgraph[report].
    """
    from analysis.report import require_targets, sections, write_pictures, write_report
    from datastore.base.reader import SnapshotReader
    from datastore.base.snapshot import report_page, snapshot_path
    from etl.snapshot.reports import remove_orphaned_reports
    from server.cli.folder import open_store

    require_targets(out, png)
    settings = settings_of(storage=True, **given)
    fetch_live(settings)
    store = open_store(settings, demo=demo)
    version = store.manifest.version
    build_report = SnapshotReader(snapshot_path(settings.data_dir, version)).report
    found = sections(store, build_report)
    target = out or report_page(settings.data_dir, version)
    write_report(store, found, build_report, target)
    if out is None:
        remove_orphaned_reports(settings.data_dir)
    click.echo(f"Report of snapshot {version}: {target}")
    if out is None:
        click.echo("A running server shows it at /report.")
    if png is not None:
        count = write_pictures(found, png)
        click.echo(f"{counted(count, 'figure')} as PNG: {png}")
